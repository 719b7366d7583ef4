//! The figures of a side: a map from metric to estimate whose JSON has every metric, `null` where it was not measured.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::compare::Metric;
use crate::stats::Estimate;

/// The figures of a side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics(BTreeMap<Metric, Estimate>);

impl Metrics {
    /// The figure of `metric`.
    pub fn get(&self, metric: Metric) -> Option<&Estimate> {
        self.0.get(&metric)
    }

    /// Replaces the figure of `metric`; `None`: it was not measured.
    pub fn set(&mut self, metric: Metric, figure: Option<Estimate>) {
        match figure {
            Some(figure) => self.0.insert(metric, figure),
            None => self.0.remove(&metric),
        };
    }

    /// The same with that figure.
    #[must_use]
    pub fn with(mut self, metric: Metric, figure: Option<Estimate>) -> Self {
        self.set(metric, figure);
        self
    }
}

/// All keys in the order of schema version 1, which has the image's size before its memory.
fn keys() -> impl Iterator<Item = Metric> {
    Metric::ALL.iter().map(|metric| match metric {
        Metric::PeakMemoryBytes => Metric::ImageSizeBytes,
        Metric::ImageSizeBytes => Metric::PeakMemoryBytes,
        other => *other,
    })
}

impl JsonSchema for Metrics {
    fn schema_name() -> Cow<'static, str> {
        "Metrics".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let figure = generator.subschema_for::<Option<Estimate>>();
        let names: Vec<&str> = keys().map(Metric::name).collect();
        let figures: BTreeMap<&str, &Schema> = names.iter().map(|name| (*name, &figure)).collect();
        json_schema!({
            "type": "object",
            "description": "The figure of each metric; null where it was not measured.",
            "properties": figures,
            "required": names,
        })
    }
}

impl Serialize for Metrics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(Metric::ALL.len()))?;
        for metric in keys() {
            map.serialize_entry(metric.name(), &self.get(metric))?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Metrics {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Figures)
    }
}

/// Reads an object of figures; keys that this version does not know are passed over, as everywhere in a report.
struct Figures;

impl<'de> Visitor<'de> for Figures {
    type Value = Metrics;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a figure for each metric")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Metrics, A::Error> {
        let mut metrics = Metrics::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.parse() {
                Ok(metric) => metrics.set(metric, map.next_value()?),
                Err(_) => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(metrics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_is_a_key_and_what_was_not_measured_is_null() {
        let metrics = Metrics::default().with(Metric::BuildSeconds, Estimate::exact(4.5));
        let json = serde_json::to_string(&metrics).expect("it has only string keys");
        let null = |name: &str| format!(r#""{name}":null"#);
        assert!(json.starts_with(&format!("{{{},", null("throughput_rps"))));
        let size_then_memory = [null("image_size_bytes"), null("peak_memory_bytes")].join(",");
        assert!(
            json.ends_with(&format!(
                r#"{size_then_memory},"build_seconds":{{"value":4.5,"low":null,"high":null,"n":1}}}}"#
            )),
            "{json}"
        );
        assert_eq!(json.matches("null,").count(), Metric::ALL.len() - 1 + 2);
        assert_eq!(
            serde_json::from_str::<Metrics>(&json).expect("it is one"),
            metrics
        );
    }

    #[test]
    fn figures_of_other_versions_are_read_as_far_as_they_are_known() {
        let json = r#"{"build_seconds":{"value":1.0,"low":null,"high":null,"n":1},"of_tomorrow":[1,{}],"cold_start_ms":null}"#;
        let metrics: Metrics = serde_json::from_str(json).expect("it is one");
        assert_eq!(
            metrics,
            Metrics::default().with(Metric::BuildSeconds, Estimate::exact(1.0))
        );
    }
}
