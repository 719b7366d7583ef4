//! How far a command goes along the pipeline, and what that means for it.

/// How far a command goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    Train { bisect: bool },
    Merge,
    Trace(TraceAmount),
    Build,
    Bench,
    Calibrate,
    Gate,
    SelfTest { percent: Option<f64> },
    Run { bench: bool },
    Sweep,
}

/// How much is traced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceAmount {
    /// Runs of each workload.
    pub runs: u32,
    /// Requests in each; as in training where nobody said.
    pub requests: Option<u64>,
    /// Start over instead of merging with what there is.
    pub fresh: bool,
}

impl Goal {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Train { .. } => "train",
            Self::Merge => "merge",
            Self::Trace(_) => "trace",
            Self::Build => "build",
            Self::Bench | Self::Calibrate => "bench",
            Self::Gate | Self::SelfTest { .. } => "gate",
            Self::Run { .. } => "run",
            Self::Sweep => "sweep",
        }
    }

    pub const fn measures(self) -> bool {
        match self {
            Self::Train { .. }
            | Self::Merge
            | Self::Trace(_)
            | Self::Build
            | Self::Run { bench: false } => false,
            Self::Bench
            | Self::Calibrate
            | Self::Gate
            | Self::SelfTest { .. }
            | Self::Sweep
            | Self::Run { bench: true } => true,
        }
    }

    /// Whether a gate ends it: the self-test has a judgement of its own.
    pub const fn may_gate(self) -> bool {
        matches!(self, Self::Gate | Self::Run { .. })
    }

    /// Whether whatever is measured must be there already.
    pub const fn only_reuses(self) -> bool {
        matches!(
            self,
            Self::Bench | Self::Calibrate | Self::Gate | Self::SelfTest { .. }
        )
    }
}
