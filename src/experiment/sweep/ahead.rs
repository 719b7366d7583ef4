//! `sweep --dry-run`: what would be made and how long that took last time.

use std::fmt::Write;

use super::Sweep;
use crate::error::Result;
use crate::experiment::forecast::{self, Nobody};
use crate::pipeline::effort::TrainingEffort;
use crate::pipeline::{Merged, Pipeline, preview};
use crate::report::experiment::Over;
use crate::run::begin;

impl Sweep<'_> {
    /// What would be made and how long that took last time, then the commands.
    pub(super) fn forecast(&self) -> Result<String> {
        let mut text = String::new();
        let mut line = |words: String| {
            writeln!(text, "# {words}").expect("a string takes everything");
        };
        let training = self.training()?;
        let mut before: Vec<(u64, Merged)> = Vec::new();
        for (index, plan) in self.plans.iter().enumerate() {
            let mut pipeline = Pipeline::new(plan, &Nobody, begin(plan)?).reusing(self.reuse());
            if index == 0 {
                line(forecast::build(
                    self.baseline.name(),
                    &pipeline.build_effort(self.baseline, None)?,
                ));
                if training.on != self.baseline && training.on.is_native() {
                    let effort = pipeline.build_effort(training.on, None)?;
                    line(forecast::build(training.on.name(), &effort));
                }
            }
            let effort = pipeline.training_effort(self.variant, training)?;
            line(forecast::train(self.variant, &effort));
            for count in self.counts_of(index) {
                let name = format!("{} with {}", self.variant, self.order.over.words(*count));
                line(self.image_forecast(&name, *count, &effort, &mut pipeline, &mut before)?);
            }
        }
        let plan = self.first();
        line(format!(
            "measure: {} rounds × {} requests and {} cold starts of {} and each image that differs",
            plan.bench.rounds, plan.bench.requests, plan.bench.cold_starts, self.baseline
        ));
        Ok(text + &preview::preview(plan, true)?)
    }

    fn image_forecast(
        &self,
        name: &str,
        count: u64,
        effort: &TrainingEffort,
        pipeline: &mut Pipeline<'_>,
        before: &mut Vec<(u64, Merged)>,
    ) -> Result<String> {
        let wanted = match self.order.over {
            Over::Profiles => usize::try_from(count).unwrap_or(usize::MAX),
            Over::Requests => effort.profiles.len(),
        };
        // Those before the first run that is missing stay the first.
        let complete = effort.missing == 0 || effort.profiles.len() >= wanted;
        let kind = self.training()?.kind;
        let merged = match (complete, effort.profiles.get(..wanted)) {
            (true, Some(profiles)) if wanted > 0 => pipeline.merged_before(kind, profiles)?,
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
            return Ok(format!(
                "build {name}: the image is that of {}",
                self.order.over.words(*same)
            ));
        }
        let effort = pipeline.build_effort(self.variant, Some(&merged))?;
        before.push((count, merged));
        Ok(forecast::build(name, &effort))
    }
}
