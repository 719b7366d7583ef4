//! The function, decided: where its code is, how it is started, what counts as up.

mod jar;

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::Result;
use crate::identity::{Inputs, bytes_digest, collect_files};
use crate::process::Process;
use crate::workdir::Cache;
use crate::workload::Workload;

pub use jar::Jar;

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
    /// JARs that the JAR's manifest names in its `Class-Path` and that exist.
    pub manifest_class_path: Vec<PathBuf>,
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

impl Function {
    /// It as a process, whatever its code.
    pub fn process(&self) -> Process {
        Process {
            name: self.name.clone(),
            dir: self.project_dir.clone(),
            args: self.args.clone(),
            env: self.env.clone(),
            port: self.port,
            ready_timeout: self.ready_timeout,
            stop_timeout: self.stop_timeout,
            workload: self.workload.clone(),
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
        let own: Vec<&Path> = match &self.code {
            Code::Jar(jar) => vec![jar],
            Code::ClassPath { entries, .. } => entries.iter().map(PathBuf::as_path).collect(),
        };
        own.into_iter()
            .chain(self.manifest_class_path.iter().map(PathBuf::as_path))
            .collect()
    }

    /// The first class path entry that is a folder of classes.
    pub fn class_folder(&self) -> Option<&Path> {
        self.code_entries().into_iter().find(|entry| entry.is_dir())
    }

    /// The files that its code is made of: JARs, and what is in folders of classes.
    pub fn code_files(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in self.code_entries() {
            collect_files(entry, &mut files)?;
        }
        Ok(files)
    }

    /// Everything of the function's that shapes an image of it.
    pub fn code_inputs(&self, cache: &mut Cache) -> Result<Inputs> {
        let mut digests = String::new();
        for file in self.code_files()? {
            digests.push_str(&cache.digest(&file)?);
            if self.class_folder().is_some() {
                // In a folder of classes the names count too.
                digests.push_str(&file.to_string_lossy());
            }
        }
        let code = match &self.code {
            Code::Jar(_) => "jar",
            Code::ClassPath { .. } => "class path",
        };
        let inputs = Inputs::new()
            .with(code, bytes_digest(digests.as_bytes()))
            .with("main class", &self.main_class);
        Ok(match self.tool_options.as_slice() {
            [] => inputs,
            options => inputs.with_list("options from the environment", options),
        })
    }

    /// Path and modification time of every entry: what a JVM compares before it uses an archive.
    pub fn place_and_time(&self) -> String {
        let of = |entry: &Path| {
            let time = std::fs::metadata(entry)
                .map(|data| format!("{}.{}", data.mtime(), data.mtime_nsec()));
            format!("{} {}", entry.display(), time.unwrap_or_default())
        };
        self.code_entries()
            .into_iter()
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

    #[cfg(test)]
    pub(crate) fn for_tests(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            project_dir: "/project".into(),
            code: Code::Jar(format!("/project/{name}.jar").into()),
            main_class: "com.example.Main".into(),
            manifest_class_path: Vec::new(),
            files: Vec::new(),
            args: vec!["--port".into(), "{port}".into()],
            env: BTreeMap::new(),
            port: None,
            jvm_args: Vec::new(),
            native_image_args: Vec::new(),
            tool_options: Vec::new(),
            ready_timeout: Duration::from_secs(60),
            stop_timeout: Duration::from_secs(30),
            build_timeout: Duration::from_secs(3600),
            workload: Workload::for_tests(),
            train_workload: None,
        }
    }
}
