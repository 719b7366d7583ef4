//! `pgoctl help`: commands as clap shows them, and the pages of `docs/`.

use super::pages::Page;
use super::sandbox::Sandbox;

#[test]
fn help_of_a_command_is_what_its_flag_prints() {
    let sandbox = Sandbox::new();
    for command in [
        &[][..],
        &["run"],
        &["help"],
        &["profile"],
        &["profile", "check"],
    ] {
        let asked = sandbox.pgoctl(format!("help {}", command.join(" ")));
        let flag = sandbox.pgoctl(format!("{} --help", command.join(" ")));
        assert_eq!(asked.status, 0, "{}", asked.stderr);
        assert_eq!(asked.stdout, flag.stdout, "{command:?}");
    }
    let below = sandbox.pgoctl("profile help check");
    let flag = sandbox.pgoctl("profile check --help");
    assert_eq!(below.stdout, flag.stdout);
}

#[test]
fn every_page_is_a_topic() {
    let sandbox = Sandbox::new();
    let listed = sandbox.pgoctl("help").stdout;
    let mut topics = 0;
    for page in Page::all() {
        let Some(topic) = page.topic() else { continue };
        let said = sandbox.pgoctl(format!("help {topic}"));
        assert_eq!(said.status, 0, "{topic}: {}", said.stderr);
        let title = page.text.lines().next().unwrap().trim_start_matches("# ");
        assert_eq!(said.stdout.lines().next(), Some(title));
        let mut lines = listed.lines().map(str::trim);
        assert!(
            lines.any(|line| line.starts_with(topic) && line.ends_with(title)),
            "{listed}"
        );
        let command = pgoctl::cli::definition();
        assert!(command.find_subcommand(topic).is_none(), "{topic} is both");
        topics += 1;
    }
    assert!(topics > 9, "{topics}");
}

#[test]
fn a_page_in_the_terminal_has_its_outputs_and_no_markup() {
    let said = Sandbox::new().pgoctl("help profiles").stdout;
    for block in Page::read("docs/profiles.md").blocks() {
        for line in block.text.lines() {
            let line = format!("      {line}");
            assert!(said.contains(line.trim_end()), "{line}");
        }
    }
    for markup in ["```", "<!--", "](", "\n#"] {
        assert!(!said.contains(markup), "`{markup}` in\n{said}");
    }
    let linked = "[pgoctl help native-image-fails]";
    assert!(said.contains(linked), "{said}");
}

#[test]
fn a_word_that_is_not_a_topic_gets_its_neighbour() {
    let sandbox = Sandbox::new();
    let said = sandbox.pgoctl("help measurin");
    assert_eq!(said.status, 2);
    assert!(said.stderr.contains("'measuring'"), "{}", said.stderr);
    let said = sandbox.pgoctl("help profile chek");
    assert_eq!(said.status, 2);
    assert!(
        said.stderr.contains("there is no command `profile chek`"),
        "{}",
        said.stderr
    );
}
