//! The files that a command needs.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use crate::error::Result;
use crate::function::Function;
use crate::identity::collect_files;
use crate::store::{Packed, Store};
use crate::workload::Workload;

/// What is never needed of a project that is needed as a whole.
const NOT_OF_A_PROJECT: [&str; 2] = [".git", ".pgoctl"];

/// Files that are needed elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Snapshot(BTreeSet<PathBuf>);

impl Snapshot {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or every file of a folder; what is not there is passed over.
    pub fn add(&mut self, path: &Path) -> Result<()> {
        let path = normal(path);
        let mut files = Vec::new();
        if path.exists() {
            collect_files(&path, &mut files)?;
        }
        self.0.extend(files);
        Ok(())
    }

    /// Adds everything that the function is made of, is made to do, and that builds of it are told.
    pub fn add_function(&mut self, function: &Function) -> Result<()> {
        for path in function.code_files()? {
            self.add(&path)?;
        }
        let options = [&function.jvm_options, &function.native_options];
        let named = options.into_iter().flat_map(|options| &options.files);
        for path in named.map(|named| &named.path).chain(&function.files) {
            self.add(path)?;
        }
        let workloads = [Some(&function.workload), function.train_workload.as_ref()];
        for workload in workloads.into_iter().flatten() {
            if let Some(assets) = workload.assets() {
                self.add(assets.folder())?;
            }
            match workload {
                Workload::Http(work) => {
                    let bodies = work
                        .requests
                        .iter()
                        .filter_map(|one| one.body_file.as_ref());
                    for body in bodies {
                        self.add(&function.project_dir.join(body))?;
                    }
                }
                Workload::Invoke(_) => workload
                    .input_file()
                    .into_iter()
                    .try_for_each(|file| self.add(file))?,
            }
        }
        Ok(())
    }

    /// Adds the whole project: a command of the user's may need anything of it.
    pub fn add_project(&mut self, dir: &Path) -> Result<()> {
        let mut files = Vec::new();
        collect_files(dir, &mut files)?;
        let is_needed = |file: &PathBuf| {
            let first = file
                .strip_prefix(dir)
                .ok()
                .and_then(|rest| rest.components().next());
            !first.is_some_and(|first| {
                NOT_OF_A_PROJECT
                    .iter()
                    .any(|name| first.as_os_str() == *name)
            })
        };
        self.0.extend(files.into_iter().filter(is_needed));
        Ok(())
    }

    /// Puts the files into the store, those of `dir` by their place in it.
    pub fn pack(&self, dir: &Path, store: &Store) -> Result<Vec<Packed>> {
        self.0.iter().map(|path| store.pack(path, dir)).collect()
    }
}

/// The path without `.` and `..`; links stay as they are.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = normal.pop(),
            part => normal.push(part),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_made_plain_and_a_project_goes_without_its_history() {
        assert_eq!(normal(Path::new("/a/b/../c/./d")), Path::new("/a/c/d"));
        let dir = tempfile::tempdir().expect("a temporary directory");
        for file in ["src/Main.java", ".git/HEAD", ".pgoctl/x", "mvnw"] {
            let file = dir.path().join(file);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("it can be made");
            std::fs::write(file, "x").expect("it can be written");
        }
        let mut snapshot = Snapshot::new();
        snapshot.add_project(dir.path()).expect("it can be read");
        let names: Vec<_> = snapshot
            .0
            .iter()
            .map(|file| file.strip_prefix(dir.path()))
            .collect();
        assert_eq!(names.len(), 2, "{names:?}");
    }
}
