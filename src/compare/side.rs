//! A side of a comparison: what is compared has a name, and where it is one of several ways to run the function, its variant.
//!
//! A variant is a side by itself. Several sides may be instances of one variant (revisions of a JAR, images with different
//! profiles), and a side need not be any of them (a program, a server that somebody else started).

pub mod keys;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::variant::Variant;

/// How much of a name stands in names of files, which have 255 bytes at most: it may be a whole command.
const NAME_KEPT: usize = 100;

/// One side of a comparison. Its name tells it apart from the others of a run, and is all that is written of it in most places;
/// [`keys`] writes the rest.
#[derive(Clone, Debug)]
pub struct Side {
    name: Arc<str>,
    variant: Option<Variant>,
    baseline: Option<Arc<str>>,
}

impl Side {
    /// The side `name`: a variant by its name, anything else is an instance of nothing that we make.
    pub fn of_name(name: &str) -> Self {
        name.parse::<Variant>().map_or_else(
            |_| Self {
                name: name.into(),
                variant: None,
                baseline: None,
            },
            Self::from,
        )
    }

    /// One of several instances of `variant`; it is compared with what its variant is compared with.
    pub fn instance(name: &str, variant: Variant) -> Self {
        Self {
            name: name.into(),
            ..Self::from(variant)
        }
    }

    /// The same, compared first with the side `baseline`, if that takes part.
    #[must_use]
    pub fn against(self, baseline: &str) -> Self {
        Self {
            baseline: Some(baseline.into()),
            ..self
        }
    }

    /// The name in reports.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The variant that it is an instance of, if any.
    pub fn variant(&self) -> Option<Variant> {
        self.variant
    }

    /// The name of the side that it is compared with first, if that takes part.
    pub fn baseline(&self) -> Option<&str> {
        self.baseline.as_deref()
    }

    /// The name in names of files: another one for each side. What cannot stand there becomes `_`, and a digest tells apart what
    /// would be the same then.
    pub fn file_name(&self) -> String {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
        if self.name.len() <= NAME_KEPT && self.name.chars().all(fits) {
            return self.name.to_string();
        }
        let kept = self.name.chars().take(NAME_KEPT);
        let kept: String = kept.map(|c| if fits(c) { c } else { '_' }).collect();
        let digest = Sha256::digest(self.name.as_bytes());
        let digest: String = digest[..4].iter().map(|b| format!("{b:02x}")).collect();
        format!("{kept}-{digest}")
    }
}

/// The two sides of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What is compared with.
    pub baseline: Side,
    /// What is compared.
    pub candidate: Side,
}

impl Pair {
    /// A side with itself: the same in another run, or another round of the same.
    pub fn of_itself(side: &Side) -> Self {
        Self {
            baseline: side.clone(),
            candidate: side.clone(),
        }
    }

    /// Whether both are the same.
    pub fn is_of_itself(&self) -> bool {
        self.baseline == self.candidate
    }
}

impl From<Variant> for Side {
    fn from(variant: Variant) -> Self {
        Self {
            name: variant.name().into(),
            variant: Some(variant),
            baseline: variant.baseline().map(|baseline| baseline.name().into()),
        }
    }
}

impl PartialEq for Side {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Side {}

impl PartialEq<Variant> for Side {
    fn eq(&self, variant: &Variant) -> bool {
        *self.name == *variant.name()
    }
}

impl PartialOrd for Side {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Side {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name.cmp(&other.name)
    }
}

impl Hash for Side {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

impl JsonSchema for Side {
    fn schema_name() -> Cow<'static, str> {
        "Side".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "description": "The name of a side of the comparison."})
    }
}

impl Serialize for Side {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl<'de> Deserialize<'de> for Side {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|name| Self::of_name(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Around {
        #[serde(flatten, with = "keys")]
        side: Side,
        value: u32,
    }

    fn written(side: Side) -> String {
        serde_json::to_string(&Around { side, value: 7 }).expect("it has only string keys")
    }

    fn read(json: &str) -> Side {
        serde_json::from_str::<Around>(json)
            .expect("it is one")
            .side
    }

    #[test]
    fn a_name_of_the_users_own_survives_json_and_fits_a_file_name() {
        let named = Side::of_name("./old/app");
        let json = serde_json::to_string(&named).expect("it is a word");
        assert_eq!(json, r#""./old/app""#);
        assert_eq!(
            serde_json::from_str::<Side>(&json).expect("it is one"),
            named
        );
        assert!(named.file_name().starts_with("._old_app-"));
        assert_eq!((named.variant(), named.baseline()), (None, None));
    }

    #[test]
    fn two_sides_have_two_file_names_and_usual_names_are_kept() {
        let long = "x".repeat(1000);
        let longer = "x".repeat(1001);
        let names = ["a_b", "a/b", "a b", "a:b", "app (2)", &long, &longer];
        let files: Vec<String> = names.map(|name| Side::of_name(name).file_name()).to_vec();
        let distinct: std::collections::BTreeSet<_> = files.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{files:?}");
        assert!(files.iter().all(|file| file.len() < 200), "{files:?}");
        for usual in ["a_b", "native-pgo", "v1.2", "app@2"] {
            assert_eq!(Side::of_name(usual).file_name(), usual);
        }
    }

    #[test]
    fn a_variant_is_a_side_by_itself() {
        let side = Side::of_name("native-pgo");
        assert_eq!(side.variant(), Some(Variant::NativePgo));
        assert_eq!(side.baseline(), Some("native"));
        assert_eq!(written(side), r#"{"variant":"native-pgo","value":7}"#);
    }

    #[test]
    fn an_instance_keeps_its_variant_and_its_baseline_in_json() {
        let revision = Side::instance("v1.2", Variant::Native);
        let json = written(revision);
        assert_eq!(
            json,
            r#"{"variant":"v1.2","instance_of":"native","value":7}"#
        );
        let back = read(&json);
        assert!(back.variant() == Some(Variant::Native) && back.baseline() == Some("hotspot"));

        let of_ten = Side::instance("ten profiles", Variant::NativePgo).against("one profile");
        let json = written(of_ten);
        let back = read(&json);
        assert_eq!(back.variant(), Some(Variant::NativePgo), "{json}");
        assert_eq!(back.baseline(), Some("one profile"), "{json}");
    }

    #[test]
    fn what_was_written_before_sides_had_variants_is_still_read() {
        let side = read(r#"{"variant":"HEAD~1","value":7}"#);
        assert_eq!((side.name(), side.variant()), ("HEAD~1", None));
    }
}
