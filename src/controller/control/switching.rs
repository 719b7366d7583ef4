//! From one image to the next: first the workers, then the document, then the calls; the old workers stay for a while.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use super::images::stable;
use super::{Control, HOLD, Switch};
use crate::controller::pool::{Pool, Runnable};
use crate::controller::served::Now;
use crate::controller::state::{Stage, State};
use crate::error::Result;
use crate::variant::Variant;

impl Control {
    /// Starts and ends the profiling workers as the state has it.
    pub(super) fn arrange(&mut self, name: &str) {
        let managed = &self.managed[name];
        let state = &managed.state;
        let gathers = state.stage == Stage::Profiling
            && state.candidate.is_none()
            && state.held.is_none()
            && !state.paused;
        let now = managed.served.now.borrow().clone();
        match (gathers, &now.profiling) {
            (true, None) => {
                let Some(image) = managed.images.get(&Variant::NativeInstrumented).cloned() else {
                    return;
                };
                let calls = managed.serving.profile_calls;
                let pool = self.pool(name, image, None, Some(calls));
                self.publish(name, |now| now.profiling = Some(pool));
            }
            (false, Some(_)) => self.end_profiling(name),
            _ => {}
        }
        // A trial whose side does not start is over.
        if let Some([baseline, candidate]) = &now.trial {
            let managed = &self.managed[name];
            let mut trial = managed
                .served
                .trial
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if let Some(trial) = trial.as_mut()
                && candidate.is_broken()
                && !baseline.is_broken()
            {
                trial.broken("its workers do not start, or end by themselves");
            }
        }
    }

    /// Gives profiling workers no more calls; those that had some leave their profiles.
    pub(super) fn end_profiling(&mut self, name: &str) {
        let pool = self.managed[name].served.now.borrow().profiling.clone();
        if let Some(pool) = pool {
            self.publish(name, |now| now.profiling = None);
            self.leave(name, pool, Duration::ZERO);
        }
    }

    pub(super) fn leave(&mut self, name: &str, pool: Arc<Pool>, hold: Duration) {
        if let Some(managed) = self.managed.get_mut(name) {
            managed.leaving.push((Instant::now() + hold, pool));
        }
    }

    pub(super) fn advance(&mut self, name: &str, stage: Stage) -> Result<()> {
        let managed = &self.managed[name];
        let next = State {
            stage,
            failed: None,
            ..managed
                .state
                .next("advanced", format!("{} -> {stage}", managed.state.stage))
        };
        if stage != Stage::Native || managed.state.optimized.is_some() {
            return self.commit(next).map(|_| ());
        }
        let image = managed.images[&Variant::Native].clone();
        self.switch_to(name, image, Some(next));
        Ok(())
    }

    /// Starts workers of `image`; calls go there, and `then` is written where there is one, once they answer.
    pub(super) fn switch_to(&mut self, name: &str, image: Runnable, then: Option<State>) {
        let pool = self.pool(name, image, None, None);
        let now = self.managed[name].served.now.borrow().clone();
        let present = now.stable.map_or(1, |pool| pool.counts().workers);
        let workers = present.max(1);
        pool.warm(workers);
        if let Some(managed) = self.managed.get_mut(name) {
            managed.switch = Some(Switch {
                pool,
                workers,
                then,
            });
        }
    }

    pub(super) fn go_on_switching(&mut self, name: &str) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        let Some(switch) = managed.switch.take() else {
            return;
        };
        let variant = switch.pool.image.variant;
        if switch.pool.is_broken() {
            switch.pool.close();
            let held = format!("{variant} does not start");
            let next = State {
                held: Some(held.clone()),
                candidate: None,
                ..managed.state.next("failed", held)
            };
            managed.leaving.push((Instant::now(), switch.pool));
            self.end_trial(name);
            let _ = self.commit(next);
            return;
        }
        if switch.pool.counts().workers < switch.workers {
            managed.switch = Some(switch);
            return;
        }
        let written = match &switch.then {
            Some(then) => self.commit(then.clone()),
            None => Ok(true),
        };
        match written {
            Ok(true) => self.switched(name, switch.pool),
            Ok(false) => self.leave(name, switch.pool, Duration::ZERO),
            // The store is away: what serves goes on serving, and the switch waits.
            Err(_) => {
                if let Some(managed) = self.managed.get_mut(name) {
                    managed.switch = Some(switch);
                }
            }
        }
    }

    /// Calls go to `pool` from now on.
    fn switched(&mut self, name: &str, pool: Arc<Pool>) {
        let before = self.managed[name].served.now.borrow().stable.clone();
        let variant = pool.image.variant;
        self.publish(name, |now| now.stable = Some(pool));
        if let Some(before) = before {
            self.leave(name, before, HOLD);
        }
        self.end_trial(name);
        let message = format!("calls go to {variant} now");
        let data = json!({ "variant": variant });
        self.tell(name, "function.switched", &message, data);
    }

    /// What serves fails again and again: the function goes back to what served before.
    pub(super) fn demote(&mut self, name: &str) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        let variant = stable(managed);
        let back = match variant {
            Variant::NativePgo if managed.images.contains_key(&Variant::Native) => Variant::Native,
            Variant::Hotspot => return,
            _ => Variant::Hotspot,
        };
        let mut next = managed.state.next(
            "demoted",
            format!("{variant} fails again and again; calls go back to {back}"),
        );
        next.held = Some(format!("{variant} failed three times in a row"));
        next.candidate = None;
        next.optimized = None;
        next.stage = match back {
            Variant::Native => Stage::Native,
            _ => Stage::Hotspot,
        };
        let image = managed.images[&back].clone();
        self.end_trial(name);
        self.switch_to(name, image, Some(next));
    }

    /// Ends all workers in order, so that profiling ones leave their profiles.
    pub(super) fn end(&mut self) {
        let mut pools = Vec::new();
        for managed in self.managed.values() {
            let now = managed.served.now.borrow().clone();
            close(&now);
            pools.extend(now.stable);
            pools.extend(now.profiling);
            pools.extend(now.trial.into_iter().flatten());
            pools.extend(managed.leaving.iter().map(|(_, pool)| Arc::clone(pool)));
            pools.extend(managed.switch.iter().map(|switch| Arc::clone(&switch.pool)));
        }
        for pool in &pools {
            pool.close();
        }
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(60) && !pools.iter().all(|pool| pool.is_over())
        {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Closes every pool that calls could be given to.
pub(super) fn close(now: &Now) {
    let pools = now.stable.iter().chain(&now.profiling);
    for pool in pools.chain(now.trial.iter().flatten()) {
        pool.close();
    }
}
