//! What can be wrong with the bytes of a profile, and where.

use std::fmt;

/// The first thing that makes a file unreadable, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Byte offset in the (unpacked) text, from 0; `None` where the damage has no place.
    pub offset: Option<u64>,
    /// What kind of damage it is.
    pub kind: DamageKind,
    /// What was found there, for people.
    pub message: String,
    /// What to do about it, where that is known.
    pub advice: Option<&'static str>,
}

/// The kinds of damage, from the outside in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DamageKind {
    /// The file could not be opened or read.
    Unreadable,
    /// The file is larger than the limit.
    TooLarge,
    /// The gzip stream ends early or is corrupt.
    Gzip,
    /// There is nothing in it.
    Empty,
    /// It is something else altogether: an archive, a page, a pointer.
    Foreign,
    /// The text ends in the middle.
    Truncated,
    /// It is not JSON.
    Syntax,
    /// It is JSON, but not of the shape of a profile.
    Shape,
    /// A required key is missing.
    Missing,
    /// A version that this reader does not know.
    Version,
    /// An id that occurs twice, so that nobody knows which row is meant.
    DuplicateId,
    /// A context that does not follow the pattern `id:bci<id:bci`.
    Context,
    /// Too many ids lead nowhere.
    Dangling,
}

impl DamageKind {
    /// Whether such a file is no profile at all: nothing, something else, or packed so that nothing comes out whole. One that is
    /// merely broken was one.
    pub const fn is_no_profile(self) -> bool {
        matches!(self, Self::Foreign | Self::Empty | Self::Gzip)
    }
}

impl Damage {
    /// Damage of `kind` at `offset`.
    pub fn new(kind: DamageKind, offset: usize, message: impl Into<String>) -> Self {
        Self {
            offset: Some(offset as u64),
            ..Self::without_place(kind, message)
        }
    }

    /// Damage of `kind` to the whole.
    pub fn without_place(kind: DamageKind, message: impl Into<String>) -> Self {
        Self {
            offset: None,
            kind,
            message: message.into(),
            advice: None,
        }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn advise(self, advice: &'static str) -> Self {
        Self {
            advice: Some(advice),
            ..self
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(offset) => write!(f, "{} at byte {offset}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Damage {}
