//! From documents to functions that are served, and from decisions to documents.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::json;

use super::{Control, Managed};
use crate::controller::decide::Can;
use crate::controller::journal;
use crate::controller::manifest::{JAR, Manifest};
use crate::controller::served::{Now, Served};
use crate::controller::settings::Serving;
use crate::controller::state::{Stage, State};
use crate::error::Result;

impl Control {
    /// Takes up every function that the store knows. Nothing is started: the first call, or a minimum of workers, does that.
    pub fn restore(&mut self) -> Result<()> {
        for (name, state) in journal::read_all(&self.store)? {
            if state.removed {
                continue;
            }
            if let Err(error) = self.take_up(state) {
                self.events.tell(
                    &name,
                    "function.broken",
                    &format!("`{name}` cannot be taken up: {error}"),
                    json!(null),
                );
            }
        }
        Ok(())
    }

    /// Makes `state` the one that holds, its project written where it is missing.
    pub(super) fn take_up(&mut self, state: State) -> Result<()> {
        let folder = self.folder(&state.function, &state.version);
        let jar = folder.join(JAR);
        if !jar.is_file() {
            crate::workdir::create_dir(&folder)?;
            self.store
                .get_to_file(&format!("jars/{}.jar", state.jar), &jar)?;
        }
        let manifest = Manifest {
            function: state.manifest.clone(),
            jar: state.jar.clone(),
        };
        let project = manifest.write(&state.function, &folder, &jar)?;
        let file = Manifest::read(&project, &state.function)?;
        let serving = Serving::of(&file.serve, self.cores);
        let served = Arc::new(Served::new(state.clone(), serving.clone()));
        let awake = serving.min_workers > 0;
        self.registry.insert(Arc::clone(&served));
        self.managed.insert(
            state.function.clone(),
            Managed {
                served,
                state,
                serving: Arc::new(serving),
                project,
                can: Can::default(),
                images: BTreeMap::new(),
                candidate: None,
                building: None,
                switch: None,
                leaving: Vec::new(),
                counted: None,
                awake: false,
            },
        );
        if awake {
            let last = self.managed.len();
            let _ = last;
        }
        Ok(())
    }

    pub(super) fn publish(&self, name: &str, change: impl FnOnce(&mut Now)) {
        if let Some(managed) = self.managed.get(name) {
            managed.served.now.send_modify(|now| {
                now.state = Arc::new(managed.state.clone());
                now.disabled = managed.serving.disabled_while_building
                    && managed.state.stage < Stage::Native
                    && managed.can.native;
                change(now);
            });
        }
    }

    /// Writes `state` as the newest document; what others wrote meanwhile is taken up instead.
    pub(super) fn commit(&mut self, state: State) -> Result<bool> {
        let name = state.function.clone();
        if journal::append(&self.store, &state)? {
            let message = state.message.clone();
            let event = format!("function.{}", state.event);
            let data = json!({ "generation": state.generation, "stage": state.stage, "verdict": state.verdict });
            if let Some(managed) = self.managed.get_mut(&name) {
                if managed.state.stage != state.stage {
                    managed.served.calls.store(0, Ordering::Relaxed);
                }
                managed.state = state;
            }
            self.tell(&name, &event, &message, data);
            self.publish(&name, |_| {});
            return Ok(true);
        }
        if let Some(managed) = self.managed.get_mut(&name)
            && let Some(newer) = journal::newer(&self.store, &managed.state)?
        {
            managed.state = newer;
            managed.awake = false;
            self.wake(&name);
        }
        Ok(false)
    }
}
