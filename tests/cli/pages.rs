//! The README and the pages of `docs/`: what they show is what is printed, what they name is there.
//!
//! Before each block of output a comment says who made it: `session: FOLDER` is typed here (PGOCTL_BLESS=1 writes it again),
//! `lines of: FILE` are lines of that file (`…` stands for what was left out), `measured: COMMAND` was printed by that
//! command on the machine of which the text tells; `picture` and `layout` are nobody's output.

use std::path::Path;

use super::profile::shop;
use super::sandbox::Sandbox;

/// The README or a page.
pub struct Page {
    /// Its place in the project.
    pub name: String,
    /// The whole of it.
    pub text: String,
}

/// A block of code.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// The word after the fence.
    pub language: &'a str,
    /// What the comment before it says.
    pub comment: Option<&'a str>,
    /// What is between the fences.
    pub text: &'a str,
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Page {
    /// Reads the page at this place in the project.
    pub fn read(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: std::fs::read_to_string(project().join(name)).unwrap(),
        }
    }

    /// The README and every page in `docs/`.
    pub fn all() -> Vec<Self> {
        let files = std::fs::read_dir(project().join("docs")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let pages = names.filter(|name| name.ends_with(".md"));
        let mut names: Vec<String> = pages.map(|name| format!("docs/{name}")).collect();
        names.push("README.md".to_owned());
        names.sort();
        names.iter().map(|name| Self::read(name)).collect()
    }

    /// The word that `pgoctl help` knows it by, if it is a topic.
    pub fn topic(&self) -> Option<&str> {
        let name = self.name.strip_prefix("docs/")?.strip_suffix(".md")?;
        (name != "README").then_some(name)
    }

    /// Every block of code.
    pub fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks = Vec::new();
        let mut rest = self.text.as_str();
        while let Some((before, after)) = rest.split_once("```") {
            let (language, after) = after.split_once('\n').unwrap();
            let (text, after) = after.split_once("```").unwrap();
            let line = before.trim_end().lines().last().unwrap_or_default();
            let comment = line
                .strip_prefix("<!-- ")
                .and_then(|line| line.strip_suffix(" -->"));
            blocks.push(Block {
                language,
                comment,
                text,
            });
            rest = after;
        }
        blocks
    }

    /// The text without its blocks of code.
    fn prose(&self) -> String {
        let parts = self.text.split("```").step_by(2);
        parts.collect::<Vec<_>>().join("\n")
    }

    /// Where its links lead, as they are written.
    fn links(&self) -> Vec<String> {
        let prose = self.prose();
        let links = prose.split("](").skip(1);
        links
            .map(|rest| rest.split(')').next().unwrap().to_owned())
            .collect()
    }

    /// The anchors of its headings, as GitHub makes them.
    fn anchors(&self) -> Vec<String> {
        let prose = self.prose();
        let headings = prose.lines().filter(|line| line.starts_with('#'));
        let anchor = |line: &str| -> String {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        };
        headings.map(anchor).collect()
    }
}

#[test]
fn every_output_says_who_made_it() {
    let makefile = std::fs::read_to_string(project().join("Makefile")).unwrap();
    for page in Page::all() {
        for block in page.blocks() {
            assert!(
                ["text", "sh", "console", "yaml", "make", "toml"].contains(&block.language),
                "{}: a block of code in `{}`",
                page.name,
                block.language
            );
            let comment = block.comment.unwrap_or_default();
            if block.language != "text" {
                continue;
            }
            let known = match comment.split_once(": ") {
                Some(("session", folder)) => folder == SHOP,
                Some(("lines of", file)) => project().join(file).is_file(),
                Some(("measured", command)) => command
                    .strip_prefix("make ")
                    .and_then(|rest| rest.split(' ').next())
                    .is_some_and(|target| makefile.contains(&format!("\n{target}: "))),
                _ => ["picture", "layout"].contains(&comment),
            };
            assert!(known, "{}: `{comment}` before\n{}", page.name, block.text);
        }
    }
}

/// The folder that sessions are typed in.
const SHOP: &str = "a folder with two profiles";

#[test]
fn sessions_are_what_is_printed() {
    let mut typed = 0;
    for page in Page::all() {
        let mut text = page.text.clone();
        for block in page.blocks() {
            if block.comment != Some(&format!("session: {SHOP}")) {
                continue;
            }
            let now = session(block.text);
            typed += now.matches("$ pgoctl ").count();
            text = text.replacen(block.text, &now, 1);
        }
        if std::env::var_os("PGOCTL_BLESS").is_some() {
            std::fs::write(project().join(&page.name), &text).unwrap();
        } else {
            assert!(
                text == page.text,
                "{} shows something else than what is printed now; PGOCTL_BLESS=1 writes it again:\n{text}",
                page.name
            );
        }
    }
    assert!(typed > 0, "no page has a session");
}

