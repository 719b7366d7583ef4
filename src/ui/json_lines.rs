//! `--progress json`: everything that stderr says, one JSON object a line, for CI and other programs.

use serde_json::{Value, json};

use super::verbosity::Verbosity;
use crate::error::Error;
use crate::event::Event;

/// Whether `event` is written at this loudness.
pub(super) fn is_told(event: &Event, verbosity: Verbosity) -> bool {
    match event {
        Event::Warned { .. } | Event::Complained { .. } => true,
        Event::Command { .. } | Event::Explained { asked: false, .. } => {
            verbosity >= Verbosity::Verbose
        }
        _ => verbosity >= Verbosity::Normal,
    }
}

/// An event as it is.
pub(super) fn event(event: &Event) -> String {
    serde_json::to_string(event).expect("it has only string keys")
}

/// A line for the user.
pub(super) fn note(text: &str) -> String {
    line(&json!({ "event": "said", "text": text }))
}

/// A warning of the command line's own.
pub(super) fn complaint(message: &str, hint: Option<&str>) -> String {
    line(&json!({ "event": "complained", "message": message, "hint": hint }))
}

/// The last line of a gate.
pub(super) fn verdict(text: &str) -> String {
    line(&json!({ "event": "verdict", "line": text }))
}

/// The error that ends the command.
pub(super) fn failure(error: &Error) -> String {
    line(&json!({
        "event": "failed",
        "goal": error.summary(),
        "causes": error.causes(),
        "log": error.failed_log().map(|log| &log.path),
        "hints": error.hints(),
        "verdict": error.verdict_line(),
        "exit_code": error.kind().exit_code().number(),
    }))
}

fn line(value: &Value) -> String {
    value.to_string()
}
