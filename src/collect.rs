//! `collect`: the entry point of a container of the user's own. It stands in for an instrumented image; what that leaves at its end is
//! checked and goes into the store, and the function's end is the caller's to see, whatever became of its profile.
//!
//! ```text
//! image    whose profile it is: function, build                     (before anything starts)
//!   exec::stand_in    the program; what earlier starts left is sent meanwhile
//!     sent   the profile: there and whole ─► sheet ─► store
//! ```

mod image;
mod order;
mod sent;
mod told;

use std::ffi::OsString;
use std::path::Path;

use jiff::Timestamp;

use crate::error::{ErrorKind, Result};
use crate::exec::{Ending, Tool, stand_in};
use crate::interrupt;
use crate::toolchain::graalvm::leaves_profile;
use image::Image;
use sent::{Left, Sender};

pub use order::Order;
pub use told::Told;

/// What stands in the program's arguments for the file that it is to leave its profile in.
const PLACEHOLDER: &str = "{profile}";

/// What came of it.
#[derive(Debug)]
pub struct Collected {
    /// The code to end with: the function's own.
    pub code: u8,
    /// What there is to say, in order.
    pub told: Vec<Told>,
}

/// Starts the program, waits for its end, and sends what it left.
///
/// # Errors
///
/// Only what is wrong before anything starts: names that no key can have, an image that leaves no profile, a folder that cannot be
/// written.
pub fn collect(order: &Order) -> Result<Collected> {
    let image = Image::look(order)?;
    let sender = Sender::new(order)?;
    let file = sender.new_file(&image.function);
    interrupt::check()?;
    let started = Timestamp::now();
    let tool = tool(order, &file);
    let mut told = Vec::new();
    let stood = stand_in(&tool, || {
        let earlier = sender.send_earlier();
        (image.build(&mut told), earlier)
    });
    let (ending, (build, earlier)) = match stood {
        Ok(stood) => stood,
        Err(source) => return Ok(not_started(&tool, &source)),
    };
    let left = Left {
        image: &image,
        build,
        worker: &order.worker,
        started,
        ending,
        file,
    };
    told.extend(sender.finish(left, earlier));
    Ok(Collected {
        code: code(ending),
        told,
    })
}

fn tool(order: &Order, profile: &Path) -> Tool {
    let tool = Tool::new(&order.program);
    let path = profile.to_string_lossy();
    let is_named = |arg: &OsString| arg.to_string_lossy().contains(PLACEHOLDER);
    if !order.args.iter().any(is_named) {
        return tool.arg(leaves_profile(profile)).args(&order.args);
    }
    tool.args(order.args.iter().map(|arg| match arg.to_str() {
        Some(text) => text.replace(PLACEHOLDER, &path).into(),
        None => arg.clone(),
    }))
}

/// As a shell says it: 127 where there is no such program, 126 where it cannot be executed.
fn not_started(tool: &Tool, source: &std::io::Error) -> Collected {
    let code = match source.kind() {
        std::io::ErrorKind::NotFound => 127,
        _ => 126,
    };
    let error = tool.start_error(source);
    Collected {
        code,
        told: vec![Told::NotStarted(error)],
    }
}

/// The code that says how the function ended.
fn code(ending: Ending) -> u8 {
    let code = match ending {
        Ending::Exited(code) => code,
        Ending::Signalled(signal) => 128 + signal,
        Ending::TimedOut => ErrorKind::Unexpected.exit_code().number().into(),
    };
    u8::try_from(code).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_end_is_ours() {
        let codes = [
            Ending::Exited(0),
            Ending::Exited(7),
            Ending::Exited(143),
            Ending::Signalled(9),
            Ending::Signalled(15),
        ];
        assert_eq!(codes.map(code), [0, 7, 143, 137, 143]);
    }
}
