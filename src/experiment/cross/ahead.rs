//! What a cross would make and how long that took last time.

use super::{Cross, Trained, WITH, WITHOUT, cells, others, pipeline, sources, train, training};
use crate::error::Result;
use crate::experiment::forecast::{self, Ahead, Nobody, Takes};
use crate::experiment::grid::Row;
use crate::pipeline::{Image, Merged, Pipeline, Reuse};
use crate::plan::Plan;
use crate::run::begin;

impl Cross<'_> {
    /// What would be made, function by function.
    pub(in crate::experiment) fn ahead(&self) -> Result<Vec<Vec<Ahead>>> {
        let mut ahead = Vec::new();
        let mut own = Vec::new();
        for plan in &self.plans {
            let (needed, merged) = self.trained_ahead(plan)?;
            ahead.push(needed);
            own.push(merged);
        }
        for (plan, needed) in self.plans.iter().zip(&mut ahead) {
            let mut pipeline = pipeline(self.order, plan, begin(plan)?, &Nobody);
            for (other, merged) in self.plans.iter().zip(&own) {
                let is_own = other.function.name == plan.function.name;
                let name = match is_own {
                    true => "its own profile".to_owned(),
                    false => format!("the profile of {}", other.function.name),
                };
                let image = with(&mut pipeline, &name, merged.as_ref())?;
                needed.push(if is_own { image.swept() } else { image });
            }
            let all = self.all(&mut pipeline, &own)?;
            needed.push(with(&mut pipeline, "all profiles", all.as_ref())?);
        }
        let all_there = |one: &Ahead| one.takes == Takes::Nothing;
        let everything_there = ahead.iter().flatten().all(all_there);
        for (at, (plan, needed)) in self.plans.iter().zip(&mut ahead).enumerate() {
            needed.push(match everything_there && self.is_measured(at)? {
                true => forecast::measured(),
                false => forecast::measure(plan, self.plans.len() + 2, "each image"),
            });
        }
        let of = |(plan, needed): (&Plan, Vec<Ahead>)| {
            let name = &plan.function.name;
            needed.into_iter().map(|one| one.of(name)).collect()
        };
        Ok(self.plans.iter().zip(ahead).map(of).collect())
    }

    /// The image without a profile and the training of one function; its merged profile, if that is there.
    fn trained_ahead(&self, plan: &Plan) -> Result<(Vec<Ahead>, Option<Merged>)> {
        let mut pipeline = pipeline(self.order, plan, begin(plan)?, &Nobody);
        let training = training(plan);
        let effort = pipeline.build_effort(WITHOUT, None)?;
        let like = pipeline.last_build_of_any(WITHOUT);
        let mut ahead = vec![forecast::build(WITHOUT.name(), &effort).or_like(like)];
        if training.on.is_native() && training.on != WITHOUT {
            let effort = pipeline.build_effort(training.on, None)?;
            let like = pipeline.last_build_of_any(training.on);
            ahead.push(forecast::build(training.on.name(), &effort).or_like(like));
        }
        let effort = pipeline.training_effort(WITH, training)?;
        ahead.push(forecast::train(WITH, &effort));
        let own = match effort.missing {
            0 => pipeline.merged_before(training.kind, &effort.profiles)?,
            _ => None,
        };
        Ok((ahead.into_iter().map(Ahead::swept).collect(), own))
    }

    /// The sum of all profiles, if it was merged before.
    fn all(&self, pipeline: &mut Pipeline<'_>, own: &[Option<Merged>]) -> Result<Option<Merged>> {
        let Some(own) = own.iter().cloned().collect::<Option<Vec<Merged>>>() else {
            return Ok(None);
        };
        let everything: Vec<_> = own.into_iter().flat_map(|merged| merged.inputs).collect();
        pipeline.merged_before(training(pipeline.plan).kind, &everything)
    }

    /// Whether the images of the function at `at`, which are all there, were measured.
    fn is_measured(&self, at: usize) -> Result<bool> {
        if self.order.force {
            return Ok(false);
        }
        let functions = self.plans.iter();
        let functions = functions.map(|plan| train(self.order, plan, &Nobody));
        let functions = functions.collect::<Result<Vec<Trained<'_>>>>()?;
        let everything: Vec<_> = functions
            .iter()
            .flat_map(|function| function.profiles.clone())
            .collect();
        let plan = &self.plans[at];
        let known: &[Image] = &functions[at].known;
        let mut pipeline = pipeline(self.order, plan, begin(plan)?, &Nobody)
            .reusing(Reuse::Only)
            .knowing(known);
        let others = others(&functions, at);
        let mut sources = sources(&mut pipeline, &functions[at], others, &everything)?;
        let cells = cells(&mut pipeline, &mut sources)?;
        Row {
            plan,
            cells: &cells,
        }
        .is_measured()
    }
}

/// An image with that profile, if it is known.
fn with(pipeline: &mut Pipeline<'_>, name: &str, merged: Option<&Merged>) -> Result<Ahead> {
    let name = format!("{WITH} with {name}");
    let image = match merged {
        Some(merged) => forecast::build(&name, &pipeline.build_effort(WITH, Some(merged))?),
        None => forecast::build_unknown(&name, pipeline.last_build_seconds(WITH)),
    };
    Ok(image.or_like(pipeline.last_build_of_any(WITH)))
}
