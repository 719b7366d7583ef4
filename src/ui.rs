//! The one door to the terminal: results on stdout, everything else on stderr.
//!
//! Colour follows `--color`, then `NO_COLOR`, `TERM=dumb`, then per stream whether it is a terminal. Without a terminal
//! nothing moves: a stage is one line when it starts and one when it ends. A closed pipe is no error.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};

use crate::error::{Error, Result};
use crate::warning::Warning;

const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors and warnings only.
    Quiet,
    /// A line for each stage.
    Normal,
    /// Each external command too.
    Verbose,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the terminal is, handed in so that nothing below reads the environment.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// stdout is a terminal.
    pub stdout: bool,
    /// stderr is a terminal.
    pub stderr: bool,
    /// `NO_COLOR` is set and not empty, or `TERM` is `dumb`.
    pub plain: bool,
    /// Columns of stdout, where it is a terminal.
    pub width: Option<u16>,
}

impl Terminal {
    /// Asks the two streams; `no_color` and `term` come from the environment.
    pub fn detect(no_color: Option<&str>, term: Option<&str>) -> Self {
        Self {
            stdout: std::io::stdout().is_terminal(),
            stderr: std::io::stderr().is_terminal(),
            plain: no_color.is_some_and(|value| !value.is_empty()) || term == Some("dumb"),
            width: comfy_table::Table::new().width(),
        }
    }
}

/// The terminal as the rest of pgoctl sees it.
#[derive(Debug)]
pub struct Ui {
    verbosity: Verbosity,
    terminal: Terminal,
    color: Color,
    closed: AtomicBool,
}

impl Ui {
    /// A user interface of this loudness.
    pub fn new(verbosity: Verbosity, color: Color, terminal: Terminal) -> Self {
        Self {
            verbosity,
            terminal,
            color,
            closed: AtomicBool::new(false),
        }
    }

    /// Whether text on stdout may be coloured.
    pub fn color_stdout(&self) -> bool {
        self.colored(self.terminal.stdout)
    }

    /// The width of the terminal behind stdout, if it is one.
    pub fn width(&self) -> Option<u16> {
        self.terminal.width.filter(|_| self.terminal.stdout)
    }

    fn colored(&self, terminal: bool) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !self.terminal.plain,
        }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.colored(self.terminal.stderr) {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// Writes a result to stdout; a reader that has gone away ends it quietly.
    pub fn result(&self, text: &str) -> Result<()> {
        self.result_bytes(text.as_bytes())
    }

    /// [`Ui::result`] for bytes.
    pub fn result_bytes(&self, bytes: &[u8]) -> Result<()> {
        if self.closed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut stdout = std::io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                self.closed.store(true, Ordering::Relaxed);
                Ok(())
            }
            written => written.map_err(|error| Error::io("write to", "stdout".as_ref(), &error)),
        }
    }

    /// A line for the user, unless quiet.
    pub fn note(&self, text: &str) {
        if self.verbosity >= Verbosity::Normal {
            self.stderr(text);
        }
    }

    /// A line for the curious: `--verbose`.
    pub fn detail(&self, text: &str) {
        if self.verbosity >= Verbosity::Verbose {
            self.stderr(&self.paint(DIM, text));
        }
    }

    /// Something that the user should know, with a next step where there is one.
    pub fn warn(&self, text: &str, hint: Option<&str>) {
        self.stderr(&format!("{} {text}", self.paint(YELLOW, "warning:")));
        if let Some(hint) = hint {
            self.stderr(&format!("{} {hint}", self.paint(CYAN, "hint:")));
        }
    }

    /// The error that ends the command.
    pub fn error(&self, error: &Error) {
        if let Some(log) = error.failed_log() {
            for line in &log.tail {
                self.stderr(&format!("  {} {line}", self.paint(DIM, "|")));
            }
        }
        self.stderr(&format!(
            "{} {}",
            self.paint(RED, "error:"),
            error.summary()
        ));
        for cause in error.causes() {
            let mut lines = cause.lines();
            self.stderr(&format!("  cause: {}", lines.next().unwrap_or_default()));
            for line in lines {
                self.stderr(&format!("         {line}"));
            }
        }
        if let Some(log) = error.failed_log() {
            let lines = match log.tail.len() {
                0 => "empty".to_owned(),
                1 => "last line above".to_owned(),
                n => format!("last {n} lines above"),
            };
            self.stderr(&format!("  log:   {} ({lines})", log.path.display()));
        }
        for hint in error.hints() {
            self.stderr(&format!("{} {hint}", self.paint(CYAN, "hint:")));
        }
        if let Some(line) = error.verdict_line() {
            self.verdict(line);
        }
    }

    /// The line of a gate, for scripts: always, and never coloured.
    pub fn verdict(&self, line: &str) {
        self.stderr(line);
    }

    fn stderr(&self, line: &str) {
        // Nobody is left to tell when stderr itself is gone.
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }

    /// Starts showing a task that may take over a second.
    pub fn task(&self, label: &str) -> Task<'_> {
        let live =
            self.terminal.stderr && !self.terminal.plain && self.verbosity == Verbosity::Normal;
        let bar = live.then(|| {
            let bar = ProgressBar::new_spinner();
            bar.set_style(spinner());
            bar.set_prefix(label.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            self.note(&format!("{} {label}", self.paint(CYAN, "->")));
        }
        Task {
            ui: self,
            label: label.to_owned(),
            bar,
            started: Instant::now(),
        }
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

/// A task in progress: a bar on a terminal, two lines elsewhere.
#[derive(Debug)]
pub struct Task<'ui> {
    ui: &'ui Ui,
    label: String,
    bar: Option<ProgressBar>,
    started: Instant,
}

impl Task<'_> {
    /// Whether somebody sees [`Task::progress`].
    pub fn is_live(&self) -> bool {
        self.bar.is_some()
    }

    /// How far it is: `done` of `total`, with what it does right now.
    pub fn progress(&self, done: u64, total: u64, now: &str) {
        if let Some(bar) = &self.bar {
            if bar.length() != Some(total) {
                bar.set_length(total);
                bar.set_style(counter());
            }
            bar.set_position(done);
            bar.set_message(now.to_owned());
        }
    }

    /// Something that the user should know while it goes on.
    pub fn warn(&self, warning: &Warning) {
        let warn = || self.ui.warn(&warning.message, warning.hint.as_deref());
        match &self.bar {
            Some(bar) => bar.suspend(warn),
            None => warn(),
        }
    }

    /// Ends well; `words` say what came of it.
    pub fn done(self, words: &str) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let seconds = self.started.elapsed().as_secs_f64();
        let ok = self.ui.paint(GREEN, "ok");
        let words = if words.is_empty() {
            String::new()
        } else {
            format!(": {words}")
        };
        self.ui
            .note(&format!("{ok} {}{words} ({seconds:.1} s)", self.label));
    }
}

impl Drop for Task<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ui(color: Color, terminal: bool, plain: bool) -> Ui {
        Ui::new(
            Verbosity::Normal,
            color,
            Terminal {
                stdout: terminal,
                stderr: terminal,
                plain,
                width: None,
            },
        )
    }

    #[test]
    fn colour_is_for_terminals_unless_asked_otherwise() {
        assert!(ui(Color::Auto, true, false).color_stdout());
        assert!(!ui(Color::Auto, false, false).color_stdout());
        assert!(!ui(Color::Auto, true, true).color_stdout());
        assert!(ui(Color::Always, false, true).color_stdout());
        assert!(!ui(Color::Never, true, false).color_stdout());
    }
}
