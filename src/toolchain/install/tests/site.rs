//! Sites that cut, stall, lie about parts, or are not there.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may stop at a surprise, and start themselves again"
)]

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::download_site::{Answer, Asked, Site};
use super::*;

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
    plan.patience.silence = Duration::from_millis(300);
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
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn a_site_that_accepts_and_never_speaks_tls_is_unreachable() {
    let user = User::new();
    // The kernel accepts connections for a listener that never looks at them.
    let mute = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut plan = user.plan(&format!("https://{}", mute.local_addr().unwrap()));
    plan.patience.connect = Duration::from_millis(200);
    plan.patience.silence = Duration::from_secs(60);
    let error = install(&plan, &|_| {}, &user.stop).unwrap_err();
    if causes(&error).contains("could not prepare the download") {
        eprintln!("skipped: this machine has no certificates");
        return;
    }
    assert!(causes(&error).contains("could not reach"), "{error}");
    assert!(causes(&error).contains("timed out"), "{error}");
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

/// Names the site to the tests below when they run again, as processes of their own with a proxy around them.
const SITE_OF_CHILD: &str = "PGOCTL_TEST_SITE";

/// Runs one test again, with a proxy in its environment.
fn run_again(test: &str, site: &str, proxy: &str) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            &format!("toolchain::install::tests::site::{test}"),
        ])
        .env(SITE_OF_CHILD, site)
        .env("http_proxy", proxy)
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

#[test]
fn a_proxy_of_the_environment_is_used() {
    if let Ok(site) = std::env::var(SITE_OF_CHILD) {
        User::new().install(&site).unwrap();
        return;
    }
    let proxy = Site::good(&archive());
    run_again(
        "a_proxy_of_the_environment_is_used",
        "http://mirror.invalid/graalvm",
        &format!("http://{}", proxy.address()),
    );
    let asked = proxy.asked();
    assert_eq!(asked.len(), 2);
    assert!(
        asked[0]
            .path
            .starts_with("http://mirror.invalid/graalvm/25/")
    );
}

#[test]
fn a_site_on_this_machine_is_reached_without_a_proxy() {
    if let Ok(site) = std::env::var(SITE_OF_CHILD) {
        User::new().install(&site).unwrap();
        return;
    }
    let (site, proxy) = (
        Site::good(&archive()),
        Site::serve(|_, _| Answer::status(500)),
    );
    run_again(
        "a_site_on_this_machine_is_reached_without_a_proxy",
        &site.url(),
        &format!("http://{}", proxy.address()),
    );
    assert!(proxy.asked().is_empty());
}
