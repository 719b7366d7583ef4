//! A look into a JAR: what it is made with, as far as its entries and the names of the JARs around it tell.

use std::fs::File;
use std::path::Path;

use super::{Nested, class_path, manifest};
use crate::config::{Shape, TellsPort, Work};
use crate::error::Result;

/// What shows that something is in it: entries that begin so, or a JAR of this artifact.
struct Mark {
    entries: &'static [&'static str],
    artifacts: &'static [&'static str],
}

/// A framework that is told its port in a way of its own.
struct Framework {
    name: &'static str,
    mark: Mark,
    port: TellsPort,
    /// What answers that it is up, where the artifact behind it is there.
    health: (Mark, &'static str),
    /// Where that is written.
    source: &'static str,
}

/// The frameworks. Micronaut's and Quarkus's variables are read by their native images as well.
static FRAMEWORKS: [Framework; 3] = [
    Framework {
        name: "Spring Boot",
        mark: Mark {
            entries: &[
                "org/springframework/boot/SpringApplication.class",
                "BOOT-INF/classes/",
            ],
            artifacts: &["spring-boot"],
        },
        port: TellsPort::Args(&["--server.port={port}"]),
        health: (
            Mark {
                entries: &["org/springframework/boot/actuate/"],
                artifacts: &["spring-boot-actuator"],
            },
            "GET /actuator/health",
        ),
        source: "docs.spring.io, Common Application Properties",
    },
    Framework {
        name: "Quarkus",
        mark: Mark {
            entries: &["io/quarkus/runtime/"],
            artifacts: &["quarkus-core"],
        },
        port: TellsPort::Variable("QUARKUS_HTTP_PORT"),
        health: (
            Mark {
                entries: &["io/quarkus/smallrye/health/"],
                artifacts: &["quarkus-smallrye-health"],
            },
            "GET /q/health/ready",
        ),
        source: "quarkus.io, HTTP Reference",
    },
    Framework {
        name: "Micronaut",
        mark: Mark {
            entries: &["io/micronaut/runtime/", "io/micronaut/context/"],
            artifacts: &["micronaut-inject", "micronaut-context"],
        },
        port: TellsPort::Variable("MICRONAUT_SERVER_PORT"),
        health: (
            Mark {
                entries: &["io/micronaut/management/"],
                artifacts: &["micronaut-management"],
            },
            "GET /health",
        ),
        source: "docs.micronaut.io, Running the Server on a Specific Port",
    },
];

/// What answers HTTP.
static SERVERS: Mark = Mark {
    entries: &[
        "org/apache/catalina/startup/",
        "org/eclipse/jetty/server/",
        "io/undertow/",
        "reactor/netty/http/server/",
        "io/micronaut/http/server/",
        "io/quarkus/vertx/http/",
        "io/vertx/core/http/",
    ],
    artifacts: &[
        "tomcat-embed-core",
        "jetty-server",
        "undertow-core",
        "reactor-netty-http",
        "micronaut-http-server",
        "quarkus-vertx-http",
    ],
};

/// What reads a command line.
static PICOCLI: Mark = Mark {
    entries: &["picocli/CommandLine.class"],
    artifacts: &["picocli"],
};

/// Names in and around a JAR.
struct Names {
    entries: Vec<String>,
    /// File names of the JARs inside it, that its manifest names, or that lie where its loader looks.
    jars: Vec<String>,
}

impl Names {
    fn of(jar: &Path, nested: Option<&Nested>) -> Self {
        let file = File::open(jar).ok();
        let archive = file.and_then(|file| zip::ZipArchive::new(file).ok());
        let entries: Vec<String> = archive
            .iter()
            .flat_map(|archive| archive.file_names())
            .flatten()
            .map(Into::into)
            .collect();
        let inside = entries
            .iter()
            .filter(|name| name.ends_with(".jar"))
            .cloned();
        let around = class_path::found(&[jar.to_owned()]).into_iter().skip(1);
        let beside = nested.map(|nested| nested.beside(jar)).unwrap_or_default();
        let beside = beside
            .iter()
            .flat_map(|folder| walkdir::WalkDir::new(folder).into_iter().flatten());
        let around = around.chain(beside.map(|entry| entry.into_path()));
        let paths = inside.chain(around.map(|path| path.to_string_lossy().into_owned()));
        let jars = paths.filter_map(|path| Some(path.rsplit('/').next()?.to_owned()));
        Self {
            jars: jars.collect(),
            entries,
        }
    }

