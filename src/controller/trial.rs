//! A new image beside the present one on live calls: two workers, started at the same moment, take turns; their latencies are
//! compared in blocks, looked at several times without deceiving oneself. Pure but for what it is told.

use super::state::{Optimized, Outcome, Verdict};
use crate::stats::{change, sequential};

/// Calls of each side in a block: its median is one observation of the signed-rank test.
const BLOCK: usize = 25;
/// The first calls of each side, which do not count: a fresh process faults its pages in, and a JVM compiles.
const WARM_UP: u64 = 50;
/// Blocks before the first look; twice as many before each later one.
const FIRST_LOOK: u32 = 6;
/// How often is looked at most: 96 blocks of 25 calls.
const LOOKS: u32 = 5;
/// So many more failures than the present image has end a trial at once.
const FAILURES: u64 = 3;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrialSide {
    /// A fresh worker of the present image.
    Baseline,
    /// The new image.
    Candidate,
}

/// What the calls of a trial came to so far.
#[derive(Clone, Debug)]
pub struct Trial {
    tried: Optimized,
    max_worse_percent: f64,
    open: [Vec<f64>; 2],
    blocks: Vec<(f64, f64)>,
    look: u32,
    calls: [u64; 2],
    failed: [u64; 2],
    start_ms: [Option<f64>; 2],
    verdict: Option<Verdict>,
}

impl Trial {
    /// A trial of `tried`, which may be slower by so much.
    pub fn new(tried: Optimized, max_worse_percent: f64) -> Self {
        Self {
            tried,
            max_worse_percent,
            open: [Vec::new(), Vec::new()],
            blocks: Vec::new(),
            look: 1,
            calls: [0; 2],
            failed: [0; 2],
            start_ms: [None; 2],
            verdict: None,
        }
    }

    /// What it came to, once it has.
    pub fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    /// Medians of both sides' latencies in milliseconds, block by block.
    pub fn blocks(&self) -> &[(f64, f64)] {
        &self.blocks
    }

    /// Calls that each side answered or failed.
    pub fn calls(&self) -> [u64; 2] {
        self.calls
    }

    /// How long a worker of `side` took to its first answer; the first one counts.
    pub fn started(&mut self, side: TrialSide, milliseconds: f64) {
        self.start_ms[side as usize].get_or_insert(milliseconds);
    }

    /// The image that is tried does not start, or fails again and again.
    pub fn broken(&mut self, why: &str) {
        if self.verdict.is_none() {
            let why = format!("the new image failed: {why}");
            self.verdict = Some(self.verdict_of(Outcome::Worse, None, why));
        }
    }

    /// A call of `side` took so long, or failed.
    pub fn record(&mut self, side: TrialSide, latency_ms: Option<f64>) {
        if self.verdict.is_some() {
            return;
        }
        let at = side as usize;
        self.calls[at] += 1;
        match latency_ms {
            Some(latency) if self.calls[at] > WARM_UP => self.open[at].push(latency),
            Some(_) => {}
            None => self.failed[at] += 1,
        }
        let [baseline, candidate] = self.failed;
        if candidate >= baseline + FAILURES {
            let why = format!(
                "the new image failed {candidate} of {} calls, the present one {baseline}",
                self.calls[1]
            );
            self.verdict = Some(self.verdict_of(Outcome::Worse, None, why));
        } else if self.open.iter().all(|side| side.len() >= BLOCK) {
            let [baseline, candidate] = &mut self.open;
            self.blocks
                .push((median_of(baseline), median_of(candidate)));
            self.look();
        }
    }

    fn look(&mut self) {
        if self.blocks.len() < sequential::rounds_at(FIRST_LOOK, self.look) as usize {
            return;
        }
        let change = change(&self.blocks, sequential::confidence(self.look));
        let limit = self.max_worse_percent;
        let (low, high) = change.map_or((None, None), |change| (change.low, change.high));
        let outcome = match (low, high) {
            (_, Some(high)) if high < 0.0 => Some(Outcome::Better),
            (Some(low), _) if low > limit => Some(Outcome::Worse),
            (_, Some(high)) if high <= limit => Some(Outcome::NotWorse),
            _ if self.look == LOOKS => Some(Outcome::CannotTell),
            _ => None,
        };
        self.look += 1;
        let Some(outcome) = outcome else { return };
        let figures = change.map_or_else(
            || "no interval".to_owned(),
            |change| {
                let end = |end: Option<f64>| end.map_or("?".to_owned(), |end| format!("{end:+.1}"));
                format!(
                    "{:+.1} % [{}, {}]",
                    change.percent,
                    end(change.low),
                    end(change.high)
                )
            },
        );
        let why = format!(
            "{} on {} calls each: latency {figures}, limit {limit:+.1} %",
            outcome.words(),
            self.blocks.len() * BLOCK
        );
        self.verdict = Some(self.verdict_of(outcome, change, why));
    }

    fn verdict_of(
        &self,
        outcome: Outcome,
        change: Option<crate::stats::Change>,
        why: String,
    ) -> Verdict {
        Verdict {
            id: self.tried.id.clone(),
            variant: self.tried.variant,
            outcome,
            latency_percent: change.map(|change| change.percent),
            low: change.and_then(|change| change.low),
            high: change.and_then(|change| change.high),
            calls: self.calls[1].min(self.calls[0]),
            failed: self.failed,
            start_ms: self.start_ms,
            why,
        }
    }
}

/// The median of the first block of `open`, which is taken out.
fn median_of(open: &mut Vec<f64>) -> f64 {
    let mut block: Vec<f64> = open.drain(..BLOCK).collect();
    block.sort_by(f64::total_cmp);
    block[BLOCK / 2]
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::variant::Variant;

    fn trial() -> Trial {
        let tried = Optimized {
            variant: Variant::NativePgo,
            id: "set".to_owned(),
            profiles: Vec::new(),
        };
        Trial::new(tried, 3.0)
    }

    /// A trial whose new image takes `factor` times as long; each call scatters by some 20 %.
    fn outcome(factor: f64, seed: u64) -> Outcome {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let mut trial = trial();
        for _ in 0..100_000 {
            let mut latency = |factor: f64| Some(factor * (1.0 + random.random_range(-0.2..0.2)));
            let (baseline, candidate) = (latency(1.0), latency(factor));
            trial.record(TrialSide::Baseline, baseline);
            trial.record(TrialSide::Candidate, candidate);
            if let Some(verdict) = trial.verdict() {
                return verdict.outcome;
            }
        }
        panic!("a trial ends");
    }

    #[test]
    fn ten_percent_slower_is_never_promoted_and_faster_is() {
        assert!((0..50).all(|seed| outcome(1.10, seed) == Outcome::Worse));
        assert!((0..50).all(|seed| outcome(0.85, seed) == Outcome::Better));
    }

    #[test]
    fn an_equal_image_is_not_called_worse() {
        let worse = (0..200)
            .filter(|seed| outcome(1.0, *seed) == Outcome::Worse)
            .count();
        assert_eq!(worse, 0);
    }

    #[test]
    fn failures_end_a_trial_at_once_and_no_traffic_decides_nothing() {
        let mut trial = trial();
        assert_eq!(trial.verdict(), None);
        for _ in 0..3 {
            trial.record(TrialSide::Baseline, Some(1.0));
            trial.record(TrialSide::Candidate, None);
        }
        let verdict = trial.verdict().expect("it failed");
        assert_eq!((verdict.outcome, verdict.failed), (Outcome::Worse, [0, 3]));
    }
}
