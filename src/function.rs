//! The function, decided: where its code is, how it is started, what counts as up.

mod class_path;
mod driver_file;
mod jar;
mod look;
mod manifest;
mod named;
mod nested;
mod options;
mod words;

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::Result;
use crate::identity::{Inputs, bytes_digest, collect_files};
use crate::process::Process;
use crate::workdir::Cache;
use crate::workload::Workload;

pub(crate) use class_path::expanded as class_path_entries;
pub(crate) use driver_file::HOME;
pub use jar::Jar;
pub use look::look;
pub use nested::Nested;
pub use options::Options;
pub use words::Word;

/// What the runtime is to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// A JAR with a main class in its manifest.
    Jar(PathBuf),
    /// A class path and a main class.
    ClassPath {
        /// JARs and folders of classes, absolute.
        entries: Vec<PathBuf>,
        /// The class with `main`.
        main_class: String,
    },
}

/// A function with everything about it decided. Paths are absolute.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name in the configuration file.
    pub name: String,
    /// The folder of the configuration file; the function's working directory.
    pub project_dir: PathBuf,
    /// Its code.
    pub code: Code,
    /// The class with `main`, from the manifest where there is a JAR.
    pub main_class: String,
    /// Everything that its code is found in, in order: what is named, and what manifests name again and again.
    pub class_path: Vec<PathBuf>,
    /// That its JAR keeps classes where only a loader of its own finds them.
    pub nested: Option<Nested>,
    /// What ships with it besides its code; nothing of it shapes an image.
    pub files: Vec<PathBuf>,
    /// Its arguments; `{port}` and `{assets_url}` are filled in at each start.
    pub args: Vec<String>,
    /// Its environment, filled in like the arguments.
    pub env: BTreeMap<String, String>,
    /// The port that it listens on, if it cannot be told another one.
    pub port: Option<u16>,
    /// Options of the JVM, for the HotSpot variants.
    pub jvm_args: Vec<String>,
    /// Options of native-image, for every native variant.
    pub native_image_args: Vec<String>,
    /// Options that the tools take from the environment besides: `NAME=value`.
    pub tool_options: Vec<String>,
    /// What may be the user's home folder, where native-image finds a file of options.
    pub user_homes: Vec<PathBuf>,
    /// What these come to, for the HotSpot variants …
    pub jvm_options: Options,
    /// … and for the native ones.
    pub native_options: Options,
    /// How long it may take to get ready.
    pub ready_timeout: Duration,
    /// How long it may take to end after SIGTERM.
    pub stop_timeout: Duration,
    /// How long one build of an image may take.
    pub build_timeout: Duration,
    /// What we make it do.
    pub workload: Workload,
    /// What we make it do in training, if that is something else.
    pub train_workload: Option<Workload>,
}

impl Code {
    /// Everything that it is found in, in order.
    pub(crate) fn whole_class_path(&self) -> Vec<PathBuf> {
        match self {
            Self::Jar(jar) => class_path::found(std::slice::from_ref(jar)),
            Self::ClassPath { entries, .. } => class_path::found(entries),
        }
    }

    /// Whether it keeps classes where only a loader of its own finds them.
    pub(crate) fn nested(&self, project_dir: &Path) -> Option<Nested> {
        let Self::Jar(jar) = self else { return None };
        let name = jar.strip_prefix(project_dir).unwrap_or(jar);
        Nested::of(jar, &name.display().to_string())
    }
}

impl Function {
    /// It as a process, whatever its code.
    pub fn process(&self) -> Process {
        Process {
            name: self.name.clone(),
            dir: self.project_dir.clone(),
            args: self.args.clone(),
            shell: None,
            env: self.env.clone(),
            port: self.port,
            ready_timeout: self.ready_timeout,
            stop_timeout: self.stop_timeout,
            memory: None,
            workload: self.workload.clone(),
            stop: Default::default(),
        }
    }

    /// It as it is trained: with the workload of its training.
    pub fn in_training(&self) -> Self {
        let workload = self.train_workload.as_ref().unwrap_or(&self.workload);
        Self {
            workload: workload.clone(),
            ..self.clone()
        }
    }

    /// Every file and folder that its code is made of.
    pub fn code_entries(&self) -> Vec<&Path> {
        self.class_path.iter().map(PathBuf::as_path).collect()
    }

    /// The first class path entry that is a folder of classes.
    pub fn class_folder(&self) -> Option<&Path> {
        self.code_entries().into_iter().find(|entry| entry.is_dir())
    }

