//! Whole conversations as golden files: what a user types, what pgoctl says, how it ends.
//!
//! Paths, times, sizes and names that differ from run to run become placeholders. `PGOCTL_BLESS=1 cargo test` writes the files
//! anew; they are read in the diff like code.

use std::path::Path;

use super::sandbox::{Said, Sandbox};

/// Compares `said`, the answer to `pgoctl LINE`, with `fixtures/golden/<name>.txt`.
pub fn conversation(name: &str, sandbox: &Sandbox, line: &str, said: &Said) {
    let result = match said.stdout.as_str() {
        "" => "nothing",
        _ => "a result",
    };
    let text = format!(
        "$ pgoctl {line}\n{}[stdout: {result}; exit status {}]\n",
        said.stderr, said.status
    );
    compare(name, &redacted(&text, sandbox.path()));
}

fn compare(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/golden")
        .join(format!("{name}.txt"));
    if std::env::var_os("PGOCTL_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; PGOCTL_BLESS=1 writes it", path.display()));
    assert!(
        golden == text,
        "{} says otherwise.\n--- golden\n{golden}\n--- now\n{text}\nPGOCTL_BLESS=1 writes it anew",
        path.display()
    );
}

/// Replaces what differs from run to run.
fn redacted(text: &str, work: &Path) -> String {
    let real = work.canonicalize().unwrap();
    let text = text
        .replace(&real.display().to_string(), "$WORK")
        .replace(&work.display().to_string(), "$WORK");
    // The tool's own last lines tell of the machine, of sizes and times: of them only the errors are kept.
    let kept = |line: &&str| !line.starts_with("  | ") || line.to_lowercase().contains("error");
    let lines = text.lines().filter(kept).map(|line| {
        let line = match line.split_once(" after ") {
            // Whole seconds, but not those that were asked for.
            Some((head, tail)) if head.contains('`') && tail.ends_with(" s") => {
                format!("{head} after <n> s")
            }
            _ => line.to_owned(),
        };
        let line = line.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c));
        line.map(word).collect::<String>()
    });
    let mut text = lines.collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

/// One word with the sign that ends it.
fn word(word: &str) -> String {
    let body = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let rest = &word[body.len()..];
    let hex = |text: &str| text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let body = if hex(body) {
        "<identity>".to_owned()
    } else if let Some((head, tail)) = body.split_once('-').filter(|(head, _)| hex(head)) {
        let _ = head;
        format!("<identity>-{tail}")
    } else if let Some(tail) = body.strip_prefix("merged-").filter(|tail| tail.len() >= 16) {
        format!("merged-<identity>{}", &tail[16..])
    } else if is_run(body) {
        "<run>".to_owned()
    } else if body.starts_with("svm_err_b_") {
        "svm_err_b_<time>.md".to_owned()
    } else if body.starts_with(".tmp-") {
        ".tmp-<id>".to_owned()
    } else if body.len() >= 4 && body.bytes().all(|b| b.is_ascii_digit()) {
        // Ports and process numbers.
        "<n>".to_owned()
    } else if number_of_a_clock(body) {
        "<n>".to_owned()
    } else {
        body.to_owned()
    };
    body + rest
}

/// `20261125T195500-3fa2c1`
fn is_run(text: &str) -> bool {
    text.split_once("T").is_some_and(|(date, rest)| {
        date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) && rest.contains('-')
    })
}

/// Times and sizes are written with a point, or with their unit at once: `0.1`, `12.5ms`, `1.4s`, `0.15GB`.
fn number_of_a_clock(text: &str) -> bool {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &text[digits.len()..];
    digits.contains('.')
        && digits.parse::<f64>().is_ok()
        && (unit.is_empty() || ["s", "ms", "µs", "GB", "MB", "kB"].contains(&unit))
}
