//! Workers for calls that ask for a variant by name, apart from all others: what somebody tries by hand must not get into a profile,
//! nor into what a trial measures.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::Control;
use crate::controller::image::Runnable;
use crate::controller::pool::{Limits, Pool};
use crate::variant::Variant;

impl Control {
    /// Offers every image of the version that serves which is there and leaves nothing behind: those of other stages, and the one
    /// that is to be tried. Nothing is started before a call asks for it.
    pub(super) fn arrange_pins(&mut self, name: &str) {
        let managed = &self.managed[name];
        let now = managed.served.now.borrow().clone();
        let Some(stable) = now.stable.as_ref().map(|pool| pool.image.variant) else {
            return;
        };
        let all = managed.images.values().chain(&managed.candidate);
        let wanted: BTreeMap<Variant, &Runnable> = all
            .filter(|image| image.records.is_none() && image.variant != stable)
            .map(|image| (image.variant, image))
            .collect();
        let is_wanted = |pool: &&Arc<Pool>| {
            let image = wanted.get(&pool.image.variant);
            image.is_some_and(|image| image.build == pool.image.build)
        };
        let (kept, left): (Vec<_>, Vec<_>) = now.pins.iter().partition(is_wanted);
        if left.is_empty() && kept.len() == wanted.len() {
            return;
        }
        let left: Vec<Arc<Pool>> = left.into_iter().cloned().collect();
        let is_there = |variant| kept.iter().any(|pool| pool.image.variant == variant);
        let missing = wanted.values().filter(|image| !is_there(image.variant));
        let mut pins: Vec<Arc<Pool>> = missing
            .map(|image| self.pin(name, (*image).clone()))
            .collect();
        pins.extend(kept.into_iter().cloned());
        self.publish(name, |now| now.pins = pins);
        for pool in left {
            self.leave(name, pool, Duration::ZERO);
        }
    }

    /// Offers none any more.
    pub(super) fn end_pins(&mut self, name: &str) {
        let pins = self.managed[name].served.now.borrow().pins.clone();
        self.publish(name, |now| now.pins = Vec::new());
        for pool in pins {
            self.leave(name, pool, Duration::ZERO);
        }
    }

    /// One worker at most: what anybody may ask for must not cost much.
    fn pin(&self, name: &str, image: Runnable) -> Arc<Pool> {
        let serving = &self.managed[name].serving;
        let once = image.process.workload.is_invoked();
        let limits = Limits {
            min: 0,
            max: 1,
            concurrency: if once { 1 } else { serving.concurrency },
            idle: Some(serving.idle_timeout),
            queue: serving.queue,
            retire_after: once.then_some(1),
        };
        self.pool_of(name, image, limits, None)
    }
}
