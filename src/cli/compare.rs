//! `compare`: the variants of a finished run against each other, computed again from its samples.

use std::path::PathBuf;

use clap::Args;

use super::global::Global;
use crate::bench::{self, Baseline};
use crate::compare::Side;
use crate::config::Project;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::report::{Report, render};
use crate::ui::Ui;
use crate::units::Percent;
use crate::variant::Variant;

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// The run's folder, or its name under .pgoctl/runs [default: the newest that measured something]
    #[arg(value_name = "RUN")]
    run: Option<PathBuf>,
    /// The variant that the others are compared with, or the name of a saved baseline [default: each variant's own]
    #[arg(long, value_name = "VARIANT|NAME")]
    baseline: Option<Against>,
    /// Only these against the baseline
    #[arg(long, value_enum, value_delimiter = ',')]
    candidate: Vec<Variant>,
    /// A smaller change does not matter
    #[arg(long, default_value = "3%", value_name = "PERCENT")]
    threshold: Percent,
}

/// What candidates are held against.
#[derive(Clone, Debug)]
enum Against {
    Variant(Variant),
    /// A side of the run with a name of its own, or a saved baseline.
    Other(String),
}

impl std::str::FromStr for Against {
    type Err = std::convert::Infallible;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Ok(match name.parse() {
            Ok(variant) => Self::Variant(variant),
            Err(_) => Self::Other(name.to_owned()),
        })
    }
}

pub(super) fn compare(global: &Global, args: &CompareArgs, ui: &Ui) -> Result<()> {
    let dir = super::report::find(global, args.run.as_deref())?;
    let mut report = Record::read(&dir)?;
    let baseline = match &args.baseline {
        Some(Against::Variant(variant)) => Some(variant.name()),
        Some(Against::Other(name)) if measured(&report, name) => Some(name.as_str()),
        _ => None,
    };
    for name in baseline
        .into_iter()
        .chain(args.candidate.iter().map(|variant| variant.name()))
    {
        was_measured(&report, name)?;
    }
    let keep = |side: &Side| {
        args.candidate.is_empty()
            || args.candidate.iter().any(|candidate| *side == *candidate)
            || baseline == Some(side.name())
            || is_baseline(args, side)
    };
    report.sides.retain(|known| keep(&known.side));
    let samples = dir.join("samples");
    bench::analyse_against(&samples, &mut report, args.threshold.0, baseline)?;
    if let (Some(Against::Other(name)), None) = (&args.baseline, baseline) {
        let workdir = Project::find(global.config.as_deref())?.workdir();
        let saved = Baseline::load(&workdir, name)?;
        saved.compare(&samples, &mut report, args.threshold.0)?;
    }
    report.stages.clear();
    ui.result(&render(&report, global.format, Global::style(ui)))
}

/// Whether a chosen candidate is compared with it.
fn is_baseline(args: &CompareArgs, side: &Side) -> bool {
    args.baseline.is_none()
        && args
            .candidate
            .iter()
            .filter_map(|candidate| candidate.baseline())
            .any(|baseline| *side == baseline)
}

fn measured(report: &Report, name: &str) -> bool {
    report.sides.iter().any(|known| known.side.name() == name)
}

fn was_measured(report: &Report, name: &str) -> Result<()> {
    if measured(report, name) {
        return Ok(());
    }
    let measured: Vec<&str> = report.sides.iter().map(|known| known.side.name()).collect();
    Err(
        Error::usage(format!("`{name}` was not measured in that run"))
            .hint(format!("it has {}", measured.join(", "))),
    )
}
