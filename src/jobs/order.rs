//! What a Job is to do: a command and the files that it needs, as a document in the store that is named by what it says.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::identity::{Identity, Inputs};
use crate::store::{Created, Packed, Store};

/// The most letters of a label.
const LABEL_LETTERS: usize = 63;
/// The most letters of a function in the name of a Job: with the rest of it there are 63 at most, which is what a label may have.
const NAME_LETTERS: usize = 24;

/// A document that is older is written once more when it is used again.
const RENEWED: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// A command for a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// `build`
    pub stage: String,
    /// What follows `pgoctl`, without where and how it is shown.
    pub args: Vec<String>,
    /// What shapes it besides: variables of the environment.
    pub env: BTreeMap<String, String>,
    /// The configuration file, in the folder of the project …
    pub config: PathBuf,
    /// … and where in that folder the command is called: relative paths in it begin there.
    pub folder: PathBuf,
    /// Whether its figures are about the machine: it has whole cores to itself, and the same words another time measure anew.
    pub measures: bool,
}

/// A command, and the files that it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// 1.
    pub schema_version: u32,
    /// The function, or the project where there are several.
    pub function: String,
    /// The folder of the project, absolute: it has the same place in the pod, so that every path in a product holds here too.
    pub dir: PathBuf,
    /// What to do there.
    pub command: Command,
    /// What it needs.
    pub files: Vec<Packed>,
    /// Who does it: the container image, and this version.
    pub by: String,
    /// Where all of it is.
    pub store: String,
    /// Who asked: a digest of the machine and the project's folder there.
    pub client: String,
}

impl Order {
    /// Digest over everything that it says.
    pub fn identity(&self) -> Identity {
        let files: Vec<String> = self.files.iter().map(Packed::line).collect();
        let env: Vec<String> = self
            .command
            .env
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        Inputs::new()
            .with("function", &self.function)
            .with("by", &self.by)
            .with("store", &self.store)
            // An archive of a JVM's is good for a JAR in its place alone.
            .with("dir", self.dir.display())
            .with("config", self.command.config.display())
            .with("folder", self.command.folder.display())
            .with_list("args", &self.command.args)
            .with_list("env", &env)
            .with_list("files", &files)
            .identity()
    }

    /// `pgoctl-hello-build-0f3a5b7c9d1e`: function, stage and identity, in letters that Kubernetes takes.
    pub fn job_name(&self) -> String {
        let function = label(&self.function);
        let short: String = function.chars().take(NAME_LETTERS).collect();
        let identity = self.identity();
        format!(
            "pgoctl-{}-{}-{}",
            short.trim_end_matches('-'),
            label(&self.command.stage),
            &identity.as_str()[..12]
        )
    }

    /// `jobs/<function>/<identity>`: everything about it is below this key.
    pub(super) fn key(&self) -> String {
        format!("jobs/{}/{}", label(&self.function), self.identity())
    }

    /// The key of the document.
    pub(super) fn document(&self) -> String {
        format!("{}/order.json", self.key())
    }

    /// Puts the document into the store.
    pub(super) fn keep(&self, store: &Store) -> Result<()> {
        let text = serde_json::to_vec_pretty(self).expect("every name in it is UTF-8");
        let document = self.document();
        if store.create(&document, text.clone())? == Created::New {
            return Ok(());
        }
        // One that is there says the same. What goes by its age must not go while it is in use.
        let there = store.list(&self.key())?;
        let age = there
            .iter()
            .find(|object| object.key == document)
            .map(|object| jiff::Timestamp::now().duration_since(object.modified));
        if age.is_some_and(|age| age > RENEWED) {
            store.delete(&document)?;
            store.create(&document, text)?;
        }
        Ok(())
    }
}

/// A name in the letters of a DNS label (RFC 1123).
pub(super) fn label(name: &str) -> String {
    let letter = |letter: char| match letter.to_ascii_lowercase() {
        letter if letter.is_ascii_lowercase() || letter.is_ascii_digit() => letter,
        _ => '-',
    };
    let label: String = name.chars().map(letter).collect();
    let label: String = label
        .trim_matches('-')
        .chars()
        .take(LABEL_LETTERS)
        .collect();
    let label = label.trim_end_matches('-');
    match label.is_empty() {
        true => "function".to_owned(),
        false => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(function: &str, dir: &str, args: &[&str]) -> Order {
        Order {
            schema_version: 1,
            function: function.to_owned(),
            dir: dir.into(),
            command: Command {
                stage: "build".to_owned(),
                args: args.iter().map(ToString::to_string).collect(),
                ..Command::default()
            },
            files: Vec::new(),
            by: "registry/pgoctl:1 0.1.0".to_owned(),
            store: String::new(),
            client: String::new(),
        }
    }

    #[test]
    fn an_order_is_named_by_what_it_says() {
        let one = order("hello", "/a", &["build"]);
        assert_eq!(one.job_name(), order("hello", "/a", &["build"]).job_name());
        assert_ne!(one.job_name(), order("hello", "/b", &["build"]).job_name());
        assert_ne!(one.job_name(), order("hello", "/a", &["train"]).job_name());
        assert_ne!(one.job_name(), order("sleep", "/a", &["build"]).job_name());
    }

    #[test]
    fn a_job_has_a_name_that_kubernetes_takes() {
        for function in ["hello", "Größe_9", "--", &"long".repeat(40), "x.y"] {
            let name = order(function, "/a", &["build"]).job_name();
            assert!(name.len() <= 63, "{name}");
            let good = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
            assert!(name.chars().all(|letter| good(letter) || letter == '-'));
            assert!(
                name.starts_with("pgoctl-") && name.ends_with(good),
                "{name}"
            );
        }
    }
}
