//! Proves that an archive is in use: after it was made, and again right before it is measured. A JVM that does not like an archive
//! mostly says nothing and runs without it.

use std::path::Path;

use super::Image;
use super::stages::Pipeline;
use crate::error::{Error, ErrorKind, Result};
use crate::exec;
use crate::process::server;
use crate::toolchain::{ArchivedClasses, Proof};
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};

/// Less than this share of the application's classes from the archive is worth a warning.
const LITTLE: f64 = 0.5;

impl Pipeline<'_> {
    /// Proves again that each archive is in use. Where it is not the variant fails: with `others_go_on` it is left out while
    /// others are there to go on with, and the first such failure is returned beside them.
    pub fn in_use(
        &mut self,
        images: Vec<Image>,
        others_go_on: bool,
    ) -> Result<(Vec<Image>, Option<Error>)> {
        let (mut used, mut failed) = (Vec::new(), None);
        for mut image in images {
            self.plan.stop.check()?;
            match prove(self, image.variant, &image.dir) {
                Ok(archived) => {
                    image.archived_classes = archived;
                    used.push(image);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error),
                Err(error) => {
                    let error = error
                        .kind_is(ErrorKind::Benchmark)
                        .goal(format!("could not measure {}", image.variant));
                    if !others_go_on {
                        return Err(error);
                    }
                    self.leave_out(image.variant, &error, &used);
                    failed = failed.or(Some(error));
                }
            }
        }
        match (used.is_empty(), failed) {
            (true, Some(error)) => Err(error),
            (_, failed) => Ok((used, failed)),
        }
    }
}

/// Starts the function once, as it is measured, and reads the JVM's own log; says how much of the application came from the archive.
/// `None`: nothing can be archived, or nothing of the application was loaded.
pub(super) fn prove(
    pipeline: &mut Pipeline<'_>,
    variant: Variant,
    dir: &Path,
) -> Result<Option<ArchivedClasses>> {
    let plan = pipeline.plan;
    let toolchain = plan.toolchain(variant);
    // Outside the project: the option that names the JVM's log cannot express every path.
    let scratch = tempfile::Builder::new()
        .prefix("pgoctl-")
        .tempdir()
        .map_err(|error| Error::io("create a folder in", &std::env::temp_dir(), &error))?;
    let Some(Proof { runtime_args, log }) = toolchain.proof(variant, scratch.path()) else {
        return Ok(None);
    };
    let launch = toolchain
        .launch(variant, &plan.function, dir)
        .with(runtime_args);
    let output = pipeline.log(&format!("prove-{variant}.log"))?;
    server::start_once(&plan.process(), &launch, &output).map_err(|error| {
        error
            .kind_is(ErrorKind::Build)
            .goal("the archive could not be used")
    })?;
    let text = std::fs::read(&log).map_err(|error| Error::io("read", &log, &error))?;
    let text = String::from_utf8_lossy(&text);
    if let Some(not) = toolchain.disproved(&plan.function, &text) {
        let error = Error::new(ErrorKind::Build, "the archive is not in use")
            .because(not.why)
            .log(exec::tail(&output));
        return Err(not.hint.into_iter().fold(error, Error::hint));
    }
    let archived = toolchain.archived(&text);
    if let Some(share) = archived {
        pipeline.explain(&format!("prove {variant}"), &share.to_string());
        if share.share() < LITTLE {
            pipeline.warn(little(variant, share, plan.function.nested.as_ref()));
        }
    }
    Ok(archived)
}

fn little(
    variant: Variant,
    share: ArchivedClasses,
    nested: Option<&crate::function::Nested>,
) -> Warning {
    let message = format!("{variant}: only {share}");
    let warning = Warning::new(WarningKind::LittleArchived, message);
    match nested {
        Some(nested) => warning.hint(nested.way_out()),
        None => warning.hint("classes of a class loader of the application's own are archived rarely: give its JARs on the class path"),
    }
}
