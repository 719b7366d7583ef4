//! What happens while a command works. Whoever computes tells it; the terminal draws it, `--progress json` writes it, the
//! controller and tests collect it: nothing below `cli` knows a terminal.

mod running;

use std::path::PathBuf;

use serde::Serialize;

use crate::variant::Variant;
use crate::warning::Warning;

pub use running::{Running, begin};

/// One thing that happened. As JSON: an object with `event` and the fields below; more may be added.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// What a command is about to do.
    Planned {
        /// The function, where there is a project.
        function: Option<String>,
        /// The sides of the comparison, or the variants that are made.
        sides: Vec<String>,
        /// Rounds of each, and requests in each round, where something is measured.
        measured: Option<(u32, u64)>,
    },
    /// A variant that cannot be had here.
    LeftOut {
        /// Which.
        variant: Variant,
        /// Why.
        reason: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The variant that was chosen where none was named.
    Chosen {
        /// Which.
        variant: Variant,
    },
    /// A row of an experiment comes next.
    Ahead {
        /// Which.
        what: String,
        /// Its place among all rows, from 1.
        row: usize,
        /// How many there are.
        rows: usize,
        /// How long it and those after it will take, in words.
        left: String,
    },
    /// Another pgoctl works here and is waited for.
    Waiting {
        /// Who holds the lock.
        holder: String,
    },
    /// An external command is about to run.
    Command {
        /// As one would type it.
        command: String,
    },
    /// Why a stage is reused or redone.
    Explained {
        /// The stage: `build native`.
        what: String,
        /// Why.
        why: String,
        /// Whether `--explain` asked for it.
        asked: bool,
    },
    /// Something that takes time begins.
    Began {
        /// Which of those that are under way; a number that no other one of this process has.
        task: u64,
        /// What it is.
        work: Work,
    },
    /// How far it is.
    Progressed {
        /// Which.
        task: u64,
        /// How much of `total` is done.
        done: u64,
        /// How much there is to do.
        total: u64,
        /// What it does right now.
        now: String,
    },
    /// It ended well.
    Done {
        /// Which.
        task: u64,
        /// What it was.
        work: Work,
        /// What came of it; empty where there is nothing to say.
        outcome: String,
        /// How long it took.
        seconds: f64,
    },
    /// It ended otherwise; an error says how.
    Broken {
        /// Which.
        task: u64,
    },
    /// Something that the user should know.
    Warned {
        /// What, and what to do about it.
        #[serde(flatten)]
        warning: Warning,
    },
    /// What a Job says, line by line.
    Said {
        /// The line.
        line: String,
    },
    /// Something that went wrong and stops nothing.
    Complained {
        /// In words.
        message: String,
    },
    /// All training runs of a variant are there.
    Gathered {
        /// Whose.
        variant: Variant,
        /// How many profiles.
        profiles: usize,
        /// The last of them.
        last: Option<PathBuf>,
    },
    /// What tracing found is kept.
    Traced {
        /// Where it is.
        path: PathBuf,
        /// Types reached by reflection, serialization or as proxies.
        types: usize,
        /// Patterns of resources.
        resources: usize,
        /// Resource bundles.
        bundles: usize,
        /// Whether it is other than before.
        changed: bool,
        /// Whether what native code looks up was traced too.
        jni: bool,
    },
    /// The profiles of a variant are one.
    Merged {
        /// Whose.
        variant: Variant,
        /// Where it is.
        path: PathBuf,
    },
    /// A rebuild with some of the profiles shows whether one of them is at fault.
    Trying {
        /// Which, in words.
        profiles: String,
    },
    /// No profile makes the rebuild fail.
    NoneAtFault {
        /// Which variant was rebuilt.
        variant: Variant,
        /// With how many profiles.
        profiles: usize,
    },
    /// Training and rebuild have other updates of one Java version.
    OtherUpdate {
        /// The Java that trained.
        trained: String,
        /// The Java that builds.
        built: String,
    },
    /// The noise of the machine is not known: the baseline is measured against itself first.
    NoiseUnknown,
    /// A gate would fail: what it fails over is measured again.
    MeasuringAgain,
    /// Everything that was to be decided is.
    Decided {
        /// After how many rounds.
        rounds: u32,
    },
    /// Rounds are added.
    MoreRounds {
        /// How many.
        more: u32,
        /// How many there are.
        rounds: u32,
        /// What is not decided.
        undecided: Vec<String>,
    },
    /// No more rounds can be added.
    BudgetSpent {
        /// How many there are.
        rounds: u32,
        /// What is not decided.
        undecided: Vec<String>,
    },
    /// A run is kept as a baseline.
    BaselineSaved {
        /// Under which name.
        name: String,
        /// Where; `null` where nothing was measured, so that nothing is kept.
        folder: Option<PathBuf>,
    },
}

