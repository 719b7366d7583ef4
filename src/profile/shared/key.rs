//! `profiles/<function>/<build>/<worker>/<name>.iprof`

use jiff::Timestamp;

use crate::identity::ulid;
use crate::store::Object;

/// The folder of all profiles.
pub const ROOT: &str = "profiles";

/// What the parts of a key are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parts {
    pub function: String,
    /// The image that left the profile.
    pub build: String,
    /// Who made it work.
    pub worker: String,
    /// Its name, without an ending.
    pub name: String,
    /// `iprof` or `json`.
    pub ending: String,
}

impl Parts {
    /// Takes a key apart; `None` where it is not that of a profile or of its sheet.
    pub fn of(key: &str) -> Option<Self> {
        let parts: Vec<&str> = key.split('/').collect();
        let [ROOT, function, build, worker, file] = parts[..] else {
            return None;
        };
        let (name, ending) = file.rsplit_once('.')?;
        let all_are_names = [function, build, worker, name].into_iter().all(is_name);
        (all_are_names && ["iprof", "json"].contains(&ending)).then(|| Self {
            function: function.to_owned(),
            build: build.to_owned(),
            worker: worker.to_owned(),
            name: name.to_owned(),
            ending: ending.to_owned(),
        })
    }

    /// The key of the profile itself.
    pub fn profile(&self) -> String {
        self.with("iprof")
    }

    /// The key of what is said about it.
    pub fn sheet(&self) -> String {
        self.with("json")
    }

    fn with(&self, ending: &str) -> String {
        let Self {
            function,
            build,
            worker,
            name,
            ..
        } = self;
        format!("{ROOT}/{function}/{build}/{worker}/{name}.{ending}")
    }
}

/// Whether it may be a part of a key, and a file on any machine that gets it: as names of functions.
pub fn is_name(text: &str) -> bool {
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    !text.is_empty() && !text.starts_with('.') && text.len() <= 100 && text.chars().all(is_allowed)
}

/// A name that nobody else gives, in the order of time: a ULID, whose part that is usually drawn is taken from the content, so that
/// the same profile has the same name whoever stores it, and however often.
pub fn name(started: Timestamp, sha256: &str) -> String {
    ulid(started, content(sha256))
}

/// Whether a profile of that name has that content, whenever it was recorded.
pub fn is_of_content(name: &str, sha256: &str) -> bool {
    let time = 10;
    let content = ulid(Timestamp::UNIX_EPOCH, content(sha256));
    name.len() == content.len() && name.get(time..) == content.get(time..)
}

/// The part of a name that is taken from the content.
fn content(sha256: &str) -> u128 {
    let content = sha256.get(..20).unwrap_or_default();
    u128::from_str_radix(content, 16).unwrap_or(0)
}

/// A profile in a listing, with what is beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub parts: Parts,
    pub profile: Option<Object>,
    pub sheet: Option<Object>,
}

/// Puts what belongs together together; what is not a profile's is left out. In the order of keys.
pub fn pair(objects: &[Object]) -> Vec<Listed> {
    let mut pairs = std::collections::BTreeMap::new();
    for object in objects {
        let Some(parts) = Parts::of(&object.key) else {
            continue;
        };
        let key = (parts.sheet(), parts.ending.clone());
        let listed = pairs.entry(key.0).or_insert_with(|| Listed {
            parts,
            profile: None,
            sheet: None,
        });
        match key.1.as_str() {
            "iprof" => listed.profile = Some(object.clone()),
            _ => listed.sheet = Some(object.clone()),
        }
    }
    pairs.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_apart_and_put_together_again() {
        let key = "profiles/hello/0f3a/host-1/01JX.iprof";
        let parts = Parts::of(key).expect("it is one");
        assert_eq!(parts.profile(), key);
        assert_eq!(parts.sheet(), "profiles/hello/0f3a/host-1/01JX.json");
        for key in [
            "profiles/hello/x.iprof",
            "profiles/hello/a/b/c/x.iprof",
            "profiles/../a/b/x.iprof",
            "profiles/a b/a/b/x.iprof",
            "profiles/hello/a/b/x.txt",
            "state/hello/a/b/x.json",
        ] {
            assert_eq!(Parts::of(key), None, "{key}");
        }
    }

    #[test]
    fn names_are_ulids_in_the_order_of_time_and_the_same_content_has_the_same() {
        let at = |millis| Timestamp::from_millisecond(millis).expect("it is in range");
        let sha = "ffffffffffffffffffff00";
        // The example of the specification's time part, and its largest random part.
        let one = name(at(1_469_918_176_385), sha);
        assert_eq!(one, "01ARYZ6S41ZZZZZZZZZZZZZZZZ");
        assert_eq!(one, name(at(1_469_918_176_385), sha));
        assert!(is_of_content(&one, sha));
        assert!(!is_of_content(&one, "00000000000000000000"));
        assert!(one < name(at(1_469_918_176_386), "00000000000000000000"));
    }
}
