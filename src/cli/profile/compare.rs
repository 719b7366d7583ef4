//! `profile diff` and `profile overlap`.

use std::path::PathBuf;

use clap::Args;

use super::inputs::{Folders, Limit, passed_over, stdin_once, unreadable};
use super::output::answer;
use super::show::{Narrow, too_much};
use super::text::{Columns, count, percent};
use crate::cli::global::Global;
use crate::error::{Error, Result};
use crate::profile::iprof::counts::profile::{Counts, read_with};
use crate::profile::iprof::look::diff::{DiffReport, Listed, MethodCalls, diff as compare};
use crate::profile::iprof::look::leaves::DiffOptions;
use crate::profile::iprof::look::overlap::{Matrix, OverlapReport, overlap as agreement};
use crate::profile::iprof::look::sources::{Sources, sources};
use crate::profile::iprof::merge::inputs::choose;
use crate::profile::iprof::names::symbols::Symbols;
use crate::ui::Ui;
use crate::workdir::FileId;

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// The profile before; `-` is standard input
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// The profile after
    #[arg(value_name = "AFTER")]
    after: PathBuf,
    #[command(flatten)]
    narrow: Narrow,
    /// A branch counts as flipped only if it was reached at least so often on both sides
    #[arg(long, value_name = "N", default_value_t = 100)]
    least: u64,
    #[command(flatten)]
    limit: Limit,
}

#[derive(Debug, Args)]
pub(super) struct OverlapArgs {
    /// Two or more `.iprof` files, gzip or plain, or folders of them; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    folders: Folders,
    #[command(flatten)]
    limit: Limit,
}

/// Reads profiles so that what has the same name is the same thing in all of them.
fn read_all(paths: &[PathBuf], limit: &Limit) -> Result<(Symbols, Vec<Counts>)> {
    stdin_once(paths.iter())?;
    let mut symbols = Symbols::default();
    let mut all = Vec::with_capacity(paths.len());
    for path in paths {
        let mut counts = Counts::default();
        read_with(path, limit.bytes(), &mut symbols, &mut counts)
            .map_err(|damage| unreadable(path, &damage))?;
        all.push(counts);
    }
    Ok((symbols, all))
}

pub(super) fn diff(global: &Global, args: &DiffArgs, ui: &Ui) -> Result<()> {
    let paths = [args.before.clone(), args.after.clone()];
    let (symbols, all) = read_all(&paths, &args.limit)?;
    let [before, after] = all.as_slice() else {
        unreachable!("two paths were read");
    };
    let options = DiffOptions {
        top: args.narrow.top,
        filter: args.narrow.filter(),
        least_count: args.least,
    };
    let [before_path, after_path] = paths;
    if FileId::is_same(&before_path, &after_path) {
        let (before, after) = (before_path.display(), after_path.display());
        let words = match before_path == after_path {
            true => format!("`{before}` is held against itself: nothing can differ"),
            false => format!("`{after}` is the same file as `{before}`: nothing can differ"),
        };
        ui.warn(&words, None);
    }
    let report = compare(
        &symbols,
        (before_path, before),
        (after_path, after),
        &options,
    );
    let report = report.map_err(|_| too_much(&args.before))?;
    answer(global, ui, &report, || diff_text(&report))
}

pub(super) fn overlap(global: &Global, args: &OverlapArgs, ui: &Ui) -> Result<()> {
    let chosen = choose(&args.files, args.folders.depth())?;
    let paths = chosen.inputs;
    if paths.len() < 2 {
        let error = Error::usage("an overlap needs two profiles or more");
        let same = chosen.passed_over.iter().map(ToString::to_string);
        return Err(same.fold(error, Error::because));
    }
    passed_over(&chosen.passed_over, ui);
    let (symbols, all) = read_all(&paths, &args.limit)?;
    let mut report = agreement(paths, &all);
    if let [first, second] = all.as_slice() {
        report.sources = sources(&symbols, first, second);
    }
    answer(global, ui, &report, || overlap_text(&report))
}

fn overlap_text(report: &OverlapReport) -> String {
    if let [first, second] = report.profiles.as_slice() {
        let mut columns = Columns::new(&["section", ">first", ">second", ">overlap"]);
        for section in &report.sections {
            let sum = |side: usize| count(section.sums[side]);
            let overlap = percent(section.overlap[0][1]);
            columns.row(vec![
                section.section.key().to_owned(),
                sum(0),
                sum(1),
                overlap,
            ]);
        }
        let total = percent(report.total[0][1]);
        columns.row(vec![
            "total (without samples)".to_owned(),
            String::new(),
            String::new(),
            total,
        ]);
        let (first, second) = (first.display(), second.display());
        let explained = report
            .sources
            .as_ref()
            .map_or_else(String::new, sources_text);
        return format!(
            "first:  {first}\nsecond: {second}\n\n{}{explained}",
            columns.text()
        );
    }
    let mut text = String::new();
    for (number, path) in report.profiles.iter().enumerate() {
        text += &format!("{:>3}  {}\n", number + 1, path.display());
    }
    text += &matrix("total (without samples)", &report.total);
    for section in &report.sections {
        text += &matrix(section.section.key(), &section.overlap);
    }
    text
}

