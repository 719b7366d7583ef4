//! Archives as nobody should make them.

#![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]

use std::os::unix::fs::MetadataExt;

use super::*;
use crate::error::ErrorKind;
use crate::toolchain::install::tests::download_site::Tarball;
use std::sync::atomic::AtomicBool;

const SMALL: Limits = Limits {
    entries: 50,
    bytes: 1 << 20,
};

/// The folder unpacked into has one around it, so that what gets out is seen.
struct Ground {
    around: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        let around = tempfile::tempdir().unwrap();
        fs::create_dir(around.path().join("into")).unwrap();
        Self { around }
    }

    fn target(&self) -> PathBuf {
        self.around.path().join("into")
    }

    fn unpack_bytes(&self, archive: &[u8], stop: bool) -> Result<String> {
        let path = self.around.path().join("a.tar.gz");
        fs::write(&path, archive).unwrap();
        let watch = Watch {
            progress: &|_| {},
            stop: &AtomicBool::new(stop),
        };
        unpack(&path, &self.target(), &SMALL, &watch)
    }

    /// Unpacks, and looks whether anything is where it should not be.
    fn unpack(&self, tarball: Tarball) -> Result<String> {
        let outcome = self.unpack_bytes(&tarball.pack(), false);
        let mut names: Vec<_> = fs::read_dir(self.around.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["a.tar.gz", "into"], "nothing may get out");
        outcome
    }
}

/// The cause that a hostile archive is refused with.
fn refused(tarball: Tarball) -> String {
    let error = Ground::new().unpack(tarball).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Toolchain);
    error.causes().join("; ")
}

#[test]
fn a_good_archive_comes_out_as_it_went_in() {
    let ground = Ground::new();
    let top = ground
        .unpack(
            Tarball::new()
                .folder("./jdk/")
                .file("jdk/bin/java", 0o755, b"java")
                .file("jdk/release", 0o444, b"r")
                .hard_link("jdk/bin/also-java", "jdk/bin/java")
                .link("jdk/legal/COPYRIGHT", "../release"),
        )
        .unwrap();
    assert_eq!(top, "jdk");
    let home = ground.target().join("jdk");
    assert_eq!(fs::read(home.join("bin/java")).unwrap(), b"java");
    assert_eq!(fs::read(home.join("legal/COPYRIGHT")).unwrap(), b"r");
    let java = home.join("bin/java").metadata().unwrap();
    assert_eq!(java.mode() & 0o7777, 0o755);
    assert_eq!(java.mtime(), 1_700_000_000);
    assert_eq!(java.nlink(), 2);
    assert_eq!(
        home.join("release").metadata().unwrap().mode() & 0o7777,
        0o444
    );
}

#[test]
fn special_permission_bits_are_dropped() {
    let ground = Ground::new();
    ground
        .unpack(
            Tarball::new()
                .entry("t/d", EntryType::Directory, 0o7777, "", b"")
                .entry("t/locked", EntryType::Directory, 0o000, "", b"")
                .file("t/locked/x", 0o000, b"x")
                .file("t/su", 0o6777, b"x"),
        )
        .unwrap();
    let mode = |name| ground.target().join(name).metadata().unwrap().mode() & 0o7777;
    assert_eq!(mode("t/d"), 0o755);
    assert_eq!(mode("t/su"), 0o755);
    assert_eq!(mode("t/locked"), 0o700);
    assert_eq!(mode("t/locked/x"), 0o400);
}

#[test]
fn a_path_upwards_is_refused() {
    let cause = refused(Tarball::new().file("t/../../evil", 0o644, b"x"));
    assert_eq!(cause, "`t/../../evil` leads outside the archive's folder");
}

#[test]
fn an_absolute_path_is_refused() {
    let cause = refused(Tarball::new().file("/tmp/evil", 0o644, b"x"));
    assert_eq!(cause, "`/tmp/evil` leads outside the archive's folder");
}

#[test]
fn a_symbolic_link_out_is_refused() {
    for target in ["/etc", "..", "../../etc", "a/../../.."] {
        let cause = refused(Tarball::new().link("t/out", target));
        assert!(cause.contains("leads outside"), "{target}: {cause}");
    }
}

#[test]
fn a_hard_link_out_is_refused() {
    for target in ["/etc/passwd", "t/../../a.tar.gz", "t/later", "t", ""] {
        let tarball = Tarball::new()
            .file("t/x", 0o644, b"x")
            .hard_link("t/out", target)
            .file("t/later", 0o644, b"x");
        let cause = refused(tarball);
        let said = cause.contains("leads outside") || cause.contains("not a file of the archive");
        assert!(said, "{target}: {cause}");
    }
}

#[test]
fn a_hard_link_to_a_symbolic_link_is_refused() {
    let cause = refused(Tarball::new().link("t/a", "b").hard_link("t/c", "t/a"));
    assert!(cause.contains("not a file of the archive"), "{cause}");
}

