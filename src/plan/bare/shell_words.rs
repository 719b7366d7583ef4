//! What a shell would do with a command, and nobody else does: redirections, pipes, variables, patterns.
//!
//! `bench 'CMD'` starts a program itself, as `exec` would. Words that a shell would read otherwise are found here, so that they are
//! refused instead of handed to the program as arguments (Shell Command Language, POSIX.1-2024, chapter 2).

/// Something that only a shell does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ForAShell {
    /// It as it was written: `<`, `$HOME`, `*.txt`.
    pub(super) text: String,
    /// What a shell does with it.
    pub(super) does: Does,
}

/// What a shell does with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    Redirects,
    JoinsCommands,
    Expands,
    FindsFiles,
    GoesHome,
    SetsVariable,
}

impl Does {
    /// In words, after what it is.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Redirects => "redirects only in a shell",
            Self::JoinsCommands => "puts commands together only in a shell",
            Self::Expands => "stands for a value only in a shell",
            Self::FindsFiles => "stands for names of files only in a shell",
            Self::GoesHome => "stands for a home folder only in a shell",
            Self::SetsVariable => "sets a variable only in a shell",
        }
    }
}

/// How a character is quoted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoted {
    Not,
    /// Between `"`: a shell still expands `$` and backticks.
    Weakly,
    /// Between `'`, or after `\`: it stands for itself.
    Wholly,
}

/// The first thing in `command` that only a shell does.
pub(super) fn first(command: &str) -> Option<ForAShell> {
    let chars = quoted(command);
    let found = |text: String, does| Some(ForAShell { text, does });
    let mut in_word = false;
    let mut is_first_word = true;
    let mut word_begins = 0;
    for (at, &(c, how)) in chars.iter().enumerate() {
        let next = chars.get(at + 1).map(|(c, _)| *c);
        let blank = how == Quoted::Not && c.is_whitespace() && c != '\n';
        if !in_word && !blank {
            (in_word, word_begins) = (true, at);
        }
        let begins = word_begins == at;
        let word = || word_at(&chars, word_begins);
        match (c, how) {
            (' ' | '\t' | '\r', Quoted::Not) => {
                is_first_word &= !in_word;
                in_word = false;
            }
            ('<' | '>', Quoted::Not) => return found(run_of(&chars, at, "<>&|"), Does::Redirects),
            ('|' | '&' | ';' | '(' | ')', Quoted::Not) => {
                return found(run_of(&chars, at, "|&;"), Does::JoinsCommands);
            }
            // A last line break ends nothing but the command itself.
            ('\n', Quoted::Not) if chars[at..].iter().any(|(c, _)| !c.is_whitespace()) => {
                return found("a line break".to_owned(), Does::JoinsCommands);
            }
            ('$', Quoted::Not | Quoted::Weakly) if next.is_some_and(begins_a_variable) => {
                return found(variable(&chars[at..]), Does::Expands);
            }
            ('`', Quoted::Not | Quoted::Weakly) => return found("`".to_owned(), Does::Expands),
            ('~', Quoted::Not) if begins => return found(word(), Does::GoesHome),
            ('*' | '?', Quoted::Not) => return found(word(), Does::FindsFiles),
            ('[', Quoted::Not) if closes(&chars[at + 1..]) => {
                return found(word(), Does::FindsFiles);
            }
            ('=', Quoted::Not) if is_first_word && is_name(&chars[word_begins..at]) => {
                return found(word(), Does::SetsVariable);
            }
            _ => {}
        }
    }
    None
}

/// The characters of a command without its quotes, each with how it was quoted.
fn quoted(command: &str) -> Vec<(char, Quoted)> {
    let mut chars = Vec::new();
    let mut open = None;
    let mut rest = command.chars();
    while let Some(c) = rest.next() {
        match (c, open) {
            ('\'' | '"', None) => open = Some(c),
            (c, Some(quote)) if c == quote => open = None,
            ('\\', None | Some('"')) => {
                chars.extend(rest.next().map(|c| (c, Quoted::Wholly)));
            }
            (c, None) => chars.push((c, Quoted::Not)),
            (c, Some('"')) => chars.push((c, Quoted::Weakly)),
            (c, Some(_)) => chars.push((c, Quoted::Wholly)),
        }
    }
    chars
}

