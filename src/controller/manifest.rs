//! What is installed: a JAR and a manifest, checked before anything else, kept as a project that every other command understands.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::config::FunctionFile;
use crate::error::{Error, Result};
use crate::function::Jar;
use crate::http::Protocol;
use crate::identity::{Inputs, file_digest};
use crate::workdir::{create_dir, write_atomically};

/// The JAR in a version's folder.
pub const JAR: &str = "function.jar";
/// The project's file in it.
pub const FILE: &str = "pgoctl.toml";
/// What names files of the one who installs, and the controller does not have.
const FILES: [&str; 5] = [
    "requests-file",
    "body-file",
    "stdin-file",
    "assets",
    "files",
];
/// A JAR that unpacks to more than this, or to so many times its size, is not unpacked by anything of ours or a JVM's.
const LARGEST: u64 = 4 << 30;
const TIMES: u64 = 200;

/// A function as it was sent, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// `[function.NAME]` without its JAR.
    pub function: Value,
    /// SHA-256 of the JAR.
    pub jar: String,
}

impl Manifest {
    /// What a JAR alone means: a server that is told its port by `--port`, up when `GET /` is answered.
    pub fn of_jar_alone() -> Value {
        serde_json::json!({
            "args": ["--port", "{port}"],
            "workload": { "requests": [ { "method": "GET", "path": "/" } ] },
        })
    }

    /// Checks name, manifest and JAR.
    pub fn check(name: &str, function: Value, jar: &Path) -> Result<Self> {
        check_name(name)?;
        let goal = || format!("`{name}` cannot be installed");
        check_function(&function).map_err(|error| error.goal(goal()))?;
        check_jar(jar).map_err(|error| error.goal(goal()))?;
        Ok(Self {
            function,
            jar: file_digest(jar)?,
        })
    }

    /// Digest over JAR and manifest.
    pub fn version(&self) -> String {
        Inputs::new()
            .with("jar", &self.jar)
            .with("manifest", &self.function)
            .identity()
            .to_string()
    }

    /// Writes the project of this version into `folder`, the JAR copied from `jar`; `engine` is what it says of a cluster.
    pub fn write(
        &self,
        name: &str,
        folder: &Path,
        jar: &Path,
        engine: Option<&Value>,
    ) -> Result<PathBuf> {
        create_dir(folder)?;
        let target = folder.join(JAR);
        if !target.is_file() {
            let aside = folder.join(format!("{}{JAR}", crate::workdir::half_made()));
            fs::copy(jar, &aside)
                .and_then(|_| fs::rename(&aside, &target))
                .map_err(|error| Error::io("keep", &target, &error))?;
        }
        let file = folder.join(FILE);
        write_atomically(&file, self.toml(name, engine)?.as_bytes())?;
        Ok(file)
    }

    fn toml(&self, name: &str, engine: Option<&Value>) -> Result<String> {
        let mut function = self.function.clone();
        function["jar"] = JAR.into();
        let mut whole = serde_json::json!({
            "train": { "on": "image" },
            "function": { name: function },
        });
        if let Some(engine) = engine {
            whole["engine"] = engine.clone();
        }
        toml::to_string(&whole)
            .map_err(|error| Error::usage("the manifest cannot be kept").because(error.to_string()))
    }

    /// What a manifest says.
    pub fn function(manifest: &Value) -> Result<FunctionFile> {
        serde_json::from_value(manifest.clone()).map_err(|error| {
            Error::usage("the manifest is not as pgoctl expects it").because(error.to_string())
        })
    }
}

/// Names files, objects and URLs.
pub fn check_name(name: &str) -> Result<()> {
    let good = !name.is_empty()
        && name.len() <= 63
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && !name.starts_with(['.', '-']);
    match good {
        true => Ok(()),
        false => Err(
            Error::usage(format!("`{name}` cannot be the name of a function"))
                .hint("letters, digits, `-`, `_` and `.`, at most 63, not `.` or `-` first"),
        ),
    }
}

