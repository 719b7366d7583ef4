//! `train --command`: the user's command does the work; every process of the function that it starts and lets end leaves its
//! profile, and all of them become the profile of the run.
//!
//! The command is given a script in place of the image, which adds the options that make a process leave its profile, in a file
//! of its own for each process. Options of the environment (`JAVA_TOOL_OPTIONS`) would reach the build tool and its compilers
//! too, and what they do is not the function's work.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::course::Course;
use super::left::Left;
use super::merge;
use super::profile_check;
use super::stages::Pipeline;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::exec::{self, Child, Ending, Tool};
use crate::process::Launch;
use crate::process::server::free_port;
use crate::profile::ProfileKind;
use crate::profile::hotspot::{self, Conversion};
use crate::profile::iprof::text::version::Version;
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};
use crate::workdir::{Aside, create_dir, write_atomically};

/// How often a running command is looked at; its end is noticed at once all the same.
const LOOK: Duration = Duration::from_millis(200);
/// What stands for a process's own number in the options of a script.
const NUMBER: &str = "PGOCTL-PROCESS";
/// Beside each profile: that its process was started.
const STARTED: &str = "started";

/// Runs `command`, and makes one profile at `profile` of what its processes left.
pub(super) fn carry_out(
    pipeline: &Pipeline<'_>,
    course: &Course<'_>,
    command: &[String],
    profile: &Path,
    log: &Path,
) -> Result<Left> {
    // Dropped at the end: what it holds becomes one file.
    let scratch = Aside::new(&profile.with_extension("processes"))?;
    let scripts = Scripts::write(pipeline, course, scratch.path())?;
    let tool = scripts.tool(pipeline, command)?;
    pipeline.listener.hear(Event::Command {
        command: tool.to_string(),
    });
    let started = Instant::now();
    let ending = run(pipeline, &tool, log)?;
    if !ending.success() {
        let error = Error::new(ErrorKind::Training, "the command of the training failed");
        return Err(error
            .because(format!("`{}` {ending}", command.join(" ")))
            .log(exec::tail(log)));
    }
    let processes = gather(&scripts.left, course.training.kind)?;
    let good = processes.good(log)?;
    let (made_of, hotspot) = become_one(course.training.kind, &good, profile)?;
    let doubts: Vec<&str> = good.iter().flat_map(|one| one.doubts.as_deref()).collect();
    Ok(Left {
        served: 0,
        processes: Some(made_of),
        took: started.elapsed(),
        ending,
        warnings: processes.warnings(made_of),
        doubts: (!doubts.is_empty()).then(|| doubts.join("; ")),
        hotspot,
    })
}

/// Runs the command to its end; what it leaves running is asked to end as well, so that it leaves its profile.
fn run(pipeline: &Pipeline<'_>, tool: &Tool, log: &Path) -> Result<Ending> {
    let child = Child::start(tool, log)?;
    let ending = loop {
        pipeline.plan.stop.check()?;
        if let Some(ending) = child.ended_within(LOOK) {
            break ending;
        }
    };
    child.stop(pipeline.plan.function.stop_timeout);
    pipeline.plan.stop.check()?;
    Ok(ending)
}

/// What stands in for the image, and for `java` where a JVM does the work.
struct Scripts {
    image: PathBuf,
    java: Option<PathBuf>,
    /// Where processes leave their profiles.
    left: PathBuf,
}

impl Scripts {
    fn write(pipeline: &Pipeline<'_>, course: &Course<'_>, folder: &Path) -> Result<Self> {
        let (plan, training) = (pipeline.plan, course.training);
        let toolchain = plan.toolchain(training.on);
        let left = folder.join("left");
        create_dir(&left)?;
        let file = left.join(format!("{NUMBER}.{}", recorded_as(training.kind)));
        let recording = toolchain.recording_args(training.kind, &plan.trained, &file);
        let launch = toolchain.launch(training.on, &plan.function, &course.on.dir);
        let image = folder.join("bin").join(&plan.function.name);
        script(&image, &launch.clone().with(recording.clone()), &left)?;
        let java = match training.on {
            Variant::Hotspot => {
                let java = Launch {
                    program: launch.program,
                    runtime_args: recording,
                    code_args: Vec::new(),
                };
                // Build tools look at the name of what they are given as `java`.
                let path = folder.join("jdk/bin/java");
                script(&path, &java, &left)?;
                Some(path)
            }
            _ => None,
        };
        Ok(Self { image, java, left })
    }

