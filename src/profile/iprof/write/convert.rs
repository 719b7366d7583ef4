//! The same profile in another version, packed or unpacked, or as text for other tools.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{json, json_lines};
use crate::identity::bytes_digest;
use crate::profile::iprof::counts::profile::{FileFacts, Profile, from_bytes};
use crate::profile::iprof::text::damage::Damage;
use crate::profile::iprof::text::section::Section;
use crate::profile::iprof::text::source;
use crate::profile::iprof::text::source::Packing;
use crate::profile::iprof::text::version::{Familiarity, Version};

/// What to convert into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A profile of the version that the input has: its text stays as it is.
    Same,
    /// A profile of this version.
    Version(Version),
    /// One JSON object a line: see [`json_lines`].
    JsonLines,
}

impl std::str::FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "jsonl" {
            return Ok(Self::JsonLines);
        }
        let version: Version = text.parse()?;
        match version.familiarity() {
            Familiarity::Known => Ok(Self::Version(version)),
            _ => Err(format!(
                "version {version} is not known (0.2.0, 0.4.0, 1.0.0, 1.1.0)"
            )),
        }
    }
}

/// What was converted into what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConvertReport {
    /// The version of this report's keys.
    pub schema_version: u32,
    /// The file that was read.
    pub input: PathBuf,
    /// The version that it has.
    pub from: Version,
    /// The version that was written; `None` for JSON lines.
    pub to: Option<Version>,
    /// How the output is packed.
    pub packing: Packing,
    /// Bytes written.
    pub size_bytes: u64,
    /// SHA-256 of the bytes written.
    pub sha256: String,
    /// Keys of sections that had counts and are not in the output.
    pub sections_dropped: Vec<String>,
    /// Entries that are not in the output because their ids lead nowhere.
    pub entries_dropped: u64,
}

/// Converts the profile at `path` (`-` is standard input) into bytes to be written.
///
/// Fails if it is broken, or becomes larger than any profile may be. Where the version stays, every byte of the text
/// stays; else ids are given anew.
pub fn convert(
    path: &Path,
    target: Target,
    packing: Packing,
    max_bytes: u64,
) -> Result<(Vec<u8>, ConvertReport), Damage> {
    let mut bytes = Vec::new();
    let packed = source::read_into(path, max_bytes, &mut bytes)?;
    let mut profile = Profile::default();
    let Profile { symbols, counts } = &mut profile;
    let facts = from_bytes(&bytes, packed, symbols, counts)?;
    let from = facts.version;
    let to = match target {
        Target::Same => Some(from),
        Target::Version(version) => Some(version),
        Target::JsonLines => None,
    };
    let same = to == Some(from);
    let text = match to {
        Some(_) if same => bytes,
        Some(version) => json::to_json(&profile, version),
        None => json_lines::to_json_lines(&profile, &facts)?,
    };
    let bytes = json::pack(text, packing).expect("packing into memory cannot fail");
    let report = ConvertReport {
        schema_version: 1,
        input: path.to_owned(),
        from,
        to,
        packing,
        size_bytes: bytes.len() as u64,
        sha256: bytes_digest(&bytes),
        sections_dropped: if same {
            Vec::new()
        } else {
            dropped_by(&profile, &facts, to)
        },
        entries_dropped: if same {
            0
        } else {
            facts.stats.entries_dangling
        },
    };
    Ok((bytes, report))
}

/// What `to` (JSON lines, if it is none) has no place for.
fn dropped_by(profile: &Profile, facts: &FileFacts, to: Option<Version>) -> Vec<String> {
    let lost = |section: &Section| match section {
        Section::Instanceof => to.is_some_and(|to| to < Version::V1_1_0),
        Section::Sampling => to.is_some_and(Version::has_old_names),
        _ => false,
    };
    let counted = |section: &Section| !profile.counts.section(*section).is_empty();
    let lost = Section::ALL.into_iter().filter(|s| lost(s) && counted(s));
    let lost = lost.map(|section| section.key().to_owned());
    lost.chain(facts.unknown_sections.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::profile::iprof::testing::{self, KRISFOSTER, SMALL};

    fn converted(text: &str, target: Target, packing: Packing) -> (Vec<u8>, ConvertReport) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        convert(file.path(), target, packing, source::DEFAULT_MAX_BYTES).unwrap()
    }

    #[test]
    fn the_same_version_keeps_every_byte_and_gzip_unpacks_to_it() {
        let text = SMALL.replace("\"samplingProfiles\"", "\"later\":1,\"samplingProfiles\"");
        let same = converted(&text, Target::Version(Version::V1_1_0), Packing::Plain);
        assert_eq!(same.0, text.as_bytes());
        assert!(same.1.sections_dropped.is_empty());
        let packed = converted(&text, Target::Same, Packing::Gzip).0;
        let mut unpacked = Vec::new();
        source::read_from(packed.as_slice(), 1 << 20, &mut unpacked).unwrap();
        assert_eq!(unpacked, text.as_bytes());
    }

    #[test]
    fn what_a_version_cannot_hold_is_named() {
        let older = converted(SMALL, Target::Version(Version::V1_0_0), Packing::Plain);
        assert_eq!(older.1.sections_dropped, ["instanceofProfiles"]);
        let oldest = converted(SMALL, Target::Version(Version::V0_2_0), Packing::Plain);
        assert_eq!(
            oldest.1.sections_dropped,
            ["instanceofProfiles", "samplingProfiles"]
        );
        let text = String::from_utf8(oldest.0).unwrap();
        assert!(text.contains("\"methodBciList\":") && text.contains("\"typeName\":"));
    }

    #[test]
    fn there_and_back_is_the_same_profile() {
        let new = converted(SMALL, Target::Version(Version::V1_0_0), Packing::Plain).0;
        let new = String::from_utf8(new).unwrap();
        let without_samples = new
            .split(",\"samplingProfiles\"")
            .next()
            .unwrap()
            .to_owned()
            + "}";
        let old = converted(
            &without_samples,
            Target::Version(Version::V0_2_0),
            Packing::Plain,
        );
        let old = String::from_utf8(old.0).unwrap();
        let back = converted(&old, Target::Version(Version::V1_0_0), Packing::Plain).0;
        let back = String::from_utf8(back).unwrap();
        assert_eq!(
            back,
            without_samples[..without_samples.len() - 1].to_owned() + ",\"samplingProfiles\":[]}"
        );
    }

    #[test]
    fn a_real_old_profile_becomes_a_new_one_with_every_count() {
        let Some(path) = testing::real(KRISFOSTER) else {
            return;
        };
        let (old, _) = Profile::read(&path, source::DEFAULT_MAX_BYTES).unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let new = converted(&text, Target::Version(Version::V1_0_0), Packing::Plain).0;
        let new = testing::profile(std::str::from_utf8(&new).unwrap());
        for section in Section::ALL {
            assert_eq!(new.counts.totals(section), old.counts.totals(section));
        }
        assert_eq!(new.counts.section(Section::CallCount).len(), 12_228);
    }

    #[test]
    fn targets_are_versions_or_jsonl() {
        assert_eq!("jsonl".parse(), Ok(Target::JsonLines));
        assert_eq!("1.0.0".parse(), Ok(Target::Version(Version::V1_0_0)));
        assert!("9.0.0".parse::<Target>().is_err());
        assert!("json".parse::<Target>().is_err());
    }
}
