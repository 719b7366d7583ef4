//! Which tools are used: `--graalvm-home`, `PGOCTL_*`, the file, `GRAALVM_HOME`, `JAVA_HOME`, `PATH`, then what was installed.

use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};
use crate::toolchain::graalvm::GraalVm;
use crate::toolchain::hotspot::Hotspot;
use crate::toolchain::{Info, Missing, Toolchain, Tracer};
use crate::variant::{Optimizer, OptimizerChoice, Variant};
use crate::warning::{Warning, WarningKind};
use crate::workdir::Cache;

/// Where to look; filled from flags and environment by `cli`.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// `--graalvm-home`, `PGOCTL_GRAALVM_HOME`, or the file's: must be one.
    pub graalvm: Option<Named>,
    /// `--java-home`, `PGOCTL_JAVA_HOME`, or the file's: must be one.
    pub java: Option<Named>,
    /// `GRAALVM_HOME`.
    pub graalvm_home: Option<PathBuf>,
    /// `JAVA_HOME`.
    pub java_home: Option<PathBuf>,
    /// The folders of `PATH`.
    pub path: Vec<PathBuf>,
    /// What `pgoctl toolchain install` put in place, newest first.
    pub installed: Vec<PathBuf>,
    /// The user's cache folder.
    pub cache_dir: Option<PathBuf>,
}

/// A home that the user named, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The home.
    pub home: PathBuf,
    /// Who named it: `--graalvm-home`, `the configuration file`.
    pub by: &'static str,
}

impl Search {
    /// Adds the homes of the configuration file, which flags override.
    pub fn with_file(
        &self,
        graalvm_home: Option<&Path>,
        java_home: Option<&Path>,
        project_dir: &Path,
    ) -> Self {
        let named = |home: &Path| Named {
            home: project_dir.join(home),
            by: "the configuration file",
        };
        Self {
            graalvm: self.graalvm.clone().or_else(|| graalvm_home.map(named)),
            java: self.java.clone().or_else(|| java_home.map(named)),
            ..self.clone()
        }
    }

    /// Every place that may be a GraalVM home, best first, with how it was found.
    pub fn graalvm_homes(&self) -> Vec<(PathBuf, &'static str)> {
        let named = self
            .graalvm
            .iter()
            .map(|named| (named.home.clone(), named.by));
        let environment = self
            .graalvm_home
            .iter()
            .map(|home| (home.clone(), "GRAALVM_HOME"));
        let java = self
            .java_home
            .iter()
            .map(|home| (home.clone(), "JAVA_HOME"));
        let path = self.path_home("native-image").map(|home| (home, "PATH"));
        let installed = self
            .installed
            .iter()
            .map(|home| (home.clone(), "pgoctl toolchain install"));
        named
            .chain(environment)
            .chain(java)
            .chain(path)
            .chain(installed)
            .filter(|(home, _)| GraalVm::is_home(home))
            .collect()
    }

    /// Every place that may be a JDK home, best first, with how it was found.
    pub fn java_homes(&self) -> Vec<(PathBuf, &'static str)> {
        let named = self.java.iter().map(|named| (named.home.clone(), named.by));
        let java = self
            .java_home
            .iter()
            .map(|home| (home.clone(), "JAVA_HOME"));
        let path = self.path_home("java").map(|home| (home, "PATH"));
        named
            .chain(java)
            .chain(path)
            .filter(|(home, _)| Hotspot::is_home(home))
            .collect()
    }

    /// The home of the first `program` on `PATH`, links followed.
    fn path_home(&self, program: &str) -> Option<PathBuf> {
        let found = self
            .path
            .iter()
            .map(|folder| folder.join(program))
            .find(|file| file.is_file())?;
        let real = found.canonicalize().ok()?;
        Some(real.parent()?.parent()?.to_owned())
    }
}

/// The tools of a plan.
#[derive(Debug)]
pub struct Toolchains {
    graalvm: Option<GraalVm>,
    hotspot: Option<Hotspot>,
    graalvm_home_empty: Option<PathBuf>,
}

