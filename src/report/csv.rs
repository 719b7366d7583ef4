//! CSV: one line for each side and metric.

use super::Report;
use crate::compare::Metric;

/// Renders the report; unknown is an empty field, never a zero.
pub(super) fn csv(report: &Report) -> String {
    let mut text = String::from(
        "function,variant,metric,value,low,high,n,baseline,change_percent,change_low,change_high,verdict\n",
    );
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    for side in &report.sides {
        for &metric in Metric::ALL {
            let Some(estimate) = side.metrics.get(metric) else {
                continue;
            };
            let comparison = report
                .comparisons
                .iter()
                .find(|c| c.candidate == side.side && c.metric == metric);
            let fields = [
                report.function.clone(),
                side.side.to_string(),
                metric.name().to_owned(),
                estimate.value.to_string(),
                number(estimate.low),
                number(estimate.high),
                estimate.n.to_string(),
                comparison.map_or_else(String::new, |c| match &c.saved_baseline {
                    Some(name) => name.clone(),
                    None => c.baseline.to_string(),
                }),
                number(comparison.map(|c| c.change_percent)),
                number(comparison.and_then(|c| c.low)),
                number(comparison.and_then(|c| c.high)),
                comparison
                    .and_then(|c| c.verdict)
                    .map_or("", |verdict| verdict.word())
                    .to_owned(),
            ];
            text += &fields.join(",");
            text.push('\n');
        }
    }
    text
}
