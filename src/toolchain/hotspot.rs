//! HotSpot: an ordinary JDK runs the function, archives the classes that training loaded (AppCDS), or keeps an AOT cache.
//!
//! The archives are ignored silently by a JVM whose flags, class path or JAR do not match, so each is proved to be in
//! use by the JVM's own log before anything is measured (JEP 310, 483, 514).

mod recording;
mod release;
mod share;
mod unused;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{
    ArchivedClasses, BuildFacts, BuildJob, Info, Kind, Missing, NotInUse, Proof, Toolchain,
    Training,
};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Tool};
use crate::function::{Code, Function};
use crate::identity::Inputs;
use crate::java_version::{HAS_AOT_CACHE, OLDEST};
use crate::process::Launch;
use crate::profile::ProfileKind;
use crate::toolchain::option::option;
use crate::variant::Variant;
use crate::workdir::Cache;

pub use recording::{clashes, typed_out};

/// The last feature release seen to ignore an archive for JARs with spaces or other than ASCII letters in their path (measured:
/// 17 ignores it, 25 uses it; what lies between is left to the proof).
const IGNORES_ODD_PATHS: u32 = 17;
/// How long `java -version` may take.
const PROBE_LIMIT: Duration = Duration::from_secs(60);

/// A JDK (or a JRE: only `bin/java` is used).
#[derive(Clone, Debug)]
pub struct Hotspot {
    info: Info,
}

impl Hotspot {
    /// Whether `home` has a `java`.
    pub fn is_home(home: &Path) -> bool {
        java(home).is_file()
    }

    /// Finds out what the JDK at `home` is: from its `release` file, or by asking it.
    pub fn probe(home: &Path, cache: &mut Cache) -> Result<Self> {
        let about = match release::read(home) {
            Some(about) => about,
            None => ask(&java(home), cache)?,
        };
        let info = Info {
            kind: Kind::Hotspot,
            version: about.version,
            edition: about.edition,
            pgo: false,
            home: home.to_owned(),
        };
        Ok(Self { info })
    }

    /// Whether the JDK ships a default CDS archive; without it every start is far slower, and a comparison with AppCDS unfair.
    pub fn has_default_archive(&self) -> bool {
        [
            "lib/server/classes.jsa",
            "lib/server/classes_coh.jsa",
            "jre/lib/server/classes.jsa",
        ]
        .iter()
        .any(|file| self.info.home.join(file).is_file())
    }

    fn feature(&self) -> u32 {
        self.info.feature().unwrap_or(0)
    }
}

fn java(home: &Path) -> PathBuf {
    home.join("bin/java")
}

fn ask(java: &Path, cache: &mut Cache) -> Result<release::About> {
    let said = cache.remember("java", java, || {
        let said = exec::capture(&Tool::new(java).arg("-version"), PROBE_LIMIT)?;
        Ok(serde_json::Value::from(said.stderr))
    })?;
    let said = said.as_str().unwrap_or_default();
    release::parse_version(said).ok_or_else(|| {
        Error::new(
            ErrorKind::Toolchain,
            format!("could not understand `{} -version`", java.display()),
        )
        .because(format!(
            "it printed: {}",
            said.lines().next().unwrap_or("nothing")
        ))
        .hint("`--java-home` names another JDK")
    })
}

/// Entries joined as `-cp` takes them.
pub(super) fn class_path(entries: &[PathBuf]) -> OsString {
    let mut joined = OsString::new();
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            joined.push(":");
        }
        joined.push(entry);
    }
    joined
}

pub(super) fn code_args(code: &Code) -> Vec<OsString> {
    match code {
        Code::Jar(jar) => vec!["-jar".into(), jar.into()],
        Code::ClassPath {
            entries,
            main_class,
        } => vec!["-cp".into(), class_path(entries), main_class.into()],
    }
}

/// Whether a path reads the same as a URL.
fn is_plain(path: &Path) -> bool {
    path.to_str()
        .is_some_and(|text| text.chars().all(|c| c.is_ascii_graphic() && c != '%'))
}

fn archive(variant: Variant) -> Option<&'static str> {
    match variant {
        Variant::HotspotCds => Some("classes.jsa"),
        Variant::HotspotAot => Some("app.aot"),
        Variant::Hotspot
        | Variant::Native
        | Variant::NativeInstrumented
        | Variant::NativePgo
        | Variant::NativeShared
        | Variant::NativePgoShared => None,
    }
}

