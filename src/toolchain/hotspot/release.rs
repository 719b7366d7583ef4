//! What a JDK says it is: its `release` file, or `java -version`.

use std::path::Path;

/// Version and maker of a JDK.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct About {
    pub version: String,
    pub edition: String,
}

/// Reads `<home>/release`; `None` if it is missing or says too little.
pub(super) fn read(home: &Path) -> Option<About> {
    parse_release(&std::fs::read_to_string(home.join("release")).ok()?)
}

fn parse_release(text: &str) -> Option<About> {
    let value = |key: &str| {
        text.lines().find_map(|line| Some(line.strip_prefix(key)?.strip_prefix('=')?.trim().trim_matches('"').to_owned()))
    };
    let vendor = value("IMPLEMENTOR_VERSION").map(|vendor| {
        // `Temurin-25.0.3+9`, `Oracle GraalVM 25.0.1+8.1`, `GraalVM CE 25.0.3+9.1`
        let end = vendor.find(|c: char| c.is_ascii_digit()).unwrap_or(vendor.len());
        vendor[..end].trim_end_matches(['-', ' ']).to_owned()
    });
    let edition = vendor.filter(|name| !name.is_empty()).or_else(|| value("IMPLEMENTOR")).unwrap_or_else(|| "OpenJDK".into());
    Some(About { version: value("JAVA_VERSION")?, edition })
}

/// Reads what `java -version` printed on stderr.
pub(super) fn parse_version(text: &str) -> Option<About> {
    let line = text.lines().find(|line| line.contains(" version \""))?;
    let (name, rest) = line.split_once(" version \"")?;
    Some(About { version: rest.split('"').next()?.to_owned(), edition: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(version: &str, edition: &str) -> Option<About> {
        Some(About { version: version.into(), edition: edition.into() })
    }

    #[test]
    fn the_release_file_names_version_and_maker() {
        let temurin = "IMPLEMENTOR=\"Eclipse Adoptium\"\nIMPLEMENTOR_VERSION=\"Temurin-25.0.3+9\"\nJAVA_VERSION=\"25.0.3\"\n";
        assert_eq!(parse_release(temurin), about("25.0.3", "Temurin"));
        assert_eq!(parse_release("IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"17.0.15\"\n"), about("17.0.15", "Debian"));
        assert_eq!(parse_release("OS_NAME=\"Linux\"\n"), None);
    }

    #[test]
    fn java_version_is_the_fallback() {
        let text = "Picked up JAVA_TOOL_OPTIONS: -Dx\nopenjdk version \"17.0.15\" 2025-04-15\n";
        assert_eq!(parse_version(text), about("17.0.15", "openjdk"));
        assert_eq!(parse_version("Error: could not find libjvm"), None);
    }
}
