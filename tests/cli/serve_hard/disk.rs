//! The disk of the controller's folder is full: it serves on and says so, and keeps profiles again once there is space.

use std::io::Write as _;
use std::time::{Duration, Instant};

use super::{installed, stored};
use crate::places::Mount;
use crate::profile_store::backing::Backing;
use crate::sandbox::Sandbox;

/// Seconds that it stays full.
const FULL: Duration = Duration::from_secs(3);

#[test]
fn on_a_full_disk_it_serves_on_and_afterwards_profiles_are_kept_again() {
    let (Ok(store), Ok(mut sandbox)) = (Backing::folder(), Sandbox::project("hello")) else {
        return;
    };
    let Ok(_disk) = Mount::new(&sandbox.path().join(".pgoctl"), 256 * 1024) else {
        return;
    };
    sandbox.graalvm("");
    let table = "\n[function.hello.serve]\nfraction = \"50%\"\nprofile-calls = 20\nprofiles = 100000\nidle-timeout = \"1s\"\n";
    sandbox.append("pgoctl.toml", table);
    store.used_by(&mut sandbox);
    let controller = installed(&sandbox, "");
    controller.drive("hello", "two profiles", |status| stored(status) >= 2);
    let filler = sandbox.path().join(".pgoctl/filler");
    let fill = || {
        let mut file = std::fs::File::options()
            .append(true)
            .create(true)
            .open(&filler)
            .unwrap();
        let block = [0; 1 << 12];
        while file.write_all(&block).is_ok() {}
    };
    let until = Instant::now() + FULL;
    let said = || {
        let events = controller.events("hello");
        let full =
            |message: &str| message.contains("No space left") || message.contains("disk is full");
        events.into_iter().find(|(_, message)| full(message))
    };
    controller.drive("hello", "what a full disk is told as", |_| {
        // What ends leaves a few bytes: they are taken too.
        fill();
        Instant::now() > until && said().is_some()
    });
    eprintln!("{:?}", said());
    std::fs::remove_file(&filler).unwrap();
    let before = stored(&controller.status("hello"));
    controller.drive("hello", "profiles after there is space", |status| {
        stored(status) >= before + 3
    });
    assert_eq!(controller.end(), Some(0));
}