/// Something that takes time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Work {
    /// An image is built.
    Build {
        /// Of which variant.
        variant: Variant,
    },
    /// A revision is made in its checkout.
    Make {
        /// Which.
        revision: String,
    },
    /// Profiles are gathered.
    Train {
        /// For which variant.
        variant: Variant,
        /// The variant whose image does the work.
        on: Variant,
    },
    /// The function runs with tracing.
    Trace,
    /// Rounds are measured.
    Rounds {
        /// Blocks of them.
        rounds: usize,
        /// Sides in each block.
        sides: usize,
    },
    /// Cold starts are measured.
    ColdStarts {
        /// Blocks of them.
        starts: usize,
        /// Sides in each block.
        sides: usize,
    },
    /// A toolchain is downloaded and unpacked.
    Install {
        /// Which.
        toolchain: String,
    },
}

impl std::fmt::Display for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Build { variant } => write!(f, "build {variant}"),
            Self::Make { revision } => write!(f, "make {revision}"),
            Self::Train { variant, on } => write!(f, "train {variant} on {on}"),
            Self::Trace => f.write_str("trace on the JVM"),
            Self::Rounds { rounds, sides } => {
                write!(f, "measure {rounds} rounds of {sides} variants")
            }
            Self::ColdStarts { starts, sides } => {
                write!(f, "measure {starts} cold starts of {sides} variants")
            }
            Self::Install { toolchain } => write!(f, "install {toolchain}"),
        }
    }
}

/// Hears what happens.
pub trait Listener: Send + Sync {
    /// Something happened.
    fn hear(&self, event: Event);

    /// Whether anybody looks at [`Event::Progressed`]: where nobody does, nothing is measured for it.
    fn follows_progress(&self) -> bool {
        false
    }
}

/// Tells a warning.
pub fn warn(listener: &dyn Listener, warning: &Warning) {
    listener.hear(Event::Warned {
        warning: warning.clone(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Keeps everything.
    #[derive(Default)]
    struct Collector(Mutex<Vec<Event>>);

    impl Listener for Collector {
        fn hear(&self, event: Event) {
            self.0.lock().expect("no test panics with it").push(event);
        }

        fn follows_progress(&self) -> bool {
            true
        }
    }

    #[test]
    fn what_takes_time_begins_goes_on_and_ends_or_breaks() {
        let heard = Collector::default();
        let work = Work::Build {
            variant: Variant::Native,
        };
        let build = begin(&heard, work.clone());
        build.progress(1, 8, "Initializing");
        build.done("PGO: user-provided");
        drop(begin(&heard, work.clone()));
        let events = heard.0.into_inner().expect("no test panics with it");
        let kinds: Vec<String> = events
            .iter()
            .map(|event| {
                let json = serde_json::to_value(event).expect("it has only string keys");
                json["event"].as_str().unwrap_or_default().to_owned()
            })
            .collect();
        assert_eq!(kinds, ["began", "progressed", "done", "began", "broken"]);
        let Event::Done {
            work: done,
            outcome,
            ..
        } = &events[2]
        else {
            unreachable!("it is the third");
        };
        assert_eq!((done, outcome.as_str()), (&work, "PGO: user-provided"));
    }
}
