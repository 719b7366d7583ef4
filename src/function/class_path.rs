//! The class path as Java's own launcher and class loaders find it: what was named, and what manifests name, again and again.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use super::manifest;
use crate::error::{Error, Result};

/// `entries`, each followed by what its manifest names in `Class-Path` (and an agent's in `Boot-Class-Path`), and what those
/// name in turn; each once, in the order in which classes are looked for.
pub(super) fn found(entries: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<PathBuf> = entries.iter().rev().cloned().collect();
    while let Some(entry) = open.pop() {
        if !seen.insert(normal(&entry)) {
            continue;
        }
        let mut named = named_by(&entry);
        named.reverse();
        open.extend(named);
        found.push(entry);
    }
    found
}

/// What the manifest of the JAR at `jar` names and is there.
fn named_by(jar: &Path) -> Vec<PathBuf> {
    if !jar.is_file() {
        return Vec::new();
    }
    // What is not a JAR has no manifest; the JVM passes over it as well.
    let Ok(manifest) = manifest::read(jar) else {
        return Vec::new();
    };
    let folder = jar.parent().unwrap_or(Path::new("/"));
    ["Class-Path", "Boot-Class-Path"]
        .into_iter()
        .filter_map(|name| manifest::attribute(&manifest, name))
        .flat_map(|value| {
            let urls = value.split_whitespace().map(|url| resolve(folder, url));
            urls.collect::<Vec<_>>()
        })
        .flatten()
        .collect()
}

/// The file or folder that `url`, an entry of a manifest in `folder`, means, if it is there: relative to the JAR that names it,
/// percent-decoded, `file:` or without a scheme (`URLClassPath.tryResolve`). Class loaders pass over a folder that does not end with
/// a slash; a JVM with an archive minds it all the same.
fn resolve(folder: &Path, url: &str) -> Option<PathBuf> {
    let local = match url.split_once(':') {
        Some((scheme, rest)) => scheme.eq_ignore_ascii_case("file").then_some(rest)?,
        None => url,
    };
    let local = match local.strip_prefix("//") {
        // `file://host/path`: a host but this one is somewhere else.
        Some(rest) => &rest[rest.find('/')?..],
        None => local,
    };
    let local = local.split(['#', '?']).next().unwrap_or_default();
    let path = folder.join(decoded(local));
    (!local.is_empty() && path.exists()).then(|| normal(&path))
}

/// `%20` is a space. What is no such escape stands for itself.
fn decoded(text: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let escaped = digits
            .filter(|two| first == b'%' && two.bytes().all(|c| c.is_ascii_hexdigit()))
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(escaped.unwrap_or(first));
        rest = if escaped.is_some() {
            &after[2..]
        } else {
            after
        };
    }
    OsString::from_vec(bytes).into()
}

/// Without `.` and `..`, as URLs are compared.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// What an entry of `class-path` stands for, absolute: `lib/*`, and a folder that holds JARs and no classes, for its JARs.
pub(crate) fn expanded(entry: &Path, project_dir: &Path) -> Result<Vec<PathBuf>> {
    if entry.file_name().is_some_and(|name| name == "*") {
        let folder = project_dir.join(entry.parent().unwrap_or(Path::new("")));
        let jars = jars_in(&folder)?;
        return match jars.is_empty() {
            false => Ok(jars),
            true => Err(Error::usage(format!(
                "there is no JAR in `{}`, which `{}` of `class-path` stands for",
                folder.display(),
                entry.display()
            ))
            .hint("build it first, or correct `class-path`")),
        };
    }
    let path = project_dir.join(entry);
    if !path.exists() {
        return Err(Error::usage(format!(
            "there is no `{}` on the class path",
            path.display()
        ))
        .hint("build it first, or correct `class-path`"));
    }
    let jars = match path.is_dir() {
        true => jars_in(&path)?,
        false => Vec::new(),
    };
    Ok(if jars.is_empty() { vec![path] } else { jars })
}

fn jars_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut jars = Vec::new();
    let walk = WalkDir::new(folder).min_depth(1).max_depth(1);
    for entry in walk.follow_links(true).sort_by_file_name() {
        let path = entry
            .map_err(|error| Error::walk(folder, error))?
            .into_path();
        if path.extension().is_some_and(|e| e == "jar" || e == "JAR") {
            jars.push(path);
        }
    }
    Ok(jars)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn jar(path: &Path, class_path: &str) {
        std::fs::create_dir_all(path.parent().expect("it is in a folder")).expect("made");
        let mut zip = zip::ZipWriter::new(std::fs::File::create(path).expect("it can be made"));
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        zip.start_file("META-INF/MANIFEST.MF", options)
            .expect("an entry");
        write!(
            zip,
            "Manifest-Version: 1.0\r\nClass-Path: {class_path}\r\n\r\n"
        )
        .expect("it can be written");
        zip.finish().expect("it can be ended");
    }

    fn names(dir: &Path, found: &[PathBuf]) -> Vec<String> {
        let name = |path: &PathBuf| {
            path.strip_prefix(dir)
                .map(|path| path.display().to_string())
        };
        found.iter().flat_map(name).collect()
    }

    #[test]
    fn manifests_are_followed_as_the_class_loader_follows_them() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let dir = dir.path();
        jar(&dir.join("lib/deep one.jar"), "../app.jar");
        jar(&dir.join("lib/mid.jar"), "deep%20one.jar");
        jar(&dir.join("url.jar"), "");
        jar(&dir.join("relative.jar"), "");
        jar(&dir.join("second.jar"), "");
        std::fs::create_dir_all(dir.join("conf")).expect("a folder");
        let entries = format!(
            "lib/mid.jar missing.jar http://example.com/x.jar file://{}/url.jar file:relative.jar conf/ conf",
            dir.display()
        );
        jar(&dir.join("app.jar"), &entries);
        let found = found(&[dir.join("app.jar"), dir.join("second.jar")]);
        assert_eq!(
            names(dir, &found),
            [
                "app.jar",
                "lib/mid.jar",
                "lib/deep one.jar",
                "url.jar",
                "relative.jar",
                "conf",
                "second.jar"
            ]
        );
    }

    #[test]
    fn a_wildcard_stands_for_the_jars_of_its_folder() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let dir = dir.path();
        jar(&dir.join("lib/b.jar"), "");
        jar(&dir.join("lib/a.JAR"), "");
        std::fs::write(dir.join("lib/readme.txt"), "no JAR").expect("it can be written");
        let all = expanded(Path::new("lib/*"), dir).expect("there are some");
        assert_eq!(names(dir, &all), ["lib/a.JAR", "lib/b.jar"]);
        std::fs::create_dir(dir.join("none")).expect("a folder");
        let none = expanded(Path::new("none/*"), dir).expect_err("there is none");
        assert!(none.summary().contains("`none/*`"), "{none}");
    }

    #[test]
    fn what_is_no_escape_stands_for_itself() {
        assert_eq!(decoded("a%20b%zz%4"), PathBuf::from("a b%zz%4"));
    }
}
