//! What moves on a terminal: a spinner or a bar for each thing that is under way.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::event::Work;

/// The bars that are shown, by the number of what they show.
#[derive(Debug, Default)]
pub(super) struct Bars(Mutex<Vec<(u64, ProgressBar)>>);

impl Bars {
    /// Shows that `work` is under way.
    pub(super) fn begin(&self, task: u64, work: &Work) {
        let bar = ProgressBar::new_spinner();
        bar.set_style(spinner());
        bar.set_prefix(work.to_string());
        bar.enable_steady_tick(Duration::from_millis(120));
        self.shown().push((task, bar));
    }

    /// Shows how far it is, where it is shown.
    pub(super) fn progress(&self, task: u64, done: u64, total: u64, now: &str) {
        let shown = self.shown();
        let Some((_, bar)) = shown.iter().find(|(other, _)| *other == task) else {
            return;
        };
        if bar.length() != Some(total) {
            bar.set_length(total);
            bar.set_style(counter());
        }
        bar.set_position(done);
        bar.set_message(now.to_owned());
    }

    /// Takes it away.
    pub(super) fn end(&self, task: u64) {
        let mut shown = self.shown();
        if let Some(at) = shown.iter().position(|(other, _)| *other == task) {
            shown.remove(at).1.finish_and_clear();
        }
    }

    /// Writes with nothing in the way.
    pub(super) fn above(&self, write: impl FnOnce()) {
        let shown = self.shown();
        match shown.last() {
            Some((_, bar)) => bar.suspend(write),
            None => write(),
        }
    }

    fn shown(&self) -> MutexGuard<'_, Vec<(u64, ProgressBar)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn spinner() -> ProgressStyle {
    ProgressStyle::with_template("{spinner:.cyan} {prefix} {elapsed:>4} {wide_msg:.dim}")
        .expect("the template is valid")
}

/// What it does right now has a line of its own: beside the bar 80 columns would not hold it.
fn counter() -> ProgressStyle {
    ProgressStyle::with_template(
        "{spinner:.cyan} {prefix} [{bar:24.cyan/dim}] {pos}/{len} {elapsed:>4}\n  {wide_msg:.dim}",
    )
    .expect("the template is valid")
    .progress_chars("━╸─")
}
