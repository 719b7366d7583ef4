//! The same profile in another version, packed or unpacked, or as text for other tools.

use std::path::Path;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::counts::{CellKey, Entry};
use super::damage::Damage;
use super::java_name::descriptor;
use super::order::Order;
use super::profile::{FileFacts, Profile, from_bytes};
use super::section::{Arity, Section};
use super::source::{self, Packing};
use super::symbols::Symbols;
use super::version::{Familiarity, Version};
use super::write;

/// What to convert into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A profile of the version that the input has: its text stays as it is.
    Same,
    /// A profile of this version.
    Version(Version),
    /// One JSON object a line: see [`to_json_lines`].
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

/// A converted profile.
#[derive(Debug)]
pub struct Converted {
    /// The bytes to write.
    pub bytes: Vec<u8>,
    /// Keys of sections that had counts and are not in the output.
    pub dropped: Vec<String>,
    /// Entries that are not in the output because their ids lead nowhere.
    pub entries_dropped: u64,
}

/// Converts the profile at `path` (`-` is standard input).
///
/// Fails if it is broken. Where the version stays, every byte of the text stays; else ids are given anew.
pub fn convert(
    path: &Path,
    target: Target,
    packing: Packing,
    max_bytes: u64,
) -> Result<Converted, Damage> {
    let mut bytes = Vec::new();
    let packed = source::read_into(path, max_bytes, &mut bytes)?;
    let mut profile = Profile::default();
    let Profile { symbols, counts } = &mut profile;
    let facts = from_bytes(&bytes, packed, symbols, counts)?;
    let mut dropped = Vec::new();
    let mut entries_dropped = 0;
    let text = match target {
        Target::Same => bytes,
        Target::Version(version) if version == facts.version => bytes,
        Target::Version(version) => {
            dropped = dropped_by(&profile, &facts, version);
            entries_dropped = facts.stats.entries_dangling;
            write::to_json(&profile, version)
        }
        Target::JsonLines => {
            dropped.clone_from(&facts.unknown_sections);
            entries_dropped = facts.stats.entries_dangling;
            to_json_lines(&profile, &facts)
        }
    };
    let bytes = write::pack(text, packing).expect("packing into memory cannot fail");
    Ok(Converted {
        bytes,
        dropped,
        entries_dropped,
    })
}

fn dropped_by(profile: &Profile, facts: &FileFacts, version: Version) -> Vec<String> {
    let lost = |section: &Section| match section {
        Section::Instanceof => version < Version::V1_1_0,
        Section::Sampling => version.has_old_names(),
        _ => false,
    };
    let counted = |section: &Section| !profile.counts.section(*section).is_empty();
    let lost = Section::ALL.into_iter().filter(|s| lost(s) && counted(s));
    let lost = lost.map(|section| section.key().to_owned());
    lost.chain(facts.unknown_sections.iter().cloned()).collect()
}

/// One JSON object a line, names instead of ids: the first has the version, every other is one context.
///
/// ```text
/// {"version":"1.0.0","types":9,"methods":6}
/// {"section":"callCountProfiles","frames":[{"class":"a.B","method":"f","descriptor":"()V","bci":0}],"count":3}
/// {"section":"conditionalProfiles","frames":[…],"successors":[{"bci":9,"index":0,"count":1}]}
/// {"section":"virtualInvokeProfiles","frames":[…],"types":[{"type":"java.util.HashMap","count":2}]}
/// ```
pub fn to_json_lines(profile: &Profile, facts: &FileFacts) -> Vec<u8> {
    let mut text = Vec::new();
    line(
        &mut text,
        &Head {
            version: facts.version,
            types: facts.types,
            methods: facts.methods,
        },
    );
    let order = Order::new(&profile.symbols);
    for section in Section::ALL {
        for entry in order.entries(profile, section) {
            let symbols = &profile.symbols;
            line(
                &mut text,
                &Context {
                    symbols,
                    section,
                    entry,
                },
            );
        }
    }
    text
}

fn line(text: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(&mut *text, value).expect("text keys and whole numbers, into memory");
    text.push(b'\n');
}

#[derive(Serialize)]
struct Head {
    version: Version,
    types: u64,
    methods: u64,
}

struct Context<'p> {
    symbols: &'p Symbols,
    section: Section,
    entry: Entry<'p>,
}

#[derive(Serialize)]
struct Frame<'p> {
    class: &'p str,
    method: &'p str,
    descriptor: String,
    bci: i32,
}

#[derive(Serialize)]
struct TypeCell<'p> {
    r#type: &'p str,
    count: u64,
}