    /// The command with everything that it may ask for filled in.
    fn tool(&self, pipeline: &Pipeline<'_>, command: &[String]) -> Result<Tool> {
        let port = free_port()?.to_string();
        let image = self.image.to_string_lossy();
        let java = self.java.as_ref().map(|java| java.to_string_lossy());
        let filled = |word: &String| {
            let word = word.replace("{image}", &image).replace("{port}", &port);
            match &java {
                Some(java) => word.replace("{java}", java),
                None => word,
            }
        };
        let dir = &pipeline.plan.function.project_dir;
        let mut words = command.iter().map(filled);
        let program = words.next().unwrap_or_default();
        // A path means the project's folder, a word alone a program of `PATH`.
        let program = match program.contains('/') {
            true => dir.join(program),
            false => program.into(),
        };
        let tool = Tool::new(program)
            .args(words)
            .env("PGOCTL_IMAGE", self.image.as_os_str())
            .env("PGOCTL_PORT", &port)
            .dir(dir)
            .stopped_by(&pipeline.plan.stop);
        Ok(match &self.java {
            Some(java) => tool.env("PGOCTL_JAVA", java),
            None => tool,
        })
    }
}

/// The ending of the file that a process leaves: a JVM logs its counters as text, of which the profile is made.
fn recorded_as(kind: ProfileKind) -> &'static str {
    match kind {
        ProfileKind::HotspotIprof => "method-data",
        _ => kind.extension(),
    }
}

/// Writes a script that starts `launch` with its own arguments, and notes that it did.
fn script(path: &Path, launch: &Launch, left: &Path) -> Result<()> {
    let words = std::iter::once(launch.program.as_os_str())
        .chain(launch.runtime_args.iter().map(OsString::as_os_str))
        .chain(launch.code_args.iter().map(OsString::as_os_str));
    let words = words
        .map(|word| in_single_quotes(&word.to_string_lossy()))
        .collect::<Vec<_>>();
    let note = left.join(format!("{NUMBER}.{STARTED}"));
    let note = in_single_quotes(&note.to_string_lossy());
    let text = format!(
        "#!/bin/sh\nread -r process < /proc/sys/kernel/random/uuid\n: > {note}\nexec {} \"$@\"\n",
        words.join(" ")
    );
    create_dir(path.parent().unwrap_or(Path::new(".")))?;
    write_atomically(path, text.as_bytes())?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
        .map_err(|error| Error::io("make executable", path, &error))
}

/// `word` as a shell takes it; [`NUMBER`] becomes the process's own.
fn in_single_quotes(word: &str) -> String {
    let word = word.replace('\'', "'\\''");
    format!("'{}'", word.replace(NUMBER, "'\"$process\"'"))
}

/// What the processes of one run left.
struct Processes {
    started: usize,
    good: Vec<Process>,
    /// Why others left nothing good.
    failures: Vec<String>,
}

/// A process that left a good profile.
#[derive(Clone)]
struct Process {
    /// Its profile, or the log of a JVM that becomes one.
    file: PathBuf,
    doubts: Option<String>,
}

/// Looks at what each process that was started has left in `folder`.
fn gather(folder: &Path, kind: ProfileKind) -> Result<Processes> {
    let entries = std::fs::read_dir(folder).map_err(|error| Error::io("read", folder, &error))?;
    let mut started: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    started.retain(|path| path.extension().is_some_and(|ending| ending == STARTED));
    started.sort();
    let (mut good, mut failures) = (Vec::new(), Vec::new());
    for path in &started {
        let file = path.with_extension(recorded_as(kind));
        match look(&file, kind) {
            Ok(doubts) => good.push(Process { file, doubts }),
            Err(why) => failures.push(why),
        }
    }
    Ok(Processes {
        started: started.len(),
        good,
        failures,
    })
}

/// Whether a process left a profile that says something; what is doubtful about it, or why not.
fn look(file: &Path, kind: ProfileKind) -> std::result::Result<Option<String>, String> {
    let profile = match kind {
        ProfileKind::HotspotIprof if file.exists() => {
            let converted = hotspot::convert(&[file.to_owned()], Version::V1_0_0)
                .map_err(|(_, damage)| format!("the JVM left no counters: {damage}"))?;
            if let Some(cut) = &converted.conversion.left_out.cut {
                return Err(format!("the JVM's log of its counters is not whole: {cut}"));
            }
            let profile = file.with_extension(kind.extension());
            write_atomically(&profile, &converted.json()).map_err(|error| error.brief())?;
            profile
        }
        _ => file.to_owned(),
    };
    profile_check::judge(&profile, kind).map_err(|refusal| refusal.words())
}

