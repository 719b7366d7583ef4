//! Our tracing agent: Java sources in this binary, compiled on first use with a home's own `javac`, kept in the user's cache folder.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use include_dir::{Dir, include_dir};
use walkdir::WalkDir;
use zip::write::SimpleFileOptions;

use super::super::embedded;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Tool};
use crate::identity::bytes_digest;
use crate::toolchain::{Info, Missing};
use crate::workdir::{self, Aside};

static JAVA: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/toolchain/graalvm/tracer/java");
/// How long compiling may take on a busy machine.
const COMPILE_LIMIT: Duration = Duration::from_secs(180);
/// The agent's file; its manifest names it too.
const JAR: &str = "trace.jar";
/// How the agent's words begin in the function's log.
const SAYS: &str = "pgoctl trace: ";
/// What makes a JAR of its classes an agent, whose classes are those of the JDK's own loader.
const MANIFEST: &str = "Manifest-Version: 1.0\nPremain-Class: pgoctl.trace.Agent\n\
                        Can-Retransform-Classes: true\nBoot-Class-Path: trace.jar\n";

/// The agent of one home, compiled or not.
#[derive(Clone, Debug)]
pub(super) struct Agent {
    javac: PathBuf,
    dir: PathBuf,
    digest: String,
}

impl Agent {
    /// The agent for the JDK of `info`; nothing is compiled yet.
    pub(super) fn for_home(info: &Info, cache_dir: &Path) -> Result<Self, Missing> {
        let javac = info.home.join("bin/javac");
        if !javac.is_file() {
            return Err(Missing::new(
                format!(
                    "`{}` has no `bin/javac`, which compiles pgoctl's tracing agent",
                    info.home.display()
                ),
                "name a whole GraalVM with `--graalvm-home`",
            ));
        }
        let digest = embedded::digest(&JAVA, MANIFEST);
        let all = format!("{digest}\n{}\n{}", info.home.display(), info.version);
        let mut key = bytes_digest(all.as_bytes());
        key.truncate(16);
        let dir = cache_dir.join("pgoctl/tracer").join(key);
        // The JVM takes the first `=` for the end of the agent's path.
        if dir.to_string_lossy().contains('=') {
            return Err(Missing::new(
                format!("a JVM cannot load an agent from `{}`", dir.display()),
                "let XDG_CACHE_HOME name a folder without `=`",
            ));
        }
        Ok(Self { javac, dir, digest })
    }

    /// Digest over its sources.
    pub(super) fn digest(&self) -> &str {
        &self.digest
    }

    /// Where it is once it is compiled.
    pub(super) fn jar(&self) -> PathBuf {
        self.dir.join(JAR)
    }

    /// Compiles it where it is not compiled yet.
    pub(super) fn compile(&self) -> Result<()> {
        if self.jar().is_file() {
            return Ok(());
        }
        let goal = "could not compile pgoctl's tracing agent";
        let aside = Aside::new(&self.dir)?;
        let (java, classes) = (aside.path().join("java"), aside.path().join("classes"));
        workdir::create_dir(&classes)?;
        let files = embedded::write(&JAVA, &java)?;
        let tool = Tool::new(&self.javac)
            .args(["-proc:none", "-nowarn", "-encoding", "UTF-8"])
            // What is called by the methods that link string concatenation cannot use it.
            .args(["-XDstringConcat=inline", "-d"])
            .arg(&classes)
            .args(&files);
        let said = exec::capture(&tool, COMPILE_LIMIT)?;
        if !said.ending.success() {
            let why = said.stderr.lines().find(|line| line.contains("error:"));
            let error = Error::new(ErrorKind::Toolchain, goal);
            return Err(error
                .because(format!("`{}` {}", self.javac.display(), said.ending))
                .because(why.unwrap_or("it did not say why").to_owned()));
        }
        let jar = aside.path().join(JAR);
        pack(&classes, &jar).map_err(|error| Error::io("write", &jar, &error))?;
        aside.commit()
    }
}

