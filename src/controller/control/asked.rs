//! What people and programs ask for: install, promote, take back, pause, collect, remove.

use std::time::Instant;

use serde_json::json;

use super::Control;
use super::trials::before_optimized;
use crate::controller::collector::name_of;
use crate::controller::journal;
use crate::controller::manifest::Manifest;
use crate::controller::messages::{Order, What};
use crate::controller::problem::Problem;
use crate::controller::state::{Stage, State};
use crate::error::Result;
use crate::variant::Variant;

/// How often an installation begins anew where others decide about the function at the same moment.
const TRIES: u32 = 5;

impl Control {
    pub(super) fn answer(&mut self, asked: &Order) -> std::result::Result<State, Problem> {
        let name = &asked.function;
        let state = self.managed.get(name).map(|managed| managed.state.clone());
        let unknown = || Problem::unknown(format!("there is no function `{name}`"));
        if state.is_none() && !matches!(asked.what, What::Install(..)) {
            return Err(unknown());
        }
        let present = state.as_ref().map(|state| state.generation);
        if let Some(wanted) = asked.generation
            && present != Some(wanted)
        {
            let is = present.map_or("is not there".to_owned(), |it| {
                format!("is at generation {it}")
            });
            return Err(Problem::generation(format!(
                "`{name}` {is}, and {wanted} was asked for"
            )));
        }
        if let What::Install(manifest, jar) = &asked.what {
            return self.install(name, manifest, jar).map_err(Problem::from);
        }
        let state = state.ok_or_else(unknown)?;
        self.wake(name);
        if matches!(asked.what, What::Promote | What::RollBack | What::Collect)
            && self.managed[name].preparing.is_some()
        {
            let why = format!("`{name}` is being gotten from the store; ask again");
            return Err(Problem::not_serving(why, 2));
        }
        match &asked.what {
            What::Install(..) => Ok(state),
            What::Pause => self.change(State {
                paused: true,
                ..state.next("paused", "paused by hand")
            }),
            What::Resume => self.change(State {
                paused: false,
                ..state.next("resumed", "resumed by hand")
            }),
            What::Collect => self.collect(&state),
            What::Build => self.build_again(&state),
            What::Promote => {
                let ready = self.managed[name].candidate.is_some();
                if !ready {
                    return Err(Problem::conflict(format!(
                        "`{name}` has no new image that could be promoted"
                    )));
                }
                self.promote(name, None);
                Ok(state)
            }
            What::RollBack => self.roll_back(&state),
            What::Remove => {
                let next = State {
                    removed: true,
                    ..state.next("removed", "removed")
                };
                let removed = self.change(next)?;
                self.forget(name);
                Ok(removed)
            }
        }
    }

    pub(super) fn change(&mut self, next: State) -> std::result::Result<State, Problem> {
        match self.commit(next.clone())? {
            true => Ok(next),
            false => Err(Problem::conflict("somebody else changed it meanwhile")),
        }
    }

    pub(super) fn collect(&mut self, state: &State) -> std::result::Result<State, Problem> {
        let managed = &self.managed[&state.function];
        if !managed.can.pgo {
            return Err(Problem::conflict("this machine has no PGO to collect for"));
        }
        if state.candidate.is_some() {
            return Err(Problem::conflict(
                "a new image is being made or tried; `promote` or `rollback` ends that",
            ));
        }
        let mut used = state.used.clone();
        used.extend(managed.profiles.iter().map(|key| name_of(key).to_owned()));
        let stage = match state.stage {
            Stage::Optimized => Stage::Profiling,
            stage => stage,
        };
        if let Some(managed) = self.managed.get_mut(&state.function) {
            managed.profiles.clear();
            managed.counted = None;
            managed.read.anew();
        }
        self.change(State {
            stage,
            since: Some(jiff::Timestamp::now()),
            used,
            held: None,
            failed: None,
            ..state.next("collecting", "new profiles are gathered")
        })
    }

