//! A new image beside the present one on live calls: two fresh workers, started at the same moment, take turns for a block of calls;
//! then two others do. A process can be lucky for as long as it lives (where its pages lie, which core it is on), so that a pair of
//! processes is one observation, however many calls it answers. Looked at several times without deceiving oneself. Pure but for what
//! it is told.

use std::collections::BTreeSet;

use statrs::distribution::{Binomial, DiscreteCDF};

use super::state::{Optimized, Outcome, Verdict};
use crate::stats::{Change, sequential};

/// Calls of each worker that count: their trimmed mean is one observation of the signed-rank test.
const BLOCK: usize = 25;
/// The slowest of them, which do not count: on a busy machine they are the machine's.
const TRIMMED: usize = 3;
/// The first calls of each worker, which do not count: a fresh process faults its pages in, and a JVM compiles.
const WARM_UP: u64 = 25;
/// After so many calls a worker of a trial has done its part.
pub const CALLS: u64 = WARM_UP + BLOCK as u64;
/// Blocks before the first look; twice as many before each later one.
const FIRST_LOOK: u32 = 6;
/// How often is looked at most: 96 pairs of workers.
const LOOKS: u32 = 5;
/// How improbable the new image's share of all failures must be if it is no worse: looked at after every failure, and so far below
/// 5 % that all these looks together stay there (a test holds it to that). Nine failures of nine are enough.
const FAILS_BY_CHANCE: f64 = 0.002;
/// By so much any image may start later than the present one, in milliseconds.
const NO_TIME_MS: f64 = 10.0;
/// So many failures of the first calls, and none of the present image's, mean that the new image does not work at all.
const FAILS_AT_ONCE: u64 = 3;

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
    limits: Limits,
    open: [Vec<f64>; 2],
    blocks: Vec<(f64, f64)>,
    look: u32,
    calls: [u64; 2],
    failed: [u64; 2],
    starts_ms: [Vec<f64>; 2],
    keys: BTreeSet<u64>,
    verdict: Option<Verdict>,
}

/// By how much a new image may be worse, in percent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Its calls may take so much longer.
    pub latency: f64,
    /// It may take so much longer to its first answer.
    pub start: f64,
}

impl Trial {
    /// A trial of `tried`, which may be worse by so much.
    pub fn new(tried: Optimized, limits: Limits) -> Self {
        Self {
            tried,
            limits,
            open: [Vec::new(), Vec::new()],
            blocks: Vec::new(),
            look: 1,
            calls: [0; 2],
            failed: [0; 2],
            starts_ms: [Vec::new(), Vec::new()],
            keys: BTreeSet::new(),
            verdict: None,
        }
    }

    /// Whether that image is tried.
    pub fn is_of(&self, tried: &Optimized) -> bool {
        self.tried == *tried
    }

    /// It going on with other workers: blocks that were not whole do not count.
    #[must_use]
    pub fn again(mut self) -> Self {
        self.open = [Vec::new(), Vec::new()];
        let pairs = self.starts().len();
        self.starts_ms
            .iter_mut()
            .for_each(|starts| starts.truncate(pairs));
        self
    }

    /// What it came to, once it has.
    pub fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    /// Means of both sides' latencies in milliseconds, block by block.
    pub fn blocks(&self) -> &[(f64, f64)] {
        &self.blocks
    }

    /// Calls that each side answered or failed.
    pub fn calls(&self) -> [u64; 2] {
        self.calls
    }

    /// Whether `side` has done its part of the pair that is measured now: its next worker is to work beside the other side's next.
    pub fn is_ahead(&self, side: TrialSide) -> bool {
        self.open[side as usize].len() >= BLOCK
    }

    /// Whether no call with that key has counted yet. All of its calls go to one side: a request that fails wherever it goes would
    /// speak against that side as often as it is repeated.
    pub fn is_first(&mut self, key: u64) -> bool {
        self.verdict.is_none() && self.keys.insert(key)
    }

    /// How long a worker of `side` took to its first answer.
    pub fn started(&mut self, side: TrialSide, milliseconds: f64) {
        self.starts_ms[side as usize].push(milliseconds);
    }

    /// How long both sides' workers took to their first answers in milliseconds, pair by pair.
    pub fn starts(&self) -> Vec<(f64, f64)> {
        let [baseline, candidate] = &self.starts_ms;
        baseline
            .iter()
            .copied()
            .zip(candidate.iter().copied())
            .collect()
    }

    /// The image that is tried does not start, or fails again and again.
    pub fn broken(&mut self, why: &str) {
        if self.verdict.is_none() {
            let why = format!("the new image failed: {why}");
            self.verdict = Some(self.verdict_of(Outcome::Worse, None, why));
        }
    }

