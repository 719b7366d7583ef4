//! Saved named baselines: a run kept as `.pgoctl/baselines/<name>/`, to hold later runs against.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::analysis::{Judging, judged, known};
use super::figures::levels;
use super::passes::{self, Samples};
use crate::compare::{Comparison, IntervalOf, Metric, Pair, Side};
use crate::error::{Error, Result};
use crate::record::{RUN_JSON, Record};
use crate::report::{PlanReport, Report, SideReport};
use crate::stats;
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};
use crate::workdir::{self, Aside, Workdir};

/// A saved run.
#[derive(Debug)]
pub struct Baseline {
    name: String,
    report: Report,
    samples: Samples,
}

impl Baseline {
    /// Keeps the run in `dir` under `name`; what had that name is replaced.
    pub fn save(workdir: &Workdir, name: &str, dir: &Path) -> Result<PathBuf> {
        check_name(name)?;
        let target = workdir.baseline(name);
        let aside = Aside::new(&target)?;
        copy(&dir.join(RUN_JSON), &aside.path().join(RUN_JSON))?;
        copy_folder(&dir.join("samples"), &aside.path().join("samples"))?;
        aside.commit()?;
        Ok(target)
    }

    /// Reads the baseline `name`.
    pub fn load(workdir: &Workdir, name: &str) -> Result<Self> {
        let dir = workdir.baseline(name);
        if check_name(name).is_err() || !dir.join(RUN_JSON).is_file() {
            let missing = Error::usage(format!("there is no saved baseline `{name}`"));
            let names = names(workdir);
            return Err(match names.is_empty() {
                true => missing.hint(format!("`pgoctl bench --save-baseline {name}` saves one")),
                false => missing.hint(format!("there are: {}", names.join(", "))),
            });
        }
        Ok(Self {
            name: name.to_owned(),
            report: Record::read(&dir)?,
            samples: passes::read(&dir.join("samples"))?,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its sides.
    pub fn sides(&self) -> impl Iterator<Item = &Side> {
        self.report.sides.iter().map(|known| &known.side)
    }

    /// Whether a side of `report` is one of its sides as well.
    pub fn has_any_of(&self, report: &Report) -> bool {
        let mut sides = report.sides.iter();
        sides.any(|known| self.sides().any(|side| *side == known.side))
    }

    /// Fails if `report` was measured otherwise than this baseline, with every reason.
    pub fn comparable(&self, report: &Report) -> Result<()> {
        self.refuse(reasons(&self.report, report))
    }

    fn refuse(&self, reasons: Vec<String>) -> Result<()> {
        if reasons.is_empty() {
            return Ok(());
        }
        let error = Error::usage(format!(
            "this run cannot be compared with the saved baseline `{}`",
            self.name
        ));
        Err(reasons
            .into_iter()
            .fold(error, Error::because)
            .hint(format!(
                "measure both alike; `--save-baseline {}` replaces the baseline",
                self.name
            )))
    }

    /// Puts each side of `report` against the same side of this baseline; `samples` is the run's folder of them.
    pub fn compare(&self, samples: &Path, report: &mut Report, threshold: f64) -> Result<()> {
        let mut reasons = reasons(&self.report, report);
        if !self.has_any_of(report) {
            reasons.push("no variant is in both".to_owned());
        }
        self.refuse(reasons)?;
        let candidates = passes::read(samples)?;
        let judging = Judging::of(report, threshold);
        let before = |side: &Side| self.report.sides.iter().find(|known| known.side == *side);
        report.comparisons = report
            .sides
            .iter()
            .filter_map(|known| Some((before(&known.side)?, known)))
            .flat_map(|(before, known)| {
                let candidates = &candidates;
                Metric::ALL.iter().filter_map(move |metric| {
                    self.comparison(*metric, before, known, candidates, judging)
                })
            })
            .collect();
        let message = format!(
            "`{}` was measured at another time ({}): what the machine did in between is in no interval",
            self.name, self.report.started
        );
        let warning = Warning::new(WarningKind::NotInterleaved, message);
        if !report.warnings.contains(&warning) {
            report.warnings.push(warning);
        }
        Ok(())
    }

    fn comparison(
        &self,
        metric: Metric,
        before: &SideReport,
        now: &SideReport,
        candidates: &Samples,
        judging: Judging,
    ) -> Option<Comparison> {
        let sides = Pair::of_itself(&now.side);
        let comparison = match metric.interval_of() {
            IntervalOf::Nothing => {
                let value = |of: &SideReport| of.metrics.get(metric).map(|known| known.value);
                known(metric, sides, value(before)?, value(now)?)?
            }
            IntervalOf::Rounds | IntervalOf::ColdStarts | IntervalOf::DroppedColdStarts => {
                let values = |samples| -> Vec<f64> {
                    levels(metric, &now.side, samples)
                        .into_iter()
                        .map(|(_, level)| level)
                        .collect()
                };
                let (one, other) = (values(&self.samples), values(candidates));
                let change = stats::change_unpaired(&one, &other, judging.confidence)?;
                judged(metric, sides, change, judging)
            }
        };
        Some(Comparison {
            saved_baseline: Some(self.name.clone()),
            ..comparison
        })
    }
}

/// Why two runs cannot be compared.
fn reasons(baseline: &Report, report: &Report) -> Vec<String> {
    let mut reasons = Vec::new();
    let mut differ = |what: &str, one: String, other: String| {
        if one != other {
            reasons.push(format!("other {what}: {one} there, {other} here"));
        }
    };
    differ(
        "function",
        baseline.function.clone(),
        report.function.clone(),
    );
    let host = |report: &Report| {
        let host = &report.host;
        let unknown = || "unknown".to_owned();
        format!(
            "{}, {} cores, {}, kernel {}",
            host.cpu.clone().unwrap_or_else(unknown),
            host.cores.map_or_else(unknown, |cores| cores.to_string()),
            host.os.clone().unwrap_or_else(unknown),
            host.kernel.clone().unwrap_or_else(unknown)
        )
    };
    differ("host", host(baseline), host(report));
    let (Some(one), Some(other)) = (&baseline.plan, &report.plan) else {
        return reasons;
    };
    let number = |name, of: fn(&PlanReport) -> String| (name, of(one), of(other));
    for (name, one, other) in [
        number("workload", |plan| plan.workload.clone()),
        number("requests in a round", |plan| plan.requests.to_string()),
        number("warm-up", |plan| plan.warmup.to_string()),
        number("concurrency", |plan| plan.concurrency.to_string()),
        number("rate", |plan| plan.rate.to_string()),
        number("comparison", |plan| match plan.aa {
            Some(_) => "of each image with itself".to_owned(),
            None => "of images".to_owned(),
        }),
    ] {
        differ(name, one, other);
    }
    reasons
}

/// Names are folder names, and none of them is a variant's.
fn check_name(name: &str) -> Result<()> {
    let plain = !name.is_empty()
        && !name.starts_with(['.', '-'])
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "-_.+".contains(c));
    if !plain {
        return Err(Error::usage(format!("`{name}` cannot name a baseline"))
            .hint("letters, digits, `-`, `_`, `.` and `+`"));
    }
    match name.parse::<Variant>().is_ok() {
        true => Err(Error::usage(format!(
            "`{name}` is the name of a variant, not of a baseline"
        ))),
        false => Ok(()),
    }
}

fn names(workdir: &Workdir) -> Vec<String> {
    let entries = std::fs::read_dir(workdir.baselines()).into_iter().flatten();
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::copy(from, to)
        .map(|_| ())
        .map_err(|error| Error::io("copy", from, &error))
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from).follow_links(true) {
        let entry = entry.map_err(|error| Error::walk(from, error))?;
        let below = entry.path().strip_prefix(from);
        let target = to.join(below.expect("a walk stays below where it began"));
        match entry.file_type().is_dir() {
            true => workdir::create_dir(&target)?,
            false => copy(entry.path(), &target)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_otherwise_is_not_compared_and_every_reason_is_given() {
        let one = Report::for_tests();
        let mut other = one.clone();
        assert!(reasons(&one, &other).is_empty());
        let plan = other.plan.as_mut().expect("it was measured");
        plan.concurrency = 8;
        plan.workload = "other".to_owned();
        other.host.cores = Some(64);
        let found = reasons(&one, &other).join("\n");
        for word in [
            "other host",
            "other workload",
            "other concurrency: 1 there, 8 here",
        ] {
            assert!(found.contains(word), "{word}: {found}");
        }
    }

    #[test]
    fn a_name_is_a_folder_and_no_variant() {
        let good = |name| check_name(name).is_ok();
        assert!(good("main") && good("release-1.2+x"));
        assert!(!good("") && !good("../up") && !good(".hidden") && !good("native"));
    }
}