/// The word that begins there, without its quotes.
fn word_at(chars: &[(char, Quoted)], begin: usize) -> String {
    let of_word = |(c, how): &&(char, Quoted)| *how != Quoted::Not || !c.is_whitespace();
    let word = chars[begin..].iter().take_while(of_word);
    word.map(|(c, _)| *c).collect()
}

/// An operator as it was written: `>>`, `2>&1` from its `>`, `&&`.
fn run_of(chars: &[(char, Quoted)], at: usize, of: &str) -> String {
    let more = chars[at + 1..]
        .iter()
        .take_while(|(c, how)| *how == Quoted::Not && of.contains(*c));
    chars[at..=at].iter().chain(more).map(|(c, _)| *c).collect()
}

/// Whether `$` before this is more than a dollar.
fn begins_a_variable(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_{(?!#@*-$".contains(c)
}

fn variable(chars: &[(char, Quoted)]) -> String {
    let begin: String = chars.iter().take(2).map(|(c, _)| *c).collect();
    let is_name = |(c, _): &&(char, Quoted)| c.is_ascii_alphanumeric() || *c == '_';
    let name = chars.iter().skip(2).take_while(is_name).map(|(c, _)| *c);
    match begin.ends_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '{') {
        true => {
            begin.chars().chain(name).collect::<String>() + if begin == "${" { "}" } else { "" }
        }
        false => begin,
    }
}

/// Whether the `[` before this is closed in its word.
fn closes(rest: &[(char, Quoted)]) -> bool {
    let of_word = |(c, how): &&(char, Quoted)| *how != Quoted::Not || !c.is_whitespace();
    let mut word = rest.iter().take_while(of_word);
    word.any(|one| *one == (']', Quoted::Not))
}

/// Whether it is what a variable may be called.
fn is_name(chars: &[(char, Quoted)]) -> bool {
    let of_name =
        |(c, how): &(char, Quoted)| *how == Quoted::Not && (c.is_ascii_alphanumeric() || *c == '_');
    chars.first().is_some_and(|(c, _)| !c.is_ascii_digit()) && chars.iter().all(of_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_shell_does_is_found() {
        for (command, text, does) in [
            ("./work.sh < in.txt", "<", Does::Redirects),
            ("./work.sh <in.txt", "<", Does::Redirects),
            ("./work.sh >> out 2>&1", ">>", Does::Redirects),
            ("./work.sh 2>&1", ">&", Does::Redirects),
            ("./work.sh | wc", "|", Does::JoinsCommands),
            ("./work.sh && true", "&&", Does::JoinsCommands),
            ("./work.sh &", "&", Does::JoinsCommands),
            ("./work.sh; true", ";", Does::JoinsCommands),
            ("(./work.sh)", "(", Does::JoinsCommands),
            ("./work.sh\ntrue", "a line break", Does::JoinsCommands),
            ("./work.sh $HOME/x", "$HOME", Does::Expands),
            ("./work.sh \"$HOME/x\"", "$HOME", Does::Expands),
            ("./work.sh ${HOME:-x}", "${HOME}", Does::Expands),
            ("./work.sh $(date)", "$(", Does::Expands),
            ("./work.sh $?", "$?", Does::Expands),
            ("./work.sh `date`", "`", Does::Expands),
            ("./work.sh ~/x", "~/x", Does::GoesHome),
            ("~/work.sh", "~/work.sh", Does::GoesHome),
            ("./work.sh *.txt", "*.txt", Does::FindsFiles),
            ("./work.sh a?c", "a?c", Does::FindsFiles),
            ("./work.sh [ab].txt", "[ab].txt", Does::FindsFiles),
            ("X=1 ./work.sh", "X=1", Does::SetsVariable),
            ("X='a b' ./work.sh", "X=a b", Does::SetsVariable),
        ] {
            let expected = ForAShell {
                text: text.to_owned(),
                does,
            };
            assert_eq!(first(command), Some(expected), "{command}");
        }
    }

    #[test]
    fn what_is_quoted_or_means_nothing_to_a_shell_is_the_programs() {
        for command in [
            "./work.sh '<' \"|\" \\> '$HOME' \\$HOME '*' \"~\" '`'",
            "./work.sh --name=value a=b",
            "./work.sh --port {port} {n}",
            "./work.sh a~b 100% $ 5$",
            "test [ x ]",
            "'X=1' y",
            "./app.jar\n",
            "1X=2 y",
            "./work.sh -- - + @ ^ ! # a",
        ] {
            assert_eq!(first(command), None, "{command}");
        }
    }
}
