//! Words of a command as one would type them into a shell.

use std::borrow::Cow;
use std::ffi::OsStr;

/// Quotes `word` where a shell would not take it as it is.
///
/// `shlex` quotes `=`, `,` and `%` too; `--flag=value` is easier to read without.
pub(super) fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    // Nobody can type a word with a NUL byte, and no program can be given one.
    let quoted = shlex::try_quote(&word).map(Cow::into_owned);
    quoted.unwrap_or_else(|_| word.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_shell_would_take_otherwise_is_quoted() {
        let of = |word: &str| quoted(word.as_ref());
        for plain in ["-jar", "--pgo=a,b.iprof", "-XX:+Flag", "/a/b_c@1%"] {
            assert_eq!(of(plain), plain);
        }
        assert_eq!(of("/opt/my jdk"), "'/opt/my jdk'");
        assert_eq!(of("it's"), "\"it's\"");
    }

    #[test]
    fn a_shell_reads_every_word_as_it_was() {
        for word in [
            "",
            "it's",
            "a b",
            "$x",
            "\"",
            "`a`",
            "\\",
            "{\"n\": 'x'}",
            "a\nb",
        ] {
            let typed = quoted(word.as_ref());
            assert_eq!(shlex::split(&typed), Some(vec![word.to_owned()]), "{typed}");
        }
    }
}
