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

pub mod bench;
pub mod cli;
pub mod compare;
pub mod config;
pub mod doctor;
pub mod error;
pub mod event;
pub mod exec;
pub mod exit_code;
pub mod function;
pub mod gate;
pub mod host;
pub mod http;
pub mod identity;
pub mod interrupt;
pub mod java_version;
pub mod load;
pub mod pipeline;
pub mod plan;
pub mod process;
pub mod profile;
pub mod record;
pub mod report;
pub mod run;
pub mod stats;
pub mod toolchain;
pub mod ui;
pub mod units;
pub mod variant;
pub mod warning;
pub mod workdir;
pub mod workload;
