//! A row of a grid: the images of one function, each with its side, measured in one run or found measured.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::bench::{Subject, analyse_against};
use crate::compare::{Comparison, Metric, Side};
use crate::error::Result;
use crate::event::{Event, Listener};
use crate::identity::{Identity, Inputs};
use crate::pipeline::Image;
use crate::plan::Plan;
use crate::record::Record;
use crate::report::SideReport;
use crate::run::{finish, measure, subjects};
use crate::workdir::{create_dir, write_atomically};

/// The metrics that experiments are about, as the thesis has them.
pub(super) const METRICS: [Metric; 3] = [
    Metric::ThroughputRps,
    Metric::LatencyMsMean,
    Metric::LatencyMsP90,
];

/// An image under the name by which it takes part.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) side: Side,
    pub(super) image: Image,
}

impl Cell {
    fn subject(&self, plan: &Plan) -> Subject {
        Subject {
            side: self.side.clone(),
            ..subjects::of_image(plan, &self.image)
        }
    }

    /// What the report says about it before anything is measured.
    fn report(&self) -> SideReport {
        SideReport {
            side: self.side.clone(),
            ..self.image.report()
        }
    }
}

/// `.pgoctl/experiments/<key>.json`: which run measured a row.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// 1.
    schema_version: u32,
    /// Everything that shaped it, by name.
    inputs: Inputs,
    /// The name of the run's folder.
    run: PathBuf,
}

/// The images of one function that are measured against each other.
pub(super) struct Row<'a> {
    pub(super) plan: &'a Plan,
    pub(super) cells: &'a [Cell],
}

impl Row<'_> {
    /// Measures the cells against each other into `record`; or returns the record of the run that has measured the same already,
    /// unless `anew`.
    pub(super) fn measure(
        &self,
        mut record: Record,
        anew: bool,
        listener: &dyn Listener,
    ) -> Result<Record> {
        let inputs = self.inputs()?;
        let file = self.file(&inputs.identity());
        if let (Some(mut before), false) = (self.before(&file), anew) {
            for warning in record.report.warnings {
                before.warn(warning);
            }
            listener.hear(Event::Explained {
                what: "measure".to_owned(),
                why: format!(
                    "reused: the same images were measured before: {}",
                    before.dir().display()
                ),
                asked: true,
            });
            return Ok(before);
        }
        record.report.sides = self.cells.iter().map(Cell::report).collect();
        record.report.trained_with = Some(self.plan.trained_with()?);
        let subjects: Vec<Subject> = self
            .cells
            .iter()
            .map(|cell| cell.subject(self.plan))
            .collect();
        measure::plainly(self.plan, &subjects, &mut record, listener)?;
        finish(&mut record)?;
        let kept = Kept {
            schema_version: 1,
            inputs,
            run: record.dir().file_name().unwrap_or_default().into(),
        };
        let text = serde_json::to_vec_pretty(&kept).expect("it has only string keys");
        create_dir(file.parent().unwrap_or(Path::new(".")))?;
        write_atomically(&file, &text)?;
        Ok(record)
    }

    /// Whether a finished run has measured them.
    pub(super) fn is_measured(&self) -> Result<bool> {
        let file = self.file(&self.inputs()?.identity());
        Ok(self.before(&file).is_some())
    }

    fn file(&self, identity: &Identity) -> PathBuf {
        let folder = self.plan.workdir.experiments();
        folder.join(format!("{identity}.json"))
    }

    /// The finished run that `file` names.
    fn before(&self, file: &Path) -> Option<Record> {
        let kept: Kept = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
        let record = Record::reopen(&self.plan.workdir.runs().join(kept.run)).ok()?;
        record.report.finished.is_some().then_some(record)
    }

    /// Everything that shapes what is measured.
    fn inputs(&self) -> Result<Inputs> {
        let mut cache = self.plan.workdir.cache();
        let mut images = Vec::new();
        for cell in self.cells {
            // What was measured are its bytes: the same inputs need not give the same ones again.
            let bytes = match cell.image.path.is_file() {
                true => cache.digest(&cell.image.path)?,
                false => String::new(),
            };
            images.push(format!(
                "{} {} {bytes}",
                cell.side.name(),
                cell.image.identity
            ));
        }
        let inputs = self.plan.function.behaviour_inputs(&mut cache)?;
        cache.save();
        Ok(inputs
            .with_list("images", &images)
            .with("function", &self.plan.function.name)
            .with("measuring", format!("{:?}", self.plan.bench)))
    }
}

/// Every side of a measured row against every other, in the metrics that experiments are about.
pub(super) fn all_pairs(record: &Record, threshold_percent: f64) -> Result<Vec<Comparison>> {
    let folder = record.dir().join("samples");
    let mut all = Vec::new();
    for side in &record.report.sides {
        let mut report = record.report.clone();
        analyse_against(
            &folder,
            &mut report,
            threshold_percent,
            Some(side.side.name()),
        )?;
        let of = |comparison: &Comparison| METRICS.contains(&comparison.metric);
        all.extend(report.comparisons.into_iter().filter(of));
    }
    Ok(all)
}
