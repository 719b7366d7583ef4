//! How a command that was named is started: as the program that it names, or by a shell.

use std::path::{Path, PathBuf};

use super::base::Base;
use super::shell_words::{self, Does, ForAShell};
use super::url::redacted;
use crate::error::{Error, Result};
use crate::plan::Request;
use crate::process::Launch;
use crate::toolchain::{Info, Search, Toolchains};
use crate::variant::{OptimizerChoice, Variant};
use crate::workdir::Workdir;

/// What only a shell has: nothing on `PATH` is called so, or does the same.
const BUILT_IN: [&str; 18] = [
    "!", ".", ":", "cd", "eval", "exec", "exit", "export", "for", "if", "read", "set", "source",
    "time", "ulimit", "umask", "until", "while",
];
/// What lets a shell read a command.
const HINT: &str = "`--shell` lets a shell read it, and takes the shell's own start off the times";

/// A command, ready to be started.
pub(super) struct Started {
    /// Its short name.
    pub(super) name: String,
    pub(super) launch: Launch,
    pub(super) args: Vec<String>,
    /// The file that is measured, where it is known.
    pub(super) file: Option<PathBuf>,
    /// The shell that reads it.
    pub(super) shell: Option<String>,
}

fn cannot(command: &str, why: &str) -> Error {
    Error::usage(format!("cannot measure `{}`", redacted(command))).because(why)
}

impl Base {
    /// The program that the command names, with its arguments; what only a shell would understand is refused.
    pub(super) fn by_itself(
        &self,
        text: &str,
        request: &Request,
        dir: &Path,
        java: &mut Option<Info>,
    ) -> Result<Started> {
        if let Some(found) = shell_words::first(text) {
            return Err(for_a_shell(text, &found));
        }
        let words = shlex::split(text).ok_or_else(|| cannot(text, "its quotes do not match"))?;
        let (program, own_args) = words
            .split_first()
            .ok_or_else(|| cannot(text, "it is empty"))?;
        let file = find(program, dir, &request.search).ok_or_else(|| {
            let error = cannot(
                text,
                &format!("there is no `{program}` here and none on PATH"),
            );
            match BUILT_IN.contains(&program.as_str()) {
                true => error.hint(HINT),
                false => error.hint("build it first, or correct the path"),
            }
        })?;
        let launch = match file.extension() {
            Some(extension) if extension == "jar" => self.jar(&file, request, java)?,
            _ => Launch {
                program: file.clone(),
                runtime_args: Vec::new(),
                code_args: Vec::new(),
            },
        };
        let args = match &self.function {
            Some(function) if own_args.is_empty() => function.args.clone(),
            _ => own_args.to_vec(),
        };
        Ok(Started {
            name: base_name(&file, program),
            launch,
            args,
            file: Some(file),
            shell: None,
        })
    }

    /// `shell`, which may have options of its own, reads the command.
    pub(super) fn by_shell(&self, text: &str, shell: &str, request: &Request) -> Result<Started> {
        if text.trim().is_empty() {
            return Err(cannot(text, "it is empty"));
        }
        let cannot =
            |why: &str| Error::usage(format!("`--shell={shell}` cannot be used")).because(why);
        let words = shlex::split(shell).ok_or_else(|| cannot("its quotes do not match"))?;
        let (program, options) = words.split_first().ok_or_else(|| cannot("it is empty"))?;
        let program = find(program, &self.dir, &request.search).ok_or_else(|| {
            cannot(&format!("there is no `{program}` on PATH"))
                .hint("`--shell` alone is `sh`; `--shell=/bin/bash` names another")
        })?;
        // Behind the variables that it sets.
        let first = text.split_whitespace().find(|word| !word.contains('='));
        let first = first.unwrap_or(text);
        Ok(Started {
            name: base_name(Path::new(first), first),
            launch: Launch {
                program,
                runtime_args: options.iter().map(Into::into).collect(),
                code_args: vec!["-c".into()],
            },
            args: vec![text.to_owned()],
            // What the words come to, only the shell knows.
            file: None,
            shell: Some(shell.to_owned()),
        })
    }

    /// `java -jar`, on the JDK of the HotSpot variants.
    fn jar(&self, jar: &Path, request: &Request, java: &mut Option<Info>) -> Result<Launch> {
        let search = request.search.with_file(
            self.config.toolchain.graalvm_home.as_deref(),
            self.config.toolchain.java_home.as_deref(),
            &self.dir,
        );
        let mut cache = Workdir::of(&self.dir).cache();
        let toolchains = Toolchains::find(
            &search,
            &[Variant::Hotspot],
            OptimizerChoice::Off,
            &mut cache,
        )?;
        let Some(toolchain) = toolchains.of(Variant::Hotspot) else {
            let missing = toolchains.why_none(Variant::Hotspot);
            return Err(missing.error(format!("cannot run `{}`", jar.display())));
        };
        let info = java.insert(toolchain.info().clone());
        let function = self.function.as_ref();
        Ok(Launch {
            program: info.home.join("bin/java"),
            runtime_args: function
                .map(|function| function.jvm_args.iter().map(Into::into).collect())
                .unwrap_or_default(),
            code_args: vec!["-jar".into(), jar.into()],
        })
    }
}

/// The error of a command that only a shell understands.
fn for_a_shell(command: &str, found: &ForAShell) -> Error {
    let ForAShell { text, does } = found;
    let why = format!("no shell reads it, and `{text}` {}", does.words());
    let error = cannot(command, &why).hint(HINT);
    let is_simple = |rest: &str| shell_words::first(rest).is_none() && !rest.is_empty();
    match does {
        Does::SetsVariable if is_simple(&format!("env {command}")) => error.hint(format!(
            "`env {}` sets it without a shell",
            redacted(command)
        )),
        Does::SetsVariable => error,
        Does::Redirects if text == "<" => {
            error.hint("`--input FILE` gives each invocation a file to read on stdin")
        }
        _ => error.hint("where it is meant as it stands, quote it: `'…'`"),
    }
}

/// The file of a program: a path, something in the folder, or on `PATH`.
fn find(program: &str, dir: &Path, search: &Search) -> Option<PathBuf> {
    let here = dir.join(program);
    if program.contains('/') || (here.is_file() && program.ends_with(".jar")) {
        return here
            .is_file()
            .then(|| std::path::absolute(&here).unwrap_or(here));
    }
    search
        .path
        .iter()
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

fn base_name(file: &Path, program: &str) -> String {
    file.file_name().map_or_else(
        || program.to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}
