//! `man`: pages for each command.

use super::sandbox::Sandbox;

#[test]
fn every_command_has_a_page_that_man_can_read() {
    let sandbox = Sandbox::new();
    sandbox.succeeds("man pages");
    for page in ["pgoctl.1", "pgoctl-run.1", "pgoctl-profile-merge.1"] {
        let text = sandbox.read(&format!("pages/{page}"));
        assert!(
            text.contains(".TH pgoctl") && text.contains(".SH OPTIONS"),
            "{page}: {text}"
        );
    }
}

#[test]
fn without_a_folder_its_own_page_is_printed() {
    let said = Sandbox::new().succeeds("man");
    assert!(said.stdout.contains(".SH NAME"), "{}", said.stdout);
}
