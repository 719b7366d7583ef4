//! What native-image says about a build: its JSON (`-H:BuildOutputJSONFile`, schemas 0.9.0 to 0.9.4) and its stage lines.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::toolchain::BuildFacts;
use crate::variant::Variant;

/// The parts of the build output that pgoctl reads; everything may be missing in some version.
#[derive(Debug, Default, Deserialize)]
pub(super) struct BuildOutput {
    #[serde(default)]
    general_info: GeneralInfo,
    #[serde(default)]
    resource_usage: ResourceUsage,
}

#[derive(Debug, Default, Deserialize)]
struct GeneralInfo {
    #[serde(default)]
    graal_compiler: GraalCompiler,
}

#[derive(Debug, Default, Deserialize)]
struct GraalCompiler {
    optimization_level: Option<serde_json::Value>,
    pgo: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
struct ResourceUsage {
    #[serde(default)]
    memory: Memory,
}

#[derive(Debug, Default, Deserialize)]
struct Memory {
    peak_rss_bytes: Option<i64>,
}

impl BuildOutput {
    fn pgo(&self) -> &[String] {
        self.general_info
            .graal_compiler
            .pgo
            .as_deref()
            .unwrap_or_default()
    }

    /// What is worth keeping; -1 means unavailable (schema).
    pub(super) fn facts(&self) -> BuildFacts {
        let compiler = &self.general_info.graal_compiler;
        let level = compiler.optimization_level.as_ref();
        BuildFacts {
            optimization_level: level.map(|level| {
                level
                    .as_str()
                    .map_or_else(|| level.to_string(), str::to_owned)
            }),
            pgo: (!self.pgo().is_empty()).then(|| self.pgo().join(", ")),
            optimizer: None,
            profile_use: None,
            counting: None,
            build_peak_memory_bytes: self
                .resource_usage
                .memory
                .peak_rss_bytes
                .and_then(|bytes| u64::try_from(bytes).ok()),
        }
    }
}

/// Reads the JSON at `path`. native-image writes it only when the build succeeded.
pub(super) fn read(path: &Path) -> Result<BuildOutput> {
    let fail = |cause: String| {
        Error::new(
            ErrorKind::Build,
            "native-image left no readable build output",
        )
        .because(format!("`{}`: {cause}", path.display()))
    };
    let bytes = std::fs::read(path).map_err(|error| fail(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| fail(error.to_string()))
}

/// Checks that the builder says of itself what it was asked to do.
pub(super) fn check_pgo(variant: Variant, output: &BuildOutput) -> Result<()> {
    let wanted = match variant {
        Variant::NativeInstrumented => "instrument",
        Variant::NativePgo | Variant::NativePgoShared => "user-provided",
        Variant::Hotspot
        | Variant::HotspotCds
        | Variant::HotspotAot
        | Variant::Native
        | Variant::NativeShared => return Ok(()),
    };
    if output.pgo().iter().any(|word| word == wanted) {
        return Ok(());
    }
    let said = if output.pgo().is_empty() {
        "nothing".to_owned()
    } else {
        format!("`{}`", output.pgo().join(", "))
    };
    let error = Error::new(
        ErrorKind::Build,
        format!("native-image finished, but the image is not a {variant} image"),
    )
    .because(format!(
        "its build output says {said} about PGO where `{wanted}` was asked for"
    ));
    Err(match variant {
        _ if variant.is_profile_guided() => error.hint("the profile was not used: `pgoctl train --force` gathers new ones"),
        _ => error.hint("this native-image takes `--pgo-instrument` for something else: PGO needs an Oracle GraalVM, or a Community one that pgoctl's optimizer fits"),
    })
}

/// `[3/8] Building universe...   (2.8s @ 1.41GB)` → (3, 8, "Building universe").
pub(super) fn stage_of_line(line: &str) -> Option<(u64, u64, String)> {
    let (counts, rest) = line.strip_prefix('[')?.split_once(']')?;
    let (stage, of) = counts.split_once('/')?;
    let name = rest.split("...").next()?.trim();
    Some((stage.parse().ok()?, of.parse().ok()?, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(pgo: &str) -> BuildOutput {
        let text = format!(
            r#"{{"general_info":{{"graal_compiler":{{"optimization_level":"3","pgo":{pgo}}}}},
                "resource_usage":{{"memory":{{"peak_rss_bytes":3390091264}}}}}}"#
        );
        serde_json::from_str(&text).expect("it is JSON")
    }

    #[test]
    fn a_swallowed_flag_is_found_out() {
        let swallowed: BuildOutput =
            serde_json::from_str(r#"{"general_info":{"graal_compiler":{"march":"x"}}}"#)
                .expect("it is JSON");
        let error = check_pgo(Variant::NativeInstrumented, &swallowed)
            .expect_err("it was not instrumented");
        assert!(
            error
                .to_string()
                .contains("says nothing about PGO where `instrument` was asked for"),
            "{error}"
        );
        assert_eq!(error.kind(), ErrorKind::Build);
    }

    #[test]
    fn a_profile_that_was_not_used_is_found_out() {
        assert!(check_pgo(Variant::NativePgo, &output(r#"["ML-inferred"]"#)).is_err());
        assert!(
            check_pgo(
                Variant::NativePgo,
                &output(r#"["user-provided","ML-inferred"]"#)
            )
            .is_ok()
        );
        assert!(check_pgo(Variant::Native, &output("null")).is_ok());
    }

    #[test]
    fn the_images_own_words_are_kept() {
        let facts = output(r#"["user-provided"]"#).facts();
        assert_eq!(facts.optimization_level.as_deref(), Some("3"));
        assert_eq!(facts.pgo.as_deref(), Some("user-provided"));
        assert_eq!(facts.build_peak_memory_bytes, Some(3_390_091_264));
    }

    #[test]
    fn stage_lines_are_read_before_they_are_complete() {
        assert_eq!(
            stage_of_line("[1/8] Initializing..."),
            Some((1, 8, "Initializing".into()))
        );
        assert_eq!(
            stage_of_line("[2/8] Performing analysis...  [*****]    (24.9s @ 0.77GB)"),
            Some((2, 8, "Performing analysis".into()))
        );
        assert_eq!(stage_of_line(" 2 experimental option(s) unlocked:"), None);
    }
}
