//! From a function that is known to one that serves: what it needs is here, or is gotten first.

use serde_json::json;

use super::Control;
use super::managed::Managed;
use crate::controller::project;

impl Control {
    /// Loads what serves `name`, so that its first call can be answered.
    pub(super) fn wake(&mut self, name: &str) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        let prepares = managed.preparing.as_ref() == Some(&managed.state.version);
        if managed.awake || prepares || !managed.patience.is_over() {
            return;
        }
        let loaded = match project::here(&self.tools, &managed.state) {
            Ok(Some(_)) => {
                managed.awake = true;
                self.load(name)
            }
            Ok(None) => {
                managed.preparing = Some(managed.state.version.clone());
                self.fetcher.project(&managed.state);
                return;
            }
            Err(error) => Err(error),
        };
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        match loaded {
            Ok(()) => {
                managed.patience.worked();
                self.publish(name, |now| now.broken = None);
                self.look_at(name);
            }
            Err(error) => self.is_broken(name, error.to_string()),
        }
    }

    /// Says that `name` cannot be started now.
    pub(super) fn is_broken(&mut self, name: &str, why: String) {
        if let Some(managed) = self.managed.get_mut(name) {
            managed.awake = false;
            managed.patience.failed();
        }
        let message = format!("`{name}` cannot be started: {why}");
        self.tell(name, "function.broken", &message, json!(null));
        self.publish(name, |now| now.broken = Some(why));
    }

    /// The project of a version is here, or cannot be had.
    pub(super) fn project_fetched(&mut self, name: &str, version: &str, failed: Option<String>) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        if managed.preparing.as_deref() != Some(version) {
            // Another version was installed meanwhile.
            return;
        }
        managed.preparing = None;
        match failed {
            Some(why) => self.is_broken(name, why),
            None => self.wake(name),
        }
    }

    /// Wakes `name` where it is to run although nobody calls.
    pub(super) fn wake_if_wanted(&mut self, name: &str) {
        let wanted = |it: &Managed| it.serving.min_workers > 0 || it.state.candidate.is_some();
        if self.managed.get(name).is_some_and(wanted) {
            self.wake(name);
        }
    }
}
