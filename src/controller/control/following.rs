//! What other controllers decided, taken up here: the same images, one switch, and never back to something slower meanwhile.

use std::sync::atomic::Ordering;

use jiff::Timestamp;
use serde_json::json;

use super::Control;
use crate::controller::journal;
use crate::controller::others::Heard;
use crate::controller::state::State;
use crate::error::Result;

impl Control {
    /// What others decided; whoever asked what is new is told once it is taken up.
    pub(super) fn heard(&mut self, heard: Heard) {
        match heard {
            Heard::Decided(states) => states.into_iter().for_each(|state| {
                let name = state.function.clone();
                if let Err(error) = self.take_over(state) {
                    let message = format!("`{name}` cannot be taken up: {error}");
                    self.tell(&name, "function.broken", &message, json!(null));
                }
                self.look_at(&name);
            }),
            // Whoever asked may have gone.
            Heard::Looked(reply) => _ = reply.send(()),
        }
    }

    /// Takes up what somebody else decided about `name` meanwhile.
    pub(super) fn follow(&mut self, name: &str) -> Result<()> {
        let Some(managed) = self.managed.get(name) else {
            return Ok(());
        };
        match journal::newer(&self.store, &managed.state)? {
            Some(newer) => self.take_over(newer),
            None => Ok(()),
        }
    }

    /// Makes a document of somebody else's the one that holds, unless it is older than what is known.
    fn take_over(&mut self, newer: State) -> Result<()> {
        let name = newer.function.clone();
        let Some(managed) = self.managed.get(&name) else {
            if !newer.removed {
                self.take_up(newer)?;
                self.wake_if_wanted(&name);
            }
            return Ok(());
        };
        if managed.state.generation >= newer.generation {
            return Ok(());
        }
        let (message, generation, stage) = (newer.message.clone(), newer.generation, newer.stage);
        if newer.removed {
            self.forget(&name);
        } else if managed.state.version == newer.version {
            self.adopt(newer);
        } else {
            let awake = managed.awake;
            self.take_up(newer)?;
            match awake {
                true => self.wake(&name),
                false => self.wake_if_wanted(&name),
            }
        }
        let message = format!("decided elsewhere: {message}");
        let data = json!({ "generation": generation, "stage": stage });
        self.tell(&name, "function.followed", &message, data);
        Ok(())
    }

    /// Takes up a document of the version that is known: what is here stays here.
    fn adopt(&mut self, newer: State) {
        let name = newer.function.clone();
        let Some(managed) = self.managed.get_mut(&name) else {
            return;
        };
        let before = std::mem::replace(&mut managed.state, newer);
        let state = &mut managed.state;
        if before.stage != state.stage {
            managed.served.calls.store(0, Ordering::Relaxed);
        }
        if state.since != before.since
            && let Some(since) = &mut state.since
        {
            // As long ago as it was for whoever wrote it, by the clock that is here.
            *since = Timestamp::now() - state.time.duration_since(*since);
        }
        if state.failed != before.failed
            && let Some(failed) = &mut state.failed
            && let Some(again) = &mut failed.again
        {
            // The pause as it was meant, by the clock that is here.
            *again = Timestamp::now() + again.duration_since(state.time);
        }
        if state.candidate != before.candidate {
            let image = managed.candidate.take();
            let is_promoted = before.candidate.is_some() && state.optimized == before.candidate;
            if let (Some(image), Some(optimized), true) = (image, &state.optimized, is_promoted) {
                managed.loaded = Some(optimized.id.clone());
                managed.images.insert(image.variant, image);
            }
            managed.left_trial = None;
            self.end_trial(&name);
        }
        // Which profiles are new may have changed.
        if let Some(managed) = self.managed.get_mut(&name) {
            managed.counted = None;
        }
        self.publish(&name, |_| {});
    }
}