    pub(super) fn roll_back(&mut self, state: &State) -> std::result::Result<State, Problem> {
        let name = &state.function;
        let mut rejected = state.rejected.clone();
        let dropped = state.candidate.iter().chain(&state.optimized);
        rejected.extend(dropped.map(|optimized| optimized.id.clone()));
        if state.candidate.is_none() && state.optimized.is_none() {
            return Err(Problem::conflict(format!(
                "`{name}` has no image that could be taken back"
            )));
        }
        let tried_only = state.candidate.is_some();
        let managed = &self.managed[name];
        // What is not here is in the store: it is gotten once that is decided.
        let shares = self.others.is_some();
        let previous = state.previous.clone();
        let back = match &previous {
            Some(previous) => self.load_optimized(name, previous).ok(),
            None => None,
        };
        let previous = previous.filter(|_| back.is_some() || shares);
        let has_native = managed.images.contains_key(&Variant::Native)
            || (shares && managed.can.native && state.stage >= Stage::Native);
        let plain = match has_native {
            true => (Stage::Native, Variant::Native),
            false => (Stage::Hotspot, Variant::Hotspot),
        };
        let image = match previous.is_some() {
            true => back,
            false => managed.images.get(&plain.1).cloned(),
        };
        let taken_back = move |state: &State| State {
            stage: match (tried_only, &previous) {
                (true, _) => before_optimized(state),
                (false, Some(_)) => Stage::Optimized,
                (false, None) => plain.0,
            },
            candidate: None,
            optimized: match tried_only {
                true => state.optimized.clone(),
                false => previous.clone(),
            },
            previous: match tried_only {
                true => state.previous.clone(),
                false => None,
            },
            rejected: rejected.clone(),
            held: Some("taken back by hand".to_owned()),
            ..state.next("rolled-back", "taken back by hand")
        };
        if tried_only {
            let changed = self.change(taken_back(state))?;
            if let Some(managed) = self.managed.get_mut(name) {
                managed.candidate = None;
                if let Some(switch) = managed.switch.take() {
                    managed.leaving.push((Instant::now(), switch.pool));
                }
            }
            self.end_trial(name);
            return Ok(changed);
        }
        let Some(image) = image else {
            return match shares {
                true => self.change(taken_back(state)),
                false => Err(Problem::conflict("there is no image to go back to")),
            };
        };
        let next = taken_back(state);
        let then = move |state: &State| Some(taken_back(state));
        self.switch_to(name, image, Some(Box::new(then)));
        Ok(next)
    }

    pub(super) fn install(
        &mut self,
        name: &str,
        manifest: &Manifest,
        jar: &std::path::Path,
    ) -> Result<State> {
        let version = manifest.version();
        for _ in 0..TRIES {
            let known = self.managed.get(name).map(|managed| managed.state.clone());
            if let Some(known) = &known
                && known.version == version
            {
                return Ok(known.clone());
            }
            let before = match known {
                Some(known) => Some(known),
                None => journal::newest(&self.store, name)?,
            };
            let folder = self.tools.version_folder(name, &version);
            manifest.write(name, &folder, jar, self.tools.engine.as_ref())?;
            let state = State::installed(
                name,
                version.clone(),
                manifest.jar.clone(),
                manifest.function.clone(),
                before.as_ref(),
            );
            if !journal::append(&self.store, &state)? {
                // Somebody else decided about it at the same moment.
                self.follow(name)?;
                continue;
            }
            if let Some(others) = &self.others {
                others.wrote(&state);
            }
            self.take_up(state.clone())?;
            let data = json!({ "generation": state.generation, "version": state.version });
            self.tell(name, "function.installed", &state.message, data);
            self.wake(name);
            return Ok(state);
        }
        Err(crate::error::Error::usage(format!(
            "`{name}` was installed by somebody else at the same moment"
        )))
    }
}
