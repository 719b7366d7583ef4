//! The `version` of an `.iprof` file, and what it tells a reader.
//!
//! Versions follow semantic versioning: a major version breaks readers, a minor one adds optional sections
//! (GraalVM documentation, `PGO-IprofFileFormat.md`). 0.4.0 and 1.0.0 have the same structure; 0.2.0 has the same
//! content under other key names.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A profile's format version, as in `"version":"1.0.0"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Breaking changes.
    pub major: u32,
    /// Optional additions.
    pub minor: u32,
    /// Corrections.
    pub patch: u32,
}

/// What a version means to this reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Familiarity {
    /// Seen in real files or published as a schema.
    Known,
    /// A minor version not known here: additions are possible, what is known should still be there.
    Unfamiliar,
    /// A major version not known here: nothing may be assumed.
    Unreadable,
}

impl Version {
    /// Written by GraalVM Enterprise 22.2: other key names, `,` between frames.
    pub const V0_2_0: Self = Self::new(0, 2, 0);
    /// Written by Oracle GraalVM for JDK 17 to 23.
    pub const V0_4_0: Self = Self::new(0, 4, 0);
    /// Written by Oracle GraalVM for JDK 24 and later.
    pub const V1_0_0: Self = Self::new(1, 0, 0);
    /// Adds `instanceofProfiles`.
    pub const V1_1_0: Self = Self::new(1, 1, 0);

    /// A version from its three numbers.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }

    /// Whether this reader knows the version.
    pub const fn familiarity(self) -> Familiarity {
        match (self.major, self.minor) {
            (0, 2 | 4) | (1, 0 | 1) => Familiarity::Known,
            (0 | 1, _) => Familiarity::Unfamiliar,
            _ => Familiarity::Unreadable,
        }
    }

    /// Whether files of this version use the key names of 0.2.0.
    pub const fn has_old_names(self) -> bool {
        self.major == 0 && self.minor < 4
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split('.').map(|part| {
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse::<u32>().ok()).flatten()
        });
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Some(major)), Some(Some(minor)), Some(Some(patch)), None) => {
                Ok(Self::new(major, minor, patch))
            }
            _ => Err(format!(
                "`{text}` is not a version (three numbers with dots)"
            )),
        }
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_three_numbers() {
        assert_eq!("1.10.0".parse(), Ok(Version::new(1, 10, 0)));
        for text in [
            "", "1", "1.0", "1.0.0.0", "1.0.x", "1..0", "+1.0.0", "1.0.0 ",
        ] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn versions_are_ordered_by_number_and_not_by_text() {
        assert!(Version::new(1, 10, 0) > Version::new(1, 9, 9));
    }

    #[test]
    fn an_unknown_major_version_is_unreadable_and_an_unknown_minor_one_is_unfamiliar() {
        assert_eq!(Version::V1_1_0.familiarity(), Familiarity::Known);
        assert_eq!(Version::new(1, 7, 0).familiarity(), Familiarity::Unfamiliar);
        assert_eq!(Version::new(2, 0, 0).familiarity(), Familiarity::Unreadable);
    }
}