fn check_function(function: &Value) -> Result<()> {
    let Some(keys) = function.as_object() else {
        return Err(Error::usage("the manifest is not an object"));
    };
    for key in ["jar", "class-path"] {
        if keys.contains_key(key) {
            return Err(Error::usage(format!("the manifest names `{key}`"))
                .hint("the JAR is sent beside it, and one JAR is all that there is"));
        }
    }
    if let Some(named) = FILES.iter().find(|key| names(function, key)) {
        return Err(
            Error::usage(format!("the manifest names a file: `{named}`"))
                .because("the controller does not have the files of whoever installs"),
        );
    }
    let file = Manifest::function(function)?;
    if file.workload.requests.is_empty() && file.workload.invoke.is_none() {
        return Err(Error::usage("the workload is empty")
            .because("it says how the function is known to be up")
            .hint("`requests` for a server, `invoke` for a function that does its work and ends"));
    }
    if file.port.is_some() {
        return Err(Error::usage("the function has a port of its own")
            .because("two of its workers could not run at a time")
            .hint("tell it its port: `{port}` in `args` or `env`"));
    }
    if file.workload.protocol != Protocol::Http1 {
        return Err(Error::usage(
            "a controller speaks HTTP/1.1 to its workers, and the function HTTP/2",
        ));
    }
    Ok(())
}

/// Whether `key` is anywhere in `value`.
fn names(value: &Value, key: &str) -> bool {
    match value {
        Value::Object(entries) => entries
            .iter()
            .any(|(name, value)| name == key || names(value, key)),
        Value::Array(values) => values.iter().any(|value| names(value, key)),
        _ => false,
    }
}

fn check_jar(jar: &Path) -> Result<()> {
    Jar::read(jar)?;
    let file = fs::File::open(jar).map_err(|error| Error::io("read", jar, &error))?;
    let packed = file.metadata().map_or(0, |data| data.len());
    let broken = |error: zip::result::ZipError| {
        Error::usage("what was sent is not a JAR").because(error.to_string())
    };
    let mut archive = zip::ZipArchive::new(file).map_err(broken)?;
    let mut unpacked: u64 = 0;
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(broken)?;
        unpacked = unpacked.saturating_add(entry.size());
    }
    if unpacked > LARGEST || (unpacked > 64 << 20 && unpacked / packed.max(1) > TIMES) {
        return Err(
            Error::usage("the JAR unpacks to far more than it is").because(format!(
                "{} of {}",
                crate::units::bytes(unpacked),
                crate::units::bytes(packed)
            )),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_be_paths_or_options_are_refused() {
        for name in ["../up", "a/b", "", ".hidden", "-x", "a b", "ü"] {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert!(check_name("file-hash_2.1").is_ok());
    }

    #[test]
    fn an_unknown_key_and_files_of_the_caller_are_refused_by_name() {
        let mut manifest = Manifest::of_jar_alone();
        assert!(check_function(&manifest).is_ok());
        let mut idle = manifest.clone();
        idle["workload"]["requests"] = serde_json::json!([]);
        let error = check_function(&idle).expect_err("it does nothing");
        assert!(error.to_string().contains("empty"), "{error}");
        manifest["prot"] = 80.into();
        let error = check_function(&manifest).expect_err("there is no such key");
        assert!(error.to_string().contains("prot"), "{error}");
        let mut manifest = Manifest::of_jar_alone();
        manifest["workload"]["assets"] = "assets".into();
        let error = check_function(&manifest).expect_err("the folder is elsewhere");
        assert!(error.to_string().contains("assets"), "{error}");
    }

    #[test]
    fn a_project_says_how_a_cluster_builds() {
        let manifest = Manifest {
            function: Manifest::of_jar_alone(),
            jar: "sha".to_owned(),
        };
        let engine = serde_json::json!({ "image": "pgoctl:1", "cpus": 4 });
        let text = manifest.toml("hello", Some(&engine)).expect("it is one");
        let config: crate::config::Config = toml::from_str(&text).expect("it is read strictly");
        assert_eq!(config.engine.image.as_deref(), Some("pgoctl:1"));
        assert_eq!(config.engine.cpus, Some(4));
        assert!(config.function.contains_key("hello"));
    }
}
