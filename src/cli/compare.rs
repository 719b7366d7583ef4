//! `compare`: the variants of a finished run against each other, computed again from its samples.

use std::path::PathBuf;

use clap::Args;

use super::common::Global;
use crate::bench;
use crate::config::Percent;
use crate::error::{Error, Result};
use crate::pipeline::Record;
use crate::report::{Report, render};
use crate::ui::Ui;
use crate::variant::Variant;

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// The run's folder, or its name under .pgoctl/runs [default: the newest that measured something]
    #[arg(value_name = "RUN")]
    run: Option<PathBuf>,
    /// The side that the others are compared with [default: each variant's own]
    #[arg(long, value_enum)]
    baseline: Option<Variant>,
    /// Only these against the baseline
    #[arg(long, value_enum, value_delimiter = ',')]
    candidate: Vec<Variant>,
    /// A smaller change does not matter
    #[arg(long, default_value = "3%", value_name = "PERCENT")]
    threshold: Percent,
}

pub(super) fn compare(global: &Global, args: &CompareArgs, ui: &Ui) -> Result<()> {
    let dir = super::report::find(global, args.run.as_deref())?;
    let mut report = Record::read(&dir)?;
    for variant in args.baseline.iter().chain(&args.candidate) {
        was_measured(&report, *variant)?;
    }
    let keep = |variant: Variant| args.candidate.is_empty() || args.candidate.contains(&variant) || args.baseline == Some(variant) || is_baseline(args, variant);
    report.variants.retain(|variant| keep(variant.variant));
    bench::analyse_against(&dir.join("samples"), &mut report, args.threshold.0, args.baseline)?;
    report.stages.clear();
    ui.result(&render(&report, global.format, Global::style(ui)))
}

/// Whether a chosen candidate is compared with it.
fn is_baseline(args: &CompareArgs, variant: Variant) -> bool {
    args.baseline.is_none() && args.candidate.iter().any(|candidate| candidate.baseline() == Some(variant))
}

fn was_measured(report: &Report, variant: Variant) -> Result<()> {
    if report.variants.iter().any(|measured| measured.variant == variant) {
        return Ok(());
    }
    let measured: Vec<&str> = report.variants.iter().map(|measured| measured.variant.name()).collect();
    Err(Error::usage(format!("`{variant}` was not measured in that run")).hint(format!("it has {}", measured.join(", "))))
}
