//! A run's folder: `run.json` rewritten after every stage, logs, samples.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::error::{Error, Result};
use crate::host::Host;
use crate::report::{Report, SCHEMA_VERSION, Stage, StageStatus};
use crate::toolchain::Info;
use crate::variant::Variant;
use crate::warning::Warning;
use crate::workdir::{self, Workdir};

/// The report of a run, on disk.
pub const RUN_JSON: &str = "run.json";

/// The run that is going on: its report so far and its folder.
#[derive(Debug)]
pub struct Record {
    /// What is known so far.
    pub report: Report,
    dir: PathBuf,
    pass: Option<String>,
}

impl Record {
    /// A new run's folder under `.pgoctl/runs`, made when the first thing goes into it.
    pub fn new(workdir: &Workdir, report: Report) -> Self {
        let time: String = report
            .started
            .chars()
            .filter(|c| !"-:".contains(*c))
            .take_while(|c| *c != '.' && *c != 'Z')
            .collect();
        // Microseconds first, so that names sort by time even within a second.
        let micros = report
            .started
            .parse()
            .map_or(0, |time: jiff::Timestamp| time.subsec_nanosecond() / 1000);
        let id = format!("{micros:05x}{:03x}", rand::random::<u16>() & 0xfff);
        Self {
            report,
            dir: workdir.runs().join(format!("{time}-{id}")),
            pass: None,
        }
    }

    /// The finished run in `dir` again.
    pub fn reopen(dir: &Path) -> Result<Self> {
        Ok(Self {
            report: Self::read(dir)?,
            dir: dir.to_owned(),
            pass: None,
        })
    }

    /// The run's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Measures from here on into a folder of its own below `samples` and `logs`: rounds that are added, a second
    /// measurement. `None` is the first pass, which has the folders themselves.
    pub fn begin_pass(&mut self, name: Option<&str>) {
        self.pass = name.map(str::to_owned);
    }

    fn folder(&self, name: &str) -> PathBuf {
        let folder = self.dir.join(name);
        match &self.pass {
            Some(pass) => folder.join(pass),
            None => folder,
        }
    }

    /// The path of a log in `logs/`, which exists after this.
    pub fn log(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder("logs");
        workdir::create_dir(&folder)?;
        Ok(folder.join(name))
    }

    /// The folder of this pass's raw samples, which exists after this.
    pub fn samples(&self) -> Result<PathBuf> {
        let folder = self.folder("samples");
        workdir::create_dir(&folder)?;
        Ok(folder)
    }

    /// Keeps what became of a stage and writes `run.json`.
    pub fn stage(
        &mut self,
        name: &str,
        variant: Option<Variant>,
        status: StageStatus,
        since: Instant,
        reason: Option<String>,
    ) -> Result<()> {
        let seconds = since.elapsed().as_secs_f64();
        self.report.stages.push(Stage {
            name: name.to_owned(),
            variant,
            status,
            seconds,
            reason,
        });
        // A reused stage made nothing that a later reader would miss: the next write has it.
        if status == StageStatus::Reused {
            Ok(())
        } else {
            self.write()
        }
    }

    /// Keeps that `variant` is left out, and why.
    pub fn skipped(&mut self, name: &str, variant: Variant, reason: &str) {
        let reason = Some(reason.to_owned());
        self.report.stages.push(Stage {
            name: name.to_owned(),
            variant: Some(variant),
            status: StageStatus::Skipped,
            seconds: 0.0,
            reason,
        });
    }

    /// Adds a warning once; returns it if it is new.
    pub fn warn(&mut self, warning: Warning) -> Option<&Warning> {
        if self.report.warnings.contains(&warning) {
            return None;
        }
        self.report.warnings.push(warning);
        self.report.warnings.last()
    }

    /// Writes `run.json`.
    pub fn write(&self) -> Result<()> {
        workdir::create_dir(&self.dir)?;
        let mut json =
            serde_json::to_vec_pretty(&self.report).expect("a report has only string keys");
        json.push(b'\n');
        workdir::write_soon(&self.dir.join(RUN_JSON), &json)
    }

    /// Reads the report of the run in `dir`.
    pub fn read(dir: &Path) -> Result<Report> {
        let path = dir.join(RUN_JSON);
        let fail = |cause: String| {
            Error::usage(format!("could not read the run `{}`", dir.display())).because(cause)
        };
        let bytes = std::fs::read(&path).map_err(|error| fail(error.to_string()))?;
        serde_json::from_slice(&bytes)
            .map_err(|error| fail(format!("`{}`: {error}", path.display())))
    }

    /// The newest run under `.pgoctl/runs`, or the newest that measured something.
    pub fn newest(workdir: &Workdir, measured: bool) -> Option<PathBuf> {
        let mut dirs: Vec<PathBuf> = std::fs::read_dir(workdir.runs())
            .ok()?
            .flatten()
            .map(|entry| entry.path())
            .collect();
        dirs.sort();
        let wanted =
            |dir: &PathBuf| Self::read(dir).is_ok_and(|report| !measured || report.plan.is_some());
        dirs.into_iter().rev().find(wanted)
    }
}

/// An empty report that begins now.
pub fn new_report(function: &str, toolchains: Vec<Info>, warnings: Vec<Warning>) -> Report {
    Report {
        schema_version: SCHEMA_VERSION,
        function: function.to_owned(),
        started: jiff::Timestamp::now().to_string(),
        finished: None,
        host: Host::detect(),
        toolchains,
        stages: Vec::new(),
        sides: Vec::new(),
        comparisons: Vec::new(),
        gate: None,
        noise_floor: Default::default(),
        trained_with: None,
        training: Vec::new(),
        sweep: None,
        warnings,
        plan: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_time_even_within_a_second() {
        let named = |started: &str| {
            let mut report = Report::for_tests();
            report.started = started.to_owned();
            let workdir = Workdir::of(Path::new("/project"));
            Record::new(&workdir, report).dir().to_owned()
        };
        let times = [
            "2027-01-15T10:00:00Z",
            "2027-01-15T10:00:00.000002Z",
            "2027-01-15T10:00:00.25Z",
            "2027-01-15T10:00:01.000000001Z",
        ];
        assert!(times.map(named).is_sorted());
    }
}
