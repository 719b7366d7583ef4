//! What a gate should have checked and could not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::{Metric, Side};

/// A side of which nothing, or a metric of it of which nothing, could be checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unchecked {
    /// Which side.
    #[serde(rename = "variant")]
    pub side: Side,
    /// Which metric; absent where it is about all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    /// Why it should have been checked, and was not.
    pub reason: String,
    /// Why it was not measured, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

impl Unchecked {
    /// All of it in one line.
    pub fn words(&self) -> String {
        let words = format!("{}: {}", self.side, self.reason);
        match &self.cause {
            Some(cause) => format!("{words} ({cause})"),
            None => words,
        }
    }
}
