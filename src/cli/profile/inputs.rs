//! Which profiles are read, and how much of them.

use std::path::{Path, PathBuf};

use clap::Args;

use super::text::harmless;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::iprof::merge::inputs::{Depth, PassedOver, PassedOverFor};
use crate::profile::iprof::text::damage::{Damage, DamageKind};
use crate::profile::iprof::text::source;
use crate::ui::Ui;
use crate::workdir::FileId;

/// How large a profile may be.
#[derive(Debug, Args)]
pub(crate) struct Limit {
    /// Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)
    #[arg(long, value_name = "MIB", default_value_t = source::DEFAULT_MAX_BYTES >> 20,
          value_parser = clap::value_parser!(u64).range(1..=source::HIGHEST_MAX_BYTES >> 20))]
    pub(super) max_size: u64,
}

impl Limit {
    pub(super) fn bytes(&self) -> u64 {
        self.max_size << 20
    }
}

/// How folders among the files are taken.
#[derive(Debug, Args)]
pub(crate) struct Folders {
    /// Look into folders of folders too
    #[arg(long)]
    pub(super) recursive: bool,
}

impl Folders {
    pub(super) fn depth(&self) -> Depth {
        match self.recursive {
            true => Depth::Recursive,
            false => Depth::Flat,
        }
    }
}

/// Whether a word means standard input or output.
pub(crate) fn is_stdio(path: &Path) -> bool {
    path == Path::new("-")
}

/// Refuses to read standard input twice.
pub(crate) fn stdin_once<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> Result<()> {
    match paths.filter(|path| is_stdio(path)).count() {
        0 | 1 => Ok(()),
        _ => Err(Error::usage("standard input can be read once")),
    }
}

/// Says which files were reached and are not taken.
pub(crate) fn passed_over(files: &[PassedOver], ui: &Ui) {
    for file in files {
        let words = harmless(&file.to_string());
        match file.reason {
            PassedOverFor::SameFile { .. } => ui.warn(&words, None),
            PassedOverFor::Output | PassedOverFor::Merged | PassedOverFor::SetAside => {
                ui.note(&words);
            }
        }
    }
}

/// Refuses to write over what is read: a conversion cannot be taken back, and a sum would be counted again.
pub(crate) fn not_onto(input: &Path, output: &Path) -> Result<()> {
    match FileId::is_same(input, output) {
        false => Ok(()),
        true => {
            let goal = format!("`{}` is both the input and the output", input.display());
            Err(Error::usage(goal).hint("name another file to write"))
        }
    }
}

/// A profile that cannot be read, as an error.
pub(crate) fn unreadable(path: &Path, damage: &Damage) -> Error {
    let goal = format!("could not read the profile `{}`", path.display());
    let error = match damage.kind {
        DamageKind::Unreadable => Error::usage(goal).source(damage),
        DamageKind::TooLarge => Error::new(ErrorKind::Training, goal)
            .source(damage)
            .hint("`--max-size` raises the limit; reading takes up to four times as much memory"),
        _ => Error::new(ErrorKind::Training, goal).source(damage),
    };
    damage.advice.into_iter().fold(error, Error::hint)
}
