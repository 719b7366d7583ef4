//! What is on the disk already, or does not fit on it; and two installs at once.

#![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]

use std::cell::Cell;
use std::fs::{self, File};
use std::sync::atomic::Ordering;

use super::download_site::Site;
use super::*;

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
