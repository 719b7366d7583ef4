//! `compare`: the variants of a finished run against each other, computed again from its samples.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::global::Global;
use crate::bench::{self, Baseline};
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

/// The side that candidates are held against.
#[derive(Clone, Debug)]
enum Against {
    Variant(Variant),
    Saved(String),
}

impl std::str::FromStr for Against {
    type Err = std::convert::Infallible;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Ok(match Variant::from_str(name, false) {
            Ok(variant) => Self::Variant(variant),
            Err(_) => Self::Saved(name.to_owned()),
        })
    }
}

pub(super) fn compare(global: &Global, args: &CompareArgs, ui: &Ui) -> Result<()> {
    let dir = super::report::find(global, args.run.as_deref())?;
    let mut report = Record::read(&dir)?;
    let baseline = match args.baseline {
        Some(Against::Variant(variant)) => Some(variant),
        _ => None,
    };
    for variant in baseline.iter().chain(&args.candidate) {
        was_measured(&report, *variant)?;
    }
    let keep = |variant: Variant| {
        args.candidate.is_empty()
            || args.candidate.contains(&variant)
            || baseline == Some(variant)
            || is_baseline(args, variant)
    };
    report.variants.retain(|variant| keep(variant.variant));
    let samples = dir.join("samples");
    bench::analyse_against(&samples, &mut report, args.threshold.0, baseline)?;
    if let Some(Against::Saved(name)) = &args.baseline {
        let workdir = Project::find(global.config.as_deref())?.workdir();
        let saved = Baseline::load(&workdir, name)?;
        saved.compare(&samples, &mut report, args.threshold.0)?;
    }
    report.stages.clear();
    ui.result(&render(&report, global.format, Global::style(ui)))
}

/// Whether a chosen candidate is compared with it.
fn is_baseline(args: &CompareArgs, variant: Variant) -> bool {
    args.baseline.is_none()
        && args
            .candidate
            .iter()
            .any(|candidate| candidate.baseline() == Some(variant))
}

fn was_measured(report: &Report, variant: Variant) -> Result<()> {
    if report
        .variants
        .iter()
        .any(|measured| measured.variant == variant)
    {
        return Ok(());
    }
    let measured: Vec<&str> = report
        .variants
        .iter()
        .map(|measured| measured.variant.name())
        .collect();
    Err(
        Error::usage(format!("`{variant}` was not measured in that run"))
            .hint(format!("it has {}", measured.join(", "))),
    )
}