impl Toolchains {
    /// Finds the tools that `variants` need. HotSpot variants run on the GraalVM's own `java` when a GraalVM takes part.
    ///
    /// Where `native-pgo` is among them, `choice` says who may use the profile, and who may count for it.
    pub fn find(
        search: &Search,
        variants: &[Variant],
        choice: OptimizerChoice,
        cache: &mut Cache,
    ) -> Result<Self> {
        insist(
            search.graalvm.as_ref(),
            GraalVm::is_home,
            "GraalVM",
            "bin/native-image",
        )?;
        insist(search.java.as_ref(), Hotspot::is_home, "JDK", "bin/java")?;
        let native = variants.iter().any(|variant| variant.is_native());
        let graalvm = match search.graalvm_homes().first() {
            Some((home, _)) if native => {
                let graalvm = GraalVm::probe(home, cache)?;
                Some(match variants.iter().any(|variant| variant.is_of_pgo()) {
                    true => graalvm.with_optimizer(choice, search.cache_dir.as_deref()),
                    false => graalvm,
                })
            }
            _ => None,
        };
        let own = graalvm
            .as_ref()
            .map(|graalvm| graalvm.info().home.clone())
            .filter(|home| Hotspot::is_home(home));
        let java = search
            .java
            .as_ref()
            .map(|named| named.home.clone())
            .or(own)
            .or_else(|| search.java_homes().into_iter().map(|(home, _)| home).next());
        let hotspot = java.map(|home| Hotspot::probe(&home, cache)).transpose()?;
        let graalvm_home_empty = search
            .graalvm_home
            .clone()
            .filter(|home| !GraalVm::is_home(home));
        Ok(Self {
            graalvm,
            hotspot,
            graalvm_home_empty,
        })
    }

    /// The toolchain that makes `variant`, if there is one.
    pub fn of(&self, variant: Variant) -> Option<&dyn Toolchain> {
        if variant.is_native() {
            self.graalvm
                .as_ref()
                .map(|graalvm| graalvm as &dyn Toolchain)
        } else {
            self.hotspot
                .as_ref()
                .map(|hotspot| hotspot as &dyn Toolchain)
        }
    }

    /// What traces on the GraalVM's JVM; `cache_dir` is the user's cache folder.
    ///
    /// # Errors
    ///
    /// Why nothing can.
    pub fn tracer(&self, cache_dir: Option<&Path>) -> Result<Tracer, Missing> {
        match &self.graalvm {
            Some(graalvm) => graalvm.tracer(cache_dir),
            None => Err(self.why_none(Variant::Native)),
        }
    }

    /// Whether native-image has PGO of its own.
    pub fn has_own_pgo(&self) -> bool {
        self.graalvm
            .as_ref()
            .is_some_and(|graalvm| graalvm.info().pgo)
    }

    /// Who uses the profile in the build of `native-pgo`.
    pub fn optimizer(&self) -> Option<Optimizer> {
        self.graalvm.as_ref()?.optimizer(Variant::NativePgo)
    }

    /// Why there is no toolchain for `variant` at all.
    pub fn why_none(&self, variant: Variant) -> Missing {
        if !variant.is_native() {
            return Missing::new(
                "there is no JDK",
                "install one (Debian and Ubuntu: `apt install default-jdk`), or name it with `--java-home`",
            );
        }
        let hint = "install a GraalVM and name it with `--graalvm-home` or GRAALVM_HOME";
        match &self.graalvm_home_empty {
            Some(home) => Missing::new(
                format!(
                    "GRAALVM_HOME is `{}`, which has no `bin/native-image`",
                    home.display()
                ),
                hint,
            ),
            None => Missing::new("there is no native-image", hint),
        }
    }

