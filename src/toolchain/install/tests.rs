//! Whole installs, from sites on the loopback interface that behave well or badly.

#![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]

mod disk;
pub(super) mod download_site;
mod site;

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use super::plan::Patience;
use super::platform::{Arch, Os};
use super::*;
use download_site::{Site, Tarball, sum};

const TOP: &str = "graalvm-jdk-25.0.1+8.1";

/// Bigger than what one read brings, so that a cut is in the middle.
const FILLER: usize = 600_000;

fn archive() -> Vec<u8> {
    Tarball::graalvm(TOP, "", FILLER)
}

/// One user's data folder, and installs into it.
struct User {
    data: tempfile::TempDir,
    progress: RefCell<Vec<InstallProgress>>,
    stop: AtomicBool,
}

impl User {
    fn new() -> Self {
        Self {
            data: tempfile::tempdir().unwrap(),
            progress: RefCell::default(),
            stop: AtomicBool::new(false),
        }
    }

    fn plan(&self, base_url: &str) -> InstallPlan {
        InstallPlan {
            major: 25,
            os: Os::Linux,
            arch: Arch::X64,
            base_url: base_url.to_owned(),
            data_dir: self.data.path().to_owned(),
            accept_licence: true,
            patience: Patience {
                // Long enough for a busy machine; tests of silence set their own.
                silence: Duration::from_secs(20),
                pause: Duration::from_millis(1),
                ..Patience::default()
            },
        }
    }

    fn install(&self, base_url: &str) -> Result<Installed> {
        install(
            &self.plan(base_url),
            &|progress| self.progress.borrow_mut().push(progress),
            &self.stop,
        )
    }

    fn fails(&self, base_url: &str) -> Error {
        let error = self.install(base_url).unwrap_err();
        assert_eq!(error.summary(), "could not install Oracle GraalVM 25");
        assert_eq!(installed(self.data.path()), [], "nothing half-made");
        error
    }

    fn shelf(&self) -> PathBuf {
        self.data.path().join("pgoctl/toolchains")
    }

    fn part(&self) -> PathBuf {
        self.shelf()
            .join(".download/graalvm-jdk-25_linux-x64_bin.tar.gz.part")
    }

    /// Every name on the shelf that is not for an install's own use.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.shelf()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names
            .filter(|name| name != ".lock" && name != ".download")
            .collect();
        names.sort();
        names
    }

    fn saw(&self, wanted: impl Fn(&InstallProgress) -> bool) -> bool {
        self.progress.borrow().iter().any(wanted)
    }
}

fn causes(error: &Error) -> String {
    error.causes().join("; ")
}

#[test]
fn a_good_site_leaves_a_whole_toolchain_and_nothing_else() {
    let (user, archive) = (User::new(), archive());
    let site = Site::good(&archive);
    let done = user.install(&site.url()).unwrap();
    assert_eq!(done.home.as_os_str(), user.shelf().join(TOP).as_os_str());
    assert_eq!(done.version, "25.0.1+8.1");
    assert_eq!(done.sha256, sum(&archive));
    assert!(!done.already_there);
    assert!(done.home.join("bin/native-image").is_file());
    assert_eq!(user.names(), [TOP]);
    assert_eq!(
        fs::read_dir(user.part().parent().unwrap()).unwrap().count(),
        0
    );
    let homes = installed(user.data.path());
    assert_eq!(homes.len(), 1);
    assert_eq!(homes[0].home, done.home);
}

#[test]
fn progress_tells_of_every_step_and_reaches_its_ends() {
    let (user, archive) = (User::new(), archive());
    user.install(&Site::good(&archive).url()).unwrap();
    let size = archive.len() as u64;
    assert!(user.saw(|seen| *seen
        == InstallProgress::Downloading {
            done: size,
            total: Some(size)
        }));
    assert!(user.saw(|seen| *seen
        == InstallProgress::Checking {
            done: size,
            total: size
        }));
    assert!(user.saw(|seen| *seen
        == InstallProgress::Unpacking {
            done: size,
            total: size
        }));
}

#[test]
fn the_second_install_downloads_nothing_and_says_so() {
    let (user, archive) = (User::new(), archive());
    let site = Site::good(&archive);
    let first = user.install(&site.url()).unwrap();
    let second = user.install(&site.url()).unwrap();
    assert!(second.already_there);
    assert_eq!(second.home, first.home);
    assert_eq!(second.version, first.version);
    assert_eq!(site.downloads().len(), 1);
}

#[test]
fn a_newer_release_comes_to_stand_beside_the_older() {
    let user = User::new();
    user.install(&Site::good(&archive()).url()).unwrap();
    let newer = Tarball::graalvm("graalvm-jdk-25.0.2+10.1", "", 10);
    user.install(&Site::good(&newer).url()).unwrap();
    let homes = installed(user.data.path());
    let versions: Vec<_> = homes.iter().map(|home| home.version.as_str()).collect();
    assert_eq!(versions, ["25.0.2+10.1", "25.0.1+8.1"]);
}

#[test]
fn the_macos_layout_has_its_home_inside() {
    let user = User::new();
    let archive = Tarball::graalvm(TOP, "Contents/Home/", 10);
    let done = user.install(&Site::good(&archive).url()).unwrap();
    assert!(done.home.ends_with("Contents/Home"));
    assert!(done.home.join("bin/java").is_file());
    let again = user.install(&Site::good(&archive).url()).unwrap();
    assert!(again.already_there);
    assert_eq!(again.home, done.home);
}

#[test]
fn without_the_licence_nothing_is_asked_of_anybody() {
    let user = User::new();
    let site = Site::good(&archive());
    let mut plan = user.plan(&site.url());
    plan.accept_licence = false;
    let error = install(&plan, &|_| {}, &user.stop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(causes(&error).contains("GFTC"));
    let hints = error.hints().join("; ");
    assert!(hints.contains(LICENCE_URL) && hints.contains("--accept-licence"));
    assert!(site.asked().is_empty());
    assert!(!user.shelf().exists());
}

#[test]
fn an_archive_that_was_published_damaged_is_refused_and_not_kept() {
    let user = User::new();
    let mut truncated = archive();
    truncated.truncate(truncated.len() / 2);
    let error = user.fails(&Site::good(&truncated).url());
    assert_eq!(error.kind(), ErrorKind::Toolchain);
    assert!(causes(&error).contains("damaged or ends early"), "{error}");
    assert!(!user.part().exists());
    assert!(user.names().is_empty());
}

#[test]
fn a_hostile_archive_leaves_nothing_behind() {
    let user = User::new();
    let hostile = Tarball::new()
        .file("t/bin/java", 0o755, b"x")
        .link("t/out", "../../../..")
        .pack();
    let error = user.fails(&Site::good(&hostile).url());
    assert!(causes(&error).contains("leads outside"), "{error}");
    assert!(user.names().is_empty());
}

#[test]
fn a_jdk_without_native_image_is_refused() {
    let user = User::new();
    let plain = Tarball::new().file("jdk/bin/java", 0o755, b"x").pack();
    let error = user.fails(&Site::good(&plain).url());
    assert!(
        causes(&error).contains("holds no `bin/native-image`"),
        "{error}"
    );
}
