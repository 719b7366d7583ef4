//! Reads tables and sections out of JSON, straight into flat arrays.
//!
//! serde_json drives; these visitors take names as borrowed text and numbers into one array for each table. What the
//! schema demands of a row is demanded here, so that the error carries the offset: whole numbers, record arities,
//! counts that are not negative. Keys of later minor versions are passed over.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::context::MONITOR_CONTEXT;
use super::raw::{RawEntry, RawMethod, RawMethods, RawSection, RawType, RawTypes};
use super::section::Arity;

/// Text, borrowed from the input unless it has escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// The keys of the rows of tables and sections, in both layouts.
enum Key {
    Id,
    Name,
    Signature,
    Context,
    Records,
    Other,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key, E> {
                Ok(match text {
                    "ctx" | "methodBciList" => Key::Context,
                    "records" => Key::Records,
                    "id" => Key::Id,
                    "name" | "typeName" | "methodName" => Key::Name,
                    "signature" => Key::Signature,
                    _ => Key::Other,
                })
            }
        }
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

/// Appends a list of whole numbers to an array.
struct Numbers<'s>(&'s mut Vec<i64>);

impl<'de> DeserializeSeed<'de> for Numbers<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Numbers<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of whole numbers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(number) = seq.next_element()? {
            self.0.push(number);
        }
        Ok(())
    }
}

/// One row: which keys it needs and where they go.
trait Rows<'a>: Default {
    /// What a row is called when one is wrong.
    const ROW: &'static str;

    /// Reads one row.
    fn row<A: MapAccess<'a>>(&mut self, map: A) -> Result<(), A::Error>;
}

impl<'a> Rows<'a> for RawTypes<'a> {
    const ROW: &'static str = "a type (an object with `id` and `name`)";

    fn row<A: MapAccess<'a>>(&mut self, mut map: A) -> Result<(), A::Error> {
        let (mut id, mut name) = (None, None);
        while let Some(key) = map.next_key()? {
            match key {
                Key::Id => once(&mut id, map.next_value()?, "id")?,
                Key::Name => once(&mut name, map.next_value::<Text>()?.0, "name")?,
                _ => pass_over(&mut map)?,
            }
        }
        self.0.push(RawType {
            id: required(id, "id")?,
            name: required(name, "name")?,
        });
        Ok(())
    }
}

impl<'a> Rows<'a> for RawMethods<'a> {
    const ROW: &'static str = "a method (an object with `id`, `name` and `signature`)";

    fn row<A: MapAccess<'a>>(&mut self, mut map: A) -> Result<(), A::Error> {
        let (mut id, mut name, mut signature) = (None, None, None);
        while let Some(key) = map.next_key()? {
            match key {
                Key::Id => once(&mut id, map.next_value()?, "id")?,
                Key::Name => once(&mut name, map.next_value::<Text>()?.0, "name")?,
                Key::Signature => {
                    let start = self.signatures.len() as u32;
                    map.next_value_seed(Numbers(&mut self.signatures))?;
                    once(
                        &mut signature,
                        start..self.signatures.len() as u32,
                        "signature",
                    )?;
                }
                _ => pass_over(&mut map)?,
            }
        }
        self.rows.push(RawMethod {
            id: required(id, "id")?,
            name: required(name, "name")?,
            signature: required(signature, "signature")?,
        });
        Ok(())
    }
}

/// A section whose records have the arity `WIDTH`.
#[derive(Default)]
pub struct Entries<'a, const WIDTH: usize>(pub RawSection<'a>);

impl<'a, const WIDTH: usize> Rows<'a> for Entries<'a, WIDTH> {
    const ROW: &'static str = "an entry (an object with `ctx` and `records`)";

    fn row<A: MapAccess<'a>>(&mut self, mut map: A) -> Result<(), A::Error> {
        let section = &mut self.0;
        let (mut context, mut record) = (None, None);
        while let Some(key) = map.next_key()? {
            match key {
                Key::Context => once(&mut context, map.next_value::<Text>()?.0, "ctx")?,
                Key::Records => {
                    let start = section.records.len();
                    map.next_value_seed(Numbers(&mut section.records))?;
                    counts_are_sound::<WIDTH, A::Error>(&section.records[start..])?;
                    let range = start as u32..section.records.len() as u32;
                    once(&mut record, range, "records")?;
                }
                _ => pass_over(&mut map)?,
            }
        }
        section.entries.push(RawEntry {
            context: required(context, "ctx")?,
            record: required(record, "records")?,
        });
        Ok(())
    }
}

