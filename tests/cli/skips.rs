//! What a machine lacks is said, counted, and a failure where it is required.

use std::process::Command;

use super::needs::{Need, is_required};
use super::sandbox::{Said, Sandbox};

#[test]
fn what_is_required_is_a_list_of_names_or_all() {
    assert!(is_required(Need::Shared, "functions, shared"));
    assert!(!is_required(Need::Shared, "functions,git"));
    assert!(!is_required(Need::Shared, ""));
    assert!(is_required(Need::Shared, "all"));
}

#[test]
#[should_panic(expected = "nothing is called `shred`")]
fn a_misspelt_requirement_is_not_taken_for_none() {
    is_required(Need::Shared, "shared,shred");
}

/// The test that needs a Chromium, once more as a process of its own, where there is none.
fn without_chromium(sandbox: &Sandbox, require: &str) -> Said {
    let test = "html::the_page_shows_its_plots_on_a_desk_on_a_phone_and_in_the_dark";
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test])
        .env("PATH", sandbox.path())
        .env("PGOCTL_TEST_SKIPPED", sandbox.path().join("skipped"))
        .env("PGOCTL_TEST_REQUIRE", require);
    Said::of(&command.output().unwrap())
}

#[test]
fn a_skip_is_said_and_noted_with_its_reason() {
    let sandbox = Sandbox::new();
    let said = without_chromium(&sandbox, "shared");
    assert_eq!(said.status, 0, "{}{}", said.stdout, said.stderr);
    let test = "html::the_page_shows_its_plots_on_a_desk_on_a_phone_and_in_the_dark";
    assert_eq!(
        said.stderr,
        format!("skipped: {test}: no chromium on PATH\n")
    );
    assert_eq!(
        sandbox.read("skipped"),
        format!("{test}\tchromium: no chromium on PATH\n")
    );
}

#[test]
fn a_skip_of_what_is_required_is_a_failure() {
    let sandbox = Sandbox::new();
    let said = without_chromium(&sandbox, "git,chromium");
    assert_eq!(said.status, 101, "{}{}", said.stdout, said.stderr);
    assert!(
        said.stdout
            .contains("asks for `chromium`: no chromium on PATH"),
        "{}",
        said.stdout
    );
}