impl Toolchain for Hotspot {
    fn info(&self) -> &Info {
        &self.info
    }

    fn missing(&self, variant: Variant, function: &Function) -> Option<Missing> {
        let here = format!(
            "the JDK at `{}` is {}",
            self.info.home.display(),
            self.info.version
        );
        if self.feature() < OLDEST {
            return Some(Missing::new(
                format!("{here}, and pgoctl needs {OLDEST} or later"),
                "name a newer one with `--java-home`",
            ));
        }
        if variant == Variant::HotspotAot && self.feature() < HAS_AOT_CACHE {
            let reason = format!("an AOT cache needs JDK {HAS_AOT_CACHE} or later, {here}");
            return Some(Missing::new(reason, "name a newer one with `--java-home`"));
        }
        archive(variant)?;
        if let Some(missing) = unused::known_before(variant, &function.jvm_options.words) {
            return Some(missing);
        }
        if let Some(folder) = function.class_folder() {
            let reason = format!(
                "the class path has a folder of classes (`{}`), and an archive takes JARs only",
                folder.display()
            );
            return Some(Missing::new(reason, "pack the folder into a JAR"));
        }
        let odd = function
            .code_entries()
            .into_iter()
            .find(|path| !is_plain(path));
        odd.filter(|_| self.feature() <= IGNORES_ODD_PATHS).map(|path| {
            let reason = format!(
                "JDK {} does not use an archive for a JAR whose path has spaces or other than ASCII letters (`{}`)",
                self.feature(),
                path.display()
            );
            Missing::new(reason, "move the project, or name a newer JDK with `--java-home`")
        })
    }

    fn inputs(&self, variant: Variant, function: &Function) -> Inputs {
        let inputs = Inputs::new()
            .with(
                "toolchain",
                format!("{} {}", self.info.edition, self.info.version),
            )
            .with("toolchain's release", self.info.release())
            .with_list("jvm-args", &function.jvm_args);
        match archive(variant) {
            // An archive is refused when a JAR's path or modification time is another than when it was made.
            Some(_) => inputs.with("JAR's place and time", function.place_and_time()),
            None => inputs,
        }
    }

    fn training(&self, variant: Variant) -> Option<Training> {
        let kind = match variant {
            Variant::HotspotCds => ProfileKind::ClassList,
            Variant::HotspotAot => ProfileKind::AotConfiguration,
            Variant::Hotspot
            | Variant::Native
            | Variant::NativeInstrumented
            | Variant::NativePgo
            | Variant::NativeShared
            | Variant::NativePgoShared => return None,
        };
        Some(Training {
            on: Variant::Hotspot,
            kind,
        })
    }

    fn recording_args(&self, kind: ProfileKind, function: &Function, path: &Path) -> Vec<OsString> {
        match kind {
            ProfileKind::ClassList => vec![option("-XX:DumpLoadedClassList=", path)],
            ProfileKind::AotConfiguration => vec![
                "-XX:AOTMode=record".into(),
                option("-XX:AOTConfiguration=", path),
            ],
            ProfileKind::HotspotIprof => recording::args(&function.workload, path),
            ProfileKind::Iprof => Vec::new(),
        }
    }

    fn build(&self, job: &BuildJob<'_>) -> Option<Tool> {
        let archive = job.dir.join(archive(job.variant)?);
        let profile = job.profile?;
        let tool = Tool::new(java(&self.info.home)).args(&job.function.jvm_args);
        let tool = match job.variant {
            Variant::HotspotCds => tool
                .arg("-Xshare:dump")
                .arg(option("-XX:SharedClassListFile=", profile))
                .arg(option("-XX:SharedArchiveFile=", &archive)),
            _ => tool
                .arg("-XX:AOTMode=create")
                .arg(option("-XX:AOTConfiguration=", profile))
                .arg(option("-XX:AOTCache=", &archive)),
        };
        Some(tool.args(code_args(&job.function.code)))
    }

    fn image_file(&self, variant: Variant, _function: &Function) -> Option<String> {
        archive(variant).map(str::to_owned)
    }

    fn inspect(&self, _job: &BuildJob<'_>) -> Result<BuildFacts> {
        Ok(BuildFacts::default())
    }

    fn stage_of_line(&self, _line: &str) -> Option<(u64, u64, String)> {
        None
    }

