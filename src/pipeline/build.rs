//! Builds the image of one variant, or finds the one that is there; proves that it is what was asked for.

use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use super::built::{check, little_found, stale_cache, words};
use super::effort::Effort;
use super::failed_build::keep_log;
use super::image::{self, BUILD_JSON, BUILD_LOG, BuildJson, FileStamp, Image};
use super::metadata::{self, Metadata};
use super::stages::{Pipeline, Reuse};
use super::{Merged, build_tool, foreign, in_use};
use crate::error::Result;
use crate::event::{self, Event, Running, Work};
use crate::exec::Tool;
use crate::host::Processor;
use crate::identity::{Identity, Inputs};
use crate::report::StageStatus;
use crate::toolchain::{BuildFacts, BuildJob};
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};
use crate::workdir::{Aside, Size, write_atomically};

/// Everything that shapes the image of `variant`.
pub(super) fn inputs(
    pipeline: &mut Pipeline<'_>,
    variant: Variant,
    profile: Option<&Merged>,
) -> Result<Inputs> {
    let function = &pipeline.plan.function;
    let options = match variant.is_native() {
        true => &function.native_options,
        false => &function.jvm_options,
    };
    let code = function.code_inputs(options, &mut pipeline.cache)?;
    let inputs = pipeline
        .plan
        .toolchain(variant)
        .inputs(variant, function)
        .and(code);
    let inputs = match metadata(pipeline, variant)? {
        Some(metadata) => inputs.with("reachability metadata", metadata.digest),
        None => inputs,
    };
    Ok(match profile {
        Some(profile) => inputs.with("profile", &profile.digest),
        None => inputs,
    })
}

/// What was traced of the function, for the variants that need it.
fn metadata(pipeline: &mut Pipeline<'_>, variant: Variant) -> Result<Option<Metadata>> {
    if !variant.is_native() {
        return Ok(None);
    }
    let name = &pipeline.plan.function.name;
    Metadata::read(&pipeline.traced_in, name, &mut pipeline.cache)
}

/// Makes the image of `variant` from the function's code and, where it is trained, its merged profile.
pub(super) fn build(
    pipeline: &mut Pipeline<'_>,
    variant: Variant,
    profile: Option<&Merged>,
) -> Result<Image> {
    let inputs = inputs(pipeline, variant, profile)?;
    let identity = inputs.identity();
    let plan = pipeline.plan;
    let dir = plan.workdir.image(&plan.function.name, variant, &identity);
    if plan
        .toolchain(variant)
        .image_file(variant, &plan.function)
        .is_none()
    {
        return unbuilt(pipeline, variant, identity, dir);
    }
    let started = Instant::now();
    pipeline.fetch_image(&dir);
    match reusable(pipeline, variant, &inputs, &dir) {
        Ok(json) => {
            if let Some(warning) = foreign::image(&json, &Processor::detect()) {
                pipeline.warn(warning);
            }
            pipeline.explain(
                &format!("build {variant}"),
                "reused: nothing that shapes it has changed",
            );
            pipeline
                .record
                .stage("build", Some(variant), StageStatus::Reused, started, None)?;
            image_of(pipeline, dir, json)
        }
        Err(why) => {
            pipeline.may_make(&format!("the {variant} image"), &why)?;
            pipeline.explain(&format!("build {variant}"), &why);
            let built = make(pipeline, variant, inputs, profile, &dir);
            let (status, reason) = match &built {
                Ok(_) => (StageStatus::Done, why),
                Err(error) => (StageStatus::Failed, error.brief()),
            };
            pipeline
                .record
                .stage("build", Some(variant), status, started, Some(reason))?;
            image_of(pipeline, dir, built?)
        }
    }
}

