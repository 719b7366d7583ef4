//! What a controller does, as Prometheus reads it.

use std::sync::atomic::Ordering::Relaxed;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry as Metrics;

use super::registry::Registry;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfFunction {
    function: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfVariant {
    function: String,
    variant: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct InStage {
    function: String,
    stage: String,
}

/// The text of `/metrics`, in the OpenMetrics format.
pub fn text(registry: &Registry) -> String {
    let calls = Family::<OfVariant, Counter>::default();
    let failed = Family::<OfVariant, Counter>::default();
    let seconds = Family::<OfVariant, Counter<f64, std::sync::atomic::AtomicU64>>::default();
    let workers = Family::<OfVariant, Gauge>::default();
    let waiting = Family::<OfVariant, Gauge>::default();
    let cold = Family::<OfVariant, Counter>::default();
    let stored = Family::<OfFunction, Gauge>::default();
    let pending = Family::<OfFunction, Gauge>::default();
    let stage = Family::<InStage, Gauge>::default();
    for served in registry.all() {
        let function = &served.name;
        let of = |variant: &str| OfVariant {
            function: function.clone(),
            variant: variant.to_owned(),
        };
        for (variant, figures) in served.counters.figures() {
            let label = of(variant.name());
            calls.get_or_create(&label).inc_by(figures.calls);
            failed.get_or_create(&label).inc_by(figures.failed);
            seconds.get_or_create(&label).inc_by(figures.seconds);
        }
        let now = served.now.borrow().clone();
        for pool in now.pools().filter(|pool| now.is_shown(pool)) {
            let (counts, label) = (pool.counts(), of(pool.image.variant.name()));
            workers.get_or_create(&label).inc_by(counts.workers as i64);
            waiting.get_or_create(&label).inc_by(counts.waiting as i64);
            cold.get_or_create(&label)
                .inc_by(pool.cold_starts.load(Relaxed));
        }
        let label = OfFunction {
            function: function.clone(),
        };
        stored
            .get_or_create(&label)
            .set(served.profiles.load(Relaxed) as i64);
        pending
            .get_or_create(&label)
            .set(served.pending.load(Relaxed) as i64);
        let label = InStage {
            function: function.clone(),
            stage: now.state.stage.name().to_owned(),
        };
        stage.get_or_create(&label).set(1);
    }
    let mut metrics = Metrics::with_prefix("pgoctl");
    metrics.register("calls", "Calls that were answered or failed", calls);
    metrics.register("failed_calls", "Calls that failed or got a 5xx", failed);
    metrics.register("call_seconds", "The time of all calls together", seconds);
    metrics.register("workers", "Workers that answer", workers);
    metrics.register("waiting_calls", "Calls that wait for a worker", waiting);
    metrics.register("cold_starts", "Workers started because a call came", cold);
    metrics.register("profiles", "Profiles in the store", stored);
    metrics.register(
        "pending_profiles",
        "Profiles that wait for the store",
        pending,
    );
    metrics.register("stage", "1 for the stage that a function is in", stage);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = encode(&mut text, &metrics);
    text
}
