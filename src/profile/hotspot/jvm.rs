//! Which JVM wrote a log: the head of `-XX:LogFile` says so; a log of standard output does not.

use serde::{Deserialize, Serialize};

use crate::java_version::feature;

/// A JVM, as it names itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jvm {
    /// `25.0.3+9-LTS`.
    pub version: String,
    /// Its options, as they were given.
    pub flags: String,
}

impl Jvm {
    /// The Java feature release.
    pub fn feature(&self) -> Option<u32> {
        feature(&self.version)
    }
}

/// Reads the head of a log, line by line.
#[derive(Debug, Default)]
pub(super) struct Head {
    jvm: Jvm,
    next: Option<Field>,
}

#[derive(Clone, Copy, Debug)]
enum Field {
    Version,
    Flags,
}

impl Head {
    /// Takes a line that stands before the first method.
    pub(super) fn line(&mut self, line: &str) {
        let line = line.trim();
        let field = self.next.take();
        match (field, line) {
            (_, "<release>") => self.next = Some(Field::Version),
            (_, "<args>") => self.next = Some(Field::Flags),
            (Some(Field::Version), text) => self.jvm.version = text.to_owned(),
            (Some(Field::Flags), text) => {
                // `</args>` stands on the same line where there are no options.
                self.jvm.flags = text.trim_end_matches("</args>").trim().to_owned();
            }
            (None, _) => {}
        }
    }

    /// What the head said, if there was one.
    pub(super) fn jvm(self) -> Option<Jvm> {
        (!self.jvm.version.is_empty()).then_some(self.jvm)
    }
}
