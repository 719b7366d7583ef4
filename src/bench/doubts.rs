//! What a reader should know before believing the figures: warnings that come from the samples alone.

mod at_rest;
mod between_rounds;
mod generator;
mod shell;
mod throttled;
mod within_round;

use super::samples::Round;
use crate::report::SideReport;
use crate::warning::Warning;

pub(super) use within_round::within_round_ms;

/// Everything that is doubtful about `rounds` and what the report already has of each side.
///
/// `rate` is what an open loop was asked for, in requests per second; 0 for a closed loop.
pub(super) fn warnings(rounds: &[Round], sides: &[SideReport], rate: f64) -> Vec<Warning> {
    let measured: Vec<_> = sides.iter().map(|known| known.side.clone()).collect();
    let mut warnings = generator::warnings(rounds, &measured, rate);
    warnings.extend(at_rest::warnings(rounds, &measured));
    warnings.extend(throttled::warnings(rounds, &measured));
    warnings.extend(within_round::warnings(rounds, &measured));
    warnings.extend(shell::warnings(rounds, &measured));
    warnings.extend(between_rounds::warnings(sides));
    warnings
}
