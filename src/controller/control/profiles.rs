//! Profiles as they are gathered and stored.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use serde_json::json;

use super::{COUNTS, Control};
use crate::controller::collector;
use crate::controller::collector::Told;
use crate::controller::state::Stage;

impl Control {
    pub(super) fn profile(&mut self, told: Told) {
        let served = |name: &str| self.managed.get(name).map(|it| Arc::clone(&it.served));
        match told {
            Told::Pending(origin) => {
                if let Some(served) = served(&origin.function) {
                    served.pending.fetch_add(1, Ordering::Relaxed);
                }
            }
            Told::Stored(origin) => {
                let name = origin.function.clone();
                if let Some(served) = served(&name) {
                    served.pending.fetch_sub(1, Ordering::Relaxed);
                }
                let message = match origin.calls {
                    Some(calls) => format!("a profile of {calls} calls is stored"),
                    None => "a profile is stored".to_owned(),
                };
                let data = json!({ "worker": origin.worker, "calls": origin.calls, "bytes": origin.bytes });
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
            Told::Away { function, why } => {
                let message = format!("a profile waits for the store: {why}");
                self.tell(&function, "store.away", &message, json!(null));
            }
        }
    }

    /// Asks the store how many profiles there are, where that decides something and was not asked a moment ago.
    pub(super) fn count_profiles(&mut self, name: &str) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        let due = managed.counted.is_none_or(|at| at.elapsed() > COUNTS);
        if !managed.awake || managed.state.stage != Stage::Profiling || !due {
            return;
        }
        managed.counted = Some(Instant::now());
        if let Ok(keys) = collector::stored(&self.store, name, &managed.state.version) {
            let profiles = keys.len() as u64;
            managed.served.profiles.store(profiles, Ordering::Relaxed);
        }
    }
}
