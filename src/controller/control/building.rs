//! What is built in the background, and what becomes of it.

use jiff::Timestamp;
use serde_json::json;

use super::{Control, LONGEST, PAUSE};
use crate::controller::builder::{Built, Job};
use crate::controller::image::Runnable;
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
            log: logs.join(format!("build-{variant}.log")),
        };
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
        let Built { job, took, failed } = built;
        let name = job.function.clone();
        let Some(managed) = self.managed.get_mut(&name) else {
            return;
        };
        managed.building = None;
        managed.search = None;
        if managed.state.version != job.version {
            // Another JAR was installed meanwhile.
            self.look_at(&name);
            return;
        }
        let variant = job.variant;
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
                self.tell(&name, "build.finished", &message, data);
                self.take_built(&name, variant, image);
            }
            Err((why, again)) => self.build_failed(&name, variant, why, again),
        }
        self.look_at(&name);
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
