//! Command lines of each variant, and what decides about PGO.

use super::*;

fn graalvm(version: &str, pgo: bool) -> GraalVm {
    let info = Info {
        kind: Kind::Graalvm,
        version: version.into(),
        edition: "Oracle GraalVM".into(),
        pgo,
        home: "/g".into(),
    };
    GraalVm {
        info,
        vendor: Vendor::Oracle,
        pgo_evidence: "test".into(),
        choice: OptimizerChoice::Auto,
        ours: None,
    }
}

fn words(version: &str, variant: Variant, profile: Option<&str>) -> String {
    let function = Function::for_tests("hello");
    let job = BuildJob {
        variant,
        function: &function,
        dir: Path::new("/out"),
        profile: profile.map(Path::new),
        metadata: None,
    };
    graalvm(version, true)
        .build(&job)
        .expect("native variants are built")
        .to_string()
}

#[test]
fn the_baseline_has_no_word_about_pgo() {
    assert_eq!(
        words("25.0.1", Variant::Native, None),
        "/g/bin/native-image --no-fallback -H:+UnlockExperimentalVMOptions -H:BuildOutputJSONFile=/out/build-output.json \
         -H:-UnlockExperimentalVMOptions -o /out/hello -jar /project/hello.jar"
    );
}

#[test]
fn the_instrumented_image_handles_sigterm_before_25_by_a_flag() {
    assert!(
        words("21.0.1", Variant::NativeInstrumented, None)
            .contains("--pgo-instrument --install-exit-handlers ")
    );
    assert!(!words("25.0.1", Variant::NativeInstrumented, None).contains("exit-handlers"));
}

#[test]
fn line_17_does_not_know_the_word_that_unlocks() {
    assert!(!words("17.0.19", Variant::Native, None).contains("Unlock"));
}

#[test]
fn the_optimized_image_gets_the_merged_profile() {
    assert!(
        words("25.0.1", Variant::NativePgo, Some("/p/merged.iprof"))
            .contains(" --pgo=/p/merged.iprof ")
    );
}

#[test]
fn what_help_lists_decides_and_files_only_where_it_fails() {
    assert!(version::pgo(Some("  --pgo-instrument  collect"), false).0);
    assert!(!version::pgo(Some("  --no-fallback"), true).0);
    assert!(version::pgo(None, true).0);
    assert!(!version::pgo(None, false).0);
}

#[test]
fn without_pgo_the_plain_image_is_still_to_be_had() {
    let function = Function::for_tests("hello");
    let community = graalvm("25.0.1", false);
    assert!(community.missing(Variant::Native, &function).is_none());
    assert!(community.missing(Variant::NativePgo, &function).is_some());
}
