//! Our own profile-guided optimizer, for a GraalVM that has none: Java sources in this binary, compiled on first use with the
//! home's own `javac` against that home's own builder (about two seconds), and kept in the user's cache folder.
//!
//! What it does inside the builder is in `optimizer/README.md`; here it is found, compiled, and put on the command line.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use include_dir::{Dir, include_dir};

use super::embedded;
use crate::error::{Error, ErrorKind};
use crate::exec::{self, Tool};
use crate::identity::bytes_digest;
use crate::toolchain::{Info, Missing};
use crate::workdir::{self, Aside};

static JAVA: Dir<'static> =
    include_dir!("$CARGO_MANIFEST_DIR/src/toolchain/graalvm/optimizer/java");
/// The packages of the builder that it uses, one `MODULE/PACKAGE` a line.
const EXPORTS: &str = include_str!("optimizer/exports.txt");
/// The class that the builder starts.
const FEATURE: &str = "pgoctl.optimizer.OptimizerFeature";
/// The class that it starts for an image that counts.
const COUNTING_FEATURE: &str = "pgoctl.counting.CountingFeature";
/// How long compiling may take on a busy machine.
const COMPILE_LIMIT: Duration = Duration::from_secs(180);
/// The file that says why a home's builder was refused.
const REFUSED: &str = "refused.txt";
/// The account of a build, in the image's folder.
pub(super) const ACCOUNT: &str = "optimizer.json";
/// The account of an image that counts, in its folder.
pub(super) const COUNTING_ACCOUNT: &str = "counting.json";
/// Lines of GraalVM that it was tried on.
const TRIED: &str = "GraalVM Community 25.0.x";

/// The optimizer, compiled for one home.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    classes: PathBuf,
    /// Digest over its sources.
    pub(super) digest: String,
}

impl Compiled {
    /// Whether `home` has what it is compiled with: a `javac`, and a builder.
    pub(super) fn can_be_compiled(home: &Path) -> bool {
        home.join("bin/javac").is_file() && !builder_jars(home).is_empty()
    }

    /// Finds it compiled for the home of `info`, or compiles it; `cache_dir` is the user's cache folder.
    ///
    /// # Errors
    ///
    /// Why there is none for that home: mostly a builder of another line, whose internals differ.
    pub(super) fn prepare(info: &Info, cache_dir: &Path) -> Result<Self, Missing> {
        let digest = sources_digest();
        let jars = builder_jars(&info.home);
        let javac = info.home.join("bin/javac");
        let dir = cache_dir
            .join("pgoctl/optimizer")
            .join(key(&digest, info, &jars));
        if !dir.is_dir() {
            compile(&javac, &jars, &dir).map_err(|error| {
                let hint = error.hints().first().cloned();
                Missing {
                    reason: format!(
                        "pgoctl's optimizer could not be compiled: {}",
                        error.brief()
                    ),
                    hint,
                }
            })?;
        }
        match std::fs::read_to_string(dir.join(REFUSED)) {
            Ok(why) => Err(refused(info, &why)),
            Err(_) => Ok(Self {
                classes: dir.join("classes"),
                digest,
            }),
        }
    }

    /// The options that bring it into a build: its classes beside the program's `class_path`, its feature, its doors, the profile to
    /// use, and where its account goes.
    pub(super) fn args(&self, profile: &Path, dir: &Path) -> Vec<OsString> {
        let mut args = doors(FEATURE);
        args.push(property("optimizer.profile", profile));
        args.push(property("optimizer.account", &dir.join(ACCOUNT)));
        args
    }

    /// The options that make the image of a build count what it does, and where the account of that goes.
    pub(super) fn counting_args(&self, dir: &Path) -> Vec<OsString> {
        let mut args = doors(COUNTING_FEATURE);
        args.push(property("counting.account", &dir.join(COUNTING_ACCOUNT)));
        args
    }

    /// Its classes, for the class path of the build.
    pub(super) fn classes(&self) -> &Path {
        &self.classes
    }
}

/// The options that let `feature` in.
fn doors(feature: &str) -> Vec<OsString> {
    let doors = exports().map(|export| format!("-J--add-exports={export}=ALL-UNNAMED"));
    std::iter::once(format!("--features={feature}"))
        .chain(doors)
        .map(OsString::from)
        .collect()
}

fn property(name: &str, path: &Path) -> OsString {
    let mut word = OsString::from(format!("-J-Dpgoctl.{name}="));
    word.push(path);
    word
}

fn exports() -> impl Iterator<Item = &'static str> {
    EXPORTS
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
}

fn refused(info: &Info, why: &str) -> Missing {
    Missing::new(
        format!(
            "{} {} has no PGO of its own, and its builder is of a line that pgoctl's optimizer does not fit ({why})",
            info.edition, info.version
        ),
        format!("it was tried on {TRIED}; an Oracle GraalVM has PGO (`pgoctl toolchain install`)"),
    )
}

fn sources_digest() -> String {
    embedded::digest(&JAVA, EXPORTS)
}

/// The JARs of the home's builder, in the order of their names.
pub(super) fn builder_jars(home: &Path) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(home.join("lib/svm/builder"));
    let mut jars: Vec<PathBuf> = folder
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "jar"))
        .collect();
    jars.sort();
    jars
}