/// Types the commands of a session and returns it with what is said to them.
fn session(block: &str) -> String {
    let sandbox = shop();
    let mut session = String::new();
    for command in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let said = sandbox.pgoctl(command.strip_prefix("pgoctl ").unwrap());
        assert_eq!(said.status, 0, "{command}: {}", said.stderr);
        session += &format!("$ {command}\n{}{}\n", said.stderr, said.stdout);
    }
    session.trim_end().to_owned() + "\n"
}

#[test]
fn quoted_lines_are_those_of_the_file() {
    let mut checked = 0;
    for page in Page::all() {
        for block in page.blocks() {
            let Some(file) = block
                .comment
                .and_then(|text| text.strip_prefix("lines of: "))
            else {
                continue;
            };
            let text = std::fs::read_to_string(project().join(file)).unwrap();
            let mut lines = text.lines();
            for quoted in block.text.lines() {
                assert!(
                    lines.any(|line| is_quoted(quoted, line)),
                    "{}: `{file}` has no line `{quoted}` after those before it",
                    page.name
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 0, "no page quotes a file");
}

/// Whether `quoted` is `line`, with `…` for what was left out.
fn is_quoted(quoted: &str, line: &str) -> bool {
    let mut parts = quoted.split('…');
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else {
        return false;
    };
    let mut whole = rest.is_empty();
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
        whole = part.is_empty() || rest.is_empty();
    }
    whole
}

#[test]
fn every_link_resolves() {
    for page in Page::all() {
        let folder = project().join(&page.name).parent().unwrap().to_owned();
        for link in page.links() {
            if link.starts_with("https://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = match file {
                "" => project().join(&page.name),
                _ => folder.join(file),
            };
            assert!(target.exists(), "{}: `{link}` leads nowhere", page.name);
            let text = || std::fs::read_to_string(&target).unwrap();
            let anchors = |text| {
                Page {
                    name: link.clone(),
                    text,
                }
                .anchors()
            };
            assert!(
                anchor.is_empty() || anchors(text()).iter().any(|one| one == anchor),
                "{}: `{link}`: there is no such heading",
                page.name
            );
        }
    }
}

#[test]
fn readme_and_list_lead_to_every_page() {
    for (list, folder) in [("README.md", "docs/"), ("docs/README.md", "")] {
        let links = Page::read(list).links();
        for page in Page::all() {
            let Some(topic) = page.topic() else { continue };
            let link = format!("{folder}{topic}.md");
            assert!(links.contains(&link), "{list} does not lead to `{topic}`");
        }
    }
}

#[test]
fn every_command_shown_is_one() {
    let mut checked = 0;
    for page in Page::all() {
        for block in page.blocks() {
            let text = block.text.replace("\\\n", " ");
            for line in text.lines() {
                if let Some(command) = command(block.language, line) {
                    let words = shlex::split(command).unwrap();
                    let parsed = pgoctl::cli::definition().try_get_matches_from(words);
                    assert!(
                        parsed.is_ok(),
                        "{}: `{command}`\n{}",
                        page.name,
                        parsed.unwrap_err()
                    );
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 20, "only {checked} commands were found");
}

/// The call of pgoctl in a line of a block.
fn command<'a>(language: &str, line: &'a str) -> Option<&'a str> {
    let line = match language {
        "sh" => line,
        "text" | "console" => line.strip_prefix("$ ")?,
        "yaml" => line.trim().strip_prefix("- run: ")?,
        "make" => line
            .split(['@', ';'])
            .find(|part| part.trim().starts_with("pgoctl "))?,
        _ => return None,
    };
    let line = line.trim();
    let end = line
        .find(" || ")
        .or_else(|| line.find("  #"))
        .unwrap_or(line.len());
    line.starts_with("pgoctl ").then(|| line[..end].trim())
}

#[test]
fn readme_has_every_command_and_exit_code() {
    let readme = Page::read("README.md");
    let row = |words: &str| {
        let mut rows = readme.text.lines().filter(|line| line.starts_with("| "));
        rows.any(|line| {
            let cell = line[2..].replace("\\|", "/");
            let cell = cell.split('|').next().unwrap_or_default();
            let mut all = cell.split(|c: char| !c.is_alphanumeric() && c != '-');
            all.any(|word| word == words)
        })
    };
    let definition = pgoctl::cli::definition();
    let commands = definition.get_subcommands();
    // What a pod calls is nobody's to type.
    for command in commands.filter(|command| !command.is_hide_set()) {
        assert!(
            row(command.get_name()),
            "`{}` has no row",
            command.get_name()
        );
    }
    let help = Sandbox::new().pgoctl("-h").stdout;
    let codes = help.split_once("Exit codes:").unwrap().1.lines();
    let codes: Vec<&str> = codes
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(codes.len() > 9, "{help}");
    for code in codes {
        assert!(row(code), "exit code {code} has no row");
    }
}

#[test]
fn pages_are_as_wide_as_a_terminal() {
    for page in Page::all() {
        if page.topic().is_none() {
            continue;
        }
        for line in page.prose().lines().filter(|line| !line.starts_with('|')) {
            assert!(line.chars().count() <= 100, "{}: {line}", page.name);
        }
    }
}
