//! Which files a command line means: files, folders of profiles, standard input, and weights; each file once, however it is
//! reached, and never a merge's own output.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use walkdir::WalkDir;

use super::options::MergeInput;
use crate::error::{Error, Result};
use crate::identity::file_digest;
use crate::workdir::FileId;

/// How far folders are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The files in a folder.
    Flat,
    /// Those of its folders too.
    Recursive,
}

/// The highest weight: counts are Java's `long`.
const HIGHEST_WEIGHT: u64 = i64::MAX.unsigned_abs();

/// The files that were meant, and those that are not taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen<T> {
    /// What is read, in the order it was named.
    pub inputs: Vec<T>,
    /// What is not.
    pub passed_over: Vec<PassedOver>,
}

/// A file that was reached and is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PassedOver {
    /// The file.
    pub path: PathBuf,
    /// Why.
    #[serde(flatten)]
    pub reason: PassedOverFor,
}

/// Why a file is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "reason")]
pub enum PassedOverFor {
    /// It is in a folder that was named, and is where the output goes.
    Output,
    /// It is in a folder that was named, and `pgoctl merge` made it of the others there.
    Merged,
    /// It is in a folder that was named, where training puts profiles that are no good.
    SetAside,
    /// It was reached before, by another name or the same.
    SameFile {
        /// How.
        first: PathBuf,
    },
}

impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.reason {
            PassedOverFor::Output => write!(f, "`{path}` is the output, and not taken in"),
            PassedOverFor::Merged => {
                write!(
                    f,
                    "`{path}` is a merge of the profiles beside it, and not taken in"
                )
            }
            PassedOverFor::SetAside => {
                write!(f, "`{path}` was set aside by training, and is not taken in")
            }
            PassedOverFor::SameFile { first } if is_spelled_alike(first, &self.path) => {
                write!(f, "`{path}` is named twice, and taken once")
            }
            PassedOverFor::SameFile { first } => {
                let first = first.display();
                write!(f, "`{path}` is the same file as `{first}`, and taken once")
            }
        }
    }
}

/// As written: to `Path`, `d/./a` equals `d/a`.
fn is_spelled_alike(one: &Path, other: &Path) -> bool {
    one.as_os_str() == other.as_os_str()
}

/// A file that a word means.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    path: PathBuf,
    /// The folder that was named, if the file itself was not.
    folder: Option<PathBuf>,
    weight: Option<u64>,
}

/// The files that `paths` stand for, each once: see [`expand`].
pub fn choose(paths: &[PathBuf], depth: Depth) -> Result<Chosen<PathBuf>> {
    let mut all = Vec::new();
    for path in paths {
        all.extend(expand(path, depth)?);
    }
    Ok(once(all))
}

/// Each of these files once.
pub fn once(paths: impl IntoIterator<Item = PathBuf>) -> Chosen<PathBuf> {
    let mut chosen = Chosen::default();
    let mut seen = HashMap::new();
    for path in paths {
        let first = FileId::of(&path).and_then(|id| match seen.entry(id) {
            Entry::Occupied(entry) => Some(PathBuf::clone(entry.get())),
            Entry::Vacant(entry) => {
                entry.insert(path.clone());
                None
            }
        });
        match first {
            None => chosen.inputs.push(path),
            Some(first) => {
                let reason = PassedOverFor::SameFile { first };
                chosen.passed_over.push(PassedOver { path, reason });
            }
        }
    }
    chosen
}

/// What `words` say is to be merged into `output`: `FILE`, `FILE:WEIGHT`, or folders, which give their weight to every profile
/// in them.
///
/// A file that is reached twice is taken once: summing it twice would be a weight that nobody gave. Where two weights were said of
/// it, that is an error. So is an output that is named as an input, because the same command again would count it again; in a
/// folder it is passed over, as are profiles there that are merged ones or were set aside.
pub fn choose_to_merge(
    words: &[String],
    depth: Depth,
    output: Option<&Path>,
) -> Result<Chosen<MergeInput>> {
    let output = output.and_then(FileId::of);
    let mut taken: Vec<Named> = Vec::new();
    let mut passed_over = Vec::new();
    let mut seen: HashMap<FileId, usize> = HashMap::new();
    for named in names(words, depth)? {
        let id = FileId::of(&named.path);
        let is_output = id.is_some() && id == output;
        let reason = match (&named.folder, id.and_then(|id| seen.get(&id))) {
            (None, _) if is_output => return Err(output_is_input(&named.path)),
            (Some(_), _) if is_output => PassedOverFor::Output,
            (Some(folder), None) if is_set_aside(&named.path, folder) => PassedOverFor::SetAside,
            (Some(_), None) if is_merged(&named.path) => PassedOverFor::Merged,
            (_, Some(&earlier)) => {
                let earlier = &mut taken[earlier];
                earlier.weight = one_weight(earlier, &named)?;
                let first = earlier.path.clone();
                PassedOverFor::SameFile { first }
            }
            (_, None) => {
                seen.extend(id.map(|id| (id, taken.len())));
                taken.push(named);
                continue;
            }
        };
        let path = named.path;
        passed_over.push(PassedOver { path, reason });
    }
    let inputs = taken.into_iter().map(|named| MergeInput {
        path: named.path,
        weight: named.weight.unwrap_or(1),
    });
    Ok(Chosen {
        inputs: inputs.collect(),
        passed_over,
    })
}

