//! pgoctl: does profile-guided optimization pay for this JVM function?
//!
//! One way through:
//!
//! ```text
//! argv, env, pgoctl.toml ─► Plan ─────────────► Toolchain        cli, config, plan, toolchain
//!   train  (image, workload, runs)  ─► profiles                  pipeline::train, workload
//!   merge  (profiles)               ─► one profile               pipeline::merge, profile
//!   build  (code, profile?)         ─► Image                     pipeline::build
//!   bench  (images, workload)       ─► samples on disk           bench
//!   stats, compare (samples)        ─► estimates and verdicts    stats, compare   (pure)
//!   gate (comparisons, limits)      ─► pass, worse, cannot tell  gate             (pure)
//!   report (Report, Format)         ─► text                      report           (pure)
//! ```
//!
//! Doors: [`exec`] starts processes, [`ui`] touches the terminal, [`cli`] reads the environment, [`workdir`] writes
//! products so that any death leaves them whole, [`interrupt`] hears signals.
//!
//! Only what the program's `main`, benches, fuzzing and tests of profiles use is public, so that the compiler says what is
//! unused; `cargo doc --document-private-items` shows all of it.
#![allow(
    rustdoc::private_intra_doc_links,
    reason = "these pages are for whoever works on the crate"
)]

mod bench;
pub mod cli;
mod compare;
mod config;
mod doctor;
mod error;
mod event;
mod exec;
pub mod exit_code;
mod function;
mod gate;
mod host;
mod http;
mod identity;
pub mod interrupt;
mod java_version;
mod load;
mod pipeline;
mod plan;
mod process;
pub mod profile;
mod record;
mod report;
mod run;
mod stats;
mod toolchain;
mod ui;
mod units;
mod variant;
mod warning;
mod workdir;
mod workload;

pub use exec::guard;
