//! Who can be killed: processes of the sandbox's controller, found as `/proc` shows them.

use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

/// What is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Victim {
    Controller,
    Worker,
    /// The `pgoctl build` of an image.
    Builder,
    /// The native-image below it.
    NativeImage,
    Store,
}

impl Victim {
    pub fn name(self) -> &'static str {
        match self {
            Self::Controller => "controller",
            Self::Worker => "worker",
            Self::Builder => "pgoctl build",
            Self::NativeImage => "native-image",
            Self::Store => "store",
        }
    }
}

/// A process.
#[derive(Clone, Debug)]
pub struct Process {
    pub pid: i32,
    pub words: Vec<String>,
}

/// Everything that has the folder in its command line, or stands in it.
pub fn all(folder: &Path) -> Vec<Process> {
    let named = folder.to_string_lossy().into_owned();
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let mut found = Vec::new();
    for entry in entries {
        let Ok(pid) = entry.file_name().to_string_lossy().parse() else {
            continue;
        };
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let stands = std::fs::read_link(entry.path().join("cwd"));
        let words: Vec<String> = line
            .split(|byte| *byte == 0)
            .map(|word| String::from_utf8_lossy(word).into_owned())
            .collect();
        let is_named = words.iter().any(|word| word.contains(&named));
        if is_named || stands.is_ok_and(|place| place.starts_with(folder)) {
            found.push(Process { pid, words });
        }
    }
    found.sort_by_key(|process| process.pid);
    found
}

impl Process {
    /// The variant that it is a worker of.
    pub fn variant(&self) -> Option<&str> {
        if !self.words.iter().any(|word| word == "--port") {
            return None;
        }
        let image = self.words[0].split("/images/").nth(1);
        match image.and_then(|rest| rest.split('/').nth(1)) {
            Some(variant) => Some(variant),
            None => Some("hotspot"),
        }
    }

    fn is_builder(&self) -> bool {
        let has = |wanted: &str| self.words.iter().any(|word| word == wanted);
        has("build") && has("--config") && has("--variant")
    }

    fn parent(&self) -> Option<i32> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).ok()?;
        let rest = stat.rsplit_once(") ")?.1;
        rest.split(' ').nth(1)?.parse().ok()
    }

    /// The function whose image it is or builds: its folder in the controller's.
    pub fn function(&self) -> Option<String> {
        let words = self.words.iter();
        let mut parts = words.filter_map(|word| word.split("/serve/functions/").nth(1));
        parts.next()?.split('/').next().map(str::to_owned)
    }

    /// Kills it; `false`: it was gone.
    pub fn kill(&self) -> bool {
        let pid = Pid::from_raw(self.pid).unwrap();
        kill_process(pid, Signal::KILL).is_ok()
    }
}

/// Those of `all` that are such a victim.
pub fn of(victim: Victim, all: &[Process]) -> Vec<Process> {
    let builders: Vec<i32> = all
        .iter()
        .filter(|it| it.is_builder())
        .map(|it| it.pid)
        .collect();
    let is_one = |process: &&Process| match victim {
        Victim::Worker => process.variant().is_some(),
        Victim::Builder => builders.contains(&process.pid),
        Victim::NativeImage => process.parent().is_some_and(|it| builders.contains(&it)),
        Victim::Controller | Victim::Store => false,
    };
    all.iter().filter(is_one).cloned().collect()
}
