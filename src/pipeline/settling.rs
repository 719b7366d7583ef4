//! `stop = "stable"`: after each training run, what it changed; what was found out is kept beside the profiles.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::course::Course;
use crate::error::Result;
use crate::identity::file_digest;
use crate::profile::ProfileKind;
use crate::profile::stability::{Point, Watch, settled_for};
use crate::report::TrainingReport;
use crate::variant::Variant;
use crate::workdir::write_atomically;

/// `<identity>.curve.json`: what each run changed, so that it need not be found out again.
#[derive(Debug, Serialize, Deserialize)]
struct Curve {
    /// 1.
    schema_version: u32,
    /// SHA-256 of the profile that each point is of.
    profiles: Vec<String>,
    points: Vec<Point>,
}

/// How the profile of one training settles.
pub(super) struct Settling {
    kind: ProfileKind,
    stable_runs: u32,
    /// Good profiles without which nothing is stable, in view of the runs so far.
    needed: usize,
    file: PathBuf,
    known: Curve,
    /// The good profiles so far, with their digests.
    profiles: Vec<(u32, PathBuf, String)>,
    points: Vec<Point>,
    /// The profile so far, once something has to be found out.
    watch: Option<Watch>,
}

impl Settling {
    /// Nothing was looked at so far; `None` where training goes on for all runs.
    pub(super) fn of(course: &Course<'_>, folder: &Path) -> Option<Self> {
        let file = folder.join(format!("{}.curve.json", course.identity));
        let known = std::fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or(Curve {
                schema_version: 1,
                profiles: Vec::new(),
                points: Vec::new(),
            });
        Some(Self {
            kind: course.training.kind,
            stable_runs: course.stable_runs?,
            needed: 0,
            file,
            known,
            profiles: Vec::new(),
            points: Vec::new(),
            watch: None,
        })
    }

    /// Looks at the good profile that `run` left.
    pub(super) fn add(&mut self, run: u32, profile: &Path) -> Result<()> {
        let sha256 = file_digest(profile)?;
        let at = self.profiles.len();
        let known = self
            .known
            .points
            .get(at)
            .filter(|_| self.watch.is_none() && self.known.profiles.get(at) == Some(&sha256));
        let point = match known {
            Some(point) => Point {
                run,
                ..point.clone()
            },
            None => self.find_out(run, profile)?,
        };
        self.profiles.push((run, profile.to_owned(), sha256));
        self.points.push(point);
        Ok(())
    }

    fn find_out(&mut self, run: u32, profile: &Path) -> Result<Point> {
        if self.watch.is_none() {
            let mut watch = Watch::new(self.kind);
            for (run, profile, _) in &self.profiles {
                watch.add(*run, profile)?;
            }
            self.watch = Some(watch);
        }
        let watch = self.watch.as_mut().expect("it was just made");
        watch.add(run, profile)
    }

    /// So many good profiles are needed of the runs so far.
    pub(super) fn needs(&mut self, good: usize) {
        self.needed = good;
    }

    /// Whether no more runs are needed.
    pub(super) fn is_stable(&self) -> bool {
        settled_for(&self.points) >= self.stable_runs && self.points.len() >= self.needed
    }

    /// Keeps what was found out beside the profiles, if anything was.
    pub(super) fn keep(&self) -> Result<()> {
        if self.watch.is_none() {
            return Ok(());
        }
        let digests = self.profiles.iter().map(|(_, _, sha256)| sha256.clone());
        let curve = Curve {
            schema_version: 1,
            profiles: digests.collect(),
            points: self.points.clone(),
        };
        let text = serde_json::to_vec_pretty(&curve).expect("it has only string keys");
        write_atomically(&self.file, &text)
    }

    /// What the report says of `runs` runs.
    pub(super) fn report(&self, variant: Variant, runs: u32, most_runs: u32) -> TrainingReport {
        TrainingReport {
            variant,
            stable_runs: self.stable_runs,
            most_runs,
            runs,
            stable: self.is_stable(),
            curve: self.points.clone(),
        }
    }
}
