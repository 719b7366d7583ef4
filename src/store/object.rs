//! What a store says about its objects.

use object_store::ObjectMeta;

/// What became of an object that was to be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is there now, and it was not there before.
    New,
    /// The key had an object already, which was left as it is.
    Exists,
}

/// One object of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its whole key.
    pub key: String,
    /// Its size.
    pub bytes: u64,
    /// When it was created, by the clock of the store: to be shown and to expire by, never to order by.
    pub modified: jiff::Timestamp,
}

impl From<ObjectMeta> for Object {
    fn from(meta: ObjectMeta) -> Self {
        let seconds = meta.last_modified.timestamp();
        let nanoseconds = meta.last_modified.timestamp_subsec_nanos().min(999_999_999);
        let modified = jiff::Timestamp::new(seconds, nanoseconds.cast_signed());
        let modified = modified.unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Self {
            key: meta.location.to_string(),
            bytes: meta.size,
            modified,
        }
    }
}

/// What an object's bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digested {
    /// How many.
    pub bytes: u64,
    /// Their SHA-256, lower-case hexadecimal.
    pub sha256: String,
}

/// What became of an object that was to be gotten whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Got {
    /// It is what it was said to be, and was written.
    Whole,
    /// There is none.
    Missing,
    /// It is something else, and was not written.
    Broken(Digested),
}
