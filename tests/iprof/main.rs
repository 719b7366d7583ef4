//! The `.iprof` engine as a library: what must hold for every profile, and for the real ones.
//!
//! Tests of real profiles are skipped, said and counted, where those are not at hand: see `needs`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "what was measured is said there")]
#![expect(clippy::disallowed_methods, reason = "tests find their data by it")]

#[path = "../fuzz/exercise.rs"]
mod exercise;
mod model;
mod mutate;
mod mutations;
#[path = "../support/needs.rs"]
mod needs;
mod properties;
mod schemas;
mod shared;
