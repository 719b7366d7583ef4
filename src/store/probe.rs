//! Whether a store can be shared: it is tried, because some servers accept what they do not do.

use std::sync::Barrier;

use super::{Created, Store};
use crate::error::{Error, ErrorKind, Result};

/// So many try to create one key at the same moment.
const RACERS: usize = 8;

/// What a store does with a key that is created twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conditional {
    /// The first one stays, the second is told.
    Works,
    /// The second one is accepted as well: several who share it would destroy each other's work.
    Ignored,
    /// It says that it cannot.
    Refused,
}

/// What was found out about a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Whether objects can be created only where there are none.
    pub conditional: Conditional,
    /// Whether what was created is listed at once.
    pub lists_at_once: bool,
}

impl Probe {
    /// Whether several machines can share it.
    pub fn can_be_shared(&self) -> bool {
        self.why_not().is_none()
    }

    /// Why several machines cannot share it.
    pub fn why_not(&self) -> Option<&'static str> {
        match self.conditional {
            Conditional::Ignored => {
                Some("it overwrites an object that was to be created only if there is none")
            }
            Conditional::Refused => Some("it cannot create an object only where there is none"),
            Conditional::Works if !self.lists_at_once => {
                Some("it does not list at once what was created")
            }
            Conditional::Works => None,
        }
    }

    /// Refuses a store that cannot be shared.
    ///
    /// # Errors
    ///
    /// Why it cannot.
    pub fn require(&self, place: &str) -> Result<()> {
        match self.why_not() {
            None => Ok(()),
            Some(why) => Err(Error::new(
                ErrorKind::Toolchain,
                format!("the store {place} cannot be shared"),
            )
            .because(why)
            .hint("use a store with conditional writes (`If-None-Match: *`), such as Amazon S3 or SeaweedFS, or a folder")),
        }
    }
}

impl Store {
    /// Tries what sharing needs: one of several who create a key at the same moment wins, a second one later does not, what the
    /// first wrote stays, and it is listed. Writes one small object and removes it.
    ///
    /// # Errors
    ///
    /// A store that is away or does not let us: not one that can be written and cannot be shared.
    pub fn probe(&self) -> Result<Probe> {
        let folder = format!("probe/{}", unique());
        let key = format!("{folder}/once");
        let conditional = match self.created_once(&key) {
            Ok(conditional) => conditional,
            Err(error) => {
                let _ = self.delete(&key);
                return Err(error);
            }
        };
        let listed = self.list(&folder);
        self.delete(&key)?;
        let lists_at_once = listed?.iter().any(|object| object.key == key);
        Ok(Probe {
            conditional,
            lists_at_once: lists_at_once || conditional == Conditional::Refused,
        })
    }

    fn created_once(&self, key: &str) -> Result<Conditional> {
        let start = Barrier::new(RACERS);
        let race = |racer: usize| {
            start.wait();
            let created = self.create(key, racer.to_string().into_bytes());
            created.map(|created| (racer, created))
        };
        let outcomes: Vec<Result<(usize, Created)>> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..RACERS)
                .map(|racer| scope.spawn(move || race(racer)))
                .collect();
            racers
                .into_iter()
                .map(|racer| racer.join().expect("no racer panics"))
                .collect()
        });
        let mut winners = Vec::new();
        for outcome in outcomes {
            match outcome {
                Ok((racer, Created::New)) => winners.push(racer),
                Ok((_, Created::Exists)) => {}
                Err(error) if error.kind() == ErrorKind::Toolchain => {
                    return Ok(Conditional::Refused);
                }
                Err(error) => return Err(error),
            }
        }
        let later = self.create(key, b"later".to_vec())?;
        let kept = self.get(key)?;
        let is_first = |winner: &usize| kept.as_deref() == Some(winner.to_string().as_bytes());
        match (winners.as_slice(), later) {
            ([winner], Created::Exists) if is_first(winner) => self.parts_created_once(key),
            _ => Ok(Conditional::Ignored),
        }
    }

    /// The same of what is too large for one request, on a key that has an object.
    fn parts_created_once(&self, key: &str) -> Result<Conditional> {
        if self.is_local() {
            return Ok(Conditional::Works);
        }
        let unnamed = |error| Error::io("write in", &std::env::temp_dir(), &error);
        let file = tempfile::NamedTempFile::new().map_err(unnamed)?;
        std::fs::write(file.path(), "in parts").map_err(unnamed)?;
        match self.create_in_parts(key, file.path(), 8) {
            Ok(Created::Exists) => Ok(Conditional::Works),
            Ok(Created::New) => Ok(Conditional::Ignored),
            Err(error) if error.kind() == ErrorKind::Toolchain => Ok(Conditional::Refused),
            Err(error) => Err(error),
        }
    }
}

/// A name that nobody else makes.
fn unique() -> String {
    format!("{:016x}", rand::random::<u64>())
}
