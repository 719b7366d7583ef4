//! What came of the gates: `verdict.json`, and the last line of stderr.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::outcome::{Outcome, outcome};
use super::unchecked::Unchecked;
use super::waiver::Waiver;
use crate::compare::{Comparison, Metric, Pair, Side};
use crate::stats::Change;
use crate::variant::{Optimizer, Variant};

/// The gate's file in a run's folder.
pub const VERDICT_JSON: &str = "verdict.json";

/// One metric of one candidate against its limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// One side.
    pub baseline: Side,
    /// The saved baseline that it is of; `null` if it was measured in the same run.
    pub saved_baseline: Option<String>,
    /// The other side.
    pub candidate: Side,
    /// In what.
    pub metric: Metric,
    /// By how many percent it may be worse.
    pub max_worse_percent: f64,
    /// By how much it differs; `null` if it was not measured.
    pub change_percent: Option<f64>,
    /// Lower end of the interval of that.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// What came of it.
    pub outcome: Outcome,
    /// Whether a second measurement agreed that it is worse; `null` where there was none.
    pub confirmed: Option<bool>,
    /// The last day of the waiver that let it pass.
    pub waived_until: Option<String>,
    /// What this machine can tell apart with so many rounds, in percent; `null` if it is not known.
    pub noise_floor_percent: Option<f64>,
    /// How many rounds would bring that down to the limit.
    pub rounds_needed: Option<u32>,
    /// Why it is so, where there is more to say.
    pub reason: Option<String>,
}

/// What a machine can tell apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoiseFloor {
    /// In percent.
    pub percent: f64,
    /// With so many rounds or cold starts of each side.
    pub rounds: u32,
    /// How many would bring it down to the limit, if any number would.
    pub rounds_needed: Option<u32>,
}

impl Check {
    /// Holds a comparison against its limit.
    pub fn new(comparison: &Comparison, limit: f64) -> Self {
        let change = Change {
            percent: comparison.change_percent,
            low: comparison.low,
            high: comparison.high,
        };
        Self {
            baseline: comparison.baseline.clone(),
            saved_baseline: comparison.saved_baseline.clone(),
            candidate: comparison.candidate.clone(),
            metric: comparison.metric,
            max_worse_percent: limit,
            change_percent: Some(comparison.change_percent),
            low: comparison.low,
            high: comparison.high,
            outcome: outcome(comparison.metric, &change, limit),
            confirmed: None,
            waived_until: None,
            noise_floor_percent: None,
            rounds_needed: None,
            reason: None,
        }
    }

    /// A gate that is not even measured: this machine cannot tell so small a change with so many rounds.
    pub fn refused(sides: Pair, metric: Metric, limit: f64, floor: NoiseFloor) -> Self {
        let enough = floor
            .rounds_needed
            .map_or_else(String::new, |enough| format!("; {enough} would suffice"));
        let unit = metric.interval_of().noun();
        Self {
            baseline: sides.baseline,
            saved_baseline: None,
            candidate: sides.candidate,
            metric,
            max_worse_percent: limit,
            change_percent: None,
            low: None,
            high: None,
            outcome: Outcome::CannotTell,
            confirmed: None,
            waived_until: None,
            noise_floor_percent: Some(floor.percent),
            rounds_needed: floor.rounds_needed,
            reason: Some(format!(
                "refused: the limit of {limit} % is below the noise floor of {:.1} % with {} {unit}{enough}",
                floor.percent, floor.rounds
            )),
        }
    }

    /// Keeps what a second measurement of the same came to: only what is worse twice is worse.
    pub fn confirm(&mut self, again: &Self) {
        let agreed = again.outcome == Outcome::Worse;
        self.confirmed = Some(agreed);
        if !agreed {
            self.outcome = Outcome::CannotTell;
            self.say(format!("measured again it was {}", again.change()));
        }
    }

    pub(super) fn waive(&mut self, waiver: &Waiver) {
        self.waived_until = Some(waiver.until.to_string());
        self.say(format!("waived: {}", waiver.reason));
    }

    pub(super) fn say(&mut self, words: String) {
        self.reason = Some(match self.reason.take() {
            Some(reason) => format!("{reason}; {words}"),
            None => words,
        });
    }

    /// What it counts for: what is waived passes.
    pub fn counts(&self) -> Outcome {
        match self.waived_until {
            Some(_) => Outcome::Pass,
            None => self.outcome,
        }
    }

    /// `-7.2 % [-9.0, -5.1]`.
    pub fn change(&self) -> String {
        let interval = match (self.low, self.high) {
            (Some(low), Some(high)) => format!(" [{low:+.1}, {high:+.1}]"),
            _ => String::new(),
        };
        match self.change_percent {
            Some(percent) => format!("{percent:+.1} %{interval}"),
            None => "not measured".to_owned(),
        }
    }

