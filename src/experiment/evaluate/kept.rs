//! What an evaluation knows so far, on disk: rewritten after every row.

use std::path::{Path, PathBuf};

use super::figures::{Asked, Seen, figures};
use crate::error::Result;
use crate::event::{Event, Listener};
use crate::experiment::cross::foretold::foretold;
use crate::experiment::forecast::{Ahead, Left};
use crate::record::Record;
use crate::report::evaluate::{Enough, EvaluateReport, FigureOver, Measured, Warned};
use crate::report::evaluation_page;
use crate::warning::WarningKind;
use crate::workdir::{create_dir, write_atomically};

/// What is known so far.
pub(super) struct Kept {
    /// Whether functions are measured with each other's profiles.
    pub(super) crossed: bool,
    /// The largest change in percent that does not matter.
    pub(super) threshold_percent: f64,
    /// Where it is.
    pub(super) folder: PathBuf,
    /// What was measured.
    pub(super) seen: Seen,
    /// What that comes to.
    pub(super) report: EvaluateReport,
}

impl Kept {
    /// Brings the report up to date and writes it.
    pub(super) fn write(&mut self) -> Result<()> {
        let (report, seen) = (&mut self.report, &self.seen);
        let asked = Asked {
            functions: &report.functions,
            baseline: report.baseline,
            variant: report.variant,
            swept: report.profiles.len() > 1,
            crossed: self.crossed,
            threshold_percent: self.threshold_percent,
        };
        report.figures = figures(&asked, seen);
        report.enough = enough(seen);
        let all = seen.crosses.len() == report.functions.len();
        let rows: Vec<_> = seen.crosses.iter().map(|(row, _)| row.clone()).collect();
        report.foretold = all.then(|| foretold(&rows));
        report.runs = runs(&report.functions, self.crossed, seen);
        report.warnings = warnings(seen);
        create_dir(&self.folder)?;
        let mut json = serde_json::to_vec_pretty(report).expect("it has only string keys");
        json.push(b'\n');
        let write = |name: &str, text: &[u8]| write_atomically(&self.folder.join(name), text);
        write("evaluate.json", &json)?;
        write("evaluate.md", report.markdown().as_bytes())?;
        write("evaluate.html", evaluation_page(report).as_bytes())
    }

    /// Tells what comes next and how long is left.
    pub(super) fn tell(&self, ahead: &[Vec<Ahead>], listener: &dyn Listener) {
        let done = self.seen.sweeps.len() + self.seen.crosses.len();
        let Some(next) = self.report.runs.get(done) else {
            return;
        };
        listener.hear(Event::Ahead {
            what: next.words(),
            row: done + 1,
            rows: self.report.runs.len(),
            left: Left::of(ahead.iter().skip(done).flatten()).words(),
        });
    }
}

fn enough(seen: &Seen) -> Vec<Enough> {
    let of = |(function, record): &(String, Record)| {
        let sweep = record.report.sweep.as_ref()?;
        (sweep.cells.len() > 1).then(|| Enough {
            function: function.clone(),
            smallest: sweep.smallest,
            words: sweep.words(),
        })
    };
    seen.sweeps.iter().filter_map(of).collect()
}

/// The rows, each with its run once it is measured.
fn runs(functions: &[String], is_crossed: bool, seen: &Seen) -> Vec<Measured> {
    let row = |function: &String, over, run: Option<&Path>| Measured {
        function: function.clone(),
        over,
        run: run.map(Path::to_owned),
    };
    let swept = |name: &String| {
        let found = seen.sweeps.iter().find(|(known, _)| known == name);
        let run = found.map(|(_, record)| record.dir());
        row(name, FigureOver::Profiles, run)
    };
    let crossed = |name: &String| {
        let found = seen.crosses.iter().find(|(row, _)| row.function == *name);
        let run = found.map(|(row, _)| row.run.as_path());
        row(name, FigureOver::Sources, run)
    };
    let crosses = functions.iter().filter(|_| is_crossed);
    functions
        .iter()
        .map(swept)
        .chain(crosses.map(crossed))
        .collect()
}

/// What the runs warn of: a reader of the evaluation should not have to open each of them.
fn warnings(seen: &Seen) -> Vec<Warned> {
    let row = |function: &str, over| Measured {
        function: function.to_owned(),
        over,
        run: None,
    };
    let swept = seen.sweeps.iter().map(|(function, record)| {
        let row = row(function, FigureOver::Profiles);
        (row, record)
    });
    let crossed = seen.crosses.iter().map(|(cross, record)| {
        let row = row(&cross.function, FigureOver::Sources);
        (row, record)
    });
    let mut all: Vec<Warned> = Vec::new();
    for (row, record) in swept.chain(crossed) {
        // Those that are far from the others are in the runs' own reports; they count all the same.
        let all_of = record.report.warnings.iter();
        for warning in all_of.filter(|warning| warning.kind != WarningKind::Outlier) {
            let words = row.words();
            match all.iter_mut().find(|known| known.warning == *warning) {
                Some(known) if known.rows.contains(&words) => {}
                Some(known) => known.rows.push(words),
                None => all.push(Warned {
                    warning: warning.clone(),
                    rows: vec![words],
                }),
            }
        }
    }
    all
}
