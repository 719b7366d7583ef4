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
//! The rooms, floor by floor: a room imports from its own floor and those below it, never upwards, and no two files import
//! each other. `tests/house` reads the imports and says so.
//!
//! ```text
//! main          parse, do, say what went wrong, exit
//!
//! cli           words only: one file a command; the environment is read here
//!
//! experiment    grids of images that differ in their profile alone: sweep, cross, evaluate; which stored profile would fit
//! controller    serve: install, route, collect, rebuild in the background, switch over, never to something worse
//! jobs          a command as a Job of a cluster: its files through the store, followed, its products back
//! collect       the entry point of a container: the function, what it leaves to the store, its end
//!
//! run           what a command orchestrates: an order in, an answer out; goals, measuring, revisions, verdicts, self-test
//!
//! pipeline      build, train, merge, bisect; what can be reused
//!
//! plan          words, file and environment become a Plan, decided once
//!
//! bench         rounds, cold starts, judging: raw samples on disk before anyone averages them
//!
//! record        a run's folder: its report, logs and samples, rewritten after every stage
//!
//! report        what happened, as table, JSON, CSV, Markdown, HTML (pure)
//! doctor        what a machine can do, and how to mend what it cannot (pure)
//!
//! toolchain     the tools behind one trait: GraalVM, HotSpot; found, listed, installed
//!
//! function      what is under test: its code, its arguments, its identity
//!
//! config        pgoctl.toml, read strictly
//! process       the function alive: launched, ready, at work, stopped
//!
//! workload      what it is made to do: requests or invocations
//!
//! profile       what training leaves behind: .iprof (text, names, counts; write, look, judge, merge), HotSpot's counters
//! load          requests in, latencies out: HTTP/1.1, HTTP/2, TLS
//!
//! exec          the one door to other processes
//! http          requests and answers as they are written
//! store         objects under keys that are written once: a folder, or a bucket that several machines share
//! workdir       products that any death leaves whole: locks, files written aside and renamed
//!
//! gate          limits and waivers against comparisons: pass, worse, cannot tell (pure)
//! identity      digests over everything that shaped a product
//! interrupt     Ctrl-C and its kin, heard once
//! ui            the one door to the terminal; it listens to events
//!
//! compare       sides, metrics, which way is better, what a change with its interval means (pure)
//! error         what failed, why, and what to do next
//! event         what happens while a command works
//!
//! exit_code     the numbers that scripts rely on
//! host          the machine: cores, memory, compiler, page cache, load
//! java_version  versions of Java, as runtimes print them
//! stats         intervals, tests, trends, with their sources (pure)
//! units         days, spans, percentages, bytes
//! variant       the ways to run a function
//! warning       what a reader should know: a closed list
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
mod collect;
mod compare;
mod config;
mod controller;
mod doctor;
mod error;
mod event;
mod exec;
pub mod exit_code;
mod experiment;
mod function;
mod gate;
mod host;
mod http;
mod identity;
pub mod interrupt;
mod java_version;
mod jobs;
mod load;
mod pipeline;
mod plan;
mod process;
pub mod profile;
mod record;
mod report;
mod run;
mod stats;
mod store;
mod toolchain;
mod ui;
mod units;
mod variant;
mod warning;
mod workdir;
mod workload;

pub use exec::guard;
