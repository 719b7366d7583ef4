//! From documents to functions that are served, and from decisions to documents.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use serde_json::json;

use super::switching::close;
use super::{Control, Managed, Patience};
use crate::controller::decide::Can;
use crate::controller::journal;
use crate::controller::manifest::{JAR, Manifest};
use crate::controller::served::{Now, Served};
use crate::controller::settings::Serving;
use crate::controller::state::{Stage, State};
use crate::error::{Error, Result};

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

    /// Makes `state` the one that holds: its project is written where it is missing, and its numbers are read. What serves goes on
    /// serving until [`Control::wake`] has something else.
    pub(super) fn take_up(&mut self, state: State) -> Result<()> {
        let name = state.function.clone();
        let project = self.project(&state)?;
        let file = Manifest::read(&project, &name)?;
        let serving = Arc::new(Serving::of(&file.serve, self.cores));
        if let Some(managed) = self.managed.get_mut(&name) {
            managed.state = state;
            managed.serving = Arc::clone(&serving);
            managed.project = project;
            managed.images.clear();
            managed.candidate = None;
            managed.loaded = None;
            managed.profiles.clear();
            managed.counted = None;
            managed.patience.worked();
            managed.awake = false;
            managed.served.calls.store(0, Ordering::Relaxed);
            managed.served.profiles.store(0, Ordering::Relaxed);
            if let Some(switch) = managed.switch.take() {
                managed.leaving.push((Instant::now(), switch.pool));
            }
            self.publish(&name, |now| now.serving = serving);
            self.end_trial(&name);
            self.end_profiling(&name);
            return Ok(());
        }
        let served = Arc::new(Served::new(state.clone(), (*serving).clone()));
        self.registry.insert(Arc::clone(&served));
        let managed = Managed {
            served,
            state,
            serving,
            project,
            can: Can::default(),
            images: BTreeMap::new(),
            loaded: None,
            candidate: None,
            building: None,
            switch: None,
            leaving: Vec::new(),
            counted: None,
            profiles: Vec::new(),
            traces: 0,
            awake: false,
            patience: Patience::default(),
        };
        self.managed.insert(name, managed);
        Ok(())
    }

    /// The project of a version, from the store where it is not here.
    fn project(&self, state: &State) -> Result<PathBuf> {
        let folder = self.folder(&state.function, &state.version);
        let jar = folder.join(JAR);
        crate::workdir::create_dir(&folder)?;
        let key = format!("jars/{}", state.jar);
        if !jar.is_file() && !self.store.get_to_file(&key, &jar)? {
            return Err(
                Error::usage(format!("`{key}` is not in {}", self.store.place()))
                    .hint("install the function again"),
            );
        }
        let manifest = Manifest {
            function: state.manifest.clone(),
            jar: state.jar.clone(),
        };
        manifest.write(&state.function, &folder, &jar)
    }

    /// Takes up what somebody else decided about `name` meanwhile.
    pub(super) fn follow(&mut self, name: &str) -> Result<()> {
        let Some(managed) = self.managed.get(name) else {
            return Ok(());
        };
        let Some(newer) = journal::newer(&self.store, &managed.state)? else {
            return Ok(());
        };
        if newer.removed {
            self.forget(name);
            return Ok(());
        }
        self.take_up(newer)?;
        self.wake(name);
        Ok(())
    }

    /// Serves it no more.
    pub(super) fn forget(&mut self, name: &str) {
        self.registry.remove(name);
        let Some(managed) = self.managed.remove(name) else {
            return;
        };
        let mut pools: Vec<_> = managed.leaving.into_iter().map(|(_, pool)| pool).collect();
        pools.extend(managed.switch.map(|switch| switch.pool));
        for pool in &pools {
            pool.close();
        }
        managed.served.now.send_modify(|now| {
            now.state = Arc::new(State {
                removed: true,
                ..(*now.state).clone()
            });
            close(now);
        });
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
        self.follow(&name)?;
        Ok(false)
    }
}