    /// A call of `side` took so long, or failed; `nth` is its number among its worker's calls, from 1.
    pub fn record(&mut self, side: TrialSide, nth: u64, latency_ms: Option<f64>) {
        if self.verdict.is_some() {
            return;
        }
        let at = side as usize;
        self.calls[at] += 1;
        match latency_ms {
            Some(latency) if nth > WARM_UP => self.open[at].push(latency),
            Some(_) => {}
            None => self.failed[at] += 1,
        }
        let [baseline, candidate] = self.failed;
        if latency_ms.is_none() && self.fails_more() {
            let why = format!(
                "the new image failed {candidate} of {} calls, the present one {baseline}",
                self.calls[1]
            );
            self.verdict = Some(self.verdict_of(Outcome::Worse, None, why));
        } else if self.open.iter().all(|side| side.len() >= BLOCK) {
            let [baseline, candidate] = &mut self.open;
            self.blocks.push((mean_of(baseline), mean_of(candidate)));
            // What one side answered besides belongs to no pair.
            self.open.iter_mut().for_each(Vec::clear);
            self.look();
        }
    }

    /// Whether the new image fails more often than the present one: of all failures, how many are its.
    ///
    /// A failure of equal images is either's with the probability of either's share of the calls.
    fn fails_more(&self) -> bool {
        let [baseline, candidate] = self.failed;
        let does_nothing = candidate == self.calls[1] && candidate >= FAILS_AT_ONCE;
        if does_nothing && baseline == 0 {
            return true;
        }
        let all = baseline + candidate;
        let [of_baseline, of_candidate] = self.calls.map(|calls| calls as f64);
        // P(Bin(n, p) ≥ k) = P(Bin(n, 1 - p) ≤ n - k).
        Binomial::new(of_baseline / (of_baseline + of_candidate), all)
            .is_ok_and(|failures| failures.cdf(all - candidate) < FAILS_BY_CHANCE)
    }

    fn look(&mut self) {
        if self.blocks.len() < sequential::rounds_at(FIRST_LOOK, self.look) as usize {
            return;
        }
        let confidence = sequential::confidence(self.look);
        let change = crate::stats::change(&self.blocks, confidence);
        let limit = self.limits.latency;
        let start = crate::stats::change(&self.starts(), confidence);
        // Of a start that is over in no time twice as long is no time either.
        let judged: Vec<(f64, f64)> = self
            .starts()
            .iter()
            .map(|(baseline, candidate)| (baseline + NO_TIME_MS, *candidate))
            .collect();
        let judged_start = crate::stats::change(&judged, confidence);
        let end = |of: fn(&Change) -> Option<f64>| judged_start.as_ref().and_then(of);
        let starts_worse = end(|it| it.low).is_some_and(|low| low > self.limits.start);
        // Nothing that starts is promoted before it is shown to start soon enough.
        let starts_well =
            judged.is_empty() || end(|it| it.high).is_some_and(|high| high <= self.limits.start);
        let (low, high) = change.map_or((None, None), |change| (change.low, change.high));
        let outcome = match (low, high) {
            _ if starts_worse => Some(Outcome::Worse),
            (_, Some(high)) if high < 0.0 && starts_well => Some(Outcome::Better),
            (Some(low), _) if low > limit => Some(Outcome::Worse),
            (_, Some(high)) if high <= limit && starts_well => Some(Outcome::NotWorse),
            _ if self.look == LOOKS => Some(Outcome::CannotTell),
            _ => None,
        };
        self.look += 1;
        let Some(outcome) = outcome else { return };
        if starts_worse {
            let why = format!(
                "worse in {} pairs of workers: the first answer {}, limit {:+.1} % and {NO_TIME_MS} ms",
                self.starts().len(),
                figures(start),
                self.limits.start
            );
            self.verdict = Some(self.verdict_of(outcome, change, why));
            return;
        }
        let figures = match starts_well {
            true => figures(change),
            false => format!(
                "{}, and of the first answer {}",
                figures(change),
                figures(start)
            ),
        };
        let why = format!(
            "{} in {} pairs of workers, {} calls each: latency {figures}, limit {limit:+.1} %",
            outcome.words(),
            self.blocks.len(),
            self.blocks.len() * BLOCK
        );
        self.verdict = Some(self.verdict_of(outcome, change, why));
    }

    fn verdict_of(&self, outcome: Outcome, change: Option<Change>, why: String) -> Verdict {
        Verdict {
            id: self.tried.id.clone(),
            variant: self.tried.variant,
            outcome,
            latency_percent: change.map(|change| change.percent),
            low: change.and_then(|change| change.low),
            high: change.and_then(|change| change.high),
            calls: self.calls[1].min(self.calls[0]),
            failed: self.failed,
            start_ms: self.starts_ms.each_ref().map(|starts| median(starts)),
            why,
        }
    }
}

/// A change with its interval.
fn figures(change: Option<Change>) -> String {
    let Some(change) = change else {
        return "no interval".to_owned();
    };
    let end = |end: Option<f64>| end.map_or("?".to_owned(), |end| format!("{end:+.1}"));
    format!(
        "{:+.1} % [{}, {}]",
        change.percent,
        end(change.low),
        end(change.high)
    )
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

/// The trimmed mean of the first block of `open`, which is taken out.
fn mean_of(open: &mut Vec<f64>) -> f64 {
    let mut block: Vec<f64> = open.drain(..BLOCK).collect();
    block.sort_by(f64::total_cmp);
    block.truncate(BLOCK - TRIMMED);
    block.iter().sum::<f64>() / block.len() as f64
}

#[cfg(test)]
mod tests;
