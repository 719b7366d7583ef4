//! `~/.aws/credentials` and `~/.aws/config`: profiles as every S3 program reads them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The values of the chosen profile.
pub struct Files {
    values: BTreeMap<String, String>,
    words: String,
}

impl Files {
    /// Reads the profile that `AWS_PROFILE` chooses (`default`), from both files; the file with the credentials comes first.
    pub fn read(text: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let asked = text("AWS_PROFILE");
        let name = asked.as_deref().unwrap_or("default");
        let home = text("HOME").map(|home| Path::new(&home).join(".aws"));
        let file = |variable: &str, usual: &str| {
            let said = text(variable).map(PathBuf::from);
            said.or_else(|| Some(home.as_ref()?.join(usual)))
        };
        let credentials = file("AWS_SHARED_CREDENTIALS_FILE", "credentials");
        let config = file("AWS_CONFIG_FILE", "config");
        let mut values = BTreeMap::new();
        let mut is_there = false;
        // In the second file only the default profile goes without the word.
        let sections = [
            (config, format!("profile {name}")),
            (credentials, name.to_owned()),
        ];
        for (path, section) in sections {
            let Some(path) = path else { continue };
            let found = match std::fs::read_to_string(&path) {
                Ok(text) => profile(&text, &section, name),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                // A file that nobody asked for may be somebody else's.
                Err(_) if asked.is_none() => None,
                Err(error) => return Err(Error::io("read", &path, &error)),
            };
            is_there |= found.is_some();
            values.extend(found.unwrap_or_default());
        }
        match &asked {
            Some(name) if !is_there => Err(Error::usage(format!(
                "there is no profile `{name}` with credentials for the store"
            ))
            .because("`AWS_PROFILE` asks for it, and neither `~/.aws/credentials` nor `~/.aws/config` has it")
            .hint("unset `AWS_PROFILE`, or write that profile")),
            _ => Ok(Self {
                values,
                words: format!("the profile `{name}`"),
            }),
        }
    }

    /// One value of the profile.
    pub fn value(&self, key: &str) -> Option<String> {
        self.values.get(key).cloned()
    }

    /// The profile, in words.
    pub fn words(&self) -> &str {
        &self.words
    }
}

/// The values of the section `[section]`, or `[default]` where the default profile is meant; nested ones are passed over.
fn profile(text: &str, section: &str, name: &str) -> Option<BTreeMap<String, String>> {
    let mut found = None;
    let mut inside = false;
    for line in text.lines() {
        let is_nested = line.starts_with([' ', '\t']);
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(title) = line
            .strip_prefix('[')
            .and_then(|line| line.split(']').next())
        {
            let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
            inside = title == section || (name == "default" && title == "default");
            if inside {
                found.get_or_insert_with(BTreeMap::new);
            }
            continue;
        }
        if let (true, false, Some((key, value))) = (inside, is_nested, line.split_once('=')) {
            let values = found.get_or_insert_with(BTreeMap::new);
            values.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    found
}
