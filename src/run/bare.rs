//! Measuring what the user names: programs, JARs, checked out revisions, servers that run already.

use super::measure::{Deciding, Measuring};
use super::{Answer, Ended, Goal, finish, lock};
use crate::error::Result;
use crate::event::{self, Event, Listener};
use crate::gate::GatePlan;
use crate::plan::bare::Bare;
use crate::record::{Record, new_report};
use crate::report::Aa;

/// Measures the subjects, against each other or (`calibrate`) each against itself, and keeps the run.
pub fn bench(
    mut bare: Bare,
    deciding: &Deciding,
    calibrate: bool,
    listener: &dyn Listener,
) -> Result<Answer> {
    bare.bench.aa = calibrate.then(Aa::default);
    let lock = lock(&bare.workdir, &bare.name, "bench", &bare.stop, listener)?;
    announce(&bare, listener);
    let mut warnings = bare.bench.warnings();
    warnings.append(&mut bare.warnings);
    for warning in &warnings {
        event::warn(listener, warning);
    }
    let mut report = new_report(&bare.name, bare.toolchains, warnings);
    report.sides = bare.reports;
    let mut record = Record::new(&bare.workdir, report);
    let measuring = Measuring {
        bench: &bare.bench,
        gate: &GatePlan::usual(bare.bench.threshold_percent),
        workdir: &bare.workdir,
        stop: &bare.stop,
        deciding,
        gating: None,
    };
    measuring.measure(&bare.subjects, &[], &mut record, listener)?;
    finish(&mut record)?;
    measuring.save_baseline(&record, listener)?;
    drop(lock);
    Ok(Answer::Ended(Ended {
        record,
        goal: Goal::Bench,
        next: Some("pgoctl report --format markdown"),
        conclusion: Ok(None),
    }))
}

fn announce(bare: &Bare, listener: &dyn Listener) {
    let sides = bare.subjects.iter();
    listener.hear(Event::Planned {
        function: None,
        sides: sides
            .map(|subject| subject.side.name().to_owned())
            .collect(),
        measured: Some((bare.bench.rounds, bare.bench.requests)),
    });
}

/// The commands that would be measured.
pub fn preview(bare: &Bare) -> String {
    use std::fmt::Write;

    use crate::bench::subject::Runs;
    let mut text = format!(
        "# measure: {} rounds × {} requests and {} cold starts of each, interleaved\n",
        bare.bench.rounds, bare.bench.requests, bare.bench.cold_starts
    );
    for subject in &bare.subjects {
        let line = match &subject.runs {
            Runs::Process(process, launch) => {
                let input = match process.workload.input_file() {
                    Some(file) => format!(" < {}", file.display()),
                    None => String::new(),
                };
                format!("{}{input}", launch.tool(&process.args))
            }
            Runs::Already(_) => format!("# {} runs already", subject.side.name()),
        };
        writeln!(text, "{line}").expect("a string takes everything");
    }
    text
}
