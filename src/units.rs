//! Numbers that people write and read: days, spans of time, percentages, bytes.

mod bytes;
mod day;
mod percent;
mod span;

pub use bytes::bytes;
pub use day::Day;
pub use percent::Percent;
pub use span::Span;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// In files these stand as people write them: a string that their `FromStr` reads.
///
/// `serde_with::DeserializeFromStr` would say the same, and take a quarter of the time of building pgoctl itself.
macro_rules! read_as_written {
    ($($unit:ty),+) => {$(
        impl<'de> Deserialize<'de> for $unit {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let written = String::deserialize(deserializer)?;
                written.parse().map_err(D::Error::custom)
            }
        }
    )+};
}

read_as_written!(Day, Percent, Span);
