//! From one image to the next: first the workers, then the document, then the calls; the old workers stay for a while.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use super::elsewhere::AGAIN;
use super::images::{is_said, present, rank, stable};
use super::{Control, HOLD, Switch, Then};
use crate::controller::image::Runnable;
use crate::controller::manifest::FILE;
use crate::controller::pool::Pool;
use crate::controller::served::Now;
use crate::controller::state::{Stage, State};
use crate::error::Result;
use crate::variant::Variant;

/// How long workers have to end, their profiles written.
const ENDS: Duration = Duration::from_secs(40);
/// How long the store has for what they left.
const FLUSH: Duration = Duration::from_secs(10);

/// So many times the profiles that are enough are gathered at most.
const MOST_PROFILES: u64 = 10;

impl Control {
    /// Starts and ends the profiling workers as the state has it.
    pub(super) fn arrange(&mut self, name: &str) {
        let managed = &self.managed[name];
        let state = &managed.state;
        // Where it is profiled for a time there is an end to what is kept of it.
        let most = managed.serving.profiles.saturating_mul(MOST_PROFILES);
        let gathers = state.stage == Stage::Profiling
            && (managed.profiles.len() as u64) < most
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
        self.serve_the_present_image(name);
        self.arrange_pins(name);
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

    /// Switches where something else serves than the documents say: an image that had to be built again is there, or another
    /// controller decided. Where what they say is not here yet, what serves stays rather than something of an earlier stage.
    fn serve_the_present_image(&mut self, name: &str) {
        let managed = &self.managed[name];
        let serves = managed.served.now.borrow().stable.clone();
        let (Ok(image), Some(pool)) = (present(managed), serves) else {
            return;
        };
        let is_other = image.build != pool.image.build || image.records != pool.image.records;
        let is_worse = rank(image.variant) < rank(pool.image.variant);
        if managed.state.stage > Stage::Trace
            && is_other
            && (!is_worse || is_said(managed, image.variant))
        {
            let image = image.clone();
            self.switch_to(name, image, None);
            if let Some(switch) = self.managed.get_mut(name).and_then(|it| it.switch.as_mut()) {
                switch.follows = true;
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
        let advanced = move |state: &State| {
            (state.stage < stage).then(|| State {
                stage,
                failed: None,
                ..state.next("advanced", format!("{} -> {stage}", state.stage))
            })
        };
        let now = managed.served.now.borrow().clone();
        let traces = now.stable.is_some_and(|pool| pool.image.records.is_some());
        if traces && !self.take_lease(name, AGAIN, "what was traced is kept")? {
            // Whoever has the lease goes on with its own trace.
            return Ok(());
        }
        let managed = &self.managed[name];
        let variant = match stage {
            Stage::Native if managed.state.optimized.is_none() => Variant::Native,
            Stage::Hotspot if traces => Variant::Hotspot,
            _ => {
                return match advanced(&managed.state) {
                    Some(next) => self.commit(next).map(|_| ()),
                    None => Ok(()),
                };
            }
        };
        if let Some(image) = managed.images.get(&variant).cloned() {
            self.switch_to(name, image, Some(Box::new(advanced)));
        }
        Ok(())
    }

    /// Starts workers of `image`; calls go there, and `then` is written where there is one, once they answer. Workers that are still
    /// warm are taken back.
    pub(super) fn switch_to(&mut self, name: &str, image: Runnable, then: Option<Then>) {
        let now = self.managed[name].served.now.borrow().clone();
        let present = now.stable.map_or(1, |pool| pool.counts().workers);
        let workers = present.max(1);
        let warm = self.managed.get_mut(name).and_then(|managed| {
            let is_it = |(_, pool): &(Instant, Arc<Pool>)| {
                pool.image.build == image.build && pool.is_open() && pool.image.records.is_none()
            };
            let at = managed.leaving.iter().position(is_it)?;
            Some(managed.leaving.swap_remove(at).1)
        });
        let pool = warm.unwrap_or_else(|| self.pool(name, image.clone(), None, None));
        pool.warm(workers);
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        let before = managed.switch.replace(Switch {
            image,
            pool,
            workers,
            then,
            follows: false,
        });
        if let Some(before) = before {
            managed.leaving.push((Instant::now(), before.pool));
        }
    }

    pub(super) fn go_on_switching(&mut self, name: &str) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        let Some(switch) = managed.switch.take() else {
            return;
        };
        let variant = switch.image.variant;
        if switch.pool.is_broken() {
            managed.leaving.push((Instant::now(), switch.pool));
            let held = format!("{variant} does not start");
            if switch.follows && self.others.is_some() {
                // It does elsewhere: what serves here goes on, and this is tried again.
                managed.patience.failed();
                self.tell(name, "function.waits", &held, json!(null));
                return;
            }
            let next = State {
                held: Some(held.clone()),
                candidate: None,
                ..managed.state.next("failed", held)
            };
            managed.patience.failed();
            self.end_trial(name);
            if let Err(error) = self.commit(next) {
                self.tell(name, "function.waits", &error.to_string(), json!(null));
            }
            return;
        }
        if switch.pool.counts().workers < switch.workers.min(managed.serving.max_workers) {
            // One that did not start is started again, after a pause.
            switch.pool.warm(switch.workers);
            managed.switch = Some(switch);
            return;
        }
        let next = switch.then.as_ref().map(|then| then(&managed.state));
        let written = match next {
            Some(Some(next)) => self.commit(next),
            // Somebody decided otherwise meanwhile.
            Some(None) => Ok(false),
            None => Ok(true),
        };
        match written {
            Ok(true) => self.switched(name, switch),
            Ok(false) if self.is_present(name, &switch.image) => self.switched(name, switch),
            Ok(false) => self.leave(name, switch.pool, Duration::ZERO),
            // The store is away: what serves goes on serving, and the switch waits.
            Err(_) => {
                if let Some(managed) = self.managed.get_mut(name) {
                    managed.switch = Some(switch);
                }
            }
        }
    }

    /// Whether `image` is what serves by the documents, whoever wrote them.
    fn is_present(&self, name: &str, image: &Runnable) -> bool {
        let present = self.managed.get(name).and_then(|it| present(it).ok());
        present.is_some_and(|it| it.build == image.build && it.records == image.records)
    }

    /// Calls go to the switch's workers from now on.
    fn switched(&mut self, name: &str, switch: Switch) {
        let Switch { image, pool, .. } = switch;
        let variant = image.variant;
        let Some(managed) = self.managed.get_mut(name) else {
            pool.close();
            return;
        };
        if let Some(optimized) = &managed.state.optimized
            && optimized.variant == variant
        {
            managed.loaded = Some(optimized.id.clone());
            managed.candidate = None;
        }
        if image.records.is_none() {
            managed.images.insert(variant, image);
        }
        let before = managed.served.now.borrow().stable.clone();
        self.publish(name, |now| now.stable = Some(pool));
        if let Some(before) = before {
            served_until_now(&before);
            // What was traced is waited for; other workers stay for whoever goes back.
            let hold = match before.image.records {
                Some(_) => Duration::ZERO,
                None => HOLD,
            };
            self.leave(name, before, hold);
        }
        self.end_trial(name);
        let message = format!("calls go to {variant} now");
        let data = json!({ "variant": variant });
        self.tell(name, "function.switched", &message, data);
    }

    /// What serves fails again and again: the function goes back to what served before. Whether there is something to go back to.
    pub(super) fn demote(&mut self, name: &str) -> bool {
        let Some(managed) = self.managed.get_mut(name) else {
            return false;
        };
        let variant = stable(managed);
        let back = match variant {
            Variant::NativePgo if managed.images.contains_key(&Variant::Native) => Variant::Native,
            _ => Variant::Hotspot,
        };
        let Some(image) = managed.images.get(&back).cloned() else {
            return false;
        };
        if back == variant {
            return false;
        }
        let demoted = move |state: &State| {
            Some(State {
                held: Some(format!("{variant} failed three times in a row")),
                candidate: None,
                optimized: None,
                stage: match back {
                    Variant::Native => Stage::Native,
                    _ => Stage::Hotspot,
                },
                ..state.next(
                    "demoted",
                    format!("{variant} fails again and again; calls go back to {back}"),
                )
            })
        };
        managed.patience.failed();
        self.end_trial(name);
        self.switch_to(name, image, Some(Box::new(demoted)));
        true
    }

    /// Ends all workers in order, so that profiling ones leave their profiles.
    pub(super) fn end(&mut self) {
        self.hand_over();
        let mut pools = Vec::new();
        for managed in self.managed.values() {
            let now = managed.served.now.borrow().clone();
            close(&now);
            pools.extend(now.pools().map(Arc::clone));
            pools.extend(managed.leaving.iter().map(|(_, pool)| Arc::clone(pool)));
            pools.extend(managed.switch.iter().map(|switch| Arc::clone(&switch.pool)));
        }
        for pool in &pools {
            pool.close();
        }
        let begun = Instant::now();
        while begun.elapsed() < ENDS && !pools.iter().all(|pool| pool.is_over()) {
            std::thread::sleep(Duration::from_millis(20));
        }
        self.collector.flush(FLUSH);
        if let Some(others) = &self.others {
            others.end();
        }
    }
}

/// Notes that a version served until now: it is the newest of those that could be gone back to.
fn served_until_now(pool: &Pool) {
    let file = pool.image.process.dir.join(FILE);
    let now = std::time::SystemTime::now();
    // What cannot be noted is taken for older than it is.
    let _ = std::fs::File::options()
        .write(true)
        .open(file)
        .and_then(|file| file.set_modified(now));
}

/// Closes every pool that calls could be given to.
pub(super) fn close(now: &Now) {
    for pool in now.pools() {
        pool.close();
    }
}
