//! What a sweep would make and how long that took last time.

use super::Sweep;
use crate::error::Result;
use crate::experiment::forecast::{self, Ahead, Nobody, Takes};
use crate::experiment::grid::Row;
use crate::pipeline::effort::TrainingEffort;
use crate::pipeline::{Merged, Pipeline, Reuse, preview};
use crate::report::experiment::Over;
use crate::run::begin;

impl Sweep<'_> {
    /// What would be made and how long that took last time, then the commands.
    pub(super) fn forecast(&self) -> Result<String> {
        Ok(forecast::lines(&self.ahead()?) + &preview::preview(self.first(), true)?)
    }

    /// What would be made.
    pub(in crate::experiment) fn ahead(&self) -> Result<Vec<Ahead>> {
        let mut ahead = Vec::new();
        let training = self.training()?;
        let mut before: Vec<(u64, Merged)> = Vec::new();
        for (index, plan) in self.plans.iter().enumerate() {
            let mut pipeline = Pipeline::new(plan, &Nobody, begin(plan)?).reusing(self.reuse());
            if index == 0 {
                let effort = pipeline.build_effort(self.baseline, None)?;
                let like = pipeline.last_build_of_any(self.baseline);
                ahead.push(forecast::build(self.baseline.name(), &effort).or_like(like));
                if training.on != self.baseline && training.on.is_native() {
                    let effort = pipeline.build_effort(training.on, None)?;
                    let like = pipeline.last_build_of_any(training.on);
                    ahead.push(forecast::build(training.on.name(), &effort).or_like(like));
                }
            }
            let effort = pipeline.training_effort(self.variant, training)?;
            ahead.push(forecast::train(self.variant, &effort));
            for count in self.counts_of(index) {
                let name = format!("{} with {}", self.variant, self.order.over.words(*count));
                let image = self.image_ahead(&name, *count, &effort, &mut pipeline, &mut before)?;
                let like = pipeline.last_build_of_any(self.variant);
                ahead.push(image.or_like(like));
            }
        }
        let all_there = ahead.iter().all(|one| one.takes == Takes::Nothing);
        ahead.push(match all_there && self.is_measured()? {
            true => forecast::measured(),
            false => {
                let what = format!("{} and each image that differs", self.baseline);
                forecast::measure(self.first(), 1 + self.counts.len(), &what)
            }
        });
        Ok(ahead)
    }

    /// Whether the images, which are all there, were measured.
    fn is_measured(&self) -> Result<bool> {
        if self.reuse() == Reuse::Never {
            return Ok(false);
        }
        let (made, _) = self.make(Reuse::Only, &Nobody)?;
        let cells = self.cells(&made);
        let row = Row {
            plan: self.first(),
            cells: &cells,
        };
        row.is_measured()
    }

    fn image_ahead(
        &self,
        name: &str,
        count: u64,
        effort: &TrainingEffort,
        pipeline: &mut Pipeline<'_>,
        before: &mut Vec<(u64, Merged)>,
    ) -> Result<Ahead> {
        let wanted = match self.order.over {
            Over::Profiles => usize::try_from(count).unwrap_or(usize::MAX),
            Over::Requests => effort.profiles.len(),
        };
        // Those before the first run that is missing stay the first; where all runs are done, what was no good leaves fewer.
        let there = effort.profiles.len();
        let wanted = match effort.missing {
            0 => wanted.min(there),
            _ => wanted,
        };
        let kind = self.training()?.kind;
        let merged = match effort.profiles.get(..wanted) {
            Some(profiles) if wanted > 0 => pipeline.merged_before(kind, profiles)?,
            _ => None,
        };
        let Some(merged) = merged else {
            let last = pipeline.last_build_seconds(self.variant);
            return Ok(forecast::build_unknown(name, last));
        };
        let same = before
            .iter()
            .find(|(_, other)| other.digest == merged.digest);
        if let Some((same, _)) = same {
            let why = format!("the image is that of {}", self.order.over.words(*same));
            return Ok(forecast::there(name, &why));
        }
        let effort = pipeline.build_effort(self.variant, Some(&merged))?;
        before.push((count, merged));
        Ok(forecast::build(name, &effort))
    }
}
