//! Names that sort by time: ULIDs (github.com/ulid/spec), 48 bits of time and 80 bits of something else.

use jiff::Timestamp;

/// The letters of Crockford's base 32.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many bits stand behind the time.
const REST: u32 = 80;

/// The ULID of a moment, 26 letters; the lower 80 bits of `rest` tell those of one millisecond apart.
pub fn ulid(at: Timestamp, rest: u128) -> String {
    let millis = u128::try_from(at.as_millisecond()).unwrap_or(0) & ((1 << 48) - 1);
    let number = (millis << REST) | (rest & ((1 << REST) - 1));
    let letter = |at: u32| LETTERS[(number >> (5 * at) & 31) as usize] as char;
    (0..26).rev().map(letter).collect()
}
