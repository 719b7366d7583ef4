//! What a controller stands: a store that is away, clients that are slow or never end, a thousand functions, a full disk.

mod away;
mod disk;
mod frozen;
mod idle;
mod many;
mod slow;

use std::time::Duration;

use serde_json::Value;

use super::controller::Controller;
use super::sandbox::Sandbox;

/// How long a listing may take on a machine that is busy with other tests.
const IN_TIME: Duration = Duration::from_secs(5);

/// The first version of `sandbox`'s project on a new controller.
fn installed(sandbox: &Sandbox, words: &str) -> Controller {
    let controller = Controller::start(sandbox, words);
    let said = controller.command(sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    controller
}

/// A number from the environment.
fn asked(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |it| it.parse().unwrap())
}

fn pending(status: &Value) -> u64 {
    status["profiles"]["pending"].as_u64().unwrap()
}

fn stored(status: &Value) -> u64 {
    status["profiles"]["stored"].as_u64().unwrap()
}
