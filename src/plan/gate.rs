//! `[gate]` → what may not get worse.

use super::settings::USUAL_LIMIT;
use crate::compare::Metric;
use crate::config::GateFile;
use crate::error::{Error, Result};
use crate::gate::{GatePlan, Waiver};

/// Decides the limits and refuses those that make no sense.
pub(super) fn decide(file: &GateFile) -> Result<GatePlan> {
    let usual = file.max_worse.map_or(USUAL_LIMIT, |percent| percent.0);
    let limits = if file.metrics.is_empty() {
        GatePlan::usual(usual).limits
    } else {
        file.metrics
            .iter()
            .map(|(metric, limit)| (*metric, limit.0))
            .collect()
    };
    if limits
        .iter()
        .any(|(metric, _)| *metric == Metric::BuildSeconds)
    {
        return Err(Error::usage("`build_seconds` cannot be gated")
            .because("an image is built once, and one build says nothing about the next")
            .hint("take it out of `[gate.metrics]`"));
    }
    let mut waivers = Vec::new();
    for waiver in &file.waiver {
        if waiver.reason.trim().is_empty() {
            return Err(Error::usage(format!(
                "the waiver of `{}` has no reason",
                waiver.metric.name()
            ))
            .hint("say in `reason` why it may be worse, for whoever finds it expired"));
        }
        waivers.push(Waiver {
            metric: waiver.metric,
            candidate: waiver.candidate,
            until: waiver.until,
            reason: waiver.reason.clone(),
        });
    }
    Ok(GatePlan {
        limits,
        names_metrics: !file.metrics.is_empty(),
        candidates: file.candidates.clone(),
        is_chosen: false,
        baseline: file.baseline.clone(),
        waivers,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(text: &str) -> Result<GatePlan> {
        let file: GateFile = toml::from_str(text).expect("it is valid TOML");
        decide(&file)
    }

    #[test]
    fn one_limit_holds_for_the_usual_metrics_and_metrics_of_ones_own_replace_them() {
        let usual = decided("max-worse = \"2%\"").expect("it makes sense");
        assert_eq!(usual.limit(Metric::ThroughputRps), Some(2.0));
        assert_eq!(usual.limit(Metric::PeakMemoryBytes), None);
        let own = decided("[metrics]\nlatency_ms_p99 = \"10%\"\n").expect("it makes sense");
        assert_eq!(own.limits, [(Metric::LatencyMsP99, 10.0)]);
    }

    #[test]
    fn a_waiver_has_a_day_and_a_reason() {
        let text = |reason: &str| {
            format!(
                "[[waiver]]\nmetric = \"cold_start_ms\"\nuntil = \"2027-03-31\"\nreason = \"{reason}\"\n"
            )
        };
        assert_eq!(
            decided(&text("issue 12"))
                .expect("it makes sense")
                .waivers
                .len(),
            1
        );
        assert!(decided(&text(" ")).is_err());
        let without_day = "[[waiver]]\nmetric = \"cold_start_ms\"\nreason = \"x\"\n";
        assert!(toml::from_str::<GateFile>(without_day).is_err());
    }

    #[test]
    fn a_build_time_cannot_be_gated() {
        assert!(decided("[metrics]\nbuild_seconds = \"5%\"\n").is_err());
    }
}
