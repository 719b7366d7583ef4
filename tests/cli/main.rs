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
mod bench_shell;
mod browser;
mod building_functions;
mod clock;
mod cluster;
mod collect;
mod commands;
mod community;
mod controller;
mod counting;
mod crash;
mod cross;
mod demo;
mod deploy;
mod double;
mod evaluate;
mod evaluate_on_community;
mod examples;
mod faults;
mod fleet;
mod foreign;
mod from_hotspot;
mod functions;
mod gate;
mod golden;
mod help;
mod hotspot;
mod html;
mod init;
mod interrupts;
mod jdk;
mod jobs;
mod jvm_reasons;
mod man;
#[path = "../support/needs.rs"]
mod needs;
#[path = "../support/odd_s3.rs"]
mod odd_s3;
mod odd_servers;
mod on_hotspot;
mod on_hotspot_functions;
mod once;
mod one_rule;
mod openapi;
mod optimizer;
mod page;
mod pages;
mod pipeline;
mod places;
mod process_tree;
mod profile;
mod profile_inputs;
mod profile_store;
mod progress;
mod real_functions;
mod reference;
#[path = "../support/s3_servers.rs"]
mod s3_servers;
mod sandbox;
mod schema;
mod serve;
mod serve_builds;
mod serve_calls;
mod serve_conditions;
mod serve_deaths;
mod serve_faults;
mod serve_hard;
mod serve_kills;
mod serve_once;
mod serve_profiles;
mod serve_refusals;
mod serve_replicas;
mod serve_stages;
mod serve_sweeping;
mod serve_trials;
mod shared;
mod sizes;
mod skips;
mod stable;
mod stale;
mod sweep;
mod terminal;
mod trace;
mod traced_images;
mod traced_program;
mod tracing_agent;
mod train_command;
mod vanished;
