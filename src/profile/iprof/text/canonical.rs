//! Reads lists spelled exactly as GraalVM since 0.4.0 spells them; whatever else there is, is left to `serde_json`.
//!
//! Tables and sections are tens of thousands of rows of one spelling: `{"id":7,"name":"f","signature":[1,2]}`. Expecting
//! it byte for byte reads them three to four times as fast as a general reader (`benches/iprof.rs`). This is no second
//! opinion on what is valid: a list with one byte of another spelling (a space, an escape, damage) is read again from its
//! start by [`crate::profile::iprof::text::rows`], which then also names the damage. What is accepted here is accepted there, with the same
//! result: a test holds both together.

use std::borrow::Cow;

use super::raw::{RawEntry, RawMethod, RawMethods, RawSection, RawType, RawTypes};

/// What could be read, and how many bytes it took; `None` if the spelling is another.
pub type Read<T> = Option<(T, usize)>;

/// Reads the type table at the start of `text`.
pub fn types(text: &str) -> Read<RawTypes<'_>> {
    let mut scan = Scan { text, at: 0 };
    let mut rows = Vec::new();
    scan.list(|scan| {
        scan.literal(b"{\"id\":")?;
        let id = scan.number()?;
        scan.literal(b",\"name\":\"")?;
        let name = Cow::Borrowed(scan.rest_of_text()?);
        scan.literal(b"}")?;
        rows.push(RawType { id, name });
        Some(())
    })?;
    Some((RawTypes(rows), scan.at))
}

/// Reads the method table at the start of `text`.
pub fn methods(text: &str) -> Read<RawMethods<'_>> {
    let mut scan = Scan { text, at: 0 };
    let (mut rows, mut signatures) = (Vec::new(), Vec::new());
    scan.list(|scan| {
        scan.literal(b"{\"id\":")?;
        let id = scan.number()?;
        scan.literal(b",\"name\":\"")?;
        let name = Cow::Borrowed(scan.rest_of_text()?);
        scan.literal(b",\"signature\":")?;
        let start = signatures.len() as u32;
        scan.numbers(&mut signatures)?;
        scan.literal(b"}")?;
        rows.push(RawMethod {
            id,
            name,
            signature: start..signatures.len() as u32,
        });
        Some(())
    })?;
    Some((RawMethods { rows, signatures }, scan.at))
}

/// Reads the section at the start of `text`; `sound` judges each record.
pub fn section(text: &str, sound: impl Fn(&[i64]) -> bool) -> Read<RawSection<'_>> {
    let mut scan = Scan { text, at: 0 };
    let (mut entries, mut records) = (Vec::new(), Vec::new());
    scan.list(|scan| {
        scan.literal(b"{\"ctx\":\"")?;
        let context = Cow::Borrowed(scan.rest_of_text()?);
        scan.literal(b",\"records\":")?;
        let start = records.len();
        scan.numbers(&mut records)?;
        scan.literal(b"}")?;
        if !sound(&records[start..]) {
            return None;
        }
        entries.push(RawEntry {
            context,
            record: start as u32..records.len() as u32,
        });
        Some(())
    })?;
    Some((RawSection { entries, records }, scan.at))
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn literal(&mut self, bytes: &[u8]) -> Option<()> {
        self.rest()
            .starts_with(bytes)
            .then(|| self.at += bytes.len())
    }

    /// `[item,item]`
    fn list(&mut self, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.literal(b"[")?;
        if self.literal(b"]").is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            match self.rest().first()? {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    fn numbers(&mut self, into: &mut Vec<i64>) -> Option<()> {
        self.list(|scan| {
            into.push(scan.number()?);
            Some(())
        })
    }

    /// A whole number of up to 18 digits, as JSON spells it: no leading zeros, no negative zero.
    fn number(&mut self) -> Option<i64> {
        let bytes = self.rest();
        let negative = bytes.first() == Some(&b'-');
        let digits = if negative { &bytes[1..] } else { bytes };
        let (mut value, mut length) = (0_i64, 0);
        while let Some(digit) = digits.get(length).map(|byte| byte.wrapping_sub(b'0'))
            && digit < 10
            && length < 18
        {
            value = value * 10 + i64::from(digit);
            length += 1;
        }
        let zero = digits.first() == Some(&b'0');
        if length == 0 || (zero && (length > 1 || negative)) {
            return None;
        }
        self.at += length + usize::from(negative);
        Some(if negative { -value } else { value })
    }

    /// The text up to the closing quotation mark, which is passed; none if there is an escape in it.
    fn rest_of_text(&mut self) -> Option<&'a str> {
        let special = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < 0x20;
        let length = self.rest().iter().position(special)?;
        let text = &self.text[self.at..self.at + length];
        self.at += length;
        self.literal(b"\"")?;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_usual_spelling_is_read() {
        let text =
            r#"[{"id":7,"name":"f","signature":[1,-2]},{"id":-1,"name":"","signature":[]}],"x""#;
        let (methods, length) = methods(text).unwrap();
        assert_eq!(&text[length..], ",\"x\"");
        assert_eq!(methods.signature(&methods.rows[0]), [1, -2]);
        assert_eq!(
            (methods.rows[1].id, methods.rows[1].name.as_ref()),
            (-1, "")
        );
    }

    #[test]
    fn other_spellings_are_left_to_others() {
        for text in [
            "",
            "[",
            "[{}]",
            "null",
            "[{\"id\":1,\"name\":\"a\"}",
            "[{\"id\":1,\"name\":\"a\"},]",
            "[ {\"id\":1,\"name\":\"a\"}]",
            "[{\"id\":01,\"name\":\"a\"}]",
            "[{\"id\":-0,\"name\":\"a\"}]",
            "[{\"id\":1.5,\"name\":\"a\"}]",
            "[{\"id\":1e5,\"name\":\"a\"}]",
            "[{\"id\":1,\"name\":\"\\n\"}]",
            "[{\"id\":1,\"name\":\"\n\"}]",
            "[{\"id\":1,\"name\":\"a",
            "[{\"id\":1234567890123456789,\"name\":\"a\"}]",
            "[{\"name\":\"a\",\"id\":1}]",
        ] {
            assert!(types(text).is_none(), "{text}");
        }
    }

    #[test]
    fn unsound_records_are_left_to_others() {
        let text = r#"[{"ctx":"1:0","records":[5,6]}]"#;
        assert!(section(text, |record| record.len() == 1).is_none());
        assert!(section(text, |record| record.len() == 2).is_some());
    }
}
