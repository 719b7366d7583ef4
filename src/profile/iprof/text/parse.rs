//! From text to [`RawProfile`]: walks the keys of the outer object and lets `serde_json` read each value.
//!
//! The outer walk is ours because two things need exact places: damage is reported with its byte offset, and files of
//! one build begin with the same megabytes of tables, which [`parse_sections`] passes over.
//!
//! Lists in GraalVM's own spelling take the short way through `canonical`.
//!
//! Why `serde_json`: reading real files into the same borrowed types takes it 2.6 times as long as skimming them, sonic-rs 2.0
//! times, and simd-json, which writes into the text that it reads, 4.1 times (`benches/readers`, on a quiet machine). A quarter of
//! the time is not worth a reader full of `unsafe` where files may be hostile; `canonical` has none and wins more: the whole of
//! `check` takes 1.1 to 1.4 times the skimming.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::error::Category;

use super::canonical;
use super::damage::{Damage, DamageKind};
use super::foreign;
use super::raw::{RawMethods, RawProfile, RawSection, RawTypes};
use super::rows::{Entries, List, Monitors, unsound};
use super::section::{Arity, Section};
use super::version::{Familiarity, Version};

/// Reads a whole profile.
///
/// Fails with the first [`Damage`]: text that ends early, is not JSON, or has not the shape of a profile of a version
/// that can be read; where it is something else altogether, with what that is. Ids are not looked at.
pub fn parse(bytes: &[u8]) -> Result<RawProfile<'_>, Damage> {
    parse_whole(bytes).map_err(|damage| foreign::explain(bytes, damage))
}

fn parse_whole(bytes: &[u8]) -> Result<RawProfile<'_>, Damage> {
    let text = utf8(bytes, 0)?;
    let mut walk = Walk { text, at: 0 };
    let mut profile = RawProfile::default();
    walk.space();
    if walk.peek().is_none() {
        let message = "the file is empty: nothing was written into it";
        return Err(Damage::without_place(DamageKind::Empty, message));
    }
    walk.expect(b'{', "an object")?;
    walk.space();
    if walk.peek() != Some(b'}') {
        walk.pair(&mut profile)?;
        walk.pairs_to_the_end(&mut profile)?;
    }
    for (there, key) in [
        (profile.version.is_some(), "version"),
        (profile.types.is_some(), "types"),
        (profile.methods.is_some(), "methods"),
    ] {
        if !there {
            let message = format!("the required key `{key}` is missing; the file ends");
            return Err(Damage::new(DamageKind::Missing, bytes.len(), message));
        }
    }
    Ok(profile)
}

/// Reads only what comes behind the tables, which end at `tables_end` in a file of this `version`.
pub fn parse_sections(
    bytes: &[u8],
    tables_end: usize,
    version: Version,
) -> Result<RawProfile<'_>, Damage> {
    // Everything before `tables_end` equals text that was valid, so only the rest needs a look.
    let text = utf8(&bytes[tables_end..], tables_end)?;
    let mut walk = Walk { text, at: 0 };
    let mut profile = RawProfile {
        version: Some(version),
        ..RawProfile::default()
    };
    let read = walk.pairs_to_the_end(&mut profile);
    read.map_err(|damage| Damage {
        offset: damage.offset.map(|offset| offset + tables_end as u64),
        ..damage
    })
    .map_err(|damage| foreign::explain(bytes, damage))?;
    Ok(profile)
}

fn utf8(bytes: &[u8], offset: usize) -> Result<&str, Damage> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = offset + error.valid_up_to();
        match error.error_len() {
            Some(_) => Damage::new(DamageKind::Syntax, at, "bytes that are not UTF-8"),
            None => Damage::new(DamageKind::Truncated, offset + bytes.len(), CUT),
        }
    })
}

const CUT: &str = "the text ends in the middle, cut off";

