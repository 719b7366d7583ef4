//! Machines that are well, and machines that lack one thing.

#![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]

use super::*;
use crate::host::{CCompiler, Distribution, Host, OpenFilesLimit, Zlib};
use crate::toolchain::Info;
use crate::variant::Optimizer;

fn healthy() -> HostFacts {
    HostFacts {
        host: Host {
            node: None,
            os: Some("Debian GNU/Linux 12".into()),
            kernel: Some("6.1.0".into()),
            cpu: Some("AMD EPYC".into()),
            cores: Some(8),
            memory_bytes: Some(32_000_000_000),
        },
        distribution: Distribution::Debian,
        available_memory_bytes: Some(30_000_000_000),
        load_average_1m: Some(0.1),
        cpu_governor: Some("performance".into()),
        free_disk_path: "/home/ada/hello".into(),
        free_disk_bytes: Some(100_000_000_000),
        open_files_limit: OpenFilesLimit::Files(1024),
        container: None,
        c_compiler: Some(CCompiler {
            command: "gcc".into(),
            version: Some("gcc 12.2.0".into()),
        }),
        zlib: Some(Zlib {
            shared_library: Some("/usr/lib/libz.so".into()),
            ..Zlib::default()
        }),
    }
}

fn oracle() -> Found {
    Found {
        info: Info {
            kind: Kind::Graalvm,
            version: "25.0.1".into(),
            edition: "Oracle GraalVM".into(),
            pgo: true,
            home: "/opt/graalvm".into(),
        },
        found_by: "GRAALVM_HOME",
        pgo_evidence: Some("`native-image --version` says `Oracle GraalVM`".into()),
        optimizer: Some(Optimizer::Oracle),
        tracing: Some(Ok("the GraalVM's tracing agent")),
    }
}

fn community() -> Found {
    let mut found = oracle();
    (found.info.edition, found.info.pgo) = ("GraalVM CE".into(), false);
    found.pgo_evidence = Some("`native-image --version` says `GraalVM CE`".into());
    found.optimizer = None;
    found
}

fn jdk(java_version: &str) -> Found {
    Found {
        info: Info {
            kind: Kind::Hotspot,
            version: java_version.into(),
            edition: "OpenJDK".into(),
            pgo: false,
            home: "/usr/lib/jvm/default".into(),
        },
        found_by: "PATH",
        pgo_evidence: None,
        optimizer: None,
        tracing: None,
    }
}

fn all_needed() -> Needs {
    Needs {
        native_image: true,
        pgo: true,
        java_at_least: Some(24),
        ..Needs::default()
    }
}

fn named<'a>(checks: &'a [Check], name: &str) -> &'a Check {
    checks
        .iter()
        .find(|check| check.name == name)
        .unwrap_or_else(|| panic!("no check `{name}`"))
}

/// One check of a machine that is well but for one change.
fn changed(name: &str, change: impl FnOnce(&mut HostFacts)) -> Check {
    let mut facts = healthy();
    change(&mut facts);
    named(&examine(&facts, &[oracle()], &Needs::default()), name).clone()
}

#[test]
fn a_healthy_machine_has_nothing_to_mend() {
    let checks = examine(&healthy(), &[oracle()], &all_needed());
    for check in &checks {
        assert_eq!(check.status, Status::Ok, "{check:?}");
        assert_eq!(check.fix, None, "{check:?}");
    }
    assert!(!required_is_missing(&checks));
}

#[test]
fn whatever_is_wrong_has_a_fix() {
    let mut facts = HostFacts {
        host: Host {
            memory_bytes: Some(1 << 30),
            cores: Some(1),
            ..Host::default()
        },
        open_files_limit: OpenFilesLimit::Files(64),
        load_average_1m: Some(9.0),
        cpu_governor: Some("powersave".into()),
        free_disk_bytes: Some(0),
        ..HostFacts::default()
    };
    for distribution in [
        Distribution::Debian,
        Distribution::Fedora,
        Distribution::Alpine,
        Distribution::Macos,
        Distribution::Other,
    ] {
        facts.distribution = distribution;
        for toolchains in [vec![], vec![community()], vec![jdk("11.0.2")]] {
            for check in examine(&facts, &toolchains, &all_needed()) {
                assert_eq!(check.status != Status::Ok, check.fix.is_some(), "{check:?}");
            }
        }
    }
}

