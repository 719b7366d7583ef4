//! Profiles as they are gathered and stored.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use serde_json::json;

use super::{COUNTS, Control, Managed};
use crate::controller::collector;
use crate::controller::collector::Told;
use crate::controller::runnable::TraceLeft;
use crate::controller::settler::{Gathered, Settled};
use crate::controller::state::Stage;
use crate::error::Result;
use crate::identity::Identity;
use crate::variant::Variant;

impl Control {
    pub(super) fn traced(&mut self, left: TraceLeft) {
        if let Some(managed) = self.managed.get_mut(&left.function) {
            managed.traces += 1;
            self.builder.keep(left);
        }
    }

    pub(super) fn trace_kept(&mut self, name: &str, failed: Option<String>) {
        if let Some(managed) = self.managed.get_mut(name) {
            managed.traces = managed.traces.saturating_sub(1);
        }
        match failed {
            None => self.tell(name, "trace.kept", "what was traced is kept", json!(null)),
            Some(why) => {
                let message = format!("what was traced is lost: {why}");
                self.tell(name, "trace.refused", &message, json!(null));
            }
        }
        self.look_at(name);
    }

    pub(super) fn profile(&mut self, told: Told) {
        let served = |name: &str| self.managed.get(name).map(|it| Arc::clone(&it.served));
        match told {
            Told::Pending(sheet) => {
                if let Some(served) = served(&sheet.function) {
                    served.pending.fetch_add(1, Ordering::Relaxed);
                }
            }
            Told::Stored(sheet) => {
                let name = sheet.function.clone();
                if let Some(served) = served(&name) {
                    let less = |pending: u64| Some(pending.saturating_sub(1));
                    let _ = served
                        .pending
                        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
                }
                let message = match sheet.provenance.requests {
                    0 => "a profile is stored".to_owned(),
                    1 => "a profile of one call is stored".to_owned(),
                    calls => format!("a profile of {calls} calls is stored"),
                };
                let data = json!({ "worker": sheet.worker, "calls": sheet.provenance.requests, "bytes": sheet.provenance.bytes });
                self.tell(&name, "profile.stored", &message, data);
                if let Some(managed) = self.managed.get_mut(&name) {
                    managed.counted = None;
                }
                self.look_at(&name);
            }
            Told::Useless { function, why } => {
                let message = format!("a profiling worker left no profile: {why}");
                self.tell(&function, "profile.refused", &message, json!(null));
            }
            Told::Waits { function, why } => {
                let message = format!("a profile waits: {why}");
                self.tell(&function, "profile.waits", &message, json!(null));
            }
        }
    }

    /// Asks the store how many profiles there are, where they are waited for and that was not asked a moment ago.
    pub(super) fn catch_up(&mut self, name: &str) -> Result<()> {
        let Some(managed) = self.managed.get_mut(name) else {
            return Ok(());
        };
        let state = &managed.state;
        let gathers = state.stage == Stage::Profiling && state.candidate.is_none();
        let is_known = |at: Instant| !gathers || at.elapsed() < COUNTS;
        if managed.counted.is_some_and(is_known) {
            return Ok(());
        }
        self.count_profiles(name)?;
        if let Some(managed) = self.managed.get_mut(name) {
            managed.counted = Some(Instant::now());
        }
        Ok(())
    }

    /// Finds out which profiles of the present image that counts are new.
    fn count_profiles(&mut self, name: &str) -> Result<()> {
        let Some(managed) = self.managed.get_mut(name) else {
            return Ok(());
        };
        let Some(counting) = managed.images.get(&Variant::NativeInstrumented) else {
            return Ok(());
        };
        let mut profiles = collector::stored(&self.store, name, counting.build.as_str())?;
        let all = profiles.len() as u64;
        managed.served.profiles.store(all, Ordering::Relaxed);
        let used: BTreeSet<&str> = managed.state.used.iter().map(String::as_str).collect();
        profiles.retain(|key| !used.contains(collector::name_of(key)));
        managed.profiles = profiles;
        self.have_them_read(name);
        Ok(())
    }

    /// Has new profiles read where it matters what they say.
    fn have_them_read(&mut self, name: &str) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        let (state, told) = (&managed.state, managed.profiles.len());
        let gathers = state.stage == Stage::Profiling && state.candidate.is_none();
        if managed.serving.stable_profiles.is_none() || !gathers {
            return;
        }
        if told < managed.read.told {
            // Other ones are gathered now.
            managed.read.anew();
        }
        if managed.read.under_way || told == managed.read.told {
            return;
        }
        managed.read.told = told;
        managed.read.under_way = true;
        self.settler.look(Gathered {
            function: name.to_owned(),
            version: state.version.clone(),
            epoch: managed.read.epoch,
            folder: self.tools.version_folder(name, &state.version).join("read"),
            keys: managed.profiles.clone(),
        });
    }

    pub(super) fn settled(&mut self, settled: Settled) {
        let name = settled.function;
        let Some(managed) = self.managed.get_mut(&name) else {
            return;
        };
        if managed.state.version != settled.version || managed.read.epoch != settled.epoch {
            return;
        }
        managed.read.under_way = false;
        managed.read.unchanged = settled.unchanged;
        match (settled.failed, settled.overlap) {
            (Some(why), _) => {
                // The next one has all of them read again.
                let message = format!("profiles could not be read: {why}");
                self.tell(&name, "profile.waits", &message, json!(null));
            }
            (None, Some(overlap)) => {
                let percent = overlap * 100.0;
                let message = format!(
                    "the last of {} profiles overlaps with what was known by {percent:.1} %",
                    settled.profiles
                );
                let data = json!({ "profiles": settled.profiles, "overlap": overlap, "unchanged": settled.unchanged });
                self.tell(&name, "profile.read", &message, data);
            }
            (None, None) => {}
        }
        self.look_at(&name);
    }
}

/// The image whose profiles count towards the next one; `None`: none are gathered.
pub(super) fn counting(managed: &Managed) -> Option<Identity> {
    let state = &managed.state;
    let gathers =
        state.stage == Stage::Profiling && state.candidate.is_none() && state.held.is_none();
    let image = managed.images.get(&Variant::NativeInstrumented);
    image.filter(|_| gathers).map(|image| image.build.clone())
}