    /// What it is held against.
    pub fn against(&self) -> String {
        match &self.saved_baseline {
            Some(name) => format!("the saved baseline {name}"),
            None => self.baseline.to_string(),
        }
    }

    /// All of it in one line.
    pub fn words(&self) -> String {
        let mut words = format!("{}: {}", self.candidate, self.metric.title());
        if self.change_percent.is_some() {
            words += &format!(
                " {} against {}, limit {} %",
                self.change(),
                self.against(),
                self.max_worse_percent
            );
        }
        if self.confirmed == Some(true) {
            words += ", confirmed";
        }
        match &self.reason {
            Some(reason) => format!("{words} ({reason})"),
            None => words,
        }
    }
}

/// `verdict.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GateReport {
    /// 1.
    pub schema_version: u32,
    /// The function's name.
    pub function: String,
    /// What all checks together came to.
    pub outcome: Outcome,
    /// How the process ended because of it.
    pub exit_code: u8,
    /// Who used the profile of `native-pgo`; absent where none was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optimizer: Option<Optimizer>,
    /// The last line of stderr.
    pub line: String,
    /// One for each gated metric of each candidate.
    pub checks: Vec<Check>,
    /// Variants that should have been measured and could not be made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Variant>,
    /// What else should have been checked and could not be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unchecked: Vec<Unchecked>,
}

impl GateReport {
    /// Puts the checks together: one that is worse makes all worse, one that cannot be told makes all undecided. Nothing
    /// checked is nothing known.
    pub fn new(function: &str, checks: Vec<Check>) -> Self {
        let any = |outcome| checks.iter().any(|check| check.counts() == outcome);
        let outcome = if any(Outcome::Worse) {
            Outcome::Worse
        } else if any(Outcome::CannotTell) || checks.is_empty() {
            Outcome::CannotTell
        } else {
            Outcome::Pass
        };
        Self {
            schema_version: 1,
            function: function.to_owned(),
            outcome,
            exit_code: outcome.exit_code().number(),
            optimizer: None,
            line: line(outcome, &checks),
            checks,
            failed: Vec::new(),
            unchecked: Vec::new(),
        }
    }

    /// Of what could not be made nothing is known, so that the rest alone is no pass.
    #[must_use]
    pub fn without(mut self, failed: Vec<Variant>) -> Self {
        if failed.is_empty() {
            return self;
        }
        self.is_no_pass();
        let names: Vec<&str> = failed.iter().map(|variant| variant.name()).collect();
        self.line += &format!("; {} could not be made", names.join(", "));
        self.failed = failed;
        self
    }

    /// Of what was not checked nothing is known either.
    #[must_use]
    pub fn and_unchecked(mut self, unchecked: Vec<Unchecked>) -> Self {
        if unchecked.is_empty() {
            return self;
        }
        self.is_no_pass();
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for one in &unchecked {
            match reasons.iter_mut().find(|(reason, _)| *reason == one.reason) {
                Some((_, names)) => names.push(one.side.name()),
                None => reasons.push((&one.reason, vec![one.side.name()])),
            }
        }
        for (reason, names) in reasons {
            self.line += &format!("; {}: {reason}", names.join(", "));
        }
        self.unchecked = unchecked;
        self
    }

    fn is_no_pass(&mut self) {
        if self.outcome == Outcome::Pass {
            self.outcome = Outcome::CannotTell;
            self.exit_code = self.outcome.exit_code().number();
            self.line = format!("VERDICT: {}: the others pass", self.outcome.word());
        }
    }
}

/// `VERDICT: worse: native-pgo: throughput -7.2 % [-9.0, -5.1] against native, limit 3 %, confirmed`.
fn line(outcome: Outcome, checks: &[Check]) -> String {
    let deciding: Vec<String> = checks
        .iter()
        .filter(|check| check.counts() == outcome)
        .map(Check::words)
        .collect();
    let waived = checks
        .iter()
        .filter(|check| check.waived_until.is_some())
        .count();
    let words = match outcome {
        _ if checks.is_empty() => "no gated metric was measured".to_owned(),
        Outcome::Pass if waived > 0 => {
            format!(
                "{} checks within their limits, {waived} waived",
                checks.len() - waived
            )
        }
        Outcome::Pass => format!("{} checks within their limits", checks.len()),
        Outcome::Worse | Outcome::CannotTell => deciding.join("; "),
    };
    format!("VERDICT: {}: {words}", outcome.word())
}
