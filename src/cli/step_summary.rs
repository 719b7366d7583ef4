//! The summary of a GitHub Actions step.

use super::environment::variable;
use crate::report::{Format, Report, Style, render};
use crate::ui::Ui;

/// Appends `report` as Markdown to the summary of a GitHub Actions step, where there is one.
pub(crate) fn step_summary(report: &Report, ui: &Ui) {
    use std::io::Write;
    let Some(path) = variable("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return;
    };
    let text = render(report, Format::Markdown, Style::default());
    let written = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| writeln!(file, "{text}"));
    if let Err(error) = written {
        ui.warn(
            &format!(
                "the summary could not be appended to `{}`: {error}",
                path.display()
            ),
            None,
        );
    }
}