/// The image that building `variant` would give, and what that would take; nothing is made.
pub(super) fn expected(
    pipeline: &mut Pipeline<'_>,
    variant: Variant,
    profile: Option<&Merged>,
) -> Result<(Image, Effort)> {
    let inputs = inputs(pipeline, variant, profile)?;
    let identity = inputs.identity();
    let plan = pipeline.plan;
    let dir = plan.workdir.image(&plan.function.name, variant, &identity);
    let Some(file) = plan.toolchain(variant).image_file(variant, &plan.function) else {
        return Ok((unbuilt(pipeline, variant, identity, dir)?, Effort::None));
    };
    match reusable(pipeline, variant, &inputs, &dir) {
        Ok(json) => Ok((image_of(pipeline, dir, json)?, Effort::None)),
        Err(why) => {
            let images = plan.workdir.images(&plan.function.name, variant);
            let last_seconds = image::newest_in(&images).map(|last| last.seconds);
            let image = Image {
                variant,
                identity,
                path: dir.join(file),
                dir,
                size: Size::of([], Size::EXECUTABLE)?,
                build_seconds: None,
                facts: BuildFacts::default(),
                profiles: Vec::new(),
                archived_classes: None,
            };
            Ok((image, Effort::Made { why, last_seconds }))
        }
    }
}

/// The image of a variant with nothing to build: the JAR itself.
fn unbuilt(
    pipeline: &Pipeline<'_>,
    variant: Variant,
    identity: Identity,
    dir: PathBuf,
) -> Result<Image> {
    let function = &pipeline.plan.function;
    let path = function
        .code_entries()
        .first()
        .map(|path| path.to_path_buf())
        .unwrap_or_default();
    let code = Size::of(
        function.code_files()?.iter().map(PathBuf::as_path),
        Size::CODE,
    )?;
    let size = code.and_files(&function.files)?;
    Ok(Image {
        variant,
        identity,
        dir,
        path,
        size,
        build_seconds: None,
        facts: Default::default(),
        profiles: Vec::new(),
        archived_classes: None,
    })
}

/// The image in `dir`, or why it must be made.
fn reusable(
    pipeline: &Pipeline<'_>,
    variant: Variant,
    inputs: &Inputs,
    dir: &Path,
) -> std::result::Result<BuildJson, String> {
    if pipeline.reuse == Reuse::Never {
        return Err("redone: `--force`".to_owned());
    }
    if dir.exists() {
        let json = image::read(dir).map_err(|damage| format!("redone: {damage}"))?;
        return match foreign::unusable(&json, &Processor::detect()) {
            Some(why) => Err(why),
            None => Ok(json),
        };
    }
    let images = pipeline
        .plan
        .workdir
        .images(&pipeline.plan.function.name, variant);
    Err(match image::newest_in(&images) {
        Some(last) => format!(
            "redone: changed since the last image: {}",
            inputs.differing(&last.inputs).join(", ")
        ),
        None => "there is none yet".to_owned(),
    })
}

fn image_of(pipeline: &Pipeline<'_>, dir: PathBuf, json: BuildJson) -> Result<Image> {
    let size = size_of(pipeline, &dir, &json)?;
    Ok(Image {
        variant: json.variant,
        identity: json.identity,
        path: dir.join(&json.file.name),
        dir,
        size,
        build_seconds: Some(json.seconds),
        facts: json.facts,
        profiles: json.profiles,
        archived_classes: None,
    })
}

/// Everything that must be shipped to run the image in `dir`.
fn size_of(pipeline: &Pipeline<'_>, dir: &Path, json: &BuildJson) -> Result<Size> {
    let function = &pipeline.plan.function;
    let image = dir.join(&json.file.name);
    let size = if json.variant.is_native() {
        let counts = match json.variant.is_shared() {
            true => Size::LIBRARY,
            false => Size::EXECUTABLE,
        };
        let size = Size::of([image.as_path()], counts)?;
        let beside = image::libraries_beside(&image);
        size.and(&beside, "shared libraries beside it")?
    } else {
        let code = function.code_files()?;
        let shipped = code.iter().map(PathBuf::as_path).chain([image.as_path()]);
        Size::of(shipped, Size::CODE_AND_ARCHIVE)?
    };
    size.and_files(&function.files)
}

