//! Which file a path means, however it is spelled.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The same for every path, link and hard link that leads to one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// The file at `path`, links followed; `None` if there is none, and for `-`, which is standard input or output.
    pub fn of(path: &Path) -> Option<Self> {
        let data = match path == Path::new("-") {
            true => None,
            false => std::fs::metadata(path).ok(),
        }?;
        Some(Self {
            device: data.dev(),
            inode: data.ino(),
        })
    }

    /// Whether both paths lead to one file that is there.
    pub fn is_same(one: &Path, other: &Path) -> bool {
        Self::of(one).is_some_and(|id| Self::of(other) == Some(id))
    }
}