#[test]
fn writing_through_a_symbolic_link_is_refused() {
    for target in ["sub", ".", ".."] {
        let tarball = Tarball::new()
            .folder("t/sub/")
            .link("t/l", target)
            .file("t/l/evil", 0o644, b"x");
        let cause = refused(tarball);
        assert_eq!(cause, "`t/l/evil` would be written through the link `t/l`");
    }
}

#[test]
fn a_link_in_place_of_something_and_something_in_place_of_a_link_are_refused() {
    let twice = |tarball| {
        let cause = refused(tarball);
        assert!(cause.contains("is there twice"), "{cause}");
    };
    twice(Tarball::new().file("t/d/x", 0o644, b"x").link("t/d", "e"));
    twice(Tarball::new().file("t/a", 0o644, b"x").link("t/a", "b"));
    twice(Tarball::new().link("t/a", "b").file("t/a", 0o644, b"x"));
    twice(Tarball::new().link("t/a", "b").folder("t/a"));
    twice(
        Tarball::new()
            .file("t/a", 0o644, b"x")
            .file("t/a", 0o644, b"y"),
    );
    twice(Tarball::new().file("t/a", 0o644, b"x").folder("t/a"));
}

#[test]
fn a_file_below_a_file_is_an_error_and_no_harm() {
    let tarball = Tarball::new()
        .file("t/a", 0o644, b"x")
        .file("t/a/b", 0o644, b"x");
    assert!(Ground::new().unpack(tarball).is_err());
}

#[test]
fn devices_and_pipes_are_refused() {
    for (kind, name) in [
        (EntryType::Char, "a device"),
        (EntryType::Block, "a device"),
        (EntryType::Fifo, "a pipe"),
        (EntryType::GNUSparse, "a file with holes"),
        (EntryType::Continuous, "something unknown"),
    ] {
        let cause = refused(Tarball::new().entry("t/x", kind, 0o644, "", b""));
        assert!(cause.ends_with(name), "{cause}");
    }
}

#[test]
fn two_top_folders_are_refused() {
    let cause = refused(Tarball::new().folder("a").folder("b"));
    assert_eq!(cause, "`b` is not in the archive's one top folder");
}

#[test]
fn a_top_that_is_a_file_a_link_or_hidden_is_refused() {
    for tarball in [
        Tarball::new().file("t", 0o644, b"x"),
        Tarball::new().link("t", "t/x"),
        Tarball::new().folder(".lock"),
        Tarball::new().folder(".download/x"),
    ] {
        let cause = refused(tarball);
        assert!(cause.contains("top folder"), "{cause}");
    }
}

#[test]
fn a_bomb_is_refused_before_it_bursts() {
    let zeros = vec![0; (SMALL.bytes + 1) as usize];
    let cause = refused(Tarball::new().file("t/x", 0o644, &zeros));
    assert_eq!(cause, "it holds more than a GraalVM can");
    let half = vec![0; (SMALL.bytes / 2) as usize];
    let tarball = ["t/1", "t/2", "t/3"]
        .into_iter()
        .fold(Tarball::new(), |tarball, name| {
            tarball.file(name, 0o644, &half)
        });
    assert_eq!(refused(tarball), "it holds more than a GraalVM can");
}

#[test]
fn a_name_without_end_is_refused() {
    let long = vec![b'a'; 1 << 20];
    let tarball = Tarball::new().entry("././@LongLink", EntryType::GNULongName, 0, "", &long);
    assert_eq!(
        refused(tarball.file("t/x", 0o644, b"")),
        "it holds more than a GraalVM can"
    );
}

#[test]
fn a_long_name_is_checked_like_a_short_one() {
    let long = format!("t/../../{}", "a".repeat(200));
    let tarball = Tarball::new()
        .entry(
            "././@LongLink",
            EntryType::GNULongName,
            0,
            "",
            long.as_bytes(),
        )
        .file("t/harmless", 0o644, b"x");
    assert!(refused(tarball).contains("leads outside"));
}

#[test]
fn too_many_entries_are_refused() {
    let tarball = (0..=SMALL.entries).fold(Tarball::new(), |tarball, number| {
        tarball.file(&format!("t/{number}"), 0o644, b"")
    });
    assert_eq!(refused(tarball), "it holds more than 50 files");
}

#[test]
fn an_empty_archive_is_refused() {
    assert_eq!(refused(Tarball::new()), "it is empty");
}

#[test]
fn an_archive_that_ends_early_is_damaged_at_every_length() {
    let whole = Tarball::graalvm("t", "", 3000);
    for end in [0, 5, 100, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
        let error = Ground::new()
            .unpack_bytes(&whole[..end], false)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Toolchain, "{end}");
        assert!(
            error.causes()[0].starts_with("it is damaged"),
            "{end}: {error}"
        );
    }
}

#[test]
fn garbage_is_damaged() {
    let error = Ground::new()
        .unpack_bytes(b"<html>not an archive</html>", false)
        .unwrap_err();
    assert!(error.causes()[0].starts_with("it is damaged"), "{error}");
}

#[test]
fn a_stop_ends_the_unpacking() {
    let archive = Tarball::graalvm("t", "", 10);
    let error = Ground::new().unpack_bytes(&archive, true).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
}
