//! Makes profiles to measure with, and reads them as fast as reading goes: the floor that `benches/iprof.sh` divides by.
//!
//! ```text
//! iprof_corpus same FILE FOLDER N       N files of the build of FILE: its tables byte for byte, other counts
//! iprof_corpus different FILE FOLDER N  N files of N builds: the same names under other ids, other counts
//! iprof_corpus huge FILE OUT BYTES      one profile of at least BYTES, by repeating the contexts of FILE under new frames
//! iprof_corpus synthetic OUT BYTES      one profile of about BYTES of a program that there is not, in the shape of real ones
//! iprof_corpus floor THREADS FILE…      skims every file (folders: every file in them) with serde_json into IgnoredAny
//! ```

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use pgoctl::profile::iprof::text::context;
use pgoctl::profile::iprof::text::parse::parse;
use pgoctl::profile::iprof::text::raw::RawProfile;
use pgoctl::profile::iprof::text::section::{Arity, Section};
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::de::IgnoredAny;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["same", file, folder, n] => corpus(file, folder, number(n), Ids::Kept),
        ["different", file, folder, n] => corpus(file, folder, number(n), Ids::Shuffled),
        ["huge", file, out, bytes] => huge(file, out, number(bytes)),
        ["synthetic", out, bytes] => synthetic(out, number(bytes)),
        ["floor", threads, files @ ..] => floor(number(threads), files),
        // `cargo bench` and `cargo test --benches` pass flags of their own.
        _ => {}
    }
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

#[derive(Clone, Copy, PartialEq)]
enum Ids {
    Kept,
    Shuffled,
}

fn corpus(file: &str, folder: &str, n: usize, ids: Ids) {
    let bytes = fs::read(file).expect("a readable profile");
    let raw = parse(&bytes).expect("a whole profile");
    fs::create_dir_all(folder).expect("a folder");
    let numbers: Vec<u64> = (0..n as u64).collect();
    each(&numbers, 2, || {
        |number: &u64| {
            let mut rng = ChaCha8Rng::seed_from_u64(*number);
            let text = vary(&bytes, &raw, ids, &mut rng);
            let path = Path::new(folder).join(format!("run-{number:04}.iprof"));
            fs::write(path, text).expect("a writable folder");
        }
    });
}

/// The profile with other counts, and under [`Ids::Shuffled`] with other ids.
fn vary(bytes: &[u8], raw: &RawProfile<'_>, ids: Ids, rng: &mut ChaCha8Rng) -> String {
    let types = &raw.types.as_ref().expect("types").0;
    let methods = raw.methods.as_ref().expect("methods");
    let highest = |ids: &mut dyn Iterator<Item = i64>| ids.max().unwrap_or(0) as usize + 1;
    let mut new_type: Vec<usize> = (0..highest(&mut types.iter().map(|row| row.id))).collect();
    let mut new_method: Vec<usize> =
        (0..highest(&mut methods.rows.iter().map(|row| row.id))).collect();
    let mut text = String::new();
    if ids == Ids::Kept {
        let end = raw.tables_end.expect("the tables come first");
        text.push_str(std::str::from_utf8(&bytes[..end]).expect("text"));
    } else {
        new_type.shuffle(rng);
        new_method.shuffle(rng);
        tables(raw, &new_type, &new_method, &mut text);
    }
    let order = [
        Section::Monitor,
        Section::VirtualInvoke,
        Section::CallCount,
        Section::Conditional,
        Section::Sampling,
    ];
    for section in order {
        sections(raw, section, &new_type, &new_method, rng, &mut text);
    }
    text.push('}');
    text
}

fn tables(raw: &RawProfile<'_>, new_type: &[usize], new_method: &[usize], text: &mut String) {
    let methods = raw.methods.as_ref().expect("methods");
    let mut rows: Vec<(usize, String)> = raw
        .types
        .iter()
        .flat_map(|types| &types.0)
        .map(|row| (new_type[row.id as usize], quoted(&row.name)))
        .collect();
    rows.sort_unstable();
    let rows: Vec<String> = rows
        .iter()
        .map(|(id, name)| format!("{{\"id\":{id},\"name\":{name}}}"))
        .collect();
    write!(
        text,
        "{{\"version\":\"{}\",\"types\":[{}]",
        raw.version.expect("a version"),
        rows.join(",")
    )
    .expect("text");
    let mut rows: Vec<(usize, String)> = methods
        .rows
        .iter()
        .map(|row| {
            let ids = methods.signature(row).iter();
            let ids: Vec<String> = ids.map(|id| new_type[*id as usize].to_string()).collect();
            let id = new_method[row.id as usize];
            let (name, ids) = (quoted(&row.name), ids.join(","));
            (
                id,
                format!("{{\"id\":{id},\"name\":{name},\"signature\":[{ids}]}}"),
            )
        })
        .collect();
    rows.sort_unstable_by_key(|row| row.0);
    let rows: Vec<String> = rows.into_iter().map(|row| row.1).collect();
    write!(text, ",\"methods\":[{}]", rows.join(",")).expect("text");
}

fn quoted(name: &str) -> String {
    serde_json::to_string(name).expect("text")
}

