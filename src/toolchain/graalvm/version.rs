//! What `native-image` says of itself: `--version` in the words of every distribution seen so far (one line before 23.0, three since), and
//! whether it has PGO.

/// Who made a GraalVM, as far as its version text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vendor {
    /// Oracle GraalVM, or GraalVM Enterprise Edition before 23.0.
    Oracle,
    /// GraalVM Community Edition.
    Community,
    /// Mandrel.
    Mandrel,
    /// Liberica Native Image Kit.
    Liberica,
    /// Somebody else.
    Unknown,
}

/// A parsed version text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Version {
    /// The Java version: `25.0.3`.
    pub java: String,
    /// The distribution in its own words.
    pub edition: String,
    pub vendor: Vendor,
}

/// Reads what `native-image --version` printed; `None` if it is in no known form.
pub(super) fn parse(text: &str) -> Option<Version> {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let first = *lines
        .iter()
        .find(|line| line.starts_with("native-image ") || line.starts_with("GraalVM "))?;
    if let Some((before, after)) = first.split_once("(Java Version ") {
        let java = after
            .trim_end_matches(')')
            .split(['+', '-'])
            .next()?
            .to_owned();
        return Some(old(before, java));
    }
    let java = first.split_whitespace().nth(1)?.to_owned();
    let runtime = lines
        .iter()
        .find(|line| line.contains("Runtime Environment "))?;
    let (_, name) = runtime.split_once("Runtime Environment ")?;
    let edition = name.split(" (build").next()?.trim();
    let words: Vec<&str> = edition
        .split(' ')
        .take_while(|word| !word.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    Some(Version {
        java,
        edition: words.join(" "),
        vendor: vendor(edition),
    })
}

/// Before 23.0: `GraalVM 22.3.0 Java 17 EE (Java Version 17.0.5+9-…)`, `native-image 22.3.0.0-Final Mandrel Distribution (Java Version …)`.
fn old(before: &str, java: String) -> Version {
    let before = before.trim();
    let (vendor, edition) = if before.ends_with(" EE") {
        (Vendor::Oracle, "GraalVM EE".to_owned())
    } else if before.ends_with(" CE") {
        (Vendor::Community, "GraalVM CE".to_owned())
    } else {
        (vendor(before), before.to_owned())
    };
    Version {
        java,
        edition,
        vendor,
    }
}

fn vendor(edition: &str) -> Vendor {
    match edition {
        e if e.contains("Oracle GraalVM") => Vendor::Oracle,
        e if e.contains("GraalVM CE") => Vendor::Community,
        e if e.contains("Mandrel") => Vendor::Mandrel,
        e if e.contains("Liberica-NIK") => Vendor::Liberica,
        _ => Vendor::Unknown,
    }
}

/// Whether there is PGO, and the evidence: the options that the driver lists decide, the installation's files where it lists none.
pub(super) fn pgo(help: Option<&str>, enterprise: bool) -> (bool, String) {
    match help {
        Some(help) if help.contains("--pgo-instrument") => (
            true,
            "`native-image --help` lists `--pgo-instrument`".to_owned(),
        ),
        Some(_) => (
            false,
            "`native-image --help` does not list `--pgo-instrument`".to_owned(),
        ),
        None if enterprise => (
            true,
            "`lib/svm/builder/svm-enterprise.jar` is there; `native-image --help` failed"
                .to_owned(),
        ),
        None => (
            false,
            "`native-image --help` failed and there is no `lib/svm/builder/svm-enterprise.jar`"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three(first: &str, runtime: &str) -> Version {
        parse(&format!("{first}\n{runtime}\nSubstrate VM ...\n")).expect("it is a version")
    }

    #[test]
    fn oracle_graalvm_with_and_without_a_number() {
        let version = three(
            "native-image 25.0.1 2025-10-21",
            "GraalVM Runtime Environment Oracle GraalVM 25.0.1+8.1 (build 25.0.1+8-LTS-jvmci-b01)",
        );
        assert_eq!(
            version,
            Version {
                java: "25.0.1".into(),
                edition: "Oracle GraalVM".into(),
                vendor: Vendor::Oracle
            }
        );
        let first = three(
            "native-image 17.0.7 2023-04-18",
            "GraalVM Runtime Environment Oracle GraalVM (build 17.0.7+8-jvmci-23.0-b10)",
        );
        assert_eq!(
            (first.java.as_str(), first.vendor),
            ("17.0.7", Vendor::Oracle)
        );
    }

    #[test]
    fn the_others_are_known_by_name() {
        let of = |runtime| three("native-image 21.0.1 2023-10-17", runtime).vendor;
        assert_eq!(
            of("GraalVM Runtime Environment GraalVM CE 25.0.3+9.1 (build 25.0.3+9-LTS)"),
            Vendor::Community
        );
        assert_eq!(
            of("OpenJDK Runtime Environment Mandrel-23.1.1.0-Final (build 21.0.1+12-LTS)"),
            Vendor::Mandrel
        );
        assert_eq!(
            of("GraalVM Runtime Environment Liberica-NIK-23.1.1-1 (build 21.0.1+12-LTS)"),
            Vendor::Liberica
        );
        assert_eq!(
            of("GraalVM Runtime Environment Homebrew 21 (build 21)"),
            Vendor::Unknown
        );
    }

    #[test]
    fn one_line_before_23_0() {
        let of = |line| parse(line).map(|version| (version.java, version.vendor));
        let enterprise = of("GraalVM 22.3.0 Java 17 EE (Java Version 17.0.5+9-LTS-jvmci-22.3-b07)");
        assert_eq!(enterprise, Some(("17.0.5".into(), Vendor::Oracle)));
        let community = of("GraalVM 22.3.0 Java 17 CE (Java Version 17.0.5+8-jvmci-22.3-b08)");
        assert_eq!(community, Some(("17.0.5".into(), Vendor::Community)));
        let mandrel =
            of("native-image 22.3.0.0-Final Mandrel Distribution (Java Version 17.0.5+8)");
        assert_eq!(mandrel, Some(("17.0.5".into(), Vendor::Mandrel)));
    }

    #[test]
    fn anything_else_is_no_version() {
        assert_eq!(parse("bash: native-image: command not found"), None);
        assert_eq!(parse(""), None);
    }
}