/// What is wrong with a record of a section of this arity: it must have whole cells with counts that are not negative,
/// and branch positions that are positions.
pub fn unsound<const WIDTH: usize>(record: &[i64]) -> Option<Unsound> {
    if WIDTH == Arity::Single.width() && record.len() != 1 {
        return Some(Unsound::NotOne(record.len()));
    }
    if !record.len().is_multiple_of(WIDTH) {
        return Some(Unsound::NotWhole(record.len(), WIDTH));
    }
    record.chunks_exact(WIDTH).find_map(|cell| {
        if cell[WIDTH - 1] < 0 {
            return Some(Unsound::Negative(cell[WIDTH - 1]));
        }
        let position = |number: &i64| i32::try_from(*number).is_ok();
        let odd = WIDTH == Arity::Triples.width() && !cell[..2].iter().all(position);
        odd.then_some(Unsound::Position)
    })
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsound {
    NotOne(usize),
    NotWhole(usize, usize),
    Negative(i64),
    Position,
}

impl fmt::Display for Unsound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOne(length) => {
                write!(
                    f,
                    "a record of {length} numbers where there must be one count"
                )
            }
            Self::NotWhole(length, width) => {
                write!(
                    f,
                    "a record of {length} numbers, which is not a multiple of {width}"
                )
            }
            Self::Negative(count) => write!(f, "a negative count ({count})"),
            Self::Position => f.write_str("a branch position that is out of range"),
        }
    }
}

fn counts_are_sound<const WIDTH: usize, E: Error>(record: &[i64]) -> Result<(), E> {
    match unsound::<WIDTH>(record) {
        Some(unsound) => Err(E::custom(unsound)),
        None => Ok(()),
    }
}

/// The monitors of 0.2.0: one object without a context.
#[derive(Default)]
pub struct Monitors<'a>(pub RawSection<'a>);

impl<'de> Deserialize<'de> for Monitors<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MonitorsVisitor;
        impl<'de> Visitor<'de> for MonitorsVisitor {
            type Value = Monitors<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with `records`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let (mut section, mut seen) = (RawSection::default(), None);
                while let Some(key) = map.next_key()? {
                    match key {
                        Key::Records => {
                            once(&mut seen, (), "records")?;
                            map.next_value_seed(Numbers(&mut section.records))?;
                            counts_are_sound::<2, A::Error>(&section.records)?;
                        }
                        _ => pass_over(&mut map)?,
                    }
                }
                required(seen, "records")?;
                if !section.records.is_empty() {
                    section.entries.push(RawEntry {
                        context: Cow::Borrowed(MONITOR_CONTEXT),
                        record: 0..section.records.len() as u32,
                    });
                }
                Ok(Monitors(section))
            }
        }
        deserializer.deserialize_map(MonitorsVisitor)
    }
}

/// A whole list of rows.
pub struct List<T>(pub T);

impl<'de, T: Rows<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T>(PhantomData<T>);
        impl<'de, T: Rows<'de>> Visitor<'de> for ListVisitor<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut rows = T::default();
                while seq
                    .next_element_seed(Row(&mut rows, PhantomData))?
                    .is_some()
                {}
                Ok(List(rows))
            }
        }
        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }
}

struct Row<'s, 'a, T>(&'s mut T, PhantomData<&'a ()>);

impl<'de, T: Rows<'de>> DeserializeSeed<'de> for Row<'_, 'de, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Rows<'de>> Visitor<'de> for Row<'_, 'de, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::ROW)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.row(map)
    }
}

fn once<T, E: Error>(slot: &mut Option<T>, value: T, key: &'static str) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(key)),
    }
}

fn required<T, E: Error>(value: Option<T>, key: &'static str) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(key))
}

fn pass_over<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(drop)
}
