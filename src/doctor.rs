//! `doctor`: judges what was found on the machine, and names a fix for everything that is not as it should be.
//!
//! Pure: facts in, [`Check`]s out. Who finds the facts is [`crate::host`] and the search for toolchains; who prints
//! them, as a table or as JSON, is the command.

mod cluster;
mod machine;
mod store;
mod tools;

use crate::host::HostFacts;
use crate::toolchain::Kind;
use crate::toolchain::inventory::Found;
use check::Images;

pub use check::{Check, Needs, Status};
pub use cluster::of_cluster;
pub use store::of_store;

/// Looks at everything, in the order in which it is told.
pub fn examine(facts: &HostFacts, toolchains: &[Found], needs: &Needs) -> Vec<Check> {
    let mut checks = tools::checks(toolchains, needs);
    // A machine on which nothing builds images may go without what building them takes.
    let builds_images = needs.native_image
        || needs.pgo
        || toolchains
            .iter()
            .any(|toolchain| toolchain.info.kind == Kind::Graalvm);
    let images = Images {
        built: builds_images,
        required: needs.native_image || needs.pgo,
    };
    checks.extend(machine::checks(facts, images));
    checks
}

/// Whether something that the project's file asks for is missing: exit code 3.
pub fn required_is_missing(checks: &[Check]) -> bool {
    checks
        .iter()
        .any(|check| check.required && check.status == Status::Problem)
}

mod check;
#[cfg(test)]
mod tests;