    /// The files that must be shipped for a JVM to run it: its class path, and the agents and modules that its options name.
    pub fn code_files(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in &self.class_path {
            collect_files(entry, &mut files)?;
        }
        let named = self.jvm_options.files.iter().filter(|named| named.is_code);
        for path in named.map(|named| named.path.clone()).chain(self.beside()) {
            collect_files(&path, &mut files)?;
        }
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// Everything of the function's that shapes an image of it; `options` are those of its runtime or builder.
    pub fn code_inputs(&self, options: &Options, cache: &mut Cache) -> Result<Inputs> {
        let mut inputs = Inputs::new().with("main class", &self.main_class);
        let mut names = Vec::new();
        for (index, entry) in self.class_path.iter().enumerate() {
            let digest = self.digest(entry, cache)?;
            inputs = match (&self.code, index) {
                // Whatever it is called.
                (Code::Jar(_), 0) => inputs.with("jar", digest),
                _ => {
                    let name = self.relative(entry);
                    let inputs = inputs.with(&format!("class path entry `{name}`"), digest);
                    names.push(name);
                    inputs
                }
            };
        }
        if !names.is_empty() {
            inputs = inputs.with_list("class path", &names);
        }
        for folder in self.beside() {
            let name = format!("folder `{}` of its loader", self.relative(&folder));
            inputs = inputs.with(&name, self.digest(&folder, cache)?);
        }
        for named in &options.files {
            let name = format!("`{}` of `{}`", self.relative(&named.path), named.option);
            inputs = inputs.with(&name, self.digest(&named.path, cache)?);
        }
        Ok(match self.tool_options.as_slice() {
            [] => inputs,
            options => inputs.with_list("options from the environment", options),
        })
    }

    /// What a loader of its own reads beside its JAR.
    fn beside(&self) -> Vec<PathBuf> {
        match (&self.nested, &self.code) {
            (Some(nested), Code::Jar(jar)) => nested.beside(jar),
            _ => Vec::new(),
        }
    }

    /// A path as the user would write it.
    fn relative(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.project_dir).unwrap_or(path);
        relative.display().to_string()
    }

    /// What is in a file, or in the files below a folder and how they are called there. Of folders outside the project size and
    /// time of each file stand for its bytes: they may be a whole system's.
    fn digest(&self, path: &Path, cache: &mut Cache) -> Result<String> {
        if !path.is_dir() {
            return cache.digest(path);
        }
        let mut files = Vec::new();
        collect_files(path, &mut files)?;
        let ours = path.starts_with(&self.project_dir);
        let mut digests = String::new();
        for file in files {
            let name = file.strip_prefix(path).unwrap_or(&file);
            digests.push_str(&name.to_string_lossy());
            digests.push(' ');
            match ours {
                true => digests.push_str(&cache.digest(&file)?),
                false => digests.push_str(&size_and_time(&file)),
            }
            digests.push('\n');
        }
        Ok(bytes_digest(digests.as_bytes()))
    }

    /// Path and modification time of every entry: what a JVM compares before it uses an archive.
    pub fn place_and_time(&self) -> String {
        let of = |entry: &Path| {
            let time = std::fs::metadata(entry)
                .map(|data| format!("{}.{}", data.mtime(), data.mtime_nsec()));
            format!("{} {}", entry.display(), time.unwrap_or_default())
        };
        let named = self.jvm_options.files.iter().filter(|named| named.is_code);
        self.code_entries()
            .into_iter()
            .chain(named.map(|named| named.path.as_path()))
            .map(of)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Everything that shapes what a training run makes the function do.
    pub fn behaviour_inputs(&self, cache: &mut Cache) -> Result<Inputs> {
        let env: Vec<String> = self
            .env
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let inputs = Inputs::new()
            .with_list("args", &self.args)
            .with_list("env", &env);
        self.workload.inputs(inputs, cache)
    }

    /// Finds what the options come to once all of them are known: those of argument files and of the environment, and the files
    /// that they name.
    pub(crate) fn read_options(&mut self) -> Result<()> {
        let dir = &self.project_dir;
        self.jvm_options = Options::of_java(&self.jvm_args, &self.tool_options, dir)?;
        let args = &self.native_image_args;
        self.native_options =
            Options::of_native_image(args, &self.tool_options, dir, &self.user_homes)?;
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn for_tests(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            project_dir: "/project".into(),
            code: Code::Jar(format!("/project/{name}.jar").into()),
            main_class: "com.example.Main".into(),
            class_path: vec![format!("/project/{name}.jar").into()],
            nested: None,
            files: Vec::new(),
            args: vec!["--port".into(), "{port}".into()],
            env: BTreeMap::new(),
            port: None,
            jvm_args: Vec::new(),
            native_image_args: Vec::new(),
            tool_options: Vec::new(),
            user_homes: Vec::new(),
            jvm_options: Options::default(),
            native_options: Options::default(),
            ready_timeout: Duration::from_secs(60),
            stop_timeout: Duration::from_secs(30),
            build_timeout: Duration::from_secs(3600),
            workload: Workload::for_tests(),
            train_workload: None,
        }
    }
}

fn size_and_time(file: &Path) -> String {
    std::fs::metadata(file)
        .map(|data| format!("{} {}.{}", data.len(), data.mtime(), data.mtime_nsec()))
        .unwrap_or_default()
}
