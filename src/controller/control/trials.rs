//! A new image beside the present one, and what follows from it.

use std::sync::PoisonError;
use std::time::Duration;

use serde_json::json;

use super::Control;
use super::images::stable;
use crate::controller::state::{Optimized, Outcome, Stage, State, Verdict};
use crate::controller::trial::{Trial, TrialSide};
use crate::error::Result;

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
        let trial = Trial::new(candidate, managed.serving.max_worse_percent);
        *managed
            .served
            .trial
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(trial);
        let variant = image.variant;
        // Both are started now: neither is warmer than the other.
        let pools = [
            self.pool(name, base, Some(TrialSide::Baseline), None),
            self.pool(name, image, Some(TrialSide::Candidate), None),
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

    /// Keeps what the trial saw, block by block.
    pub(super) fn keep_trial(&self, name: &str, verdict: &Verdict) {
        let managed = &self.managed[name];
        let trial = managed
            .served
            .trial
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let blocks = trial.as_ref().map(|trial| trial.blocks().to_vec());
        let text = serde_json::to_vec_pretty(&json!({
            "schema_version": 1,
            "function": name,
            "version": managed.state.version,
            "verdict": verdict,
            "block_medians_ms": blocks,
        }))
        .expect("it has only string keys");
        let key = format!(
            "trials/{name}/{:08}-{}.json",
            managed.state.generation, verdict.id
        );
        // The verdict is in the document too; this is what it was made of.
        let _ = self.store.create(&key, text);
    }

    pub(super) fn promote(&mut self, name: &str, verdict: Option<Verdict>) -> Result<()> {
        if let Some(verdict) = &verdict {
            self.keep_trial(name, verdict);
            let data = serde_json::to_value(verdict).unwrap_or_default();
            self.tell(name, "trial.verdict", &verdict.why, data);
        }
        let Some(managed) = self.managed.get_mut(name) else {
            return Ok(());
        };
        let (Some(image), Some(candidate)) =
            (managed.candidate.clone(), managed.state.candidate.clone())
        else {
            return Ok(());
        };
        managed.images.insert(image.variant, image.clone());
        let why = verdict
            .as_ref()
            .map_or_else(|| "by hand".to_owned(), |verdict| verdict.why.clone());
        let used = managed.state.used + candidate.profiles.len() as u64;
        let next = State {
            stage: Stage::Optimized,
            optimized: Some(candidate),
            candidate: None,
            verdict: verdict.or_else(|| managed.state.verdict.clone()),
            used,
            held: None,
            ..managed
                .state
                .next("promoted", format!("{} is promoted: {why}", image.variant))
        };
        managed.candidate = None;
        self.switch_to(name, image, Some(next));
        Ok(())
    }

    pub(super) fn drop_candidate(&mut self, name: &str, verdict: Verdict) -> Result<()> {
        self.keep_trial(name, &verdict);
        let data = serde_json::to_value(&verdict).unwrap_or_default();
        self.tell(name, "trial.verdict", &verdict.why, data);
        let state = self.managed[name].state.clone();
        let profiles = state
            .candidate
            .as_ref()
            .map_or(0, |candidate| candidate.profiles.len() as u64);
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
            used: state.used + profiles,
            held: Some(format!("{variant} is not promoted: {why}")),
            verdict: Some(verdict),
            ..state.next(event, format!("{variant} is not promoted: {why}"))
        };
        if self.commit(next)? {
            if let Some(managed) = self.managed.get_mut(name) {
                managed.candidate = None;
            }
            self.end_trial(name);
        }
        Ok(())
    }
}

/// Where a function stands whose new image is not promoted.
pub(super) fn before_optimized(state: &State) -> Stage {
    match (&state.optimized, state.stage) {
        (Some(_), _) => Stage::Optimized,
        (None, Stage::Profiling | Stage::Optimized) => Stage::Native,
        (None, stage) => stage,
    }
}