    /// The toolchains that make `variants`, for the report.
    pub fn infos(&self, variants: &[Variant]) -> Vec<Info> {
        let mut infos: Vec<Info> = Vec::new();
        for info in variants
            .iter()
            .filter_map(|variant| self.of(*variant))
            .map(Toolchain::info)
        {
            if !infos.contains(info) {
                infos.push(info.clone());
            }
        }
        infos
    }

    /// What is odd about the tools that make `variants`.
    pub fn warnings(&self, variants: &[Variant]) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let native = variants.iter().any(|variant| variant.is_native());
        let jvm = variants.iter().any(|variant| !variant.is_native());
        if let Some(oddity) = self
            .graalvm
            .as_ref()
            .filter(|_| native)
            .and_then(GraalVm::oddity)
        {
            warnings.push(Warning::new(WarningKind::UnknownDistribution, oddity));
        }
        if let (Some(graalvm), Some(hotspot), true, true) =
            (&self.graalvm, &self.hotspot, native, jvm)
            && graalvm.info().version != hotspot.info().version
        {
            let message = format!(
                "Java versions differ: native variants are Java {}, HotSpot variants Java {}",
                graalvm.info().version,
                hotspot.info().version
            );
            warnings.push(
                Warning::new(WarningKind::JavaVersionsDiffer, message)
                    .hint("`--java-home` names the JDK of the HotSpot variants"),
            );
        }
        if let Some(hotspot) = self
            .hotspot
            .as_ref()
            .filter(|hotspot| jvm && !hotspot.has_default_archive())
        {
            let message = format!(
                "the JDK at `{}` has no default CDS archive: its plain starts are slower than they need be",
                hotspot.info().home.display()
            );
            let hint = format!(
                "make one: `{}/bin/java -Xshare:dump`",
                hotspot.info().home.display()
            );
            warnings.push(Warning::new(WarningKind::NoDefaultArchive, message).hint(hint));
        }
        warnings
    }
}

fn insist(named: Option<&Named>, is_home: fn(&Path) -> bool, what: &str, file: &str) -> Result<()> {
    match named {
        Some(named) if !is_home(&named.home) => Err(Error::new(
            ErrorKind::Toolchain,
            format!("`{}` is not a {what}", named.home.display()),
        )
        .because(format!("it has no `{file}`"))
        .hint(format!(
            "{} names it; `pgoctl toolchain list` shows what is there",
            named.by
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(dir: &Path, name: &str, programs: &[&str]) -> PathBuf {
        let bin = dir.join(name).join("bin");
        std::fs::create_dir_all(&bin).expect("it can be made");
        for program in programs {
            std::fs::write(bin.join(program), "").expect("it can be written");
        }
        dir.join(name)
    }

    #[test]
    fn the_flag_comes_before_the_environment_and_the_path() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let of = |name| home(dir.path(), name, &["native-image", "java"]);
        let search = Search {
            graalvm: Some(Named {
                home: of("flag"),
                by: "--graalvm-home",
            }),
            graalvm_home: Some(of("environment")),
            path: vec![of("path").join("bin")],
            ..Search::default()
        };
        let found: Vec<&str> = search
            .graalvm_homes()
            .into_iter()
            .map(|(_, how)| how)
            .collect();
        assert_eq!(found, ["--graalvm-home", "GRAALVM_HOME", "PATH"]);
    }

    #[test]
    fn a_java_home_without_native_image_is_no_graalvm() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let search = Search {
            java_home: Some(home(dir.path(), "jdk", &["java"])),
            ..Search::default()
        };
        assert!(search.graalvm_homes().is_empty());
        assert_eq!(search.java_homes().len(), 1);
    }

    #[test]
    fn a_named_home_must_be_one() {
        let named = Named {
            home: "/no/such/home".into(),
            by: "--graalvm-home",
        };
        let error = insist(
            Some(&named),
            GraalVm::is_home,
            "GraalVM",
            "bin/native-image",
        )
        .expect_err("it is none");
        assert_eq!(error.kind(), ErrorKind::Toolchain);
    }
}
