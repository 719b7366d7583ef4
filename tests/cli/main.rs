//! Drives the `pgoctl` binary as a user would: against the contract double of GraalVM, real JDKs, and a real Community
//! native-image where `GRAALVM_HOME` holds one. What a machine lacks is said, counted and skipped: see `needs`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test may fail where it stands, says what it measured, and starts programs of its own"
)]

mod bad_input;
mod bad_profiles;
mod bench_anything;
mod building_functions;
mod commands;
mod community;
mod crash;
mod demo;
mod double;
mod examples;
mod faults;
mod from_hotspot;
mod functions;
mod gate;
mod golden;
mod hotspot;
mod html;
mod interrupts;
mod jdk;
#[path = "../support/needs.rs"]
mod needs;
mod on_hotspot;
mod on_hotspot_functions;
mod pipeline;
mod places;
mod profile;
mod real_functions;
mod sandbox;
mod skips;
mod terminal;
mod vanished;
