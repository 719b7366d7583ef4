//! Runs a build tool: its stage lines drive the progress, its warnings are told at once, its failure is told in the user's words.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};
use crate::event::Running;
use crate::exec::{self, Ending, Tool};
use crate::toolchain::{Blame, BuildJob, Toolchain};
use crate::warning::Warning;

/// Characters of a log line that fit beside a progress bar.
const LINE_CHARS: usize = 60;

/// Runs `tool`, which builds `job`, to its end, its output in `log`; returns what it warned of.
pub(super) fn run(
    toolchain: &dyn Toolchain,
    job: &BuildJob<'_>,
    tool: &Tool,
    log: &Path,
    task: &Running<'_>,
) -> Result<Vec<Warning>> {
    let started = Instant::now();
    let mut watch = Watch {
        toolchain,
        job,
        task,
        line: String::new(),
        stage: None,
        warnings: Vec::new(),
    };
    let limit = job.function.build_timeout;
    let ending = exec::run_logged(tool, log, limit, &mut |text| watch.read(text))?;
    if ending.success() {
        return Ok(watch.warnings);
    }
    Err(watch.failure(tool, log, ending, started.elapsed()))
}

/// What the log has said so far.
struct Watch<'a> {
    toolchain: &'a dyn Toolchain,
    job: &'a BuildJob<'a>,
    task: &'a Running<'a>,
    /// The line that is being written.
    line: String,
    stage: Option<(u64, u64, String)>,
    warnings: Vec<Warning>,
}

impl Watch<'_> {
    fn read(&mut self, text: &str) {
        for piece in text.split_inclusive('\n') {
            self.line.push_str(piece);
            self.look();
            if piece.ends_with('\n') {
                self.line.clear();
            }
        }
    }

    /// Looks at the line as far as it is written: the stage that hangs has begun its line.
    fn look(&mut self) {
        if let Some(stage) = self.toolchain.stage_of_line(&self.line) {
            self.stage = Some(stage);
        }
        if let Some(warning) = self.toolchain.early_warning(&self.line)
            && self.line.ends_with('\n')
        {
            self.task.warn(&warning);
            self.warnings.push(warning);
        }
        match &self.stage {
            Some((now, of, name)) => self.task.progress(now - 1, *of, name),
            None => {
                let line: String = self.line.trim().chars().take(LINE_CHARS).collect();
                self.task.progress(0, 1, &line);
            }
        }
    }

    fn failure(&self, tool: &Tool, log: &Path, ending: Ending, took: Duration) -> Error {
        let text = std::fs::read(log).unwrap_or_default();
        let explained = self
            .toolchain
            .explain(&String::from_utf8_lossy(&text), ending);
        let command = format!("`{tool}` {ending} after {:.0} s", took.as_secs_f64());
        let kind = match explained.as_ref().map(|failure| failure.blame) {
            Some(Blame::Machine | Blame::Options | Blame::Code) => ErrorKind::Build,
            _ if ending == Ending::TimedOut || !self.job.variant.is_native() => ErrorKind::Build,
            // The same code was built without the profile: whatever else went wrong, went wrong with it.
            Some(Blame::Profile | Blame::Tool) | None => match self.job.profile {
                Some(_) => ErrorKind::BuildWithProfile,
                None => ErrorKind::Build,
            },
        };
        let error = match explained {
            Some(failure) => Error::new(kind, failure.what)
                .because(command)
                .hint(failure.hint),
            None => Error::new(kind, command),
        };
        let error = match kind {
            ErrorKind::BuildWithProfile => error.hint(
                "`pgoctl train --bisect` tries the profiles by halves and sets aside the one at fault",
            ),
            _ => error,
        };
        match (ending, &self.stage) {
            (Ending::TimedOut, Some((now, of, name))) => error
                .because(format!("it was in stage {now} of {of}, {name}"))
                .hint("`build-timeout` in the configuration file gives it longer; a build that hangs mostly wants more memory: `-- -J-Xmx8g`"),
            (Ending::TimedOut, None) => {
                error.hint("`build-timeout` in the configuration file gives it longer")
            }
            _ => error,
        }
    }
}