/// A place in the outer object.
struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Walk<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn cut(&self) -> Damage {
        Damage::new(DamageKind::Truncated, self.text.len(), CUT)
    }

    fn damage(&self, kind: DamageKind, message: impl Into<String>) -> Damage {
        Damage::new(kind, self.at, message)
    }

    fn expect(&mut self, byte: u8, what: &str) -> Result<(), Damage> {
        self.space();
        match self.peek() {
            None => Err(self.cut()),
            Some(found) if found == byte => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(self.damage(DamageKind::Syntax, format!("no {what} where one must be"))),
        }
    }

    /// Reads `,"key": value` until the object ends, and sees that nothing follows it.
    fn pairs_to_the_end(&mut self, profile: &mut RawProfile<'a>) -> Result<(), Damage> {
        loop {
            self.space();
            if self.peek() == Some(b'}') {
                self.at += 1;
                break;
            }
            self.expect(b',', "comma")?;
            self.pair(profile)?;
        }
        self.space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.damage(DamageKind::Syntax, "more text behind the end")),
        }
    }

    fn pair(&mut self, profile: &mut RawProfile<'a>) -> Result<(), Damage> {
        self.space();
        let key_at = self.at;
        if let Some(found) = self.peek()
            && found != b'"'
        {
            return Err(self.damage(DamageKind::Syntax, "no key where one must be"));
        }
        let key: String = self.value()?;
        self.expect(b':', "colon")?;
        let twice = match key.as_str() {
            "version" => profile.version.replace(self.version()?).is_some(),
            "types" => profile.types.replace(self.types()?).is_some(),
            "methods" => profile.methods.replace(self.methods()?).is_some(),
            key => match Section::of_key(key) {
                Some(section) => {
                    let entries = self.entries(section)?;
                    profile.sections[section.index()].replace(entries).is_some()
                }
                None => {
                    self.value::<IgnoredAny>()?;
                    !profile.unknown.insert(key.to_owned())
                }
            },
        };
        if twice {
            let message = format!("the key `{key}` is there twice, the second time");
            return Err(Damage::new(DamageKind::Shape, key_at, message));
        }
        self.note_end_of_tables(profile);
        Ok(())
    }

    /// Remembers where the tables end, if nothing but version and tables was read so far.
    fn note_end_of_tables(&self, profile: &mut RawProfile<'a>) {
        let whole =
            profile.version.is_some() && profile.types.is_some() && profile.methods.is_some();
        let alone = profile.unknown.is_empty() && profile.sections.iter().all(Option::is_none);
        if whole && alone {
            profile.tables_end = Some(self.at);
        }
    }

    fn version(&mut self) -> Result<Version, Damage> {
        self.space();
        let at = self.at;
        let text: String = self.value()?;
        let version: Version = text
            .parse()
            .map_err(|message: String| Damage::new(DamageKind::Version, at, message))?;
        if version.familiarity() == Familiarity::Unreadable {
            let message = format!("version {version} is newer than this reader (1.1.0)");
            return Err(Damage::new(DamageKind::Version, at, message));
        }
        Ok(version)
    }

    fn types(&mut self) -> Result<RawTypes<'a>, Damage> {
        match self.fast(canonical::types) {
            Some(types) => Ok(types),
            None => Ok(self.value::<List<_>>()?.0),
        }
    }

    fn methods(&mut self) -> Result<RawMethods<'a>, Damage> {
        match self.fast(canonical::methods) {
            Some(methods) => Ok(methods),
            None => Ok(self.value::<List<_>>()?.0),
        }
    }

    fn entries(&mut self, section: Section) -> Result<RawSection<'a>, Damage> {
        self.space();
        if section == Section::Monitor && self.peek() == Some(b'{') {
            return Ok(self.value::<Monitors>()?.0);
        }
        match section.arity() {
            Arity::Single => self.entries_of_width::<1>(),
            Arity::Pairs => self.entries_of_width::<2>(),
            Arity::Triples => self.entries_of_width::<3>(),
        }
    }

    fn entries_of_width<const WIDTH: usize>(&mut self) -> Result<RawSection<'a>, Damage> {
        let sound = |record: &[i64]| unsound::<WIDTH>(record).is_none();
        match self.fast(|text| canonical::section(text, sound)) {
            Some(section) => Ok(section),
            None => Ok(self.value::<List<Entries<'a, WIDTH>>>()?.0.0),
        }
    }

    /// Reads one value in the usual spelling, if that is how it is spelled.
    fn fast<T>(&mut self, read: impl FnOnce(&'a str) -> canonical::Read<T>) -> Option<T> {
        self.space();
        let (value, length) = read(&self.text[self.at..])?;
        self.at += length;
        Some(value)
    }

    /// Reads one value and stands behind it.
    fn value<T: Deserialize<'a>>(&mut self) -> Result<T, Damage> {
        self.space();
        let text = &self.text[self.at..];
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<T>();
        match values.next() {
            None => Err(self.cut()),
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                Ok(value)
            }
            Some(Err(error)) => Err(self.not_a_value(&error)),
        }
    }

    fn not_a_value(&self, error: &serde_json::Error) -> Damage {
        let mut kind = match error.classify() {
            Category::Eof => return self.cut(),
            Category::Syntax | Category::Io => DamageKind::Syntax,
            Category::Data => DamageKind::Shape,
        };
        let offset = self.at + offset_of(&self.text[self.at..], error.line(), error.column());
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message);
        if message == "number out of range" {
            kind = DamageKind::Shape;
        }
        Damage::new(kind, offset, message)
    }
}

/// The byte offset of a place that `serde_json` names by line and by bytes in the line, both from 1.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start = match line {
        0 | 1 => 0,
        _ => text
            .match_indices('\n')
            .nth(line - 2)
            .map_or(0, |(newline, _)| newline + 1),
    };
    (start + column.saturating_sub(1)).min(text.len())
}

#[cfg(test)]
mod tests;
