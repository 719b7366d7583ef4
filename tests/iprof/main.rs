//! The `.iprof` engine as a library: what must hold for every profile, and for the real ones.
//!
//! Tests of real profiles say "skipped" where those are not at hand.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "what was skipped is said there")]
#![expect(clippy::disallowed_methods, reason = "tests find their data by it")]

#[path = "../fuzz/exercise.rs"]
mod exercise;
mod model;
mod mutate;
mod mutations;
mod properties;
mod schemas;
mod shared;
