//! `init`: a commented `pgoctl.toml` for a JAR.

use std::path::{Path, PathBuf};

use clap::Args;

use super::global::Global;
use crate::config::{Work, config_file, template};
use crate::error::{Error, Result};
use crate::event;
use crate::function::{Jar, look};
use crate::ui::Ui;
use crate::warning::{Warning, WarningKind};
use crate::workdir::write_atomically;

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The function's JAR, with a main class
    #[arg(value_name = "JAR")]
    jar: PathBuf,
    /// It does its work and ends, instead of answering requests: the arguments of such an invocation, in one word
    #[arg(long, value_name = "ARGS", allow_hyphen_values = true)]
    invoke: Option<String>,
    /// Replace a pgoctl.toml that is there
    #[arg(long)]
    force: bool,
}

pub(super) fn init(global: &Global, args: &InitArgs, ui: &Ui) -> Result<()> {
    Jar::read(&args.jar)?;
    let path = config_file(global.config.as_deref());
    if path.exists() && !args.force {
        return Err(
            Error::usage(format!("`{}` is there already", path.display()))
                .hint("`--force` replaces it, `--config` names another"),
        );
    }
    let name = match &global.function {
        Some(name) => name.clone(),
        None => function_name(&args.jar),
    };
    let jar = relative(&args.jar, &path)?;
    let invoke = args.invoke.as_deref().map(words).transpose()?;
    let (shape, nested) = look(&args.jar, &jar.display().to_string(), invoke)?;
    write_atomically(&path, template(&name, &jar, &shape).as_bytes())?;
    if let Some(nested) = nested {
        let message = format!(
            "{}: native-image does not see those, and archives hold few of them",
            nested.words()
        );
        let warning = Warning::new(WarningKind::NestedJars, message).hint(nested.way_out());
        event::warn(ui, &warning);
    }
    let look_at = match shape.work {
        Work::Server { .. } => "`args`, `ready` and `requests`",
        Work::Invocations { .. } => "`invoke`",
    };
    ui.note(&format!(
        "wrote {}: look at {look_at}, then `pgoctl run`",
        path.display()
    ));
    Ok(())
}

/// The words of `--invoke`.
fn words(text: &str) -> Result<Vec<String>> {
    shlex::split(text).ok_or_else(|| {
        Error::usage("`--invoke` cannot be split into arguments").because("its quotes do not match")
    })
}

/// The JAR's name without extension, in letters that name a function.
fn function_name(jar: &Path) -> String {
    let stem = jar
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let name: String = stem
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect();
    if name.is_empty() {
        "function".to_owned()
    } else {
        name
    }
}

/// The JAR as seen from the configuration file's folder, where it is below it; absolute otherwise.
fn relative(jar: &Path, config: &Path) -> Result<PathBuf> {
    let absolute =
        |path: &Path| std::path::absolute(path).map_err(|error| Error::io("find", path, &error));
    let (jar, config) = (absolute(jar)?, absolute(config)?);
    let folder = config.parent().unwrap_or(Path::new("/"));
    Ok(jar.strip_prefix(folder).map(Path::to_owned).unwrap_or(jar))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_named_after_its_jar() {
        assert_eq!(function_name(Path::new("/x/my app-1.0.jar")), "my-app-1-0");
    }

    #[test]
    fn a_jar_below_the_file_is_named_relative_to_it() {
        assert_eq!(
            relative(Path::new("/p/target/a.jar"), Path::new("/p/pgoctl.toml"))
                .expect("both are absolute"),
            Path::new("target/a.jar")
        );
        assert_eq!(
            relative(Path::new("/q/a.jar"), Path::new("/p/pgoctl.toml"))
                .expect("both are absolute"),
            Path::new("/q/a.jar")
        );
    }
}
