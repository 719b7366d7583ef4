//! JARs that keep other JARs inside, or start classes that are not on the class path: a loader of their own finds those at run time.
//! native-image does not see them, and a JVM's archive holds few of them.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::manifest;

/// A JAR whose classes a loader of its own finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nested {
    /// Who packs such JARs.
    pub by: Packer,
    /// The JAR, as the configuration file names it.
    pub jar: String,
}

/// Who packs JARs into JARs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packer {
    /// `BOOT-INF/lib/*.jar`, or `WEB-INF/lib/*.jar` of an executable WAR.
    SpringBoot,
    /// `quarkus-run.jar` with `app/`, `lib/` and `quarkus/` beside it.
    QuarkusFastJar,
    /// Eclipse's export with JARs in the JAR.
    JarInJar,
    /// One-JAR.
    OneJar,
}

/// The loaders, by how the name of the class with `main` begins.
const LOADERS: [(&str, Packer); 4] = [
    ("org.springframework.boot.loader.", Packer::SpringBoot),
    ("io.quarkus.bootstrap.runner.", Packer::QuarkusFastJar),
    ("org.eclipse.jdt.internal.jarinjarloader.", Packer::JarInJar),
    ("com.simontuffs.onejar.", Packer::OneJar),
];

impl Nested {
    /// What the JAR at `path` is, by its manifest and its entries; `None` for an ordinary one.
    pub(super) fn of(path: &Path, name: &str) -> Option<Self> {
        let text = manifest::read(path).ok()?;
        let main_class = manifest::attribute(&text, "Main-Class").unwrap_or_default();
        let loader = LOADERS
            .iter()
            .find(|(class, _)| main_class.starts_with(class));
        let by = match loader {
            Some((_, by)) => *by,
            // Another loader of Spring Boot's layout.
            None if manifest::attribute(&text, "Start-Class").is_some() && keeps_jars(path) => {
                Packer::SpringBoot
            }
            None => return None,
        };
        Some(Self {
            by,
            jar: name.to_owned(),
        })
    }

    /// What its loader reads beside the JAR.
    pub(super) fn beside(&self, jar: &Path) -> Vec<PathBuf> {
        let folder = jar.parent().unwrap_or(Path::new("/"));
        let names: &[&str] = match self.by {
            Packer::QuarkusFastJar => &["app", "lib", "quarkus"],
            Packer::SpringBoot | Packer::JarInJar | Packer::OneJar => &[],
        };
        let paths = names.iter().map(|name| folder.join(name));
        paths.filter(|path| path.is_dir()).collect()
    }

    /// What it is, in a sentence.
    pub fn words(&self) -> String {
        match self.by {
            Packer::SpringBoot => format!(
                "`{}` is a Spring Boot JAR: it keeps its JARs and classes inside, where a loader of its own finds them",
                self.jar
            ),
            Packer::QuarkusFastJar => format!(
                "`{}` is a Quarkus fast-jar: a loader of its own finds the JARs in `app` and `lib`",
                self.jar
            ),
            Packer::JarInJar | Packer::OneJar => format!(
                "`{}` keeps JARs inside, where a loader of its own finds them",
                self.jar
            ),
        }
    }

    /// How to lay it out so that a JVM can archive its classes.
    pub fn way_out(&self) -> String {
        let jar = &self.jar;
        match self.by {
            Packer::SpringBoot => {
                let stem = Path::new(jar)
                    .file_stem()
                    .unwrap_or_default()
                    .to_string_lossy();
                format!(
                    "`java -Djarmode=tools -jar {jar} extract` lays its JARs side by side (Spring Boot 3.3 and later); then `jar = \"{stem}/{stem}.jar\"`"
                )
            }
            Packer::QuarkusFastJar => {
                "build it with `-Dquarkus.package.jar.type=uber-jar` and name that JAR".to_owned()
            }
            Packer::JarInJar | Packer::OneJar => {
                "give its JARs with `class-path = [\"app.jar\", \"lib/*\"]` and `main-class`"
                    .to_owned()
            }
        }
    }

    /// How to make a native image of it.
    pub fn way_to_native(&self) -> String {
        match self.by {
            Packer::SpringBoot => format!("{}; Spring needs its ahead-of-time processing besides (`process-aot` of its Maven and Gradle plugins)", self.way_out()),
            Packer::QuarkusFastJar => "build it with `-Dquarkus.native.enabled=true -Dquarkus.native.sources-only=true`, which leaves a JAR for native-image, and name that one".to_owned(),
            Packer::JarInJar | Packer::OneJar => self.way_out(),
        }
    }
}

/// Whether there are JARs where Spring Boot keeps them.
fn keeps_jars(path: &Path) -> bool {
    let archive = File::open(path)
        .ok()
        .and_then(|file| zip::ZipArchive::new(file).ok());
    archive.is_some_and(|archive| {
        archive
            .file_names()
            .flatten()
            .any(|name| name.starts_with("BOOT-INF/") || name.starts_with("WEB-INF/lib/"))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn jar(dir: &Path, manifest: &str, entry: &str) -> PathBuf {
        let path = dir.join("app.jar");
        let mut zip = zip::ZipWriter::new(File::create(&path).expect("it can be made"));
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file("META-INF/MANIFEST.MF", options)
            .expect("an entry");
        write!(zip, "Manifest-Version: 1.0\n{manifest}\n\n").expect("it can be written");
        zip.start_file(entry, options).expect("an entry");
        zip.finish().expect("it can be ended");
        path
    }

    #[test]
    fn each_packer_is_told_by_its_loader_and_says_the_way_out() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let of = |manifest: &str, entry: &str| {
            Nested::of(&jar(dir.path(), manifest, entry), "target/app.jar")
        };
        for (class, by) in LOADERS {
            let nested = of(&format!("Main-Class: {class}Main"), "x").expect("it is told");
            assert_eq!(nested.by, by);
            assert!(!nested.words().is_empty() && !nested.way_to_native().is_empty());
        }
        let other = of(
            "Main-Class: my.Launcher\nStart-Class: my.App",
            "BOOT-INF/lib/a.jar",
        );
        let other = other.expect("it is laid out so");
        assert!(
            other
                .way_out()
                .contains("-Djarmode=tools -jar target/app.jar extract")
        );
        assert!(other.way_out().ends_with("`jar = \"app/app.jar\"`"));
        assert_eq!(of("Main-Class: my.App", "BOOT-INF/lib/a.jar"), None);
        assert_eq!(
            of("Main-Class: my.App\nStart-Class: my.App", "lib/a.jar"),
            None
        );
    }
}