fn sections(
    raw: &RawProfile<'_>,
    section: Section,
    new_type: &[usize],
    new_method: &[usize],
    rng: &mut ChaCha8Rng,
    text: &mut String,
) {
    let Some(entries) = &raw.sections[section.index()] else {
        return;
    };
    write!(text, ",\"{}\":[", section.key()).expect("text");
    for (number, entry) in entries.entries.iter().enumerate() {
        let mut frames = Vec::new();
        context::frames(&entry.context, |frame| {
            let id = match section {
                Section::Monitor => 0,
                _ => new_method[frame.method as usize],
            };
            frames.push(format!("{id}:{}", frame.bci));
        })
        .expect("a context");
        let mut record = entries.record(entry).to_vec();
        let width = section.arity().width();
        for cell in record.chunks_exact_mut(width) {
            if section.arity() == Arity::Pairs {
                cell[0] = new_type[cell[0] as usize] as i64;
            }
            let count = cell[width - 1];
            cell[width - 1] = rng.random_range(count / 2..=count / 2 + count);
        }
        let record: Vec<String> = record.iter().map(i64::to_string).collect();
        let comma = if number == 0 { "" } else { "," };
        let (frames, record) = (frames.join("<"), record.join(","));
        write!(
            text,
            "{comma}{{\"ctx\":\"{frames}\",\"records\":[{record}]}}"
        )
        .expect("text");
    }
    text.push(']');
}

fn huge(file: &str, out: &str, bytes: usize) {
    let source = fs::read(file).expect("a readable profile");
    let raw = parse(&source).expect("a whole profile");
    let end = raw.tables_end.expect("the tables come first");
    let mut text = std::str::from_utf8(&source[..end])
        .expect("text")
        .to_owned();
    text.push_str(",\"callCountProfiles\":[");
    let entries = raw.sections[0].as_ref().expect("call counts");
    let (mut round, mut comma) = (0, "");
    while text.len() < bytes {
        for entry in &entries.entries {
            let (context, count) = (&entry.context, entries.record(entry)[0]);
            let deeper = entry.context.replace(":0", &format!(":{round}"));
            write!(
                text,
                "{comma}{{\"ctx\":\"{context}<{deeper}\",\"records\":[{count}]}}"
            )
            .expect("text");
            comma = ",";
        }
        round += 1;
    }
    text.push_str("]}");
    fs::write(out, text).expect("a writable folder");
}

/// Classes with ten methods each, half of them called by others; contexts of one to eight frames, as partial inlining leaves them.
fn synthetic(out: &str, bytes: usize) {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    // So many bytes come with each class: its type, its methods and what is counted in them.
    let classes = (bytes / 4760).max(2);
    let types: Vec<String> = (0..classes)
        .map(|id| {
            let package = id % 37;
            format!("{{\"id\":{id},\"name\":\"org.example.part{package}.Class{id}\"}}")
        })
        .collect();
    let methods: Vec<String> = (0..classes * 10)
        .map(|id| {
            let (class, other) = (id / 10, id * 7 % classes);
            format!("{{\"id\":{id},\"name\":\"method{id}\",\"signature\":[{class},{other}]}}")
        })
        .collect();
    let context = |rng: &mut ChaCha8Rng| {
        let depth = rng.random_range(1..=8);
        let frame = |_: usize| {
            let method = rng.random_range(0..classes * 10);
            format!("{method}:{}", rng.random_range(0..300))
        };
        (0..depth).map(frame).collect::<Vec<String>>().join("<")
    };
    let section =
        |rng: &mut ChaCha8Rng, each: usize, record: &dyn Fn(&mut ChaCha8Rng) -> String| {
            let mut entries = std::collections::BTreeMap::new();
            for _ in 0..classes * each {
                let (context, record) = (context(rng), record(rng));
                entries.insert(context, record);
            }
            let entries = entries.iter();
            let entries = entries
                .map(|(ctx, record)| format!("{{\"ctx\":\"{ctx}\",\"records\":[{record}]}}"));
            entries.collect::<Vec<String>>().join(",")
        };
    let count = |rng: &mut ChaCha8Rng| rng.random_range(1..1_000_000).to_string();
    let calls = section(&mut rng, 32, &count);
    let branches = section(&mut rng, 16, &|rng| {
        let of = |to: usize, rng: &mut ChaCha8Rng| format!("{to},{},{}", to % 2, count(rng));
        format!("{},{}", of(20, rng), of(31, rng))
    });
    let receivers = section(&mut rng, 10, &|rng| {
        format!("{},{}", rng.random_range(0..classes), count(rng))
    });
    let text = format!(
        "{{\"version\":\"1.1.0\",\"types\":[{}],\"methods\":[{}],\"callCountProfiles\":[{calls}],\
         \"conditionalProfiles\":[{branches}],\"virtualInvokeProfiles\":[{receivers}]}}",
        types.join(","),
        methods.join(",")
    );
    fs::write(out, text).expect("a writable folder");
}

fn floor(threads: usize, files: &[&str]) {
    let files: Vec<PathBuf> = files
        .iter()
        .flat_map(|file| expand(Path::new(file)))
        .collect();
    each(&files, threads, || {
        let mut bytes = Vec::new();
        move |file: &PathBuf| {
            bytes.clear();
            let mut file = fs::File::open(file).expect("a readable profile");
            file.read_to_end(&mut bytes).expect("a readable profile");
            serde_json::from_slice::<IgnoredAny>(&bytes).expect("JSON");
        }
    });
}

/// Does something with every item, on several threads; each makes a function of its own with `worker`.
fn each<I: Sync, W: FnMut(&I)>(items: &[I], threads: usize, worker: impl Fn() -> W + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut work = worker();
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(item);
                }
            });
        }
    });
}

fn expand(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).expect("a readable folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}
