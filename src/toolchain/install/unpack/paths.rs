//! Which names of an archive stay inside, and where its links lead. Pure; nothing here looks at the disk.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use super::refusal::Refusal;

/// More is no path of a JDK; Linux itself takes no more in one call (`PATH_MAX`).
const LONGEST: usize = 4096;

/// The path of an entry, without `.` parts; `None` if nothing is left. Refuses one that could lead outside.
pub fn inside(name: &[u8]) -> Result<Option<PathBuf>, Refusal> {
    let path = Path::new(OsStr::from_bytes(name));
    if name.len() > LONGEST || name.contains(&0) {
        return Err(Refusal::Name(path.to_owned()));
    }
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => plain.push(part),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                return Err(Refusal::Outside(path.to_owned()));
            }
        }
    }
    Ok((plain != Path::new("")).then_some(plain))
}

/// The target of a symbolic link as it is written. Refuses an absolute or an impossible one.
pub fn link_target(link: &Path, name: &[u8]) -> Result<PathBuf, Refusal> {
    let target = PathBuf::from(OsStr::from_bytes(name));
    let impossible = name.is_empty() || name.len() > LONGEST || name.contains(&0);
    if impossible || target.is_absolute() {
        return Err(Refusal::LinkOutside {
            link: link.to_owned(),
            target,
        });
    }
    Ok(target)
}

/// The symbolic links of an archive.
///
/// Looking at one target at a time is not enough: with `a/b -> ..`, the harmless-looking `x -> a/b/../y` leads one
/// folder higher than its letters say. So each target is followed through the other links, as the kernel would.
#[derive(Debug, Default)]
pub struct Links {
    targets: BTreeMap<PathBuf, PathBuf>,
}

/// The kernel follows no more in one path (`ELOOP`, path_resolution(7)).
const MOST_FOLLOWED: usize = 40;

impl Links {
    pub fn add(&mut self, link: PathBuf, target: PathBuf) {
        self.targets.insert(link, target);
    }

    pub fn has(&self, path: &Path) -> bool {
        self.targets.contains_key(path)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&PathBuf, &PathBuf)> {
        self.targets.iter()
    }

    /// The link that a path goes through before its last part.
    pub fn above(&self, path: &Path) -> Option<PathBuf> {
        let mut above = path.ancestors().skip(1);
        above.find(|folder| self.has(folder)).map(Path::to_path_buf)
    }

    /// Refuses links that lead outside the top folder or nowhere at all.
    pub fn check(&self) -> Result<(), Refusal> {
        for (link, target) in &self.targets {
            if !self.stays_inside(link, target) {
                return Err(Refusal::LinkOutside {
                    link: link.clone(),
                    target: target.clone(),
                });
            }
        }
        Ok(())
    }

    fn stays_inside(&self, link: &Path, target: &Path) -> bool {
        let mut here = link.parent().unwrap_or(Path::new("")).to_owned();
        let mut ahead: Vec<Component> = target.components().rev().collect();
        let mut followed = 0;
        while let Some(part) = ahead.pop() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    here.pop();
                    // The top folder is the first part of every path; above it is outside.
                    if here == Path::new("") {
                        return false;
                    }
                }
                Component::Normal(name) => {
                    here.push(name);
                    if let Some(next) = self.targets.get(&here) {
                        followed += 1;
                        if followed > MOST_FOLLOWED {
                            return false;
                        }
                        here.pop();
                        ahead.extend(next.components().rev());
                    }
                }
                Component::RootDir | Component::Prefix(_) => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]
    use super::*;

    #[test]
    fn names_that_lead_outside_are_refused() {
        for name in ["/etc/passwd", "../x", "top/../../x", "top/..", "//x"] {
            assert!(inside(name.as_bytes()).is_err(), "{name}");
        }
        assert!(inside(b"top/a\0b").is_err());
        assert!(inside(&b"a/".repeat(3000)).is_err());
    }

    #[test]
    fn plain_names_lose_their_dots() {
        assert_eq!(inside(b"./top/./a/").unwrap().unwrap(), Path::new("top/a"));
        assert_eq!(inside(b"./").unwrap(), None);
        assert_eq!(
            inside("top/ä b\\c".as_bytes()).unwrap().unwrap(),
            Path::new("top/ä b\\c")
        );
    }

    fn all_inside(links: &[(&str, &str)]) -> bool {
        let mut table = Links::default();
        for (link, target) in links {
            table.add(link.into(), target.into());
        }
        table.check().is_ok()
    }

    #[test]
    fn links_within_the_top_folder_are_fine() {
        assert!(all_inside(&[(
            "t/legal/x/COPYRIGHT",
            "../java.base/COPYRIGHT"
        )]));
        assert!(all_inside(&[(
            "t/bin/native-image",
            "../lib/svm/bin/native-image"
        )]));
        assert!(all_inside(&[("t/a", "b/../c"), ("t/b", "d")]));
        assert!(all_inside(&[("t/here", ".")]));
    }

    #[test]
    fn links_out_of_the_top_folder_are_refused() {
        assert!(!all_inside(&[("t/a", "../b")]));
        assert!(!all_inside(&[("t/a", "..")]));
        assert!(!all_inside(&[("t/a/b", "../../../etc")]));
        assert!(!all_inside(&[("t/a", "x/../../y")]));
    }

    #[test]
    fn links_that_only_together_lead_outside_are_refused() {
        assert!(!all_inside(&[
            ("t/a/b/up", "../.."),
            ("t/x", "a/b/up/../etc")
        ]));
    }

    #[test]
    fn links_in_a_ring_are_refused() {
        assert!(!all_inside(&[("t/a", "b"), ("t/b", "a")]));
        assert!(!all_inside(&[("t/a", "a/x")]));
    }

    #[test]
    fn absolute_and_empty_targets_are_refused() {
        let link = Path::new("t/a");
        for target in ["", "/etc/passwd"] {
            assert!(link_target(link, target.as_bytes()).is_err(), "{target}");
        }
    }

    #[test]
    fn a_path_below_a_link_is_found_out() {
        let mut links = Links::default();
        links.add("t/a".into(), "b".into());
        assert_eq!(links.above(Path::new("t/a/c/d")).unwrap(), Path::new("t/a"));
        assert_eq!(links.above(Path::new("t/a")), None);
        assert_eq!(links.above(Path::new("t/ab")), None);
    }
}
