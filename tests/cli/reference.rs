//! `docs/configuration.md` is whole: every key and every variable that pgoctl knows is there, and the file in it can be read.

use std::collections::BTreeSet;

use super::pages::Page;
use super::sandbox::Sandbox;

#[test]
fn the_configuration_page_is_a_file_that_pgoctl_reads() {
    let page = Page::read("docs/configuration.md");
    let sandbox = Sandbox::new();
    sandbox.write("pgoctl.toml", page.blocks()[0].text);
    // What it names is not there; that is said after the file was read.
    let said = sandbox.pgoctl("run --dry-run");
    assert_eq!(said.status, 2, "{}", said.stderr);
    assert!(said.stderr.contains("hello.jar"), "{}", said.stderr);
    assert!(!said.stderr.contains("expects"), "{}", said.stderr);
}

#[test]
fn the_configuration_page_has_every_key() {
    let page = Page::read("docs/configuration.md");
    let words: BTreeSet<&str> = page
        .text
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .collect();
    let function = "[function.hello]\njar = \"a\"\n";
    let work = "[function.hello.workload]\n";
    for table in [
        "".to_owned(),
        "[function.hello]\n".to_owned(),
        format!("{function}{work}"),
        format!("{function}{work}requests = [ {{ path = \"/\", qqqqqqqq = 1 }} ]\n"),
        format!("{function}{work}requests = [ {{ path = \"/\", expect = {{ qqqqqqqq = 1 }} }} ]\n"),
        format!("{function}{work}invoke = {{ qqqqqqqq = 1 }}\n"),
        format!("{function}{work}[function.hello.serve]\n"),
        "[toolchain]\n".to_owned(),
        "[train]\n".to_owned(),
        "[bench]\n".to_owned(),
        "[gate]\n".to_owned(),
        "[[gate.waiver]]\n".to_owned(),
    ] {
        let sandbox = Sandbox::new();
        let unknown = if table.contains("qqqqqqqq") {
            ""
        } else {
            "qqqqqqqq = 1\n"
        };
        sandbox.write("pgoctl.toml", &format!("{table}{unknown}"));
        let said = sandbox.pgoctl("run --dry-run").stderr;
        let (_, known) = said
            .split_once("known here: ")
            .unwrap_or_else(|| panic!("{table}{said}"));
        for key in known.split('`').skip(1).step_by(2) {
            assert!(
                words.contains(key),
                "`{key}` is not in {}\n{table}",
                page.name
            );
        }
    }
}

#[test]
fn the_configuration_page_has_every_variable() {
    let page = Page::read("docs/configuration.md");
    let mut commands = vec![pgoctl::cli::definition()];
    let mut variables = BTreeSet::new();
    while let Some(command) = commands.pop() {
        let named = command
            .get_arguments()
            .filter_map(|argument| argument.get_env());
        variables.extend(named.map(|name| name.to_string_lossy().into_owned()));
        commands.extend(command.get_subcommands().cloned());
    }
    assert!(variables.len() > 15, "{variables:?}");
    for variable in variables {
        assert!(page.text.contains(&format!("`{variable}`")), "{variable}");
    }
}