fn make(
    pipeline: &mut Pipeline<'_>,
    variant: Variant,
    inputs: Inputs,
    profile: Option<&Merged>,
    dir: &Path,
) -> Result<BuildJson> {
    let goal = format!("could not build the {variant} image");
    let plan = pipeline.plan;
    let toolchain = plan.toolchain(variant);
    let aside = Aside::new(dir)?;
    let metadata = metadata(pipeline, variant)?;
    if let Some(metadata) = &metadata {
        warn_if_stale(pipeline, metadata)?;
    }
    let job = BuildJob {
        variant,
        function: &plan.function,
        dir: aside.path(),
        profile: profile.map(|merged| merged.path.as_path()),
        metadata: metadata.as_ref().map(|metadata| metadata.dir.as_path()),
    };
    toolchain.prepare(&job)?;
    let tool = toolchain
        .build(&job)
        .expect("a variant with an image file has a command that builds it")
        .stopped_by(&plan.stop);
    let task = event::begin(pipeline.listener, Work::Build { variant });
    pipeline.listener.hear(Event::Command {
        command: tool.to_string(),
    });

    let started = Instant::now();
    let (file, facts) =
        run(pipeline, &job, &tool, &aside, &task).map_err(|error| error.goal(goal.clone()))?;
    let seconds = started.elapsed().as_secs_f64();
    let words = words(&facts);
    let json = BuildJson {
        schema_version: 1,
        variant,
        identity: inputs.identity(),
        inputs,
        command: tool.to_string(),
        seconds,
        file,
        facts,
        profiles: profile
            .map(|merged| merged.inputs.clone())
            .unwrap_or_default(),
        processor: Some(Processor::detect()),
    };
    let text = serde_json::to_vec_pretty(&json).expect("it has only string keys");
    write_atomically(&aside.path().join(BUILD_JSON), &text)?;
    let stale = stale_cache(variant, &toolchain.info().version);
    for warning in little_found(variant, &json.facts).into_iter().chain(stale) {
        pipeline.warn(warning);
    }
    let size = crate::units::bytes(json.file.bytes);
    aside.commit()?;
    if let Err(error) = in_use::prove(pipeline, variant, dir) {
        // What is not used as meant must not be found by the next run.
        let _ = std::fs::remove_dir_all(dir);
        return Err(error.goal(goal));
    }
    task.done(&format!("{size}{words}"));
    pipeline.keep_image(dir);
    Ok(json)
}

/// Runs the build tool and checks what it made; what a build that failed left is kept.
fn run(
    pipeline: &mut Pipeline<'_>,
    job: &BuildJob<'_>,
    tool: &Tool,
    aside: &Aside,
    task: &Running<'_>,
) -> Result<(FileStamp, BuildFacts)> {
    let toolchain = pipeline.plan.toolchain(job.variant);
    let began = SystemTime::now();
    let log = aside.path().join(BUILD_LOG);
    build_tool::run(toolchain, job, tool, &log, task)
        .and_then(|warnings| {
            for warning in warnings {
                pipeline.record.warn(warning);
            }
            check(toolchain, job)
        })
        .map_err(|error| keep_log(pipeline, (aside, began), job.variant, error))
}

/// Warns where none of the metadata was traced with the code that is built: it is used all the same.
fn warn_if_stale(pipeline: &mut Pipeline<'_>, metadata: &Metadata) -> Result<()> {
    let code = metadata::code_of(&pipeline.plan.function, &mut pipeline.cache)?;
    if metadata.is_stale(&code) {
        let message = "the reachability metadata was traced before the code changed";
        let warning = Warning::new(WarningKind::StaleMetadata, message)
            .hint("`pgoctl trace` adds what the new code reaches");
        pipeline.warn(warning);
    }
    Ok(())
}
