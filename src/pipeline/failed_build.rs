//! What a build that failed leaves behind: its log and the tool's own error reports, kept where the next build cannot reach them.

use std::time::{Duration, SystemTime};

use super::image::BUILD_LOG;
use super::stages::Pipeline;
use crate::error::Error;
use crate::exec;
use crate::variant::Variant;
use crate::workdir::Aside;

/// Copies the log of a failed build, and the tool's own error reports, to where they stay, and names them.
pub(super) fn keep_log(
    pipeline: &Pipeline<'_>,
    (aside, started): (&Aside, SystemTime),
    variant: Variant,
    mut error: Error,
) -> Error {
    // A builder that crashes leaves its report in the folder that it runs in: the project's.
    let folders = [aside.path(), &pipeline.plan.function.project_dir];
    let reports = folders
        .into_iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flat_map(Iterator::flatten)
        .filter(|entry| made_since(entry, started));
    for report in reports.filter(|entry| is_error_report(&entry.file_name().to_string_lossy())) {
        if let Ok(kept) = pipeline.log(&report.file_name().to_string_lossy())
            && std::fs::copy(report.path(), &kept).is_ok()
        {
            error = error.because(format!("its error report is kept at `{}`", kept.display()));
        }
    }
    let Ok(kept) = pipeline.log(&format!("build-{variant}.log")) else {
        return error;
    };
    match std::fs::copy(aside.path().join(BUILD_LOG), &kept) {
        Ok(_) => error.log(exec::tail(&kept)),
        Err(_) => error,
    }
}

/// native-image's reports are `svm_err_b_<time>_pid<N>.md`, a JVM's `hs_err_pid<N>.log`.
fn is_error_report(name: &str) -> bool {
    name.starts_with("svm_err_") || name.starts_with("hs_err_")
}

/// Whether a file was written since; file systems keep coarser times than clocks do.
fn made_since(entry: &std::fs::DirEntry, started: SystemTime) -> bool {
    let written = entry.metadata().and_then(|data| data.modified());
    written.is_ok_and(|written| written + Duration::from_secs(2) >= started)
}
