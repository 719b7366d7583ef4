//! The one door to the terminal: results on stdout, everything else on stderr.
//!
//! Colour follows `--color`, then `NO_COLOR`, `TERM=dumb`, then per stream whether it is a terminal. Without a terminal
//! nothing moves: a stage is one line when it starts and one when it ends. A closed pipe is not an error. It listens to
//! [`crate::event`]s; with `--progress json` everything on stderr is one JSON object a line instead.

mod bars;
mod json_lines;
mod verbosity;
mod words;

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::{AnsiColor, Style};

use crate::error::{Error, Result};
use crate::event::{Event, Listener};
use bars::Bars;
use words::Words;

pub use verbosity::Verbosity;

const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();
const DIM: Style = Style::new().dimmed();

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

/// How what goes on is shown on stderr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Progress {
    /// Bars on a terminal, lines elsewhere
    #[default]
    Auto,
    /// One JSON object a line
    Json,
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
    progress: Progress,
    closed: AtomicBool,
    bars: Bars,
}

impl Ui {
    /// A user interface of this loudness.
    pub fn new(verbosity: Verbosity, color: Color, progress: Progress, terminal: Terminal) -> Self {
        Self {
            verbosity,
            terminal,
            color,
            progress,
            closed: AtomicBool::new(false),
            bars: Bars::default(),
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
        if self.verbosity < Verbosity::Normal {
            return;
        }
        match self.progress {
            Progress::Json => self.line(&json_lines::note(text)),
            Progress::Auto => self.line(text),
        }
    }

    /// A line for the curious: `--verbose`.
    pub fn detail(&self, text: &str) {
        if self.verbosity < Verbosity::Verbose {
            return;
        }
        match self.progress {
            Progress::Json => self.line(&json_lines::note(text)),
            Progress::Auto => self.line(&self.paint(DIM, text)),
        }
    }

    /// Something that the user should know, with a next step where there is one.
    pub fn warn(&self, text: &str, hint: Option<&str>) {
        if self.progress == Progress::Json {
            return self.line(&json_lines::complaint(text, hint));
        }
        self.line(&format!("{} {text}", self.paint(YELLOW, "warning:")));
        if let Some(hint) = hint {
            self.line(&format!("{} {hint}", self.paint(CYAN, "hint:")));
        }
    }

    /// The error that ends the command.
    pub fn error(&self, error: &Error) {
        if self.progress == Progress::Json {
            return self.line(&json_lines::failure(error));
        }
        if let Some(log) = error.failed_log() {
            for line in &log.tail {
                self.line(&format!("  {} {line}", self.paint(DIM, "|")));
            }
        }
        self.line(&format!(
            "{} {}",
            self.paint(RED, "error:"),
            error.summary()
        ));
        for cause in error.causes() {
            let mut lines = cause.lines();
            self.line(&format!("  cause: {}", lines.next().unwrap_or_default()));
            for line in lines {
                self.line(&format!("         {line}"));
            }
        }
        if let Some(log) = error.failed_log() {
            let lines = match log.tail.len() {
                0 if is_empty(&log.path) => " (empty)".to_owned(),
                0 => String::new(),
                1 => " (last line above)".to_owned(),
                n => format!(" (last {n} lines above)"),
            };
            self.line(&format!("  log:   {}{lines}", log.path.display()));
        }
        for hint in error.hints() {
            self.line(&format!("{} {hint}", self.paint(CYAN, "hint:")));
        }
        if let Some(line) = error.verdict_line() {
            self.verdict(line);
        }
    }

    /// The line of a gate, for scripts: always, and never coloured.
    pub fn verdict(&self, line: &str) {
        match self.progress {
            Progress::Json => self.line(&json_lines::verdict(line)),
            Progress::Auto => self.line(line),
        }
    }

    /// One line on stderr, above whatever moves there.
    fn line(&self, line: &str) {
        self.bars.above(|| {
            // Nobody is left to tell when stderr itself is gone.
            let _ = writeln!(std::io::stderr().lock(), "{line}");
        });
    }

    /// Whether something may move on stderr.
    fn is_live(&self) -> bool {
        self.terminal.stderr && !self.terminal.plain && self.verbosity == Verbosity::Normal
    }

    /// Shows `event` to a person.
    fn draw(&self, event: &Event) {
        match event {
            Event::Began { task, work } if self.is_live() => self.bars.begin(*task, work),
            Event::Began { work, .. } => {
                self.note(&format!("{} {work}", self.paint(CYAN, "->")));
            }
            Event::Progressed {
                task,
                done,
                total,
                now,
            } => self.bars.progress(*task, *done, *total, now),
            Event::Broken { task } => self.bars.end(*task),
            Event::Done { task, work, .. } => {
                self.bars.end(*task);
                let ok = self.paint(GREEN, "ok");
                self.note(&format!("{ok} {work}{}", words::ending(event)));
            }
            _ => match words::words(event) {
                Words::Note(text) => self.note(&text),
                Words::Detail(text) => self.detail(&text),
                Words::Warning(text, hint) => self.warn(&text, hint.as_deref()),
            },
        }
        if let Event::LeftOut {
            hint: Some(hint), ..
        } = event
        {
            self.detail(&format!("hint: {hint}"));
        }
    }
}

impl Listener for Ui {
    fn hear(&self, event: Event) {
        match self.progress {
            Progress::Json if json_lines::is_told(&event, self.verbosity) => {
                self.line(&json_lines::event(&event));
            }
            Progress::Json => {}
            Progress::Auto => self.draw(&event),
        }
    }

    fn follows_progress(&self) -> bool {
        match self.progress {
            Progress::Json => self.verbosity > Verbosity::Quiet,
            Progress::Auto => self.is_live(),
        }
    }
}

fn is_empty(log: &std::path::Path) -> bool {
    std::fs::metadata(log).is_ok_and(|data| data.len() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ui(color: Color, terminal: bool, plain: bool) -> Ui {
        Ui::new(
            Verbosity::Normal,
            color,
            Progress::Auto,
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
