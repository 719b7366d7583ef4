//! From a version's project to something that can be started: its plan, and the image that is there.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::decide::Can;
use super::image::{RECORD, Runnable};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Listener};
use crate::interrupt::Stop;
use crate::pipeline::{Image, Pipeline, Reuse, fetch_traced, keep_traced, trace};
use crate::plan::{Plan, Request, function_of};
use crate::process::Launch;
use crate::run::begin;
use crate::store::Store;
use crate::toolchain::Tracer;
use crate::variant::Variant;

/// What every plan of this controller is made with.
#[derive(Clone, Debug)]
pub struct Tools {
    /// Homes, options of tools: as they were named to `serve`.
    pub request: Request,
    /// Where logs and recordings go.
    pub home: PathBuf,
    /// `[engine]` of the projects: how a cluster builds their images.
    pub engine: Option<serde_json::Value>,
}

/// What a tracing worker left behind.
#[derive(Clone, Debug)]
pub struct TraceLeft {
    /// The function.
    pub function: String,
    /// The project's file of its version.
    pub project: PathBuf,
    /// What it recorded.
    pub record: PathBuf,
    /// What it said.
    pub log: PathBuf,
    /// Calls that it was given.
    pub calls: u64,
}

/// Nobody listens: nothing is made here.
struct Nobody;

impl Listener for Nobody {
    fn hear(&self, _: Event) {}
}

/// Hears what the store does not give.
#[derive(Default)]
struct Complaints(Mutex<Vec<String>>);

impl Listener for Complaints {
    fn hear(&self, event: Event) {
        if let Event::Complained { message } = event {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.push(message);
        }
    }
}

impl Tools {
    /// The folder of a version in the controller's folder.
    pub fn version_folder(&self, function: &str, version: &str) -> PathBuf {
        self.home.join("functions").join(function).join(version)
    }

    /// The folder of a set's profiles.
    pub fn set_folder(&self, function: &str, version: &str, id: &str) -> PathBuf {
        let version = self.version_folder(function, version);
        version.join("sets").join(id)
    }

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
            trace: has(Variant::Native) && self.tracer(&plan).is_ok(),
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

    /// [`Tools::load`], from the store where the image is not here; `None` where it is in neither.
    ///
    /// # Errors
    ///
    /// A store that is away, or has something broken.
    pub fn fetch(
        &self,
        project: &Path,
        function: &str,
        variant: Variant,
        profiles: Option<&Path>,
        store: &Store,
    ) -> Result<Option<Runnable>> {
        let mut request = self.request(project, function, &[variant]);
        request.profile_from = profiles.map(|folder| folder.display().to_string());
        request.products = Some(store.clone());
        let plan = Plan::decide(&request)?;
        let complaints = Complaints::default();
        let mut pipeline = Pipeline::new(&plan, &complaints, begin(&plan)?).reusing(Reuse::Only);
        match pipeline.image(variant) {
            Ok(image) => self.runnable(&plan, &image).map(Some),
            Err(_) => {
                let all = complaints.0.into_inner();
                match all.unwrap_or_else(PoisonError::into_inner).pop() {
                    Some(complaint) => Err(Error::new(ErrorKind::Unexpected, complaint)),
                    None => Ok(None),
                }
            }
        }
    }

    /// Takes what all controllers tell the images of this version, which is kept as `key`, for what was traced here; with `decides`
    /// what was traced here is kept for all, where nothing is kept yet. Whether something is.
    pub fn agree_on_trace(
        &self,
        project: &Path,
        function: &str,
        store: &Store,
        key: &str,
        decides: bool,
    ) -> Result<bool> {
        let (workdir, _) = function_of(&self.request(project, function, &[]))?;
        if decides {
            keep_traced(store, key, &workdir, function)?;
        }
        fetch_traced(store, key, &workdir, function)
    }

    /// What traces on the JVM of the plan's GraalVM.
    fn tracer(&self, plan: &Plan) -> Result<Tracer> {
        let goal = "cannot trace";
        if let Some(missing) = trace::cannot_be(&plan.function) {
            return Err(missing.error(goal));
        }
        plan.toolchains
            .tracer(self.request.search.cache_dir.as_deref())
            .map_err(|missing| missing.error(goal))
    }

    /// The JVM that records what native images must know.
    pub fn load_tracing(&self, project: &Path, function: &str) -> Result<Runnable> {
        let variants = [Variant::Hotspot, Variant::Native];
        let plan = Plan::decide(&self.request(project, function, &variants))?;
        let tracer = self.tracer(&plan)?;
        tracer.prepare()?;
        let mut pipeline = Pipeline::new(&plan, &Nobody, begin(&plan)?).reusing(Reuse::Only);
        let image = pipeline.image(Variant::Hotspot)?;
        let launch = tracer.launch(&plan.function, Path::new(RECORD));
        self.started_as(&plan, &image, launch, Some("trace"))
    }

    /// Merges what a worker of [`Tools::load_tracing`] recorded into what native images are told.
    pub fn keep_trace(&self, left: &TraceLeft) -> Result<()> {
        let plan = Plan::decide(&self.request(&left.project, &left.function, &[Variant::Native]))?;
        let tracer = self.tracer(&plan)?;
        let mut pipeline = Pipeline::new(&plan, &Nobody, begin(&plan)?);
        trace::keep_record(&mut pipeline, &tracer, &left.record, &left.log, left.calls)
    }

    fn runnable(&self, plan: &Plan, image: &Image) -> Result<Runnable> {
        let variant = image.variant;
        let toolchain = plan.toolchain(variant);
        let launch = toolchain.launch(variant, &plan.function, &image.dir);
        match (variant, plan.training(Variant::NativePgo)) {
            (Variant::NativeInstrumented, Some(training)) => {
                let record = Path::new(RECORD);
                let args = toolchain.recording_args(training.kind, &plan.function, record);
                self.started_as(plan, image, launch.with(args), Some("iprof"))
            }
            _ => self.started_as(plan, image, launch, None),
        }
    }

    fn started_as(
        &self,
        plan: &Plan,
        image: &Image,
        launch: Launch,
        records: Option<&'static str>,
    ) -> Result<Runnable> {
        let name = &plan.function.name;
        let logs = self.home.join("logs").join(name);
        let recordings = self.home.join("recording").join(name);
        crate::workdir::create_dir(&logs)?;
        crate::workdir::create_dir(&recordings)?;
        Ok(Runnable {
            variant: image.variant,
            build: image.identity.clone(),
            process: plan.process(),
            launch,
            records,
            logs,
            recordings,
        })
    }
}