    /// What shows it, for a reader; `None` if nothing does.
    fn shows(&self, mark: &Mark) -> Option<String> {
        let of_artifact = |jar: &&String| mark.artifacts.iter().any(|name| is_of(jar, name));
        let jar = self.jars.iter().find(of_artifact);
        let entry = || {
            let begins =
                |begin: &&&str| self.entries.iter().any(|entry| entry.starts_with(**begin));
            mark.entries
                .iter()
                .find(begins)
                .map(|begin| (*begin).to_owned())
        };
        jar.cloned().or_else(entry)
    }
}

/// Whether a JAR of this file name is the artifact: `ARTIFACT-1.2.jar`, in Quarkus's folders `GROUP.ARTIFACT-1.2.jar`.
fn is_of(jar: &str, artifact: &str) -> bool {
    let at = match jar.starts_with(artifact) {
        true => Some(0),
        false => jar.find(&format!(".{artifact}-")).map(|at| at + 1),
    };
    let rest = at.map(|at| &jar[at + artifact.len()..]);
    rest.is_some_and(|rest| {
        rest == ".jar"
            || rest
                .strip_prefix('-')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            || rest.starts_with("-netty-")
    })
}

/// The shape of the function in the JAR at `path`, which a configuration file calls `name`, and what its loader hides.
///
/// `invoke`: the arguments of each invocation, where it is said to be a function that does its work and ends.
pub fn look(
    path: &Path,
    name: &str,
    invoke: Option<Vec<String>>,
) -> Result<(Shape, Option<Nested>)> {
    let text = manifest::read(path)?;
    let nested = Nested::of(path, name);
    let names = Names::of(path, nested.as_ref());
    let main_class = ["Start-Class", "Main-Class"]
        .into_iter()
        .find_map(|key| manifest::attribute(&text, key));
    let framework = FRAMEWORKS
        .iter()
        .find_map(|one| Some((one, names.shows(&one.mark)?)));
    let (server, picocli) = (names.shows(&SERVERS), names.shows(&PICOCLI));

    let mut facts = Vec::new();
    facts.extend(main_class.map(|class| format!("the main class `{class}`")));
    let fact = |what: &str, by: &str| format!("{what} (`{by}`)");
    facts.extend(framework.as_ref().map(|(one, by)| fact(one.name, by)));
    facts.extend(server.as_ref().map(|by| fact("an HTTP server", by)));
    facts.extend(picocli.as_ref().map(|by| fact("picocli", by)));
    let mut seen = vec![format!("Seen in `{name}`: {}.", facts.join(", "))];

    let work = match (invoke, &framework) {
        (Some(args), _) => Work::Invocations { args },
        (None, Some((one, _))) if server.is_some() => {
            let health = names.shows(&one.health.0).map(|_| one.health.1);
            seen.push(format!(
                "How {} is told its port: {}.",
                one.name, one.source
            ));
            Work::Server {
                port: one.port,
                ready: health,
            }
        }
        (None, one) if one.is_some() || picocli.is_some() => {
            let what = one.as_ref().map_or("picocli", |(one, _)| one.name);
            seen.push(format!(
                "There is {what} and no HTTP server: it is taken for a function that does its work and ends. `--help` stands for its work."
            ));
            Work::Invocations {
                args: vec!["--help".to_owned()],
            }
        }
        (None, _) => Shape::default().work,
    };
    if let Some(nested) = &nested {
        let (out, native) = (nested.way_out(), nested.way_to_native());
        let way = match native.starts_with(&out) {
            true => native,
            false => format!("{out}. For a native image: {native}"),
        };
        seen.push(format!(
            "{}. native-image does not see those, and CDS archives and AOT caches hold few of them. The way out: {way}.",
            nested.words()
        ));
    }
    Ok((Shape { seen, work }, nested))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A JAR of these entries in a folder of its own, beside empty files of these names.
    fn jar(manifest: &str, entries: &[&str], beside: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let file = File::create(dir.path().join("app.jar")).expect("it can be made");
        let mut zip = zip::ZipWriter::new(file);
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file("META-INF/MANIFEST.MF", options)
            .expect("an entry");
        write!(zip, "Manifest-Version: 1.0\n{manifest}\n\n").expect("it can be written");
        for entry in entries {
            zip.start_file(*entry, options).expect("an entry");
        }
        zip.finish().expect("it can be ended");
        for name in beside {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
            std::fs::write(path, "").expect("it can be written");
        }
        dir
    }

    fn shape(dir: &tempfile::TempDir) -> (Shape, Option<Nested>) {
        look(&dir.path().join("app.jar"), "target/app.jar", None).expect("it is a JAR")
    }

    const MAIN: &str = "Main-Class: x.Main";

    #[test]
    fn each_framework_is_told_its_port_in_its_own_way() {
        let spring =
            "Main-Class: org.springframework.boot.loader.launch.JarLauncher\nStart-Class: x.App";
        let quarkus = "Main-Class: io.quarkus.bootstrap.runner.QuarkusEntryPoint";
        let main = "lib/main/io.quarkus.quarkus-";
        let of_quarkus = [
            format!("{main}core-3.8.jar"),
            format!("{main}vertx-http-3.8.jar"),
            format!("{main}smallrye-health-3.8.jar"),
        ];
        let of_quarkus = of_quarkus.each_ref().map(String::as_str);
        let boot = |name: &'static str| {
            [
                "BOOT-INF/lib/spring-boot-3.3.1.jar",
                "BOOT-INF/lib/tomcat-embed-core-10.1.jar",
                name,
            ]
        };
        let env = TellsPort::Variable;
        for (dir, port, ready, nested) in [
            (
                jar(spring, &boot("x"), &[]),
                TellsPort::Args(&["--server.port={port}"]),
                None,
                true,
            ),
            (
                jar(
                    spring,
                    &boot("BOOT-INF/lib/spring-boot-actuator-3.3.1.jar"),
                    &[],
                ),
                TellsPort::Args(&["--server.port={port}"]),
                Some("GET /actuator/health"),
                true,
            ),
            (
                jar(quarkus, &[], &of_quarkus),
                env("QUARKUS_HTTP_PORT"),
                Some("GET /q/health/ready"),
                true,
            ),
            (
                jar(
                    MAIN,
                    &[
                        "io/micronaut/context/A.class",
                        "io/micronaut/http/server/netty/B.class",
                    ],
                    &[],
                ),
                env("MICRONAUT_SERVER_PORT"),
                None,
                false,
            ),
            (
                jar(
                    "Main-Class: x.Main\nClass-Path: lib/micronaut-inject-4.5.jar lib/micronaut-http-server-netty-4.5.jar",
                    &[],
                    &[
                        "lib/micronaut-inject-4.5.jar",
                        "lib/micronaut-http-server-netty-4.5.jar",
                    ],
                ),
                env("MICRONAUT_SERVER_PORT"),
                None,
                false,
            ),
        ] {
            let (shape, hidden) = shape(&dir);
            assert_eq!(shape.work, Work::Server { port, ready }, "{:?}", shape.seen);
            assert_eq!(hidden.is_some(), nested);
            let said = shape.seen.join(" ").contains("The way out");
            assert_eq!(said, nested, "{:?}", shape.seen);
        }
    }