    fn launch(&self, variant: Variant, function: &Function, dir: &Path) -> Launch {
        let mut runtime_args: Vec<OsString> = function.jvm_args.iter().map(Into::into).collect();
        match (variant, archive(variant)) {
            (Variant::HotspotCds, Some(file)) => {
                runtime_args.push(option("-XX:SharedArchiveFile=", &dir.join(file)))
            }
            (Variant::HotspotAot, Some(file)) => {
                runtime_args.push(option("-XX:AOTCache=", &dir.join(file)))
            }
            _ => {}
        }
        Launch {
            program: java(&self.info.home),
            runtime_args,
            code_args: code_args(&function.code),
        }
    }

    fn proof(&self, variant: Variant, dir: &Path) -> Option<Proof> {
        archive(variant)?;
        let log = dir.join("jvm.log");
        // Nothing that insists on the archive: it is started as it is measured. What JDK 24 says of an AOT cache has a tag of
        // its own.
        let aot = match self.feature() >= HAS_AOT_CACHE {
            true => ",aot",
            false => "",
        };
        // The file name of `-Xlog` ends at a colon, unless it is quoted.
        let mut to_file = OsString::from(format!("-Xlog:class+load,class+path,cds{aot}:file=\""));
        to_file.push(&log);
        to_file.push("\"::filecount=0");
        Some(Proof {
            runtime_args: vec![to_file],
            log,
        })
    }

    fn disproved(&self, function: &Function, log: &str) -> Option<NotInUse> {
        let mut classes = log.lines().filter_map(share::class_of);
        let main_class = &function.main_class;
        let why = match classes.find(|(name, _)| name == main_class) {
            Some((_, source)) if source.starts_with(share::ARCHIVE) => return None,
            Some((_, source)) => {
                format!("the JVM loaded `{main_class}` from `{source}`, not from the archive")
            }
            None => format!("the JVM's log does not say where `{main_class}` came from"),
        };
        Some(unused::said_after(log, why))
    }

    fn archived(&self, log: &str) -> Option<ArchivedClasses> {
        Some(share::of(log)).filter(|share| share.loaded > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jdk(version: &str) -> Hotspot {
        let info = Info {
            kind: Kind::Hotspot,
            version: version.into(),
            edition: "Temurin".into(),
            pgo: false,
            home: "/jdk".into(),
        };
        Hotspot { info }
    }

    #[test]
    fn the_static_archive_is_dumped_from_the_merged_class_list() {
        let function = Function::for_tests("hello");
        let profile = Some(Path::new("/p/merged.classlist"));
        let job = BuildJob {
            variant: Variant::HotspotCds,
            function: &function,
            dir: Path::new("/out"),
            profile,
            metadata: None,
        };
        assert_eq!(
            jdk("17.0.1").build(&job).expect("it is built").to_string(),
            "/jdk/bin/java -Xshare:dump -XX:SharedClassListFile=/p/merged.classlist -XX:SharedArchiveFile=/out/classes.jsa \
             -jar /project/hello.jar"
        );
    }

    #[test]
    fn the_users_own_jvm_args_come_first_everywhere() {
        let function = Function {
            jvm_args: vec!["-Xmx64m".into()],
            ..Function::for_tests("hello")
        };
        let launch = jdk("25").launch(Variant::HotspotAot, &function, Path::new("/out"));
        assert_eq!(
            launch.tool(&["--port".into()]).to_string(),
            "/jdk/bin/java -Xmx64m -XX:AOTCache=/out/app.aot -jar /project/hello.jar --port"
        );
    }

    #[test]
    fn an_aot_cache_needs_jdk_24() {
        let function = Function::for_tests("hello");
        let missing = jdk("17.0.15")
            .missing(Variant::HotspotAot, &function)
            .expect("it is too old");
        assert!(
            missing.reason.contains("needs JDK 24 or later"),
            "{}",
            missing.reason
        );
        assert!(jdk("24").missing(Variant::HotspotAot, &function).is_none());
        assert!(jdk("11.0.2").missing(Variant::Hotspot, &function).is_some());
    }

    #[test]
    fn only_the_archive_itself_counts_as_proof() {
        let function = Function::for_tests("hello");
        let line =
            |source: &str| format!("[0.05s][info][class,load] com.example.Main source: {source}\n");
        assert_eq!(
            jdk("17").disproved(&function, &line("shared objects file (top)")),
            None
        );
        assert!(
            jdk("17")
                .disproved(&function, &line("file:/project/hello.jar"))
                .is_some()
        );
        assert!(jdk("17").disproved(&function, "").is_some());
    }
}
