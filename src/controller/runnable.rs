//! From a version's project to something that can be started: its plan, and the image that is there.

use std::path::{Path, PathBuf};

use super::decide::Can;
use super::pool::Runnable;
use crate::error::Result;
use crate::event::{Event, Listener};
use crate::interrupt::Stop;
use crate::pipeline::{Image, Pipeline, Reuse};
use crate::plan::{Plan, Request};
use crate::process::Launch;
use crate::run::begin;
use crate::variant::Variant;

/// What every plan of this controller is made with.
#[derive(Clone, Debug)]
pub struct Tools {
    /// Homes, options of tools: as they were named to `serve`.
    pub request: Request,
    /// Where logs and recordings go.
    pub home: PathBuf,
}

/// Nobody listens: nothing is made here.
struct Nobody;

impl Listener for Nobody {
    fn hear(&self, _: Event) {}
}

impl Tools {
    fn request(&self, project: &Path, function: &str, variants: &[Variant]) -> Request {
        Request {
            config: Some(project.to_owned()),
            function: Some(function.to_owned()),
            variants: variants.to_vec(),
            stop: Stop::default(),
            ..self.request.clone()
        }
    }

    /// What this machine can make of the function in `project`.
    pub fn can(&self, project: &Path, function: &str) -> Result<Can> {
        let plan = Plan::decide(&self.request(project, function, &[]))?;
        let has = |variant| plan.variants.contains(&variant);
        Ok(Can {
            trace: false,
            native: has(Variant::Native),
            pgo: has(Variant::NativePgo) && plan.can_build(Variant::NativeInstrumented),
            aot: has(Variant::HotspotAot),
        })
    }

    /// The image of `variant` that is there, ready to be started; `profiles` is the folder of those that it was made with.
    ///
    /// Fails where there is none.
    pub fn load(
        &self,
        project: &Path,
        function: &str,
        variant: Variant,
        profiles: Option<&Path>,
    ) -> Result<Runnable> {
        let mut request = self.request(project, function, &[variant]);
        request.profile_from = profiles.map(|folder| folder.display().to_string());
        let plan = Plan::decide(&request)?;
        let mut pipeline = Pipeline::new(&plan, &Nobody, begin(&plan)?).reusing(Reuse::Only);
        let image = pipeline.image(variant)?;
        self.runnable(&plan, &image)
    }

    fn runnable(&self, plan: &Plan, image: &Image) -> Result<Runnable> {
        let variant = image.variant;
        let toolchain = plan.toolchain(variant);
        let launch: Launch = toolchain.launch(variant, &plan.function, &image.dir);
        let recording = match (variant, plan.training(Variant::NativePgo)) {
            (Variant::NativeInstrumented, Some(training)) => toolchain
                .recording_args(training.kind, &plan.function, Path::new("{profile}"))
                .into_iter()
                .map(|arg| arg.to_string_lossy().into_owned())
                .collect(),
            _ => Vec::new(),
        };
        let name = &plan.function.name;
        let logs = self.home.join("logs").join(name);
        let recordings = self.home.join("recording").join(name);
        crate::workdir::create_dir(&logs)?;
        crate::workdir::create_dir(&recordings)?;
        Ok(Runnable {
            variant,
            build: image.identity.to_string(),
            process: plan.process(),
            launch,
            recording,
            logs,
            recordings,
        })
    }
}
