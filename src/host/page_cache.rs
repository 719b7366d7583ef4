//! What a process reads from disk while it starts, and how to make the kernel forget it before the next start.
//!
//! Only the pages of these files are dropped (`posix_fadvise`, which everybody may), never the whole machine's: neither other
//! work on the machine nor the measurement of another variant is disturbed. Pages that another process has mapped stay.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use rustix::fs::{Advice, fadvise};

/// The files that a process has used so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilesUsed(BTreeSet<PathBuf>);

impl FilesUsed {
    /// Adds the files that the process `pid` has mapped or open right now.
    pub fn look(&mut self, pid: u32) {
        let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).unwrap_or_default();
        self.0.extend(maps.lines().filter_map(mapped_file));
        let open = std::fs::read_dir(format!("/proc/{pid}/fd"));
        let links = open.into_iter().flatten().flatten();
        self.0.extend(
            links
                .filter_map(|link| std::fs::read_link(link.path()).ok())
                .filter(|path| path.is_absolute() && !is_system(path) && path.is_file()),
        );
    }

    /// Adds files that it was given by name.
    pub fn add(&mut self, files: impl IntoIterator<Item = PathBuf>) {
        self.0
            .extend(files.into_iter().filter(|path| path.is_file()));
    }

    /// Drops their pages from the page cache, as far as no other process uses them.
    pub fn drop_from_cache(&self) {
        for path in &self.0 {
            // A file that is gone or may not be read is left as it is: whether anything was dropped shows in what the next
            // start reads from the disk.
            let Ok(file) = File::open(path) else { continue };
            // Pages that are not on disk yet cannot be dropped.
            let _ = file.sync_all();
            let _ = fadvise(&file, 0, None, Advice::DontNeed);
        }
    }
}

/// The file of a line of `/proc/<pid>/maps` (proc(5)): five columns, then its path; none for memory without a file.
fn mapped_file(line: &str) -> Option<PathBuf> {
    let start = line.find('/')?;
    let path = &line[start..];
    let known = line[..start].split_whitespace().count() == 5;
    let path = Path::new(path);
    (known && !is_system(path) && !line.ends_with(" (deleted)")).then(|| path.to_owned())
}

fn is_system(path: &Path) -> bool {
    ["/dev", "/proc", "/sys"]
        .iter()
        .any(|folder| path.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_files_are_found_and_nothing_else() {
        let line = "7f1c00000000-7f1c00021000 r--p 00000000 fe:00 1234    /opt/my jdk/lib/server/libjvm.so";
        assert_eq!(
            mapped_file(line),
            Some(PathBuf::from("/opt/my jdk/lib/server/libjvm.so"))
        );
        let others = [
            "7f1c00000000-7f1c00021000 rw-p 00000000 00:00 0",
            "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0    [stack]",
            "7f1c00000000-7f1c00021000 rw-s 00000000 00:05 9    /dev/zero (deleted)",
        ];
        assert!(others.iter().all(|line| mapped_file(line).is_none()));
    }

    #[test]
    fn our_own_executable_is_among_our_files() {
        let mut files = FilesUsed::default();
        files.look(std::process::id());
        let own = std::env::current_exe().expect("we run");
        assert!(files.0.contains(&own), "{files:?}");
    }
}
