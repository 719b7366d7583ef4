//! Damages profiles in the ways in which they get damaged: cut, flipped, and in the ways in which nobody expects it.

use rand::seq::IndexedRandom as _;
use rand::{Rng, RngExt as _};
use serde_json::Value;

/// The ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    Truncated,
    BitFlipped,
    BytesRandom,
    SpanRemoved,
    SpanRepeated,
    NumberReplaced,
    NestedDeeply,
    IdDuplicated,
    ArityWrong,
    ContextBroken,
    KeyRenamed,
}

pub const ALL: [Mutation; 11] = [
    Mutation::Truncated,
    Mutation::BitFlipped,
    Mutation::BytesRandom,
    Mutation::SpanRemoved,
    Mutation::SpanRepeated,
    Mutation::NumberReplaced,
    Mutation::NestedDeeply,
    Mutation::IdDuplicated,
    Mutation::ArityWrong,
    Mutation::ContextBroken,
    Mutation::KeyRenamed,
];

const NUMBERS: [&str; 14] = [
    "-1",
    "-5",
    "-0",
    "007",
    "1.5",
    "1e400",
    "1e5",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "99999999999999999999999999999999999999999",
];

impl Mutation {
    /// A damaged copy of `text`, which is not empty.
    pub fn apply(self, text: &[u8], rng: &mut impl Rng) -> Vec<u8> {
        let at = rng.random_range(0..text.len());
        let span = || at..(at + 1 + at % 200).min(text.len());
        match self {
            Self::Truncated => text[..at].to_vec(),
            Self::BitFlipped => {
                let mut text = text.to_vec();
                text[at] ^= 1 << rng.random_range(0..8);
                text
            }
            Self::BytesRandom => {
                let mut text = text.to_vec();
                rng.fill(&mut text[span()]);
                text
            }
            Self::SpanRemoved => splice(text, span(), b""),
            Self::SpanRepeated => splice(text, at..at, &text[span()]),
            Self::NumberReplaced => {
                let number = NUMBERS.choose(rng).unwrap();
                let digits = digits(text, at);
                splice(text, digits, number.as_bytes())
            }
            Self::NestedDeeply => {
                let opening = [&b"["[..], b"{\"a\":", b"[[{\"records\":["];
                let opening = opening.choose(rng).unwrap();
                let depth = rng.random_range(1..100_000);
                splice(text, digits(text, at), &opening.repeat(depth))
            }
            Self::IdDuplicated => {
                let pattern = b"\"id\":";
                let other = digits(text, after(text, pattern, rng.random_range(0..text.len())));
                let this = digits(text, after(text, pattern, at));
                let id = text[other].to_vec();
                splice(text, this, &id)
            }
            Self::ArityWrong => {
                let digits = digits(text, after(text, b"\"records\":", at));
                let more = [&b""[..], b"1,2", b"1,2,3,4", b"1,", b"]"];
                splice(text, digits, more.choose(rng).unwrap())
            }
            Self::ContextBroken => {
                let colon = after(text, b":", after(text, b"\"", at)) - 1;
                let more = [
                    &b";"[..],
                    b"",
                    b":-",
                    b"::",
                    b"<",
                    b":99999999999<1:",
                    b"\\u003a",
                ];
                splice(text, colon..colon + 1, more.choose(rng).unwrap())
            }
            Self::KeyRenamed => {
                let quote = after(text, b"\"", at) - 1;
                let more = [&b"\"x"[..], b"\"\\u0000", b""];
                splice(text, quote..quote + 1, more.choose(rng).unwrap())
            }
        }
    }
}

fn splice(text: &[u8], range: std::ops::Range<usize>, by: &[u8]) -> Vec<u8> {
    [&text[..range.start], by, &text[range.end..]].concat()
}

/// The first run of digits at or behind `at`; an empty range at the end if there is none.
fn digits(text: &[u8], at: usize) -> std::ops::Range<usize> {
    let digit = |byte: &u8| byte.is_ascii_digit();
    let start = text[at..]
        .iter()
        .position(digit)
        .map_or(text.len(), |n| at + n);
    let length = text[start..].iter().position(|byte| !digit(byte));
    start..length.map_or(text.len(), |length| start + length)
}

/// Behind the first `pattern` at or behind `at`, else behind the first of all.
fn after(text: &[u8], pattern: &[u8], at: usize) -> usize {
    let find = |from: usize| {
        let found = text[from..]
            .windows(pattern.len())
            .position(|bytes| bytes == pattern);
        found.map(|n| from + n + pattern.len())
    };
    find(at).or_else(|| find(0)).unwrap_or(1)
}

/// The first `entries` of every section of a profile, with the methods and types that they name: a small file in a real
/// file's spelling (packed tightly or with spaces).
pub fn excerpt(text: &[u8], entries: usize) -> Vec<u8> {
    let mut profile: Value = serde_json::from_slice(text).unwrap();
    let spaced = text[..100].contains(&b'\n');
    let (mut methods, mut types) = (Ids::new(), Ids::new());
    for (key, value) in profile.as_object_mut().unwrap() {
        let Value::Array(rows) = value else { continue };
        if key == "types" || key == "methods" {
            continue;
        }
        rows.truncate(entries);
        for row in rows {
            let context = row["ctx"]
                .as_str()
                .or_else(|| row["methodBciList"].as_str());
            for frame in context.unwrap().split(['<', ',']) {
                methods.insert(frame.split_once(':').unwrap().0.parse().unwrap());
            }
            types.extend(
                row["records"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(Value::as_i64),
            );
        }
    }
    let keep = |rows: &mut Value, ids: &Ids| {
        let rows = rows.as_array_mut().unwrap();
        rows.retain(|row| ids.contains(&row["id"].as_i64().unwrap()));
    };
    keep(&mut profile["methods"], &methods);
    for method in profile["methods"].as_array().unwrap() {
        types.extend(
            method["signature"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_i64),
        );
    }
    keep(&mut profile["types"], &types);
    if spaced {
        serde_json::to_vec_pretty(&profile).unwrap()
    } else {
        serde_json::to_vec(&profile).unwrap()
    }
}

type Ids = std::collections::HashSet<i64>;
