//! A new image beside the present one, and what follows from it.

use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::Control;
use super::images::stable;
use crate::controller::collector::name_of;
use crate::controller::state::{Optimized, Outcome, Stage, State, Verdict};
use crate::controller::trial::{CALLS, Trial, TrialSide};
use crate::controller::trial_documents;
use crate::error::Result;
use crate::report::trial::TrialReport;

impl Control {
    pub(super) fn begin_trial(&mut self, name: &str, candidate: Optimized) {
        let managed = &self.managed[name];
        let present = stable(managed);
        let (Some(image), Some(base)) = (
            managed.candidate.clone(),
            managed.images.get(&present).cloned(),
        ) else {
            return;
        };
        let before = managed.left_trial.clone();
        let trial = before
            .filter(|trial| trial.is_of(&candidate))
            .map(Trial::again)
            .unwrap_or_else(|| Trial::new(candidate, managed.serving.max_worse));
        *managed
            .served
            .trial
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(trial);
        let variant = image.variant;
        // Both are started now, and followed by others after as many calls: neither is ever warmer than the other.
        let pools = [
            self.pool(name, base, Some(TrialSide::Baseline), Some(CALLS)),
            self.pool(name, image, Some(TrialSide::Candidate), Some(CALLS)),
        ];
        for pool in &pools {
            pool.grow(false);
        }
        self.publish(name, |now| now.trial = Some(pools));
        let message = format!("{variant} is tried beside a fresh worker of {present}");
        self.tell(
            name,
            "trial.started",
            &message,
            json!({ "variant": variant }),
        );
    }

    pub(super) fn end_trial(&mut self, name: &str) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        let pools = managed.served.now.borrow().trial.clone();
        *managed
            .served
            .trial
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
        let Some(pools) = pools else { return };
        self.publish(name, |now| now.trial = None);
        for pool in pools {
            self.leave(name, pool, Duration::ZERO);
        }
    }

    /// Ends the trial here for now; what it saw counts where it goes on here.
    pub(super) fn interrupt_trial(&mut self, name: &str) {
        if let Some(managed) = self.managed.get_mut(name) {
            let trial = managed.served.trial.lock();
            let trial = trial.unwrap_or_else(PoisonError::into_inner).take();
            managed.left_trial = trial.filter(|trial| trial.verdict().is_none());
        }
        self.end_trial(name);
    }

    /// Keeps what the trial saw, block by block.
    pub(super) fn keep_trial(&self, name: &str, verdict: &Verdict) {
        let managed = &self.managed[name];
        // Calls wait for this lock: it is not held while the store is written.
        let (blocks, starts) = {
            let trial = managed.served.trial.lock();
            let trial = trial.unwrap_or_else(PoisonError::into_inner);
            let blocks = trial.as_ref().map(|trial| trial.blocks().to_vec());
            (blocks, trial.as_ref().map(Trial::starts))
        };
        let limits = managed.serving.max_worse;
        let report = TrialReport {
            schema_version: 1,
            function: name.to_owned(),
            version: managed.state.version.clone(),
            generation: managed.state.generation,
            ended: Some(Timestamp::now().to_string()),
            baseline: Some(stable(managed)),
            max_worse_percent: Some(limits.latency),
            max_worse_start_percent: Some(limits.start),
            verdict: verdict.clone(),
            block_means_ms: blocks,
            starts_ms: starts,
        };
        // The verdict is in the document too; this is what it was made of.
        let _ = trial_documents::keep(&self.store, &report);
    }

    /// Lets the new image take over, with the verdict or by hand.
    pub(super) fn promote(&mut self, name: &str, verdict: Option<Verdict>) {
        let managed = &self.managed[name];
        let (Some(image), Some(candidate)) =
            (managed.candidate.clone(), managed.state.candidate.clone())
        else {
            return;
        };
        if let Some(verdict) = &verdict {
            self.keep_trial(name, verdict);
            let data = serde_json::to_value(verdict).unwrap_or_default();
            self.tell(name, "trial.verdict", &verdict.why, data);
        }
        let variant = image.variant;
        let promoted = move |state: &State| {
            // Somebody may have dropped it while its workers got ready.
            if state.candidate.as_ref() != Some(&candidate) {
                return None;
            }
            let why = verdict.as_ref().map_or("by hand", |verdict| &verdict.why);
            Some(State {
                stage: Stage::Optimized,
                previous: state.optimized.clone(),
                optimized: Some(candidate.clone()),
                candidate: None,
                verdict: verdict.clone().or_else(|| state.verdict.clone()),
                used: used_with(state, &candidate),
                held: None,
                ..state.next("promoted", format!("{variant} is promoted: {why}"))
            })
        };
        self.switch_to(name, image, Some(Box::new(promoted)));
    }

    pub(super) fn drop_candidate(&mut self, name: &str, verdict: Verdict) -> Result<()> {
        let state = self.managed[name].state.clone();
        let Some(candidate) = &state.candidate else {
            return Ok(());
        };
        let variant = verdict.variant;
        let event = match verdict.outcome {
            Outcome::Worse => "rolled-back",
            _ => "kept",
        };
        let mut rejected = state.rejected.clone();
        rejected.push(verdict.id.clone());
        let why = verdict.why.clone();
        let next = State {
            stage: before_optimized(&state),
            candidate: None,
            rejected,
            used: used_with(&state, candidate),
            held: Some(format!("{variant} is not promoted: {why}")),
            verdict: Some(verdict.clone()),
            ..state.next(event, format!("{variant} is not promoted: {why}"))
        };
        self.keep_trial(name, &verdict);
        if self.commit(next)? {
            let data = serde_json::to_value(&verdict).unwrap_or_default();
            self.tell(name, "trial.verdict", &verdict.why, data);
            if let Some(managed) = self.managed.get_mut(name) {
                managed.candidate = None;
            }
            self.end_trial(name);
        }
        Ok(())
    }
}

/// The profiles that are used up once `candidate` was tried.
fn used_with(state: &State, candidate: &Optimized) -> Vec<String> {
    let mut used = state.used.clone();
    used.extend(candidate.profiles.iter().map(|key| name_of(key).to_owned()));
    used
}

/// Where a function stands whose new image is not promoted.
pub(super) fn before_optimized(state: &State) -> Stage {
    match (&state.optimized, state.stage) {
        (Some(_), _) => Stage::Optimized,
        (None, Stage::Profiling | Stage::Optimized) => Stage::Native,
        (None, stage) => stage,
    }
}
