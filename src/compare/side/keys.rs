//! All of a side, as keys of what is flattened around it: `variant` (the name), and where the name does not say it,
//! `instance_of` (the variant) and `baseline` (a side's name).

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Side;
use crate::variant::Variant;

/// The keys of a side.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Keys {
    /// Its name.
    variant: String,
    /// The variant that it is an instance of, where its name does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instance_of: Option<Variant>,
    /// The name of the side that it is compared with first, where its variant does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    baseline: Option<String>,
}

/// Writes the keys.
pub fn serialize<S: Serializer>(side: &Side, serializer: S) -> Result<S::Ok, S::Error> {
    let said = side
        .variant
        .map_or_else(|| Side::of_name(&side.name), Side::from);
    Keys {
        variant: side.name.to_string(),
        instance_of: side.variant.filter(|variant| *side != *variant),
        baseline: side
            .baseline()
            .filter(|baseline| said.baseline() != Some(baseline))
            .map(str::to_owned),
    }
    .serialize(serializer)
}

/// Reads them; those of a side that is written as its name only will do.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Side, D::Error> {
    let keys = Keys::deserialize(deserializer)?;
    let side = match keys.instance_of {
        Some(variant) => Side::instance(&keys.variant, variant),
        None => Side::of_name(&keys.variant),
    };
    Ok(match keys.baseline {
        Some(baseline) => side.against(&baseline),
        None => side,
    })
}