/// Packs the classes below `classes` into the agent's JAR.
fn pack(classes: &Path, jar: &Path) -> std::io::Result<()> {
    let mut zip = zip::ZipWriter::new(File::create(jar)?);
    let options = SimpleFileOptions::default();
    zip.start_file("META-INF/MANIFEST.MF", options)?;
    zip.write_all(MANIFEST.as_bytes())?;
    for entry in WalkDir::new(classes).sort_by_file_name() {
        let entry = entry?;
        let Ok(name) = entry.path().strip_prefix(classes) else {
            continue;
        };
        if entry.file_type().is_file() {
            zip.start_file(name.to_string_lossy(), options)?;
            zip.write_all(&std::fs::read(entry.path())?)?;
        }
    }
    zip.finish()?.sync_all()
}

/// Ends the array of events that the agent wrote to `record`: a process that ends at any moment leaves it open, and may leave half
/// an event behind.
pub(super) fn close(record: &Path) -> Result<()> {
    let fail = |error: &std::io::Error| Error::io("read", record, error);
    let mut file = File::options()
        .read(true)
        .write(true)
        .open(record)
        .map_err(|error| fail(&error))?;
    let mut text = String::new();
    file.read_to_string(&mut text)
        .map_err(|error| fail(&error))?;
    let whole = match text.ends_with('}') {
        true => text.len(),
        false => text.rfind(",\n").unwrap_or(text.len()),
    };
    if !text.starts_with('[') {
        return Err(Error::new(ErrorKind::Training, "nothing was traced")
            .because(format!("`{}` has no events", record.display())));
    }
    let end = |file: &mut File| {
        file.set_len(whole as u64)?;
        file.seek(SeekFrom::End(0))?;
        file.write_all(b"\n]\n")
    };
    end(&mut file).map_err(|error| Error::io("write", record, &error))
}

/// What the agent said in the function's log, each thing once.
pub(super) fn complaints(log: &Path) -> Vec<String> {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut said: Vec<String> = Vec::new();
    for words in text.lines().filter_map(|line| line.strip_prefix(SAYS)) {
        if said.iter().all(|other| other != words) {
            said.push(words.to_owned());
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(text: &str) -> String {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), text).expect("it can be written");
        close(file.path()).expect("it can be closed");
        std::fs::read_to_string(file.path()).expect("it is there")
    }

    #[test]
    fn a_trace_is_an_array_wherever_its_process_ended() {
        let first = "[\n{\"tracer\":\"meta\"}";
        let second = ",\n{\"tracer\":\"reflect\"}";
        let parse = |text: &str| {
            let events: Vec<serde_json::Value> =
                serde_json::from_str(&closed(text)).expect("it is JSON");
            events.len()
        };
        assert_eq!(parse(first), 1);
        assert_eq!(parse(&format!("{first}{second}")), 2);
        assert_eq!(parse(&format!("{first}{second},\n{{\"tra")), 2);
        assert_eq!(parse(&format!("{first}{second},\n")), 2);
    }

    #[test]
    fn what_the_agent_complains_of_is_found_among_the_functions_words() {
        let log = tempfile::NamedTempFile::new().expect("a temporary file");
        let text = "listening\npgoctl trace: one\npgoctl trace: one\nbye\n";
        std::fs::write(log.path(), text).expect("it can be written");
        assert_eq!(complaints(log.path()), ["one"]);
        let says = embedded::sources(&JAVA)
            .iter()
            .any(|(_, bytes)| String::from_utf8_lossy(bytes).contains(SAYS));
        assert!(says);
    }

    #[test]
    fn the_class_that_the_manifest_names_is_among_the_sources() {
        let agent = Path::new("pgoctl/trace/Agent.java");
        let sources = embedded::sources(&JAVA);
        assert!(sources.iter().any(|(path, _)| *path == agent));
        assert!(MANIFEST.contains("Premain-Class: pgoctl.trace.Agent\n"));
    }
}
