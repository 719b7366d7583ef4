//! `help`: the help of a command, or a page of `docs/` as the terminal shows it. The pages are built in, so that the
//! binary and the project say the same words.

use anstyle::Style;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command};
use comfy_table::{ContentArrangement, Table, presets};

use crate::error::{Error, Result};
use crate::ui::Ui;

/// Columns that a page takes at most; its paragraphs are written for this.
const WIDTH: u16 = 100;

macro_rules! pages {
    ($($name:literal),* $(,)?) => {
        &[$(Topic { name: $name, page: include_str!(concat!("../../docs/", $name, ".md")) }),*]
    };
}

/// Every page of `docs/` but its list, in the order of that list.
const TOPICS: &[Topic] = pages![
    "variants",
    "configuration",
    "reports",
    "measuring",
    "load",
    "gates",
    "bench-anything",
    "profiles",
    "hotspot",
    "training",
    "train-on-hotspot",
    "community-pgo",
    "experiments",
    "tracing",
    "controller",
    "profile-store",
    "kubernetes",
    "scale",
    "native-image-fails",
    "on-disk",
];

/// A page and the word that asks for it.
struct Topic {
    name: &'static str,
    page: &'static str,
}

impl Topic {
    fn title(&self) -> &'static str {
        let first = self.page.lines().next().unwrap_or_default();
        first.trim_start_matches("# ")
    }
}

#[derive(Debug, Args)]
pub(super) struct HelpArgs {
    /// A command, or one of the topics
    #[arg(value_name = "COMMAND|TOPIC", index = 1)]
    what: Option<String>,
    /// A command of that command: `help profile check`
    #[arg(value_name = "COMMAND", index = 2)]
    within: Vec<String>,
}

/// Prints the help of what was asked for; `command` is the definition of the command line.
///
/// # Errors
/// [`crate::error::ErrorKind::Usage`] if a command has no command of that name.
pub(super) fn help(args: &HelpArgs, mut command: Command, ui: &Ui) -> Result<()> {
    let words: Vec<&str> = args
        .what
        .iter()
        .chain(&args.within)
        .map(String::as_str)
        .collect();
    if let [word] = words[..]
        && let Some(topic) = TOPICS.iter().find(|topic| topic.name == word)
    {
        let heading = if ui.color_stdout() {
            Style::new().bold()
        } else {
            Style::new()
        };
        return ui.result(&plain(
            topic.page,
            heading,
            ui.width().unwrap_or(WIDTH).min(WIDTH),
        ));
    }
    command.build();
    let mut found = &mut command;
    for word in &words {
        found = match found.find_subcommand_mut(word) {
            Some(command) => command,
            None => return Err(unknown(&words)),
        };
    }
    let text = found.render_long_help();
    let text = if ui.color_stdout() {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    ui.result(&text)
}

fn unknown(words: &[&str]) -> Error {
    let hint = match words {
        [command, _, ..] if TOPICS.iter().all(|topic| topic.name != *command) => {
            format!("`pgoctl help {command}` lists what there is")
        }
        _ => "`pgoctl help` lists the commands and the topics".to_owned(),
    };
    Error::usage(format!("there is no command `{}`", words.join(" "))).hint(hint)
}

/// Adds the topics to the definition of the command line: to its long help after `footer`, and to what `help` takes.
/// Commands that have commands get a `help` of their own, as clap would give them one.
pub(super) fn with_topics(command: Command, footer: &str) -> Command {
    let commands = command
        .get_subcommands()
        .map(|command| command.get_name().to_owned());
    let commands: Vec<PossibleValue> = commands.map(PossibleValue::new).collect();
    let topics = TOPICS
        .iter()
        .map(|topic| PossibleValue::new(topic.name).help(topic.title()));
    let words = PossibleValuesParser::new(commands.into_iter().chain(topics));
    command
        .after_long_help(format!(
            "{footer}\n\nTopics (`pgoctl help TOPIC`):{}",
            list()
        ))
        .mut_subcommands(|command| match command.has_subcommands() {
            true => command.subcommand(help_below()),
            false => command,
        })
        .mut_subcommand("help", |help| {
            help.mut_arg("what", |what| {
                what.value_parser(words).hide_possible_values(true)
            })
        })
}

/// A line for each topic.
fn list() -> String {
    let longest = TOPICS
        .iter()
        .map(|topic| topic.name.len())
        .max()
        .unwrap_or_default();
    let line = |topic: &Topic| format!("\n  {:longest$}  {}", topic.name, topic.title());
    TOPICS.iter().map(line).collect()
}

/// `profile help`.
fn help_below() -> Command {
    let within = Arg::new("within")
        .value_name("COMMAND")
        .action(ArgAction::Append)
        .num_args(0..);
    Command::new("help")
        .about("Print the help of a command")
        .arg(within.help("A command"))
}

/// What was asked for, if it was `profile help …`.
pub(super) fn asked_below(matches: &ArgMatches) -> Option<HelpArgs> {
    let (command, matches) = matches.subcommand()?;
    let (word, matches) = matches.subcommand()?;
    let within = || Some(matches.get_many("within")?.cloned().collect());
    (word == "help").then(|| HelpArgs {
        what: Some(command.to_owned()),
        within: within().unwrap_or_default(),
    })
}

/// A page as text: headings at the margin, paragraphs and tables by two, code by six columns; no comments, no targets of links.
fn plain(page: &str, heading: Style, width: u16) -> String {
    let mut text = String::new();
    let mut code = false;
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            code = !code;
        } else if code {
            indent(&mut text, 6, line);
        } else if line.starts_with("<!--") {
        } else if line.starts_with('#') {
            let title = inline(line.trim_start_matches('#').trim_start());
            text += &format!("{heading}{title}{heading:#}\n");
        } else {
            let mut block = vec![line];
            let table = line.starts_with('|');
            while let Some(next) = lines.next_if(|next| is_more(table, line, next)) {
                block.push(next);
            }
            let block = if table {
                rows(&block, width)
            } else {
                inline(&block.join("\n"))
            };
            block.lines().for_each(|line| indent(&mut text, 2, line));
            if block.is_empty() {
                text.push('\n');
            }
        }
    }
    text
}

