//! `pgoctl bench` of what the user names: commands and servers that run already, without a pipeline.
//!
//! Where there is a configuration file, its function says arguments, environment and workload; what is on the command line
//! comes first.

mod asked;
mod base;
mod shell_words;
mod side;
mod started;
#[cfg(test)]
mod tests;
mod url;

use std::path::Path;

use super::{Request, settings};
use crate::bench::{BenchPlan, Subject};
use crate::compare::Side;
use crate::error::{Error, Result};
use crate::interrupt::Stop;
use crate::load::tls::Trust;
use crate::report::SideReport;
use crate::toolchain::Info;
use crate::warning::{Warning, WarningKind};
use crate::workdir::Workdir;
use base::Base;

pub use asked::Asked;

/// Everything decided.
#[derive(Debug)]
pub struct Bare {
    /// Where the run is kept.
    pub workdir: Workdir,
    /// The name in the report.
    pub name: String,
    /// What is measured.
    pub subjects: Vec<Subject>,
    /// What is known of each without measuring.
    pub reports: Vec<SideReport>,
    /// The JDK that runs the JARs.
    pub toolchains: Vec<Info>,
    /// How it is measured.
    pub bench: BenchPlan,
    /// What a reader of the figures should know.
    pub warnings: Vec<Warning>,
    /// What ends the work early, besides signals.
    pub stop: Stop,
}

/// Decides; nothing is started but `java -version`.
pub fn decide(request: &Request, asked: &Asked, dir: &Path) -> Result<Bare> {
    let base = Base::read(request, dir)?;
    let workdir = Workdir::of(&base.dir);
    let mut java = None;
    let mut sides = Vec::new();
    for command in &asked.commands {
        sides.push(base.command(command, asked, request, dir, &mut java)?);
    }
    let trust = asked.trust()?;
    for url in &asked.urls {
        sides.push(base.server(url, asked, &trust)?);
    }
    let first = sides.first().ok_or_else(|| {
        Error::usage("there is nothing to measure")
            .hint("name a program, a JAR, or `--url http://127.0.0.1:8080/`")
    })?;
    let (_, bench) = settings::decide(&request.settings, &base.config, &first.workload, false)?;
    let names = side::names(&sides);
    let (mut subjects, mut reports) = (Vec::new(), Vec::new());
    for (unnamed, name) in sides.into_iter().zip(names) {
        let side = Side::of_name(&name);
        reports.push(unnamed.report(side.clone())?);
        subjects.push(Subject {
            side,
            runs: unnamed.runs,
        });
    }
    Ok(Bare {
        workdir,
        name: base.name,
        warnings: unchecked(&subjects, &trust).into_iter().collect(),
        subjects,
        reports,
        toolchains: java.into_iter().collect(),
        bench,
        stop: request.stop.clone(),
    })
}

/// Says whose certificates nobody looked at.
fn unchecked(subjects: &[Subject], trust: &Trust) -> Option<Warning> {
    let names: Vec<_> = subjects
        .iter()
        .filter(|subject| *trust == Trust::Anyone && subject.is_tls())
        .map(|subject| format!("`{}`", subject.side.name()))
        .collect();
    let message = format!(
        "the certificate of {} was not checked (`--insecure`): anybody could have answered",
        names.join(" and ")
    );
    let warning = Warning::new(WarningKind::CertificateNotChecked, message)
        .hint("`--cacert FILE` trusts a server's own certificate, or who signed it");
    (!names.is_empty()).then_some(warning)
}
