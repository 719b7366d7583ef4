//! The sections of a profile: their keys in both layouts, and what the numbers in their records mean.

use serde::{Serialize, Serializer};

/// A list of counters of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// How often a method was entered.
    CallCount,
    /// How often each successor of a branch was taken.
    Conditional,
    /// Which receiver types a virtual call saw.
    VirtualInvoke,
    /// Which types an `instanceof` saw (1.1.0).
    Instanceof,
    /// Which types were synchronized on; the context is the dummy `0:0`.
    Monitor,
    /// Full stacks, gathered periodically.
    Sampling,
}

/// How a record's numbers are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// `[count]`
    Single,
    /// `[type id, count]*`
    Pairs,
    /// `[successor bci, index, count]*`
    Triples,
}

impl Arity {
    /// How many numbers make one cell.
    pub const fn width(self) -> usize {
        match self {
            Self::Single => 1,
            Self::Pairs => 2,
            Self::Triples => 3,
        }
    }
}

impl Section {
    /// How many sections there are.
    pub const COUNT: usize = 6;

    /// Every section, in the order that 1.0.0 files are written in.
    pub const ALL: [Self; Self::COUNT] = [
        Self::CallCount,
        Self::Conditional,
        Self::VirtualInvoke,
        Self::Instanceof,
        Self::Monitor,
        Self::Sampling,
    ];

    /// The place in arrays that have one element for each section.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The key since 0.4.0.
    pub const fn key(self) -> &'static str {
        match self {
            Self::CallCount => "callCountProfiles",
            Self::Conditional => "conditionalProfiles",
            Self::VirtualInvoke => "virtualInvokeProfiles",
            Self::Instanceof => "instanceofProfiles",
            Self::Monitor => "monitorProfiles",
            Self::Sampling => "samplingProfiles",
        }
    }

    /// The key in 0.2.0, where that version has the section.
    pub const fn old_key(self) -> Option<&'static str> {
        match self {
            Self::CallCount => Some("hotnessPoints"),
            Self::Conditional => Some("conditionalPoints"),
            Self::VirtualInvoke => Some("invokePoints"),
            Self::Monitor => Some("monitorsProfile"),
            Self::Instanceof | Self::Sampling => None,
        }
    }

    /// The section of a key, old or new.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|section| section.key() == key || section.old_key() == Some(key))
    }

    /// What a person calls the things counted here, one and several.
    pub const fn nouns(self) -> [&'static str; 2] {
        match self {
            Self::CallCount => ["call count", "call counts"],
            Self::Conditional => ["branch", "branches"],
            Self::VirtualInvoke => ["virtual call", "virtual calls"],
            Self::Instanceof => ["instanceof check", "instanceof checks"],
            Self::Monitor => ["locked type", "locked types"],
            Self::Sampling => ["sampled stack", "sampled stacks"],
        }
    }

    /// How the numbers of this section's records are grouped.
    pub const fn arity(self) -> Arity {
        match self {
            Self::CallCount | Self::Sampling => Arity::Single,
            Self::Conditional => Arity::Triples,
            Self::VirtualInvoke | Self::Instanceof | Self::Monitor => Arity::Pairs,
        }
    }

    /// What a person calls the things counted here.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::CallCount => "call counts",
            Self::Conditional => "branches",
            Self::VirtualInvoke => "virtual calls",
            Self::Instanceof => "instanceof checks",
            Self::Monitor => "monitors",
            Self::Sampling => "samples",
        }
    }
}

impl Serialize for Section {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_leads_back_to_its_section() {
        for section in Section::ALL {
            assert_eq!(Section::of_key(section.key()), Some(section));
            if let Some(old) = section.old_key() {
                assert_eq!(Section::of_key(old), Some(section));
            }
            assert_eq!(Section::ALL[section.index()], section);
        }
        assert_eq!(Section::of_key("ceConditionalProfilesV2"), None);
    }
}
