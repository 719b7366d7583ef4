//! Writes a profile: the same profile is always the same bytes.
//!
//! One line of JSON, as GraalVM writes it. Every section of the version is there, empty ones too; `instanceofProfiles`
//! from 1.1.0 on. 0.2.0 is written with its own key names.

use std::fmt;
use std::io::{self, Write as _};

use flate2::{Compression, GzBuilder};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::order::Order;
use crate::profile::iprof::counts::profile::Profile;
use crate::profile::iprof::counts::section_counts::Entry;
use crate::profile::iprof::names::symbols::{MethodSym, TypeSym};
use crate::profile::iprof::text::context::MONITOR_CONTEXT;
use crate::profile::iprof::text::section::{Arity, Section};
use crate::profile::iprof::text::source::Packing;
use crate::profile::iprof::text::version::Version;

/// The text of `profile` in `version`'s layout.
pub fn to_json(profile: &Profile, version: Version) -> Vec<u8> {
    let order = Order::new(&profile.symbols);
    let document = Document {
        profile,
        version,
        order: &order,
    };
    serde_json::to_vec(&document).expect("a profile has only text keys and whole numbers")
}

/// The version that can hold `profile`: `version`, or 1.1.0 if there are `instanceof` counts and `version` has none.
pub fn version_to_hold(profile: &Profile, version: Version) -> Version {
    match profile.counts.section(Section::Instanceof).is_empty() {
        true => version,
        false => version.max(Version::V1_1_0),
    }
}

/// Packs `text`; gzip carries no time and no name, so equal text gives equal bytes.
pub fn pack(text: Vec<u8>, packing: Packing) -> io::Result<Vec<u8>> {
    match packing {
        Packing::Plain => Ok(text),
        Packing::Gzip => {
            let mut encoder = GzBuilder::new().write(Vec::new(), Compression::default());
            encoder.write_all(&text)?;
            encoder.finish()
        }
    }
}

struct Document<'p> {
    profile: &'p Profile,
    version: Version,
    order: &'p Order,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("version", &self.version)?;
        map.serialize_entry("types", &Types(self))?;
        map.serialize_entry("methods", &Methods(self))?;
        for section in Section::ALL {
            let rows = Entries(self, section);
            if self.version.has_old_names() {
                match (section, section.old_key()) {
                    (Section::Monitor, Some(key)) => {
                        map.serialize_entry(key, &OldMonitors(self))?;
                    }
                    (_, Some(key)) => map.serialize_entry(key, &rows)?,
                    (_, None) => {}
                }
            } else if section != Section::Instanceof || self.version >= Version::V1_1_0 {
                map.serialize_entry(section.key(), &rows)?;
            }
        }
        map.end()
    }
}

struct Types<'p>(&'p Document<'p>);

impl Serialize for Types<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Document { profile, order, .. } = self.0;
        let key = match self.0.version.has_old_names() {
            true => "typeName",
            false => "name",
        };
        let mut seq = serializer.serialize_seq(Some(order.types.len()))?;
        for symbol in &order.types {
            seq.serialize_element(&Type {
                id: order.type_id(*symbol),
                key,
                name: profile.symbols.type_name(*symbol),
            })?;
        }
        seq.end()
    }
}

struct Type<'p> {
    id: u32,
    key: &'static str,
    name: &'p str,
}

impl Serialize for Type<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry(self.key, self.name)?;
        map.end()
    }
}

struct Methods<'p>(&'p Document<'p>);

impl Serialize for Methods<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.order.methods.iter().map(|symbol| Method {
            document: self.0,
            symbol: *symbol,
        }))
    }
}

struct Method<'p> {
    document: &'p Document<'p>,
    symbol: MethodSym,
}

impl Serialize for Method<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Document {
            profile,
            version,
            order,
        } = self.document;
        let name_key = match version.has_old_names() {
            true => "methodName",
            false => "name",
        };
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("id", &order.method_id(self.symbol))?;
        map.serialize_entry(name_key, profile.symbols.method_name(self.symbol))?;
        map.serialize_entry("signature", &TypeIds(self))?;
        map.end()
    }
}

struct TypeIds<'p>(&'p Method<'p>);

impl Serialize for TypeIds<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = self.0.document;
        let signature = document.profile.symbols.signature(self.0.symbol);
        let id = |symbol: &TypeSym| document.order.type_id(*symbol);
        serializer.collect_seq(signature.iter().map(id))
    }
}

struct Entries<'p>(&'p Document<'p>, Section);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(document, section) = self;
        let entries = document.order.entries(document.profile, *section);
        let mut seq = serializer.serialize_seq(Some(entries.len()))?;
        for entry in entries {
            seq.serialize_element(&Row {
                document,
                section: *section,
                entry,
            })?;
        }
        seq.end()
    }
}

struct Row<'p> {
    document: &'p Document<'p>,
    section: Section,
    entry: Entry<'p>,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let context_key = match self.document.version.has_old_names() {
            true => "methodBciList",
            false => "ctx",
        };
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry(context_key, &Context(self))?;
        map.serialize_entry("records", &Record(self))?;
        map.end()
    }
}

struct Context<'p>(&'p Row<'p>);

impl fmt::Display for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row {
            document,
            section,
            entry,
        } = self.0;
        if *section == Section::Monitor {
            return f.write_str(MONITOR_CONTEXT);
        }
        let between = match document.version.has_old_names() {
            true => ",",
            false => "<",
        };
        for (depth, frame) in entry.frames.iter().enumerate() {
            let before = if depth == 0 { "" } else { between };
            let id = document.order.method_id(frame.method);
            write!(f, "{before}{id}:{}", frame.bci)?;
        }
        Ok(())
    }
}

impl Serialize for Context<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

struct Record<'p>(&'p Row<'p>);

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Row {
            document,
            section,
            entry,
        } = self.0;
        let mut seq = serializer.serialize_seq(None)?;
        match section.arity() {
            Arity::Single => {
                for count in entry.counts {
                    seq.serialize_element(count)?;
                }
            }
            Arity::Triples => {
                for (key, count) in entry.cells() {
                    let (bci, index) = key.branch();
                    seq.serialize_element(&bci)?;
                    seq.serialize_element(&index)?;
                    seq.serialize_element(&count)?;
                }
            }
            Arity::Pairs => {
                let id = |key: crate::profile::iprof::counts::cells::CellKey| {
                    document.order.type_id(key.type_sym())
                };
                let mut cells: Vec<(u32, u64)> =
                    entry.cells().map(|(key, count)| (id(key), count)).collect();
                cells.sort_unstable();
                for (id, count) in cells {
                    seq.serialize_element(&id)?;
                    seq.serialize_element(&count)?;
                }
            }
        }
        seq.end()
    }
}

/// The monitors of 0.2.0: an object without a context.
struct OldMonitors<'p>(&'p Document<'p>);

impl Serialize for OldMonitors<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let section = Section::Monitor;
        let entries = self.0.profile.counts.section(section).entries();
        let rows: Vec<Row<'_>> = entries
            .map(|entry| Row {
                document: self.0,
                section,
                entry,
            })
            .collect();
        let mut map = serializer.serialize_map(Some(1))?;
        match rows.first() {
            Some(row) => map.serialize_entry("records", &Record(row))?,
            None => map.serialize_entry("records", &[0_u8; 0])?,
        }
        map.end()
    }
}
