//! From documents to functions that are served, and from decisions to documents.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use serde_json::json;

use super::managed::Read;
use super::profiles::counting;
use super::search::Called;
use super::switching::close;
use super::{Control, Managed, Patience};
use crate::controller::collector::name_of;
use crate::controller::decide::Can;
use crate::controller::journal;
use crate::controller::manifest::{FILE, Manifest};
use crate::controller::served::{Now, Served};
use crate::controller::settings::Serving;
use crate::controller::state::{Stage, State};
use crate::error::{ErrorKind, Result};

impl Control {
    /// Takes up every function that the store knows; the numbers of the documents that were read. Nothing is started: the first call,
    /// or a minimum of workers, does that.
    pub fn restore(&mut self) -> Result<BTreeMap<String, u64>> {
        let mut known = BTreeMap::new();
        for (name, state) in journal::read_all(&self.store)? {
            let taken = match state {
                Err(error) if error.kind() == ErrorKind::StoreAway => return Err(error),
                Err(error) => Err(error),
                Ok(state) => {
                    known.insert(name.clone(), state.generation);
                    match state.removed {
                        true => Ok(()),
                        false => self.take_up(state),
                    }
                }
            };
            if let Err(error) = taken {
                let message = format!("`{name}` cannot be taken up: {error}");
                self.tell(&name, "function.broken", &message, json!(null));
            }
        }
        Ok(known)
    }

    /// Makes `state`, of another version than the one that is known, the one that holds. What serves goes on serving until
    /// [`Control::wake`] has something else.
    pub(super) fn take_up(&mut self, state: State) -> Result<()> {
        let name = state.function.clone();
        let folder = self.tools.version_folder(&name, &state.version);
        let project = folder.join(FILE);
        let file = Manifest::function(&state.manifest)?;
        let serving = Arc::new(Serving::of(&file.serve, self.cores));
        if let Some(managed) = self.managed.get_mut(&name) {
            managed.state = state;
            managed.serving = Arc::clone(&serving);
            managed.project = project;
            managed.images.clear();
            managed.candidate = None;
            managed.left_trial = None;
            managed.search = None;
            managed.waits = None;
            managed.loaded = None;
            managed.profiles.clear();
            managed.read.anew();
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
            self.settler.forget(&name);
            self.end_pins(&name);
            return Ok(());
        }
        let served = Arc::new(Served::new(
            state.clone(),
            (*serving).clone(),
            self.tools.home.join("logs").join(&name),
        ));
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
            preparing: None,
            search: None,
            leased: false,
            asked: None,
            waits: None,
            called: Called::default(),
            left_trial: None,
            switch: None,
            leaving: Vec::new(),
            counted: None,
            profiles: Vec::new(),
            read: Read::default(),
            traces: 0,
            awake: false,
            patience: Patience::default(),
        };
        self.managed.insert(name, managed);
        Ok(())
    }

    /// Serves it no more.
    pub(super) fn forget(&mut self, name: &str) {
        // One that cannot be let go is free once this controller ends.
        let _ = self.let_go(name);
        self.registry.remove(name);
        self.settler.forget(name);
        self.forgotten.insert(name.to_owned(), Instant::now());
        // So does whoever comes after us know how long ago that was.
        let folder = self.tools.home.join("functions").join(name);
        let _ = std::fs::File::open(folder)
            .and_then(|folder| folder.set_modified(std::time::SystemTime::now()));
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
                now.counting = counting(managed);
                change(now);
            });
        }
    }

    /// Writes `state` as the newest document; what others wrote meanwhile is taken up instead.
    pub(super) fn commit(&mut self, mut state: State) -> Result<bool> {
        let name = state.function.clone();
        let before = self.managed.get(&name).map(|managed| managed.state.stage);
        if before != Some(state.stage) {
            state.since = Some(state.time);
        }
        if journal::append(&self.store, &state)? {
            if let Some(others) = &self.others {
                others.wrote(&state);
            }
            let message = state.message.clone();
            let event = format!("function.{}", state.event);
            let data = json!({ "generation": state.generation, "stage": state.stage, "verdict": state.verdict });
            if let Some(managed) = self.managed.get_mut(&name) {
                if managed.state.stage != state.stage {
                    managed.served.calls.store(0, Ordering::Relaxed);
                }
                // What was counted a moment ago is not new any more where this used it up.
                let used: BTreeSet<&str> = state.used.iter().map(String::as_str).collect();
                managed.profiles.retain(|key| !used.contains(name_of(key)));
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