/// A name for the classes: other sources, another home or another builder in it have another one.
fn key(digest: &str, info: &Info, jars: &[PathBuf]) -> String {
    let mut all = format!("{digest}\n{}\n{}", info.home.display(), info.version);
    for jar in jars {
        let size = std::fs::metadata(jar).map_or(0, |data| data.len());
        write!(all, "\n{} {size}", jar.display()).expect("a string takes everything");
    }
    let mut key = bytes_digest(all.as_bytes());
    key.truncate(16);
    key
}

/// Compiles the sources into `dir`; what the compiler refuses is kept there in its words, so that it is not asked again.
fn compile(javac: &Path, jars: &[PathBuf], dir: &Path) -> crate::error::Result<()> {
    let aside = Aside::new(dir)?;
    let (java, classes) = (aside.path().join("java"), aside.path().join("classes"));
    workdir::create_dir(&classes)?;
    let files = embedded::write(&JAVA, &java)?;
    let class_path = std::env::join_paths(jars).map_err(|error| {
        Error::new(
            ErrorKind::Toolchain,
            "the home's path cannot be on a class path",
        )
        .because(error.to_string())
    })?;
    let tool = Tool::new(javac)
        .args(["-proc:none", "-nowarn", "-encoding", "UTF-8", "-d"])
        .arg(&classes)
        .arg("-cp")
        .arg(class_path)
        .args(["--add-modules", "jdk.internal.vm.ci"])
        .args(compiler_exports())
        .args(&files);
    let said = exec::capture(&tool, COMPILE_LIMIT)?;
    if !said.ending.success() {
        // What is wrong in a source is so for good; a full disk is not.
        let first = said
            .stderr
            .lines()
            .find(|line| line.contains(".java:") && line.contains("error:"));
        let Some((_, why)) = first.and_then(|line| line.split_once("error: ")) else {
            return Err(Error::new(
                ErrorKind::Toolchain,
                format!("`{}` {}", javac.display(), said.ending),
            )
            .because(
                said.stderr
                    .lines()
                    .last()
                    .unwrap_or("it said nothing")
                    .to_owned(),
            ));
        };
        let refused = aside.path().join(REFUSED);
        std::fs::write(&refused, why).map_err(|error| Error::io("write", &refused, &error))?;
    }
    aside.commit()
}

/// The doors into modules of the JDK that the compiler has to know; the builder's own packages are on its class path.
fn compiler_exports() -> Vec<String> {
    let modules = ["jdk.internal.vm.ci/", "java.base/"];
    exports()
        .filter(|export| modules.iter().any(|module| export.starts_with(module)))
        .map(|export| format!("--add-exports={export}=ALL-UNNAMED"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::Kind;

    fn info(home: &Path) -> Info {
        Info {
            kind: Kind::Graalvm,
            version: "25.0.2".into(),
            edition: "GraalVM CE".into(),
            pgo: false,
            home: home.to_owned(),
        }
    }

    #[test]
    fn the_feature_is_among_the_sources_and_its_doors_are_modules_and_packages() {
        let feature = Path::new("pgoctl/optimizer/OptimizerFeature.java");
        assert!(
            embedded::sources(&JAVA)
                .iter()
                .any(|(path, _)| *path == feature)
        );
        assert!(exports().count() > 20);
        assert!(exports().all(|export| export.split('/').count() == 2));
    }

    #[test]
    fn a_home_without_a_builder_has_nothing_to_compile_it_with() {
        let home = tempfile::tempdir().expect("a temporary directory");
        assert!(!Compiled::can_be_compiled(home.path()));
    }

    #[test]
    fn another_builder_in_the_same_home_is_compiled_for_anew() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let folder = home.path().join("lib/svm/builder");
        std::fs::create_dir_all(&folder).expect("it can be made");
        let jar = folder.join("svm.jar");
        std::fs::write(&jar, "one").expect("it can be written");
        let of = || key("digest", &info(home.path()), &builder_jars(home.path()));
        let before = of();
        std::fs::write(&jar, "another").expect("it can be written");
        assert_ne!(before, of());
    }

    #[test]
    fn a_counting_build_gets_its_own_feature_and_a_place_for_its_account() {
        let optimizer = Compiled {
            classes: "/cache/classes".into(),
            digest: String::new(),
        };
        let args = optimizer.counting_args(Path::new("/out"));
        assert_eq!(args[0], "--features=pgoctl.counting.CountingFeature");
        let account = "-J-Dpgoctl.counting.account=/out/counting.json";
        assert_eq!(args.last().expect("there are some"), account);
    }

    #[test]
    fn the_build_gets_the_feature_the_profile_and_a_place_for_the_account() {
        let optimizer = Compiled {
            classes: "/cache/classes".into(),
            digest: String::new(),
        };
        let args = optimizer.args(Path::new("/p/merged.iprof"), Path::new("/out"));
        let words: Vec<String> = args
            .iter()
            .map(|arg| arg.to_string_lossy().into())
            .collect();
        assert_eq!(words[0], "--features=pgoctl.optimizer.OptimizerFeature");
        assert!(words.contains(&"-J-Dpgoctl.optimizer.profile=/p/merged.iprof".to_owned()));
        assert!(words.contains(&"-J-Dpgoctl.optimizer.account=/out/optimizer.json".to_owned()));
    }
}
