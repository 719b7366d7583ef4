//! Where the tools are: flags, and the environment.

use std::path::PathBuf;

use clap::Args;

use super::environment::{absolute, cache_dir, data_dir, variable};
use crate::toolchain::install::installed;
use crate::toolchain::{Named, Search};

/// Where the tools are.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Homes {
    /// The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]
    #[arg(long, env = "PGOCTL_GRAALVM_HOME", value_name = "DIR", hide_env = true)]
    graalvm_home: Option<PathBuf>,
    /// The JDK of the HotSpot variants [default: the GraalVM's own, JAVA_HOME, PATH]
    #[arg(long, env = "PGOCTL_JAVA_HOME", value_name = "DIR", hide_env = true)]
    java_home: Option<PathBuf>,
}

impl Homes {
    /// The same flags again, for a command that is started by this one.
    pub(super) fn flags(&self) -> Vec<String> {
        let flag = |name: &str, home: &Option<PathBuf>| {
            let home = absolute(home.clone()?);
            Some([name.to_owned(), home.display().to_string()])
        };
        let flags = [
            flag("--graalvm-home", &self.graalvm_home),
            flag("--java-home", &self.java_home),
        ];
        flags.into_iter().flatten().flatten().collect()
    }

    /// Where to look, the environment included.
    pub(super) fn search(&self) -> Search {
        let named = |home: &Option<PathBuf>, by| {
            home.clone().map(|home| Named {
                home: absolute(home),
                by,
            })
        };
        let home = |name| {
            variable(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
                .map(absolute)
        };
        Search {
            graalvm: named(
                &self.graalvm_home,
                "`--graalvm-home` or PGOCTL_GRAALVM_HOME",
            ),
            java: named(&self.java_home, "`--java-home` or PGOCTL_JAVA_HOME"),
            graalvm_home: home("GRAALVM_HOME"),
            java_home: home("JAVA_HOME"),
            path: variable("PATH")
                .map(|path| std::env::split_paths(&path).collect())
                .unwrap_or_default(),
            cache_dir: cache_dir(),
            installed: data_dir()
                .map(|folder| installed(&folder))
                .unwrap_or_default()
                .into_iter()
                .map(|home| home.home)
                .collect(),
        }
    }
}
