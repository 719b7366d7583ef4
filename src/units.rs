//! Numbers that people write and read: days, spans of time, percentages, bytes.

mod bytes;
mod day;
mod percent;
mod span;

pub use bytes::bytes;
pub use day::Day;
pub use percent::Percent;
pub use span::{Span, roughly};

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// In files these stand as people write them: a string that their `FromStr` reads.
///
/// `serde_with::DeserializeFromStr` would say the same, and take a quarter of the time of building pgoctl itself.
macro_rules! read_as_written {
    ($($unit:ty: $name:literal, $schema:tt;)+) => {$(
        impl JsonSchema for $unit {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }

        impl<'de> Deserialize<'de> for $unit {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let written = String::deserialize(deserializer)?;
                written.parse().map_err(D::Error::custom)
            }
        }
    )+};
}

read_as_written! {
    Day: "Day", {"type": "string", "format": "date", "examples": ["2027-03-31"]};
    Percent: "Percent", {
        "type": "string",
        "pattern": "^\\s*\\+?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\s*%\\s*$",
        "description": "A percentage above zero.",
        "examples": ["3%"],
    };
    Span: "Span", {
        "type": "string",
        "pattern": "[0-9]",
        "description": "A length of time.",
        "examples": ["500ms", "10s", "5m", "1m 30s"],
    };
}
