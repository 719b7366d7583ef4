//! The JDKs of this machine: `JAVA_HOME`, and what a package manager put into `/usr/lib/jvm`.

use std::path::{Path, PathBuf};

use super::needs::{Need, Needed, or_skip};

/// One of release 17 or later; the oldest kind first, as most people have it.
pub fn any() -> Needed<PathBuf> {
    let found = home(17, 23).or_else(|| home(24, u32::MAX));
    or_skip(found, Need::Jdk, &absent("17 or later"))
}

pub fn before_24() -> Needed<PathBuf> {
    or_skip(home(17, 23), Need::Jdk17, &absent("17 to 23"))
}

pub fn from_24() -> Needed<PathBuf> {
    or_skip(home(24, u32::MAX), Need::Jdk24, &absent("24 or later"))
}

pub fn of_25() -> Needed<PathBuf> {
    or_skip(home(25, 25), Need::Jdk25, &absent("25"))
}

fn absent(releases: &str) -> String {
    format!("no JDK {releases} in JAVA_HOME or /usr/lib/jvm")
}

fn home(first: u32, last: u32) -> Option<PathBuf> {
    let named = std::env::var_os("JAVA_HOME").map(PathBuf::from);
    let installed = std::fs::read_dir("/usr/lib/jvm").into_iter().flatten();
    let mut installed: Vec<PathBuf> = installed.flatten().map(|entry| entry.path()).collect();
    installed.sort();
    named.into_iter().chain(installed).find(|home| {
        let release = feature(home).unwrap_or(0);
        (first..=last).contains(&release) && home.join("bin/javac").is_file()
    })
}

/// The release that a JDK says it is: 17, 25.
pub fn feature(home: &Path) -> Option<u32> {
    let release = std::fs::read_to_string(home.join("release")).ok()?;
    let version = release
        .lines()
        .find_map(|line| line.strip_prefix("JAVA_VERSION=\""))?;
    version.split(['.', '"', '-']).next()?.parse().ok()
}