/// The folder among `words` that the file `output` lies in as a profile: another merge of that folder takes it in.
pub fn folder_around(words: &[String], depth: Depth, output: &Path) -> Option<PathBuf> {
    let output = std::path::absolute(output).ok()?;
    let around = output.parent()?.canonicalize().ok()?;
    let is_around = |folder: &PathBuf| match (depth, folder.canonicalize()) {
        (_, Err(_)) => false,
        (Depth::Flat, Ok(folder)) => around == folder,
        (Depth::Recursive, Ok(folder)) => around.starts_with(folder),
    };
    let folders = words
        .iter()
        .filter_map(|word| Some(PathBuf::from(split(word).ok()?.0)));
    let mut folders = folders.filter(|folder| folder.is_dir());
    is_profile(&output.file_name()?.to_string_lossy())
        .then(|| folders.find(is_around))
        .flatten()
}

/// The files that `path` stands for: itself, or if it is a folder, every `.iprof` and `.iprof.gz` in it by name.
///
/// Fails if there is no such file, or if a folder cannot be read or has no profile.
pub fn expand(path: &Path, depth: Depth) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return match path == Path::new("-") || path.exists() {
            true => Ok(vec![path.to_owned()]),
            false => Err(Error::usage(format!(
                "there is no file `{}`",
                path.display()
            ))),
        };
    }
    let files = profiles_in(path, depth)?;
    if files.is_empty() {
        let goal = format!("there is no profile in `{}`", path.display());
        let error = Error::usage(goal).because("no file in it ends in `.iprof` or `.iprof.gz`");
        return Err(match depth {
            Depth::Flat => error.hint("`--recursive` looks into its folders too"),
            Depth::Recursive => error,
        });
    }
    Ok(files)
}

/// Links to folders are not followed: they may lead back here.
fn profiles_in(folder: &Path, depth: Depth) -> Result<Vec<PathBuf>> {
    let walk = WalkDir::new(folder).min_depth(1).max_depth(match depth {
        Depth::Flat => 1,
        Depth::Recursive => usize::MAX,
    });
    let mut files = Vec::new();
    for entry in walk {
        let entry = entry.map_err(|error| {
            let place = error.path().unwrap_or(folder).to_owned();
            Error::io("read", &place, &error.into())
        })?;
        if is_profile(&entry.file_name().to_string_lossy()) && !entry.file_type().is_dir() {
            files.push(entry.into_path());
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// What begins with a dot is half made or hidden.
fn is_profile(name: &str) -> bool {
    (name.ends_with(".iprof") || name.ends_with(".iprof.gz")) && !name.starts_with('.')
}

fn names(words: &[String], depth: Depth) -> Result<Vec<Named>> {
    let mut names = Vec::new();
    for word in words {
        let (path, weight) = split(word)?;
        let path = Path::new(path);
        let folder = path.is_dir().then(|| path.to_owned());
        names.extend(expand(path, depth)?.into_iter().map(|path| Named {
            path,
            folder: folder.clone(),
            weight,
        }));
    }
    Ok(names)
}

/// `FILE` or `FILE:WEIGHT`. A file that is really called `x:3` is that file.
fn split(word: &str) -> Result<(&str, Option<u64>)> {
    let is_there = |path: &str| path == "-" || Path::new(path).exists();
    let Some((path, text)) = word.rsplit_once(':').filter(|_| !is_there(word)) else {
        return Ok((word, None));
    };
    match text.parse() {
        Ok(weight @ 1..=HIGHEST_WEIGHT) => Ok((path, Some(weight))),
        // Nothing says that a weight was meant: the file is missing.
        _ if !is_there(path) => Ok((word, None)),
        _ => Err(not_a_weight(path, text)),
    }
}

fn not_a_weight(path: &str, text: &str) -> Error {
    let error =
        Error::usage(format!("`{text}` is not a weight, in `{path}:{text}`")).because(format!(
            "a weight is a whole number from 1 to {HIGHEST_WEIGHT}: how often the counts are added"
        ));
    match text.parse::<f64>() {
        Ok(0.0) => error.hint("leave the file out instead"),
        Ok(number) if number > 0.0 && number.fract() != 0.0 => {
            error.hint("only the ratio counts: for a half, give the others the weight 2")
        }
        _ => error,
    }
}

/// The weight of a file that was reached twice: the one that was said.
fn one_weight(earlier: &Named, again: &Named) -> Result<Option<u64>> {
    match (earlier.weight, again.weight) {
        (Some(one), Some(other)) if one != other => {
            let (first, second) = (earlier.path.display(), again.path.display());
            let goal = format!("`{first}` has two weights, {one} and {other}");
            let error = Error::usage(goal).hint("name it once");
            Err(match is_spelled_alike(&earlier.path, &again.path) {
                true => error,
                false => error.because(format!("`{second}` is the same file")),
            })
        }
        (one, other) => Ok(one.or(other)),
    }
}

fn output_is_input(path: &Path) -> Error {
    let goal = format!("`{}` is both an input and the output", path.display());
    Error::usage(goal)
        .because("the same command again would count it again")
        .hint("`-o` another file")
}

/// Training keeps profiles that are no good in such a folder beside the others.
fn is_set_aside(path: &Path, folder: &Path) -> bool {
    let inside = path.strip_prefix(folder).unwrap_or(path);
    inside
        .parent()
        .is_some_and(|folders| folders.iter().any(|name| name == "set-aside"))
}

/// Whether `pgoctl merge` made this of the profiles beside it: it seals what it makes with a digest.
fn is_merged(path: &Path) -> bool {
    let sealed = std::fs::read_to_string(path.with_extension("sha256"));
    sealed.is_ok_and(|sealed| file_digest(path).is_ok_and(|digest| digest == sealed.trim()))
}

#[cfg(test)]
mod tests;
