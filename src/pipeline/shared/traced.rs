//! What was traced of a function, decided once for all who build images of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{files_in, put, with_files};
use crate::error::Result;
use crate::identity::file_digest;
use crate::store::Store;
use crate::workdir::{Aside, Workdir};

/// Keeps what was traced of `function` as `key`, for all who build images of it, unless somebody has kept something there: whoever
/// does first decides what the images are told, be it nothing.
///
/// # Errors
///
/// As [`Store::create`].
pub fn keep_traced(store: &Store, key: &str, workdir: &Workdir, function: &str) -> Result<()> {
    let folder = workdir.metadata(function);
    put(store, key, &folder, &traced_files(&folder)?)
}

/// Takes what is kept as `key` for what was traced of `function`, in the place of what is here; whether there is something kept.
///
/// # Errors
///
/// As [`Store::get`]; something that is not whole.
pub fn fetch_traced(store: &Store, key: &str, workdir: &Workdir, function: &str) -> Result<bool> {
    let folder = workdir.metadata(function);
    with_files(store, key, |kept| {
        let here = traced_files(&folder)?;
        let here = here.iter().map(|path| {
            let name = path.strip_prefix(&folder).unwrap_or(path).to_owned();
            Ok((name, format!("images/{}", file_digest(path)?)))
        });
        let here = here.collect::<Result<BTreeSet<_>>>()?;
        let wanted = kept
            .iter()
            .map(|file| (file.name.clone(), file.key.clone()));
        if here == wanted.collect() {
            return Ok(());
        }
        let aside = Aside::new(&folder)?;
        kept.iter()
            .try_for_each(|file| store.unpack(file, aside.path()))?;
        aside.commit()
    })
}

/// What was traced, without what a trace that goes on has not finished.
fn traced_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = match folder.exists() {
        true => files_in(folder)?,
        false => Vec::new(),
    };
    let half_made = |path: &PathBuf| {
        let mut parts = path.strip_prefix(folder).unwrap_or(path).components();
        parts.any(|part| part.as_os_str().to_string_lossy().starts_with(".tmp-"))
    };
    files.retain(|path| !half_made(path));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::store::Credentials;

    #[test]
    fn who_keeps_a_trace_first_decides_what_all_have() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let place = folder.path().join("store").display().to_string();
        let store = Store::open(&place, &Credentials::default()).expect("a folder will do");
        let [one, two] = ["one", "two"].map(|name| Workdir::of(&folder.path().join(name)));
        let write = |workdir: &Workdir, name: &str, text: &str| {
            let path = workdir.metadata("hello").join(name);
            fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
            fs::write(path, text).expect("it can be written");
        };
        write(&one, "provenance.json", "one");
        write(&one, "0123/reachability-metadata.json", "{}");
        write(&one, ".tmp-1-trace/trace.json", "half");
        write(&two, "provenance.json", "two");
        write(&two, "4567/reachability-metadata.json", "[]");
        let key = "decisions/hello/v1/traced";
        let fetch = |workdir: &Workdir| fetch_traced(&store, key, workdir, "hello");
        assert!(!fetch(&two).expect("it can be asked"), "nobody has decided");
        keep_traced(&store, key, &one, "hello").expect("it can be kept");
        keep_traced(&store, key, &two, "hello").expect("it is too late");
        assert!(fetch(&one).expect("it can be read"));
        assert!(
            one.metadata("hello").join(".tmp-1-trace").exists(),
            "nothing was to change"
        );
        assert!(fetch(&two).expect("it can be read"));
        let names = |workdir: &Workdir| {
            let folder = workdir.metadata("hello");
            let files = traced_files(&folder).expect("it can be read");
            let name = |path: PathBuf| path.strip_prefix(&folder).expect("it is there").to_owned();
            files.into_iter().map(name).collect::<Vec<_>>()
        };
        assert_eq!(names(&two), names(&one));
        let text = fs::read_to_string(two.metadata("hello").join("provenance.json"));
        assert_eq!(text.expect("it is there"), "one");
        // Nothing traced is a decision, too.
        let three = Workdir::of(&folder.path().join("three"));
        keep_traced(&store, "decisions/hello/v2/traced", &three, "hello").expect("it can be kept");
        assert!(fetch_traced(&store, "decisions/hello/v2/traced", &two, "hello").expect("it can"));
        assert!(names(&two).is_empty());
    }
}