    #[test]
    fn what_has_no_server_does_its_work_and_ends() {
        for entries in [
            &["picocli/CommandLine.class"][..],
            &["io/micronaut/context/A.class", "picocli/CommandLine.class"],
            &["org/springframework/boot/SpringApplication.class"],
        ] {
            let (shape, _) = shape(&jar(MAIN, entries, &[]));
            let args = vec!["--help".to_owned()];
            assert_eq!(shape.work, Work::Invocations { args }, "{entries:?}");
        }
        let (shape, _) = shape(&jar(MAIN, &["x/Main.class"], &[]));
        assert_eq!(shape.work, Shape::default().work);
        assert_eq!(
            shape.seen,
            ["Seen in `target/app.jar`: the main class `x.Main`."]
        );
    }

    #[test]
    fn what_the_user_says_comes_before_what_is_seen() {
        let dir = jar(MAIN, &["io/micronaut/http/server/B.class"], &[]);
        let args = vec!["--in".to_owned(), "a b".to_owned()];
        let (shape, _) =
            look(&dir.path().join("app.jar"), "app.jar", Some(args.clone())).expect("it is a JAR");
        assert_eq!(shape.work, Work::Invocations { args });
    }

    #[test]
    fn an_artifact_is_told_by_its_whole_name() {
        assert!(is_of("spring-boot-3.3.1.jar", "spring-boot"));
        assert!(is_of("info.picocli.picocli-4.7.jar", "picocli"));
        assert!(is_of("picocli.jar", "picocli"));
        assert!(!is_of("spring-boot-actuator-3.3.1.jar", "spring-boot"));
        assert!(!is_of("my-spring-boot-3.jar", "spring-boot"));
    }
}