#[derive(Serialize)]
struct BranchCell {
    bci: i32,
    index: i32,
    count: u64,
}

impl Serialize for Context<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { symbols, entry, .. } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("section", self.section.key())?;
        if self.section != Section::Monitor {
            let frames = entry.frames.iter().map(|frame| Frame {
                class: symbols.declaring_type(frame.method),
                method: symbols.method_name(frame.method),
                descriptor: descriptor(symbols, frame.method),
                bci: frame.bci,
            });
            map.serialize_entry("frames", &frames.collect::<Vec<_>>())?;
        }
        match self.section.arity() {
            Arity::Single => map.serialize_entry("count", &entry.counts.first())?,
            Arity::Pairs => {
                let cell = |(key, count): (CellKey, u64)| TypeCell {
                    r#type: symbols.type_name(key.type_sym()),
                    count,
                };
                let mut cells: Vec<_> = entry.cells().map(cell).collect();
                cells.sort_by_key(|cell| cell.r#type);
                map.serialize_entry("types", &cells)?;
            }
            Arity::Triples => {
                let cell = |(key, count): (CellKey, u64)| {
                    let (bci, index) = key.branch();
                    BranchCell { bci, index, count }
                };
                let cells: Vec<_> = entry.cells().map(cell).collect();
                map.serialize_entry("successors", &cells)?;
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::testing::{self, KRISFOSTER, SMALL};
    use super::*;

    fn converted(text: &str, target: Target, packing: Packing) -> Converted {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        convert(file.path(), target, packing, source::DEFAULT_MAX_BYTES).unwrap()
    }

    #[test]
    fn the_same_version_keeps_every_byte_and_gzip_unpacks_to_it() {
        let text = SMALL.replace("\"samplingProfiles\"", "\"later\":1,\"samplingProfiles\"");
        let same = converted(&text, Target::Version(Version::V1_1_0), Packing::Plain);
        assert_eq!(same.bytes, text.as_bytes());
        let packed = converted(&text, Target::Same, Packing::Gzip).bytes;
        let mut unpacked = Vec::new();
        source::read_from(packed.as_slice(), 1 << 20, &mut unpacked).unwrap();
        assert_eq!(unpacked, text.as_bytes());
    }

    #[test]
    fn what_a_version_cannot_hold_is_named() {
        let older = converted(SMALL, Target::Version(Version::V1_0_0), Packing::Plain);
        assert_eq!(older.dropped, ["instanceofProfiles"]);
        let oldest = converted(SMALL, Target::Version(Version::V0_2_0), Packing::Plain);
        assert_eq!(oldest.dropped, ["instanceofProfiles", "samplingProfiles"]);
        let text = String::from_utf8(oldest.bytes).unwrap();
        assert!(text.contains("\"methodBciList\":") && text.contains("\"typeName\":"));
    }

    #[test]
    fn there_and_back_is_the_same_profile() {
        let new = converted(SMALL, Target::Version(Version::V1_0_0), Packing::Plain).bytes;
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
        let old = String::from_utf8(old.bytes).unwrap();
        let back = converted(&old, Target::Version(Version::V1_0_0), Packing::Plain).bytes;
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
        let new = converted(&text, Target::Version(Version::V1_0_0), Packing::Plain).bytes;
        let new = testing::profile(std::str::from_utf8(&new).unwrap());
        for section in Section::ALL {
            assert_eq!(new.counts.totals(section), old.counts.totals(section));
        }
        assert_eq!(new.counts.section(Section::CallCount).len(), 12_228);
    }

    #[test]
    fn json_lines_have_names() {
        let lines = converted(SMALL, Target::JsonLines, Packing::Plain).bytes;
        let lines = String::from_utf8(lines).unwrap();
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines.len(), 1 + 7 + 2 + 1 + 1 + 1 + 3);
        assert_eq!(
            lines[0],
            "{\"version\":\"1.1.0\",\"types\":9,\"methods\":6}"
        );
        assert!(lines.contains(
            &"{\"section\":\"samplingProfiles\",\"frames\":[{\"class\":\"shop.Main\",\"method\":\"main\",\
              \"descriptor\":\"([Ljava/lang/String;)V\",\"bci\":40}],\"count\":5}"
        ));
    }

    #[test]
    fn targets_are_versions_or_jsonl() {
        assert_eq!("jsonl".parse(), Ok(Target::JsonLines));
        assert_eq!("1.0.0".parse(), Ok(Target::Version(Version::V1_0_0)));
        assert!("9.0.0".parse::<Target>().is_err());
        assert!("json".parse::<Target>().is_err());
    }
}