#[test]
fn a_machine_of_which_nothing_is_known_is_not_accused() {
    let checks = examine(&HostFacts::default(), &[oracle()], &Needs::default());
    for name in ["memory", "disk", "cores", "load", "governor"] {
        let check = named(&checks, name);
        assert_eq!(check.status, Status::Ok);
        assert!(check.found.contains("unknown"), "{check:?}");
    }
}

#[test]
fn a_toolchain_is_told_with_edition_version_java_home_and_origin() {
    let checks = examine(&healthy(), &[oracle()], &Needs::default());
    assert_eq!(
        named(&checks, "toolchain").found,
        "Oracle GraalVM (Java 25.0.1) in `/opt/graalvm`, found through GRAALVM_HOME"
    );
}

#[test]
fn pgo_is_told_with_its_evidence() {
    let checks = examine(&healthy(), &[community(), oracle()], &Needs::default());
    assert_eq!(
        named(&checks, "pgo").found,
        "yes: `native-image --version` says `Oracle GraalVM` (`/opt/graalvm`)"
    );
}

#[test]
fn where_our_optimizer_fits_there_is_pgo_and_an_image_that_counts() {
    let mut found = community();
    found.optimizer = Some(Optimizer::Pgoctl);
    let status = |needs: Needs| named(&examine(&healthy(), &[found.clone()], &needs), "pgo").status;
    let pgo = Needs {
        pgo: true,
        ..Needs::default()
    };
    let instrumented = Needs {
        instrumented: true,
        ..Needs::default()
    };
    assert_eq!(
        (status(pgo), status(instrumented)),
        (Status::Ok, Status::Ok)
    );
}

#[test]
fn a_community_edition_is_a_problem_only_where_pgo_is_asked_for() {
    let status = |needs: &Needs| {
        let checks = examine(&healthy(), &[community()], needs);
        (named(&checks, "pgo").status, required_is_missing(&checks))
    };
    assert_eq!(status(&Needs::default()), (Status::Warn, false));
    assert_eq!(status(&all_needed()), (Status::Problem, true));
}

#[test]
fn an_old_java_is_a_problem_only_where_a_newer_is_asked_for() {
    let status = |java: &str, at_least| {
        let needs = Needs {
            java_at_least: at_least,
            ..Needs::default()
        };
        named(&examine(&healthy(), &[jdk(java)], &needs), "java").status
    };
    assert_eq!(status("21.0.2", None), Status::Ok);
    assert_eq!(status("21.0.2", Some(24)), Status::Problem);
    assert_eq!(status("25", Some(24)), Status::Ok);
    assert_eq!(status("1.8.0_292", None), Status::Warn);
    assert_eq!(status("what", Some(24)), Status::Warn);
}

#[test]
fn a_home_that_the_file_names_has_to_be_there() {
    let needs = Needs {
        graalvm_home: Some("/opt/gone".into()),
        java_home: Some("/usr/lib/jvm/default".into()),
        ..Needs::default()
    };
    let checks = examine(&healthy(), &[oracle(), jdk("21")], &needs);
    assert_eq!(named(&checks, "graalvm-home").status, Status::Problem);
    assert_eq!(named(&checks, "java-home").status, Status::Ok);
    assert!(required_is_missing(&checks));
}

#[test]
fn another_graalvm_does_not_stand_in_for_the_one_that_the_file_names() {
    let mut named_one = community();
    named_one.info.home = "/opt/community".into();
    let needs = Needs {
        pgo: true,
        graalvm_home: Some("/opt/community".into()),
        ..Needs::default()
    };
    let checks = examine(&healthy(), &[oracle(), named_one], &needs);
    assert_eq!(named(&checks, "pgo").status, Status::Problem);
}

