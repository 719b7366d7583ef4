//! What is built in the background, and what becomes of it.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use super::{Control, LONGEST, PAUSE};
use crate::controller::builder::{Built, Job};
use crate::controller::builds::{BuildState, End, log_name};
use crate::controller::image::Runnable;
use crate::controller::problem::Problem;
use crate::controller::state::{FailedBuild, Optimized, State};
use crate::error::Result;
use crate::identity::Inputs;
use crate::variant::Variant;

impl Control {
    /// Fixes the input of the next image: whoever creates the document first has decided it.
    pub(super) fn freeze(&mut self, name: &str) -> Result<()> {
        let managed = &self.managed[name];
        let state = &managed.state;
        let Some(variant) = managed.can.best() else {
            return Ok(());
        };
        let candidate = match variant {
            // What is counted anew at this moment.
            Variant::NativePgo if managed.profiles.is_empty() => return Ok(()),
            Variant::NativePgo => {
                let profiles = managed.profiles.clone();
                let id = Inputs::new().with_list("profiles", &profiles).identity();
                Optimized {
                    variant,
                    id: id.to_string(),
                    profiles,
                }
            }
            _ => Optimized {
                variant,
                id: state.version.clone(),
                profiles: Vec::new(),
            },
        };
        let serves = state.optimized.as_ref();
        let serves = serves.is_some_and(|optimized| optimized.id == candidate.id);
        if serves || state.rejected.contains(&candidate.id) {
            let why = match serves {
                true => format!("{variant} of these profiles serves already"),
                false => format!("{variant} of these profiles was tried before"),
            };
            let next = State {
                held: Some(why.clone()),
                ..state.next("kept", why)
            };
            return self.commit(next).map(|_| ());
        }
        let message = match candidate.profiles.len() {
            0 => format!("{variant} is to be made"),
            profiles => format!("{variant} is to be made of {profiles} profiles"),
        };
        let next = State {
            candidate: Some(candidate),
            failed: None,
            ..state.next("frozen", message)
        };
        self.settler.forget(name);
        self.commit(next).map(|_| ())
    }

    pub(super) fn build(&mut self, name: &str, variant: Variant, candidate: Option<&Optimized>) {
        let managed = &self.managed[name];
        let profiles = candidate
            .filter(|candidate| !candidate.profiles.is_empty())
            .map(|candidate| {
                let folder = self.set_folder(managed, &candidate.id);
                (folder, candidate.profiles.clone())
            });
        let logs = self.tools.home.join("logs").join(name);
        let job = Job {
            function: name.to_owned(),
            version: managed.state.version.clone(),
            project: managed.project.clone(),
            variant,
            profiles,
            log: logs.join(log_name(variant)),
        };
        managed.served.builds.begin(variant, &job.version);
        if let Some(managed) = self.managed.get_mut(name) {
            managed.building = Some(variant);
        }
        let message = format!("{variant} is being built");
        self.tell(
            name,
            "build.started",
            &message,
            json!({ "variant": variant }),
        );
        self.builder.take(job);
    }

    pub(super) fn built(&mut self, built: Built) {
        let Built {
            job,
            took,
            exit_code,
            failed,
        } = built;
        let name = job.function.clone();
        let Some(managed) = self.managed.get_mut(&name) else {
            return;
        };
        let variant = job.variant;
        managed.building = None;
        managed.search = None;
        let ended = |state, build, message: String| End {
            state,
            build,
            took,
            exit_code,
            message,
        };
        let served = Arc::clone(&managed.served);
        if managed.state.version != job.version {
            let (state, message) = match failed {
                Some((why, _)) => (BuildState::Failed, why),
                None => (BuildState::Built, format!("{variant} was built")),
            };
            let message = format!("{message}; another version was installed meanwhile");
            served.builds.end(ended(state, None, message));
            self.look_at(&name);
            return;
        }
        let loaded = match failed {
            Some(failed) => Err(failed),
            None => {
                let profiles = job.profiles.as_ref().map(|(folder, _)| folder.as_path());
                self.tools
                    .load(&job.project, &name, variant, profiles)
                    .map_err(|error| (error.to_string(), true))
            }
        };
        let seconds = took.as_secs_f64();
        match loaded {
            Ok(image) => {
                let message = format!("{variant} was built in {seconds:.1} s");
                let data = json!({ "variant": variant, "seconds": seconds, "build": image.build });
                let build = Some(image.build.clone());
                served
                    .builds
                    .end(ended(BuildState::Built, build, message.clone()));
                self.tell(&name, "build.finished", &message, data);
                self.take_built(&name, variant, image);
            }
            Err((why, again)) => {
                served
                    .builds
                    .end(ended(BuildState::Failed, None, why.clone()));
                self.build_failed(&name, variant, why, again);
            }
        }
        self.look_at(&name);
    }

    /// Lets a build that failed be tried again at once.
    pub(super) fn build_again(&mut self, state: &State) -> std::result::Result<State, Problem> {
        let name = &state.function;
        let managed = &self.managed[name];
        if let Some(building) = managed.building {
            return Err(Problem::conflict(format!(
                "{building} of `{name}` is being built"
            )));
        }
        let Some(failed) = &state.failed else {
            return Err(Problem::conflict(format!(
                "no build of `{name}` has failed: what it needs next is built by itself"
            )));
        };
        if state.paused {
            return Err(Problem::conflict(format!(
                "`{name}` is paused: `resume` lets it go on"
            )));
        }
        let message = format!("{} is built again: asked for by hand", failed.variant);
        let changed = self.change(State {
            failed: None,
            ..state.next("retried", message)
        })?;
        if let Some(managed) = self.managed.get_mut(name) {
            managed.patience.worked();
        }
        Ok(changed)
    }

    pub(super) fn take_built(&mut self, name: &str, variant: Variant, image: Runnable) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        let state = &managed.state;
        let mut of = state.candidate.iter().chain(&state.optimized);
        let found = of.find(|optimized| optimized.variant == variant);
        match found.cloned() {
            Some(optimized) => self.take_image(name, &optimized, image),
            None => _ = managed.images.insert(variant, image),
        }
    }

    pub(super) fn build_failed(&mut self, name: &str, variant: Variant, why: String, again: bool) {
        let managed = &self.managed[name];
        let before = managed
            .state
            .failed
            .as_ref()
            .filter(|failed| failed.variant == variant);
        let times = before.map_or(0, |failed| failed.times) + 1;
        let pause = PAUSE.saturating_mul(1 << (times - 1).min(10)).min(LONGEST);
        let again = again.then(|| Timestamp::now() + pause);
        let failed = FailedBuild {
            variant,
            times,
            message: why.clone(),
            again,
        };
        let next = State {
            failed: Some(failed),
            ..managed
                .state
                .next("build-failed", format!("building {variant} failed: {why}"))
        };
        if let Err(error) = self.commit(next) {
            self.tell(name, "function.waits", &error.to_string(), json!(null));
        }
    }
}