/// Whether `next` goes on with the table or the paragraph that begins with `first`.
fn is_more(table: bool, first: &str, next: &str) -> bool {
    match table {
        true => next.starts_with('|'),
        false => {
            !first.is_empty() && !next.is_empty() && !next.starts_with(['#', '|', '-', '`', '<'])
        }
    }
}

fn indent(text: &mut String, columns: usize, line: &str) {
    if !line.is_empty() {
        text.extend(std::iter::repeat_n(' ', columns));
        text.push_str(line);
    }
    text.push('\n');
}

/// A table of Markdown, drawn as wide as it needs and at most `width`.
fn rows(lines: &[&str], width: u16) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .force_no_tty()
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width - 2);
    let cells = |line: &str| -> Vec<String> {
        let line = line.trim_matches('|').replace("\\|", "\u{0}");
        line.split('|')
            .map(|cell| inline(cell.trim()).replace('\u{0}', "|"))
            .collect()
    };
    for line in lines.iter().filter(|line| !line.starts_with("|--")) {
        table.add_row(cells(line));
    }
    table.trim_fmt()
}

/// Text without the signs of Markdown, except for what is set as code; a link to another page becomes the command that shows it.
fn inline(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '*', '[']) {
        let (before, from) = rest.split_at(at);
        plain += before;
        rest = if let Some(code) = from.strip_prefix('`') {
            let end = code.find('`').map_or(from.len(), |end| end + 2);
            plain += &from[..end];
            &from[end..]
        } else if from.starts_with('*') {
            from.trim_start_matches('*')
        } else if let Some((words, target, after)) = link(from) {
            plain += &inline(words);
            if let Some(topic) = TOPICS
                .iter()
                .find(|topic| target == format!("{}.md", topic.name))
            {
                plain += &format!(" [pgoctl help {}]", topic.name);
            }
            after
        } else {
            plain.push('[');
            &from[1..]
        };
    }
    plain + rest
}

/// The words, the target without its anchor, and what follows, if `text` begins with a link.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (words, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (target, after) = rest.split_once(')')?;
    Some((words, target.split('#').next().unwrap_or_default(), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_loses_its_markup_and_keeps_its_code() {
        let page = "# Gates\n\n<!-- measured: make demo -->\n```text\n$ a  `b` *c*\n\n  d\n```\n\n\
                    - **Worse** is *worse*, see [the load](load.md#tls) and `[gate] a*b`.\n  More.\n\
                    - [src](../src/)\n\n| a | `b\\|c` |\n|---|---|\n| long | d |\n";
        let text = plain(page, Style::new(), 80);
        assert_eq!(
            text,
            "Gates\n\n      $ a  `b` *c*\n\n        d\n\n  - Worse is worse, see the load [pgoctl help load] and `[gate] a*b`.\n    \
             More.\n  - src\n\n   a     `b|c`\n   long  d\n"
        );
    }
}
