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