/// Why a profile made on HotSpot and one of an image differ, section by section.
fn sources_text(sources: &Sources) -> String {
    let (one, other) = match sources.one_frame {
        0 => ("first", "second"),
        _ => ("second", "first"),
    };
    let only_jdk = format!(">only {other}: JDK");
    let only_application = format!(">only {other}: application");
    let only_one = format!(">only {one}");
    let headings = [
        "by place",
        ">inlined",
        ">overlap",
        &only_jdk,
        &only_application,
        &only_one,
    ];
    let mut columns = Columns::new(&headings);
    for section in &sources.sections {
        columns.row(vec![
            section.section.key().to_owned(),
            percent(section.inlined_share),
            percent(section.by_place),
            percent(section.other_only_jdk_share),
            percent(section.other_only_application_share),
            percent(section.one_frame_only_share),
        ]);
    }
    format!(
        "\nThe {one} has contexts of one frame and no samples, as profiles made on HotSpot have (experimental). Added up by place:\n\n{}\n\
         inlined: what the {other} counted in contexts of several frames, which the {one} cannot tell apart.\n\
         only {other}: JDK methods that HotSpot replaces by code of its own (intrinsics), getters, and what was not warm.\n\
         only {one}: what images run at build time, replace, or inline without counting.\n",
        columns.text()
    )
}

fn matrix(title: &str, matrix: &Matrix) -> String {
    let numbers: Vec<String> = (1..=matrix.len())
        .map(|number| format!(">{number}"))
        .collect();
    let mut headings = vec![">"];
    headings.extend(numbers.iter().map(String::as_str));
    let mut columns = Columns::new(&headings);
    for (number, row) in matrix.iter().enumerate() {
        let mut cells = vec![(number + 1).to_string()];
        cells.extend(row.iter().map(|share| percent(*share)));
        columns.row(cells);
    }
    format!("\n{title}\n{}", columns.text())
}

fn diff_text(report: &DiffReport) -> String {
    let (before, after) = (report.before.display(), report.after.display());
    let mut sections = Columns::new(&[
        "section",
        ">entries before",
        ">after",
        ">sum before",
        ">after",
        ">overlap",
    ]);
    for section in &report.sections {
        sections.row(vec![
            section.section.key().to_owned(),
            count(section.before.entries.into()),
            count(section.after.entries.into()),
            count(section.before.sum),
            count(section.after.sum),
            percent(section.overlap),
        ]);
    }
    let mut text = format!("before: {before}\nafter:  {after}\n\n{}", sections.text());
    text += &calls("gained", &report.gained);
    text += &calls("lost", &report.lost);
    text += &moved(report);
    text += &movers(report);
    text += &flipped(report);
    text
}

/// `gained (1,204, the first 10)`
fn title<T>(word: &str, list: &Listed<T>) -> String {
    let all = count(list.count as u128);
    match list.first.len() == list.count {
        true => format!("{word} ({all})"),
        false => format!("{word} ({all}, the first {})", list.first.len()),
    }
}

fn calls(word: &str, list: &Listed<MethodCalls>) -> String {
    if list.first.is_empty() {
        return String::new();
    }
    let mut columns = Columns::new(&[">calls", ">share", &title(word, list)]);
    for method in &list.first {
        let share = percent(Some(method.share));
        columns.row(vec![count(method.calls), share, method.method.clone()]);
    }
    format!("\n{}", columns.text())
}

fn moved(report: &DiffReport) -> String {
    if report.moved.first.is_empty() {
        return String::new();
    }
    let heading = title("moved", &report.moved);
    let mut columns = Columns::new(&[">calls before", ">after", &heading, "to"]);
    for moved in &report.moved.first {
        columns.row(vec![
            count(moved.calls_before),
            count(moved.calls_after),
            moved.from.clone(),
            moved.to.clone(),
        ]);
    }
    format!("\n{}", columns.text())
}

fn movers(report: &DiffReport) -> String {
    if report.movers.first.is_empty() {
        return String::new();
    }
    let heading = title("biggest movers", &report.movers);
    let mut columns = Columns::new(&[">share before", ">after", &heading]);
    for mover in &report.movers.first {
        let shares = [mover.share_before, mover.share_after];
        let [before, after] = shares.map(|share| percent(Some(share)));
        columns.row(vec![before, after, mover.method.clone()]);
    }
    format!("\n{}", columns.text())
}

fn flipped(report: &DiffReport) -> String {
    if report.flipped.first.is_empty() {
        return String::new();
    }
    let heading = title("flipped branches", &report.flipped);
    let mut columns = Columns::new(&[">reached before", ">after", &heading, "went to", "goes to"]);
    for flip in &report.flipped.first {
        let way = |bci: i32, share| format!("{bci} {}", percent(Some(share)));
        columns.row(vec![
            count(flip.count_before),
            count(flip.count_after),
            format!("{} at {}", flip.method, flip.bci),
            way(flip.to_before, flip.share_before),
            way(flip.to_after, flip.share_after),
        ]);
    }
    format!("\n{}", columns.text())
}
