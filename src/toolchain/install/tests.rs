//! Whole installs, from sites on the loopback interface that behave well or badly.

#![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]

use std::cell::{Cell, RefCell};
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

use super::test_site::{Answer, Asked, Site, Tarball, sum};
use super::*;

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
                silence: Duration::from_millis(300),
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
    assert_eq!(done.home, user.shelf().join(TOP));
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
fn a_cut_in_the_middle_is_gone_on_from() {
    let (user, archive) = (User::new(), archive());
    let site = Site::with_archive(&archive, |archive, before, asked| {
        let answer = Answer::part_of(archive, "\"v1\"", asked);
        match before {
            0 => answer.cut_after(200_000),
            1 => answer.cut_after(100_000),
            _ => answer,
        }
    });
    user.install(&site.url()).unwrap();
    let downloads = site.downloads();
    let from: Vec<_> = downloads.iter().map(|asked| asked.range_from).collect();
    assert_eq!(from, [None, Some(200_000), Some(300_000)]);
    assert_eq!(downloads[2].if_range.as_deref(), Some("\"v1\""));
    assert!(user.saw(|seen| matches!(seen, InstallProgress::Retrying { .. })));
}

#[test]
fn a_site_that_ignores_ranges_is_downloaded_from_the_start() {
    let (user, archive) = (User::new(), archive());
    let site = Site::with_archive(&archive, |archive, before, _| match before {
        0 => Answer::ok(archive).cut_after(200_000),
        _ => Answer::ok(archive),
    });
    user.install(&site.url()).unwrap();
    assert_eq!(site.downloads().len(), 2);
}

#[test]
fn an_archive_that_changed_in_between_is_downloaded_from_the_start() {
    let (user, archive) = (User::new(), archive());
    let site = Site::with_archive(&archive, |archive, before, asked| match before {
        0 => Answer::part_of(archive, "\"old\"", asked).cut_after(200_000),
        _ => Answer::part_of(archive, "\"new\"", asked),
    });
    user.install(&site.url()).unwrap();
    assert_eq!(site.downloads()[1].if_range.as_deref(), Some("\"old\""));
}

#[test]
fn a_part_that_begins_elsewhere_is_not_joined() {
    let (user, archive) = (User::new(), archive());
    let site = Site::with_archive(&archive, |archive, before, asked| match before {
        0 => Answer::ok(archive).cut_after(200_000),
        1 => {
            let moved = Asked {
                range_from: Some(100_000),
                ..asked.clone()
            };
            Answer::part_of(archive, "\"1\"", &moved)
        }
        _ => Answer::part_of(archive, "\"1\"", asked),
    });
    user.install(&site.url()).unwrap();
    assert_eq!(site.downloads()[2].range_from, None);
}

#[test]
fn parts_that_do_not_belong_together_are_downloaded_once_more() {
    let (user, archive) = (User::new(), archive());
    let site = Site::with_archive(&archive, |archive, before, asked| match before {
        0 => {
            let other = vec![7; archive.len()];
            Answer::ok(other).cut_after(200_000)
        }
        _ => Answer::part_of(archive, "\"1\"", asked),
    });
    user.install(&site.url()).unwrap();
    assert!(user.saw(|seen| *seen == InstallProgress::StartingOver));
    assert_eq!(site.downloads().len(), 3);
}

