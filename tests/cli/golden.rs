//! Whole conversations as golden files: what a user types, what pgoctl writes to stdout and to stderr, how it ends.
//!
//! Paths, times, sizes and names that differ from run to run become placeholders, as wide as what they stand for wherever that
//! is always as wide, so that the alignment of tables is tested too. `PGOCTL_BLESS=1 cargo test` writes the files anew; they are
//! read in the diff like code.

use std::path::Path;

use super::sandbox::{Said, Sandbox};

/// Compares `said`, the answer to `pgoctl LINE`, with `fixtures/golden/<name>.txt`.
///
/// # Errors
///
/// Both texts, where they differ.
pub fn conversation(name: &str, sandbox: &Sandbox, line: &str, said: &Said) -> Result<(), String> {
    let mut text = format!("$ pgoctl {line}\n");
    for (stream, said) in [("stdout", &said.stdout), ("stderr", &said.stderr)] {
        if !said.is_empty() {
            text += &format!("--- {stream}\n{}", redacted(said, sandbox.path()));
        }
    }
    text += &format!("[exit status {}]\n", said.status);
    compare(name, &text)
}

fn compare(name: &str, text: &str) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/golden")
        .join(format!("{name}.txt"));
    if std::env::var_os("PGOCTL_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    if golden == text {
        return Ok(());
    }
    Err(format!(
        "{} says otherwise.\n--- golden\n{golden}\n--- now\n{text}\nPGOCTL_BLESS=1 writes it anew\n",
        path.display()
    ))
}

/// Replaces what differs from run to run.
fn redacted(text: &str, work: &Path) -> String {
    let mut out = String::new();
    // A table ends at an empty line.
    for (at, paragraph) in text.split("\n\n").enumerate() {
        if at > 0 {
            out += "\n\n";
        }
        out += &paragraph_redacted(paragraph, work);
    }
    out
}

fn paragraph_redacted(paragraph: &str, work: &Path) -> String {
    // The tool's own last lines tell of the machine, of sizes and times: of them only the errors are kept.
    let kept = |line: &&str| !line.starts_with("  | ") || line.to_lowercase().contains("error");
    let before: Vec<&str> = paragraph.lines().filter(kept).collect();
    let mut after: Vec<String> = before
        .iter()
        .map(|line| line_redacted(line, work))
        .collect();
    // Rules are as long as the longest row, whose paths are shorter now.
    let longest = |lines: &mut dyn Iterator<Item = &str>| {
        let rows = lines.filter(|line| !is_rule(line));
        rows.map(|row| row.chars().count()).max().unwrap_or(0)
    };
    let (was, is) = (
        longest(&mut before.iter().copied()),
        longest(&mut after.iter().map(String::as_str)),
    );
    for rule in after.iter_mut().filter(|line| is_rule(line)) {
        let sign = rule.chars().next().unwrap().to_string();
        *rule = sign.repeat((rule.chars().count() + is).saturating_sub(was));
    }
    let end = if paragraph.ends_with('\n') { "\n" } else { "" };
    after.join("\n") + end
}

fn is_rule(line: &str) -> bool {
    !line.is_empty() && line.chars().all(|c| "─═".contains(c))
}

fn line_redacted(line: &str, work: &Path) -> String {
    let line = &last_column_of_times(line);
    if let Some(line) = of_the_machine(line) {
        return line;
    }
    let real = work.canonicalize().unwrap();
    let line = line
        .replace(&real.display().to_string(), "$WORK")
        .replace(&work.display().to_string(), "$WORK");
    let line = match line.split_once(" after ") {
        // Whole seconds, but not those that were asked for.
        Some((head, tail)) if head.contains('`') && tail.ends_with(" s") => {
            format!("{head} after <n> s")
        }
        _ => line,
    };
    let line = short_times(&line);
    let mut out = String::new();
    for part in line.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)) {
        let word = word(part);
        let wider = word.chars().count().checked_sub(part.chars().count());
        // A number to the right of its column: the column stays as wide.
        let column = word.starts_with("<n>") && out.ends_with("  ");
        match wider {
            Some(wider) if column => out.truncate(out.len().saturating_sub(wider)),
            None if column => out += &" ".repeat(part.chars().count() - word.chars().count()),
            _ => {}
        }
        out += &word;
    }
    out
}

/// A time that ends a row is as wide as the longest of them: `reused   0 ms` beside `reused   11 ms`.
fn last_column_of_times(line: &str) -> String {
    let number = line.strip_suffix(" ms").map(|head| {
        let end = head.trim_end_matches(|c: char| c.is_ascii_digit());
        (end.len() < head.len()).then(|| end.trim_end())
    });
    match number.flatten() {
        Some(head) => format!("{head}   <n> ms"),
        None => line.to_owned(),
    }
}

/// Times below a tenth of a second are written as `57 ms`, longer ones as `0.1 s`: both are the same to a column.
fn short_times(line: &str) -> String {
    let mut line = line.to_owned();
    for ms in 1..100 {
        let short = format!(" {ms} ms ");
        let long = format!("{:>1$}", "0.0 s ", short.len());
        line = line.replace(&short, &long);
    }
    line
}

/// A line that tells of the machine, or of the day: the report's first lines, and keys of its JSON.
fn of_the_machine(line: &str) -> Option<String> {
    if line.starts_with("  ") && line.contains(" cores, ") && line.contains(" GB, ") {
        return Some("  <processor, cores, memory, system>".to_owned());
    }
    let (key, value) = line.split_once("\": ")?;
    let name = key.trim_start().strip_prefix('"')?;
    let keys = [
        "started",
        "finished",
        "os",
        "kernel",
        "cpu",
        "cores",
        "memory_bytes",
    ];
    let comma = if value.ends_with(',') { "," } else { "" };
    keys.contains(&name)
        .then(|| format!("{key}\": <{name}>{comma}"))
}

/// One word with the sign that ends it.
fn word(word: &str) -> String {
    let body = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let rest = &word[body.len()..];
    let hex = |text: &str| text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let body = if hex(body) {
        placeholder("identity", 16)
    } else if let Some((_, tail)) = body.split_once('-').filter(|(head, _)| hex(head)) {
        format!("{}-{tail}", placeholder("identity", 16))
    } else if let Some(tail) = body.strip_prefix("merged-").filter(|tail| tail.len() >= 16) {
        format!("merged-{}{}", placeholder("identity", 16), &tail[16..])
    } else if is_run(body) {
        placeholder("run", body.len())
    } else if body.starts_with("svm_err_b_") {
        "svm_err_b_<time>.md".to_owned()
    } else if body.starts_with(".tmp-") {
        // A process number and a random word: in no column, and not of one length.
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

/// `<---name--->`, as wide as what it stands for.
fn placeholder(name: &str, width: usize) -> String {
    format!("<{name:-^0$}>", width.saturating_sub(2))
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
