//! Images that are there, and the pools of their workers.

use std::path::PathBuf;
use std::sync::Arc;

use super::watcher::Workers;
use super::{Control, Managed};
use crate::controller::image::Runnable;
use crate::controller::pool::{Limits, Pool};
use crate::controller::state::{Optimized, Stage};
use crate::controller::trial::TrialSide;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::Memory;
use crate::variant::Variant;

impl Control {
    /// The folder of a set's profiles.
    pub(super) fn set_folder(&self, managed: &Managed, id: &str) -> PathBuf {
        let state = &managed.state;
        self.tools.set_folder(&state.function, &state.version, id)
    }

    pub(super) fn load(&mut self, name: &str) -> Result<()> {
        let tools = self.tools.clone();
        let Some(managed) = self.managed.get_mut(name) else {
            return Ok(());
        };
        managed.can = tools.can(&managed.project, name)?;
        let hotspot = tools.load(&managed.project, name, Variant::Hotspot, None)?;
        managed.images.insert(Variant::Hotspot, hotspot);
        for variant in [Variant::Native, Variant::NativeInstrumented] {
            if managed.can.native
                && let Ok(image) = tools.load(&managed.project, name, variant, None)
            {
                managed.images.insert(variant, image);
            }
        }
        let optimized = managed.state.optimized.clone();
        let image = match &optimized {
            Some(optimized) => self.load_optimized(name, optimized).ok(),
            None => None,
        };
        if let (Some(image), Some(optimized)) = (&image, &optimized) {
            self.note_image(name, optimized, image);
        }
        let Some(managed) = self.managed.get_mut(name) else {
            return Ok(());
        };
        if let (Some(image), Some(optimized)) = (image, optimized) {
            managed.images.insert(image.variant, image);
            managed.loaded = Some(optimized.id);
        }
        let traces = managed.state.stage == Stage::Trace
            && managed.can.trace
            && managed.serving.trace_calls > 0;
        let image = match traces {
            true => tools.load_tracing(&managed.project, name)?,
            false => present(managed)?.clone(),
        };
        let serves = managed.served.now.borrow().stable.is_some();
        if serves {
            // Another version: what is there serves until the new one answers.
            self.switch_to(name, image, None);
            return Ok(());
        }
        let pool = self.pool(name, image, None, None);
        pool.grow(false);
        self.publish(name, |now| now.stable = Some(pool));
        Ok(())
    }

    pub(super) fn load_optimized(&self, name: &str, optimized: &Optimized) -> Result<Runnable> {
        let managed = &self.managed[name];
        let folder = self.set_folder(managed, &optimized.id);
        let profiles = (!optimized.profiles.is_empty()).then_some(folder.as_path());
        self.tools
            .load(&managed.project, name, optimized.variant, profiles)
    }

    /// Takes an image of a set of profiles: the one that is to be tried, or the one that serves.
    pub(super) fn take_image(&mut self, name: &str, of: &Optimized, image: Runnable) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        let serves = managed.state.optimized.as_ref();
        let noted = image.clone();
        if serves.is_some_and(|optimized| optimized.id == of.id) {
            managed.images.insert(image.variant, image);
            managed.loaded = Some(of.id.clone());
        } else {
            managed.candidate = Some(image);
        }
        self.note_image(name, of, &noted);
    }

    pub(super) fn pool(
        &self,
        name: &str,
        image: Runnable,
        side: Option<TrialSide>,
        retire_after: Option<u64>,
    ) -> Arc<Pool> {
        let serving = &self.managed[name].serving;
        let alone = side.is_some();
        let once = image.process.workload.is_invoked();
        let limits = Limits {
            min: match (alone, retire_after) {
                (true, _) => 1,
                (false, Some(_)) => 0,
                // There is no process to keep.
                (false, None) if once => 0,
                (false, None) => serving.min_workers,
            },
            max: if alone { 1 } else { serving.max_workers },
            concurrency: if once { 1 } else { serving.concurrency },
            // A profiling worker that is short of calls waits for them: a profile of one call says little.
            idle: retire_after.is_none().then_some(serving.idle_timeout),
            queue: serving.queue,
            retire_after: if once { Some(1) } else { retire_after },
        };
        self.pool_of(name, image, limits, side)
    }

    /// A pool with these limits, whose workers this loop hears of.
    pub(super) fn pool_of(
        &self,
        name: &str,
        image: Runnable,
        limits: Limits,
        side: Option<TrialSide>,
    ) -> Arc<Pool> {
        let managed = &self.managed[name];
        let watcher = Workers {
            served: Arc::clone(&managed.served),
            version: managed.state.version.clone(),
            project: managed.project.clone(),
            events: Arc::clone(&self.events),
            collector: self.collector.clone(),
            messages: self.messages.clone(),
            living: self.living.clone(),
            side,
        };
        let image = limited(image, managed.serving.memory_mib);
        Pool::new(image, limits, Arc::new(watcher))
    }
}

/// Whether `variant` is what the documents say, and not what there is in its place.
pub(super) fn is_said(managed: &Managed, variant: Variant) -> bool {
    let state = &managed.state;
    let said = match &state.optimized {
        Some(optimized) => optimized.variant,
        None if state.stage >= Stage::Native => Variant::Native,
        None => Variant::Hotspot,
    };
    said == variant
}

/// What is served rather than what: later stages' images.
pub(super) fn rank(variant: Variant) -> u8 {
    match variant {
        Variant::Hotspot => 0,
        Variant::Native => 1,
        _ => 2,
    }
}

/// The variant that serves in a function's present stage.
pub(super) fn stable(managed: &Managed) -> Variant {
    let state = &managed.state;
    let has = |variant: &Variant| managed.images.contains_key(variant);
    let optimized = state.optimized.as_ref().map(|optimized| optimized.variant);
    optimized
        .filter(has)
        .or_else(|| {
            (state.stage >= Stage::Native)
                .then_some(Variant::Native)
                .filter(has)
        })
        .unwrap_or(Variant::Hotspot)
}

/// The image that serves in a function's present stage.
pub(super) fn present(managed: &Managed) -> Result<&Runnable> {
    let variant = stable(managed);
    managed.images.get(&variant).ok_or_else(|| {
        Error::new(
            ErrorKind::Toolchain,
            format!(
                "the {variant} image of `{}` is not there",
                managed.state.function
            ),
        )
    })
}

/// It with so much memory at most: the process, and so much of it the heap that the process ends with an error of its own rather
/// than killed. A native image understands `-Xmx` as a JVM does.
pub(super) fn limited(mut image: Runnable, memory_mib: Option<u64>) -> Runnable {
    if let Some(mebibytes) = memory_mib {
        // The heap is not all: code, stacks and buffers get a quarter.
        let heap = (mebibytes * 3 / 4).max(8);
        image.process.memory = Some(Memory {
            bytes: mebibytes << 20,
            data: image.variant.is_native(),
        });
        image
            .launch
            .runtime_args
            .push(format!("-Xmx{heap}m").into());
    }
    image
}