#[test]
fn an_interrupted_install_is_gone_on_from_by_the_next() {
    let (user, archive) = (User::new(), archive());
    let site = Site::with_archive(&archive, |archive, before, asked| {
        let answer = Answer::part_of(archive, "\"1\"", asked);
        match before {
            0 => answer.hang_after(200_000),
            _ => answer,
        }
    });
    let error = install(
        &user.plan(&site.url()),
        &|progress| {
            if matches!(progress, InstallProgress::Downloading { done: 200_000, .. }) {
                user.stop.store(true, Ordering::Relaxed);
            }
        },
        &user.stop,
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(fs::metadata(user.part()).unwrap().len(), 200_000);
    assert!(user.names().is_empty());

    user.stop.store(false, Ordering::Relaxed);
    user.install(&site.url()).unwrap();
    assert_eq!(site.downloads()[1].range_from, Some(200_000));
}

#[test]
fn a_stop_while_unpacking_keeps_the_download_only() {
    let (user, archive) = (User::new(), archive());
    let site = Site::good(&archive);
    let error = install(
        &user.plan(&site.url()),
        &|progress| {
            if matches!(progress, InstallProgress::Unpacking { .. }) {
                user.stop.store(true, Ordering::Relaxed);
            }
        },
        &user.stop,
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(user.names().is_empty());
    assert_eq!(
        fs::metadata(user.part()).unwrap().len(),
        archive.len() as u64
    );
    user.stop.store(false, Ordering::Relaxed);
    user.install(&site.url()).unwrap();
    assert_eq!(site.downloads().len(), 1, "the whole download is used");
}

#[test]
fn a_wrong_sum_installs_nothing_and_keeps_nothing() {
    let (user, archive) = (User::new(), archive());
    let site = Site::serve(move |_, asked| {
        if asked.path.ends_with(".sha256") {
            Answer::ok("0".repeat(64))
        } else {
            Answer::part_of(&archive, "\"1\"", asked)
        }
    });
    let error = user.fails(&site.url());
    assert_eq!(error.kind(), ErrorKind::Toolchain);
    assert!(causes(&error).contains("its SHA-256 should be 000"));
    assert_eq!(fs::metadata(user.part()).unwrap().len(), 0);
    assert_eq!(site.downloads().len(), 1);
}

#[test]
fn an_archive_without_a_checksum_is_not_installed() {
    let (user, archive) = (User::new(), archive());
    let site = Site::serve(move |_, asked| match asked.path.ends_with(".sha256") {
        true => Answer::status(404),
        false => Answer::ok(archive.clone()),
    });
    let error = user.fails(&site.url());
    assert!(causes(&error).contains("it cannot be checked"), "{error}");
    assert!(site.downloads().is_empty());
}

#[test]
fn a_line_that_is_not_there_is_named() {
    let user = User::new();
    let site = Site::serve(|_, _| Answer::status(404));
    let error = user.fails(&site.url());
    assert_eq!(error.kind(), ErrorKind::Toolchain);
    assert!(
        causes(&error).contains("has no release of the line 25 for linux-x64"),
        "{error}"
    );
}

#[test]
fn a_login_page_is_no_checksum() {
    let user = User::new();
    let site = Site::serve(|_, _| Answer::ok("<html>please log in".repeat(1000)));
    let error = user.fails(&site.url());
    assert!(
        causes(&error).contains("does not hold a SHA-256"),
        "{error}"
    );
}

#[test]
fn a_site_in_trouble_is_asked_again_but_not_for_ever() {
    let user = User::new();
    let site = Site::serve(|_, _| Answer::status(503));
    let error = user.fails(&site.url());
    assert!(causes(&error).contains("503"), "{error}");
    assert_eq!(site.asked().len(), 5);
}

#[test]
fn a_site_that_cuts_every_answer_after_nothing_is_given_up() {
    let (user, archive) = (User::new(), archive());
    let site = Site::with_archive(&archive, |archive, _, _| Answer::ok(archive).cut_after(0));
    let error = user.fails(&site.url());
    assert_eq!(error.kind(), ErrorKind::Toolchain);
    assert_eq!(site.downloads().len(), 5);
}

#[test]
fn a_site_that_drips_is_given_up_after_so_many_tries() {
    let (user, archive) = (User::new(), archive());
    let site = Site::with_archive(&archive, |archive, _, asked| {
        Answer::part_of(archive, "\"1\"", asked).cut_after(10)
    });
    let mut plan = user.plan(&site.url());
    plan.patience.tries = 12;
    let error = install(&plan, &|_| {}, &user.stop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Toolchain);
    assert_eq!(site.downloads().len(), 12);
    assert_eq!(fs::metadata(user.part()).unwrap().len(), 120);
}

#[test]
fn a_site_that_never_answers_is_given_up() {
    let user = User::new();
    let site = Site::serve(|_, _| Answer::ok("").hang_after(0));
    let mut plan = user.plan(&site.url());
    plan.patience.tries_in_vain = 2;
    let error = install(&plan, &|_| {}, &user.stop).unwrap_err();
    assert!(causes(&error).contains("no answer for 0.3 s"), "{error}");
}

#[test]
fn an_unreachable_site_is_said_at_once() {
    let user = User::new();
    let closed = {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.local_addr().unwrap()
    };
    let error = user.fails(&format!("http://{closed}/graalvm"));
    assert_eq!(error.kind(), ErrorKind::Toolchain);
    assert!(
        causes(&error).contains(&format!("could not reach {closed}")),
        "{error}"
    );
    assert!(!error.hints().is_empty());
    assert!(!user.saw(|seen| matches!(seen, InstallProgress::Retrying { .. })));
}

#[test]
fn a_body_of_unknown_length_is_taken_to_its_end() {
    let (user, archive) = (User::new(), archive());
    let site = Site::with_archive(&archive, |archive, _, _| {
        let mut body = format!("{:x}\r\n", archive.len()).into_bytes();
        body.extend_from_slice(archive);
        body.extend_from_slice(b"\r\n0\r\n\r\n");
        Answer::ok(body).with("Transfer-Encoding", "chunked")
    });
    user.install(&site.url()).unwrap();
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

#[test]
fn something_of_the_same_name_is_not_overwritten() {
    let user = User::new();
    let place = user.shelf().join(TOP);
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("mine"), "precious").unwrap();
    let error = user.fails(&Site::good(&archive()).url());
    assert!(causes(&error).contains("is in the way"), "{error}");
    assert_eq!(fs::read_to_string(place.join("mine")).unwrap(), "precious");
    assert_eq!(user.names(), [TOP]);
}

#[test]
fn a_full_disk_is_said_before_the_download() {
    let user = User::new();
    let archive = archive();
    let site = Site::good(&archive);
    let watch = Watch {
        progress: &|_| {},
        stop: &user.stop,
    };
    let error = Installation {
        plan: &user.plan(&site.url()),
        watch: &watch,
        limits: &Limits::default(),
        free: &|_| Some(1000),
    }
    .run()
    .unwrap_err();
    assert!(error.summary().contains("not enough room"), "{error}");
    assert_eq!(fs::metadata(user.part()).unwrap().len(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_during_the_download_is_named() {
    let user = User::new();
    fs::create_dir_all(user.part().parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("/dev/full", user.part()).unwrap();
    let error = user.fails(&Site::good(&archive()).url());
    assert_eq!(error.kind(), ErrorKind::Unexpected);
    assert!(causes(&error).contains("could not write"), "{error}");
    assert!(error.hints()[0].contains("the disk is full"), "{error}");
}

#[test]
fn a_file_in_place_of_the_data_folder_is_named() {
    let user = User::new();
    fs::write(user.data.path().join("pgoctl"), "").unwrap();
    let error = user.fails(&Site::good(&archive()).url());
    assert!(causes(&error).contains("could not create"), "{error}");
}

#[test]
fn leftovers_of_a_killed_install_are_swept_away() {
    let user = User::new();
    fs::create_dir_all(user.shelf().join(".unpack-dead/bin")).unwrap();
    user.install(&Site::good(&archive()).url()).unwrap();
    assert_eq!(user.names(), [TOP]);
}

#[test]
fn a_second_install_waits_for_the_first() {
    let user = User::new();
    let site = Site::good(&archive());
    fs::create_dir_all(user.shelf()).unwrap();
    let lock = File::create(user.shelf().join(".lock")).unwrap();
    lock.lock().unwrap();
    let held = Cell::new(Some(lock));
    let progress = |progress| {
        if progress == InstallProgress::Waiting {
            assert!(site.asked().is_empty());
            held.take();
        }
    };
    install(&user.plan(&site.url()), &progress, &user.stop).unwrap();
    assert!(held.take().is_none(), "it waited");
}

#[test]
fn a_waiting_install_can_be_stopped() {
    let user = User::new();
    fs::create_dir_all(user.shelf()).unwrap();
    let lock = File::create(user.shelf().join(".lock")).unwrap();
    lock.lock().unwrap();
    user.stop.store(true, Ordering::Relaxed);
    let error = user.fails("http://127.0.0.1:9/graalvm");
    assert_eq!(error.kind(), ErrorKind::Interrupted);
}

/// Runs again as a process of its own, where a proxy is in the environment.
#[test]
fn a_proxy_of_the_environment_is_used() {
    const SITE: &str = "PGOCTL_TEST_SITE_BEHIND_PROXY";
    let user = User::new();
    if let Ok(base_url) = std::env::var(SITE) {
        user.install(&base_url).unwrap();
        return;
    }
    let proxy = Site::good(&archive());
    let child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "toolchain::install::tests::a_proxy_of_the_environment_is_used",
        ])
        .env(SITE, "http://mirror.invalid/graalvm")
        .env("http_proxy", format!("http://{}", proxy.address()))
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    assert!(
        child.status.success(),
        "{}",
        String::from_utf8_lossy(&child.stdout)
    );
    let asked = proxy.asked();
    assert_eq!(asked.len(), 2);
    assert!(
        asked[0]
            .path
            .starts_with("http://mirror.invalid/graalvm/25/")
    );
}