impl Processes {
    /// Those that left a good profile; an error if there is none.
    fn good(&self, log: &Path) -> Result<Vec<Process>> {
        if !self.good.is_empty() {
            return Ok(self.good.clone());
        }
        let error = match self.failures.first() {
            None => Error::new(
                ErrorKind::Training,
                "the command started no process of the image",
            )
            .hint("it must start `{image}`, or what PGOCTL_IMAGE names; `{java}` or PGOCTL_JAVA where a JVM is trained"),
            Some(why) => Error::new(
                ErrorKind::Training,
                format!(
                    "none of {} processes of the image left a good profile",
                    self.started
                ),
            )
            .because(why.clone())
            .hint("a process leaves its profile when it ends in order: by itself or after SIGTERM, not killed"),
        };
        Err(error.log(exec::tail(log)))
    }

    fn warnings(&self, made_of: u64) -> Vec<Warning> {
        let lost = self.failures.first().map(|why| {
            format!(
                "{} of {} processes that the command started left no good profile: {why}",
                self.failures.len(),
                self.started
            )
        });
        let unused = (made_of < self.good.len() as u64).then(|| {
            format!(
                "the command started {} processes, and what they recorded cannot be merged: the largest was kept",
                self.good.len()
            )
        });
        lost.into_iter()
            .chain(unused)
            .map(|message| Warning::new(WarningKind::ProfileSetAside, message))
            .collect()
    }
}

/// Makes one profile of those of all processes; of how many, and what a JVM's logs came to.
fn become_one(
    kind: ProfileKind,
    good: &[Process],
    profile: &Path,
) -> Result<(u64, Option<Conversion>)> {
    let files: Vec<PathBuf> = good.iter().map(|one| one.file.clone()).collect();
    let all = files.len() as u64;
    match kind {
        ProfileKind::HotspotIprof => {
            let converted =
                hotspot::convert(&files, Version::V1_0_0).map_err(|(log, damage)| {
                    let goal = format!("could not read the JVM's counters in `{}`", log.display());
                    Error::new(ErrorKind::Training, goal).because(damage.to_string())
                })?;
            write_atomically(profile, &converted.json())?;
            Ok((all, Some(converted.conversion)))
        }
        ProfileKind::Iprof | ProfileKind::ClassList => {
            merge::write(kind, &files, profile)?;
            Ok((all, None))
        }
        ProfileKind::AotConfiguration => {
            let size = |file: &&PathBuf| std::fs::metadata(file).map_or(0, |data| data.len());
            let largest = files.iter().max_by_key(size).expect("there is a good one");
            std::fs::rename(largest, profile)
                .map_err(|error| Error::io("keep", profile, &error))?;
            Ok((1, None))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_starts_what_it_stands_for_with_a_number_of_its_own() {
        let dir = tempfile::Builder::new()
            .prefix("it's odd ü")
            .tempdir()
            .expect("a temporary directory");
        let left = dir.path().join("left");
        create_dir(&left).expect("it can be made");
        let launch = Launch {
            program: "/bin/echo".into(),
            runtime_args: vec![format!("-XX:LogFile={}/{NUMBER}.log", left.display()).into()],
            code_args: vec!["a b".into()],
        };
        let path = dir.path().join("bin/hello");
        script(&path, &launch, &left).expect("it can be written");
        let said = |_| {
            let tool = Tool::new(&path).arg("$HOME");
            let said = exec::capture(&tool, Duration::from_secs(60));
            said.expect("it can be started").stdout
        };
        let [first, second] = [1, 2].map(said);
        assert_ne!(first, second);
        assert!(first.ends_with(".log a b $HOME\n"), "{first}");
        let number = first
            .strip_prefix(&format!("-XX:LogFile={}/", left.display()))
            .expect("it begins so");
        let number = &number[..36];
        assert!(left.join(format!("{number}.{STARTED}")).exists());
        assert_eq!(std::fs::read_dir(&left).expect("it is there").count(), 2);
    }
}