#[test]
fn a_plain_jdk_is_no_graalvm_home() {
    let needs = Needs {
        graalvm_home: Some("/usr/lib/jvm/default".into()),
        ..Needs::default()
    };
    let checks = examine(&healthy(), &[jdk("21")], &needs);
    assert_eq!(named(&checks, "graalvm-home").status, Status::Problem);
}

#[test]
fn missing_zlib_is_mended_with_the_systems_own_package() {
    let check = changed("zlib", |facts| facts.zlib = Some(Zlib::default()));
    assert_eq!(check.status, Status::Problem);
    assert!(check.fix.unwrap().contains("zlib1g-dev"));
    let check = changed("zlib", |facts| {
        facts.zlib = Some(Zlib::default());
        facts.distribution = Distribution::Fedora;
    });
    assert!(check.fix.unwrap().contains("zlib-devel"));
}

#[test]
fn without_a_compiler_zlib_is_unknown() {
    let lost = |facts: &mut HostFacts| (facts.c_compiler, facts.zlib) = (None, None);
    assert_eq!(changed("c-compiler", lost).status, Status::Problem);
    let zlib = changed("zlib", lost);
    assert_eq!(zlib.status, Status::Warn);
    assert!(zlib.found.starts_with("unknown"));
}

#[test]
fn a_machine_without_native_image_may_lack_a_compiler() {
    let mut facts = healthy();
    facts.c_compiler = None;
    let status = |needs| named(&examine(&facts, &[jdk("25")], &needs), "c-compiler").status;
    assert_eq!(status(Needs::default()), Status::Warn);
    assert_eq!(status(all_needed()), Status::Problem);
}

#[test]
fn memory_is_judged_by_what_a_build_takes() {
    let status = |total: u64, available: u64| {
        changed("memory", |facts| {
            facts.host.memory_bytes = Some(total);
            facts.available_memory_bytes = Some(available);
        })
        .status
    };
    assert_eq!(status(2_000_000_000, 1_900_000_000), Status::Problem);
    assert_eq!(status(4_000_000_000, 3_900_000_000), Status::Warn);
    assert_eq!(status(16_000_000_000, 2_000_000_000), Status::Warn);
    assert_eq!(status(16_000_000_000, 12_000_000_000), Status::Ok);
}

#[test]
fn a_nearly_full_disk_is_warned_about_and_a_full_one_a_problem() {
    let status = |free| changed("disk", |facts| facts.free_disk_bytes = Some(free)).status;
    assert_eq!(status(100 << 20), Status::Problem);
    assert_eq!(status(2 << 30), Status::Warn);
    assert_eq!(status(5 << 30), Status::Ok);
}

#[test]
fn what_makes_times_wander_is_warned_about() {
    let load = changed("load", |facts| facts.load_average_1m = Some(4.0));
    let governor = changed("governor", |facts| {
        facts.cpu_governor = Some("performance, powersave".into());
    });
    let files = changed("open-files", |facts| {
        facts.open_files_limit = OpenFilesLimit::Files(256);
    });
    let cores = changed("cores", |facts| facts.host.cores = Some(1));
    for check in [load, governor, files, cores] {
        assert_eq!(check.status, Status::Warn, "{check:?}");
    }
}

#[test]
fn musl_is_warned_about() {
    let check = changed("system", |facts| facts.distribution = Distribution::Alpine);
    assert!(check.found.contains("musl"));
}

#[test]
fn a_container_is_named() {
    let check = changed("system", |facts| facts.container = Some("docker".into()));
    assert_eq!(
        check.found,
        "Debian GNU/Linux 12, kernel 6.1.0, in a container (docker)"
    );
}

#[test]
fn checks_are_json_with_lower_case_statuses() {
    let check = changed("disk", |facts| facts.free_disk_bytes = Some(2 << 30));
    assert_eq!(
        serde_json::to_value(check).unwrap(),
        serde_json::json!({
            "name": "disk",
            "status": "warn",
            "found": "2.1 GB free for `/home/ada/hello`",
            "fix": "free some space; 5 GB are comfortable",
            "required": false,
        })
    );
}
