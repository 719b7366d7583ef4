//! A profile as text for other tools.
//!
//! One JSON object a line, names instead of ids: the first has the version, every other is one context.
//!
//! ```text
//! {"version":"1.0.0","types":9,"methods":6}
//! {"section":"callCountProfiles","frames":[{"class":"a.B","method":"f","descriptor":"()V","bci":0}],"count":3}
//! {"section":"conditionalProfiles","frames":[…],"successors":[{"bci":9,"index":0,"count":1}]}
//! {"section":"virtualInvokeProfiles","frames":[…],"types":[{"type":"java.util.HashMap","count":2}]}
//! ```

use std::io::Write as _;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::order::Order;
use crate::profile::iprof::counts::cells::CellKey;
use crate::profile::iprof::counts::profile::{FileFacts, Profile};
use crate::profile::iprof::counts::section_counts::Entry;
use crate::profile::iprof::names::java_name::descriptor;
use crate::profile::iprof::names::symbols::Symbols;
use crate::profile::iprof::text::damage::Damage;
use crate::profile::iprof::text::section::{Arity, Section};
use crate::profile::iprof::text::source::{Bounded, HIGHEST_MAX_BYTES};
use crate::profile::iprof::text::version::Version;

/// The text of `profile`, whose file has `facts`.
///
/// Fails if it is more than 2 GiB: a file of damage can name its longest name in every frame.
pub fn to_json_lines(profile: &Profile, facts: &FileFacts) -> Result<Vec<u8>, Damage> {
    let mut text = Bounded::new(HIGHEST_MAX_BYTES);
    let head = Head {
        version: facts.version,
        types: facts.types,
        methods: facts.methods,
    };
    line(&mut text, &head)?;
    let order = Order::new(&profile.symbols);
    for section in Section::ALL {
        for entry in order.entries(profile, section) {
            let symbols = &profile.symbols;
            let context = Context {
                symbols,
                section,
                entry,
            };
            line(&mut text, &context)?;
        }
    }
    Ok(text.into_bytes())
}

fn line(text: &mut Bounded, value: &impl Serialize) -> Result<(), Damage> {
    // Keys are text and numbers are whole, so only the room can be missing.
    let written = serde_json::to_writer(&mut *text, value).map_err(std::io::Error::from);
    let ended = written.and_then(|()| text.write_all(b"\n"));
    ended.map_err(|_| text.full("the text"))
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

struct Frames<'p> {
    symbols: &'p Symbols,
    entry: &'p Entry<'p>,
}

impl Serialize for Frames<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let symbols = self.symbols;
        serializer.collect_seq(self.entry.frames.iter().map(|frame| Frame {
            class: symbols.declaring_type(frame.method),
            method: symbols.method_name(frame.method),
            descriptor: descriptor(symbols, frame.method),
            bci: frame.bci,
        }))
    }
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
            map.serialize_entry("frames", &Frames { symbols, entry })?;
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

    use super::*;
    use crate::profile::iprof::counts::profile::from_bytes;
    use crate::profile::iprof::testing::SMALL;
    use crate::profile::iprof::text::source::Packing;

    #[test]
    fn every_context_is_a_line_with_names() {
        let mut profile = Profile::default();
        let Profile { symbols, counts } = &mut profile;
        let facts = from_bytes(SMALL.as_bytes(), Packing::Plain, symbols, counts).unwrap();
        let lines = String::from_utf8(to_json_lines(&profile, &facts).unwrap()).unwrap();
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
}
