//! An image that counts, on a real Community native-image where `GRAALVM_HOME` holds one: what it counted of programs with known
//! answers is what they were made to do, and what HotSpot counts.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::community::community;
use super::on_hotspot::{CALLED_ONCE_EACH, Shown};
use super::once::Once;
use super::sandbox::{Sandbox, quoted};

/// `fixtures/counting/Counts.java` as a server, trained on its counting image, merged, rebuilt with the optimizer.
struct Trained {
    sandbox: Sandbox,
    home: PathBuf,
    report: Value,
    profiles: Vec<String>,
}

impl Trained {
    /// The counting image.
    fn image(&self) -> PathBuf {
        let images = self.sandbox.products().into_iter().map(PathBuf::from);
        let mut built = images.filter(|path| path.ends_with("build.json"));
        let build = built
            .find(|path| path.to_string_lossy().contains("native-instrumented"))
            .unwrap();
        self.sandbox.path().join(build.with_file_name("counts"))
    }

    /// Runs the counting image in the sandbox's folder.
    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(self.image());
        command.args(words).current_dir(self.sandbox.path());
        command.output().unwrap()
    }

    /// What the image counted while it did this.
    fn counted(&self, file: &str, words: &[&str]) -> (Shown, Output) {
        let option = format!("-XX:ProfilesDumpFile={file}");
        let words: Vec<&str> = std::iter::once(option.as_str())
            .chain(words.iter().copied())
            .collect();
        let output = self.run(&words);
        (Shown::of(&self.sandbox, file), output)
    }
}

fn trained() -> Option<&'static Trained> {
    static TRAINED: Once<Option<Trained>> = Once::new();
    TRAINED.get(|| train(community().ok()?)).as_ref()
}

fn train(home: PathBuf) -> Option<Trained> {
    let mut sandbox = Sandbox::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let torture = std::fs::read_dir(fixtures.join("optimizer/torture")).unwrap();
    let javac = Command::new(home.join("bin/javac"))
        .arg("-d")
        .arg(sandbox.path().join("classes"))
        .arg(fixtures.join("counting/Counts.java"))
        .arg(fixtures.join("hotspot/Known.java"))
        .args(torture.flatten().map(|entry| entry.path()))
        .status();
    assert!(javac.unwrap().success());
    sandbox.write(
        "pgoctl.toml",
        "[function.counts]\nclass-path = [\"classes\"]\nmain-class = \"Counts\"\nargs = [\"port\", \"{port}\"]\nready = \"GET /health\"\n\
         [function.counts.workload]\nrequests = [ { method = \"POST\", path = \"/\" } ]\n",
    );
    sandbox.set("GRAALVM_HOME", &home);
    let report = sandbox.json(
        "run --no-bench --format json --variant native-pgo --on image --runs 2 --train-requests 100",
    );
    let products = sandbox.products().into_iter();
    let profiles = products
        .filter(|path| path.ends_with("0001.iprof") || path.ends_with("0002.iprof"))
        .collect();
    Some(Trained {
        sandbox,
        home,
        report,
        profiles,
    })
}

#[test]
fn a_one_shot_programs_counts_are_exact() {
    let Some(trained) = trained() else { return };
    let (shown, output) = trained.counted("once.iprof", &["once", "1000"]);
    assert!(output.status.success());
    for method in CALLED_ONCE_EACH {
        assert_eq!(shown.calls("Known", method), 1000, "{method}");
    }
    assert_eq!(shown.calls("Known", "fibonacci"), 25_000);
    let branches = |method| shown.branches("Known", method);
    assert_eq!(branches("twoWay"), [[250, 750]]);
    assert_eq!(branches("thrower"), [[200, 800]]);
    assert_eq!(branches("nested"), [[2000, 1000], [20_000, 2000]]);
    assert_eq!(branches("fibonacci"), [[13_000, 12_000]]);
    assert_eq!(branches("table"), [[200, 100, 500, 100, 100]]);
    assert_eq!(branches("lookup").last().unwrap()[..], [667, 333, 0]);
    let types: Vec<(String, u64)> = ["A", "B", "C", "D", "E"]
        .map(|name| (format!("Known${name}"), 200))
        .to_vec();
    assert_eq!(shown.receivers("Known", "receivers"), [types]);
}

#[test]
fn comparisons_switches_and_type_tests_of_every_kind_are_counted_exactly() {
    let Some(trained) = trained() else { return };
    let (shown, output) = trained.counted("counts.iprof", &[]);
    assert!(output.status.success());
    let branches = |method: &str| {
        let mut branches = shown.branches("Counts", method);
        branches.iter_mut().for_each(|ways| ways.sort_unstable());
        branches
    };
    assert_eq!(branches("parity"), [[10_000, 10_000]]);
    assert_eq!(
        branches("smallCases"),
        [[1250, 1250, 1250, 1250, 2500, 12_500]]
    );
    let thirds = [
        vec![2000, 18_000],
        vec![6000, 12_000],
        vec![6000, 6000],
        vec![2000, 6000, 6000, 6000],
    ];
    assert_eq!(branches("wideCases"), thirds);
    let words = branches("words");
    assert_eq!(words[2], [5000, 5000, 10_000], "by hash");
    assert_eq!(words.last().unwrap()[..], [5000, 5000, 10_000], "by place");
    assert_eq!(branches("kind"), [[10_000, 10_000], [5000, 5000]]);
    assert_eq!(branches("nothing"), [[10_000, 10_000]]);
    assert_eq!(branches("thrower"), [[2000, 18_000]]);
    assert_eq!(branches("locked"), [[4999, 15_001]]);
    let compared = [
        [10_000, 10_000],
        [10_000, 10_000],
        [3999, 16_001],
        [17, 15_984],
    ];
    assert_eq!(branches("compared"), compared);
    assert_eq!(branches("flag"), [[5000, 15_000], [5000, 15_000]]);
    assert_eq!(branches("recursive"), [[16_383, 16_384]]);
    assert_eq!(shown.calls("Counts", "recursive"), 32_767);
    let mut sides = shown.receivers("Counts", "sides").remove(0);
    sides.sort();
    let [circle, line, square] = &sides[..] else {
        panic!("{sides:?}")
    };
    assert_eq!([circle.1, line.1, square.1], [5000, 5000, 10_000]);
}

/// The same program on HotSpot: all calls are equal; places of a method that runs but once have no counters there, and others may
/// miss what came before the JVM began to count a method.
#[test]
fn hotspot_counts_the_same() {
    let Some(trained) = trained() else { return };
    let sandbox = &trained.sandbox;
    let log = sandbox.path().join("hotspot.log");
    let java = Command::new(trained.home.join("bin/java"))
        .args(
            "-XX:+UnlockDiagnosticVMOptions -XX:+PrintMethodData -XX:TieredStopAtLevel=3 -XX:TypeProfileWidth=8 \
             -XX:Tier0InvokeNotifyFreqLog=0 -XX:Tier0BackedgeNotifyFreqLog=0 -XX:Tier0ProfilingStartPercentage=0 \
             -XX:-DisplayVMOutput -XX:+LogVMOutput"
                .split(' '),
        )
        .arg(format!("-XX:LogFile={}", log.display()))
        .arg("-cp")
        .arg(sandbox.path().join("classes"))
        .arg("Counts")
        .output()
        .unwrap();
    assert!(java.status.success());
    sandbox.succeeds("profile from-hotspot hotspot.log -o hotspot.iprof");
    let hotspot = Shown::of(sandbox, "hotspot.iprof");
    let (image, _) = trained.counted("same.iprof", &[]);
    for method in [
        "parity",
        "smallCases",
        "wideCases",
        "words",
        "sides",
        "kind",
        "nothing",
        "caught",
        "thrower",
        "locked",
        "compared",
        "flag",
        "recursive",
    ] {
        let of = |shown: &Shown| shown.calls("Counts", method);
        assert_eq!(of(&image), of(&hotspot), "{method}");
        let of = |shown: &Shown| shown.branches("Counts", method);
        assert_eq!(of(&image), of(&hotspot), "{method}");
    }
    let of = |shown: &Shown| shown.receivers("Counts", "sides");
    assert_eq!(of(&image), of(&hotspot));
}

/// Exceptions at every level, stack traces, recursion, defaults, nulls, locks, virtual threads, initializers that fail.
#[test]
fn the_torture_program_prints_the_same_while_it_is_counted() {
    let Some(trained) = trained() else { return };
    let java = Command::new(trained.home.join("bin/java"))
        .arg("-cp")
        .arg(trained.sandbox.path().join("classes"))
        .args(["Counts", "torture"])
        .output()
        .unwrap();
    let (shown, image) = trained.counted("torture.iprof", &["torture"]);
    assert!(java.status.success() && image.status.success());
    let text = |output: Output| String::from_utf8(output.stdout).unwrap();
    assert_eq!(text(image), text(java));
    assert_eq!(shown.calls("torture.Torture", "main"), 1);
}

#[test]
fn each_run_of_a_server_leaves_its_requests_at_sigterm() {
    let Some(trained) = trained() else { return };
    assert_eq!(trained.profiles.len(), 2);
    for profile in &trained.profiles {
        let shown = Shown::of(&trained.sandbox, profile);
        assert_eq!(shown.calls("Known", "handle"), 100);
        assert_eq!(shown.branches("Known", "twoWay"), [[25, 75]]);
    }
    let good = trained
        .sandbox
        .succeeds(format!("profile check {}", quoted(&trained.profiles[0])));
    assert!(good.stdout.contains("good"), "{}", good.stdout);
}

#[test]
fn the_jdks_methods_are_counted_too() {
    let Some(trained) = trained() else { return };
    let (shown, _) = trained.counted("jdk.iprof", &["once", "1000"]);
    assert!(shown.calls("java.lang.Integer", "parseInt") > 0);
}

#[test]
fn an_exception_that_ends_main_leaves_what_was_counted_until_then() {
    let Some(trained) = trained() else { return };
    let (shown, output) = trained.counted("thrown.iprof", &["once", "nonsense"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(shown.calls("Known", "main"), 1);
}

#[test]
fn without_the_option_the_profile_is_default_iprof_in_the_folder_of_the_run() {
    let Some(trained) = trained() else { return };
    assert!(trained.run(&["once", "10"]).status.success());
    let shown = Shown::of(&trained.sandbox, "default.iprof");
    assert_eq!(shown.calls("Known", "handle"), 10);
}

#[test]
fn a_profile_that_cannot_be_written_is_said_and_changes_nothing_else() {
    let Some(trained) = trained() else { return };
    let output = trained.run(&["-XX:ProfilesDumpFile=/no/such/folder/x.iprof", "once", "10"]);
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("the profile `/no/such/folder/x.iprof` could not be written"),
        "{said}"
    );
}

#[test]
fn the_build_says_who_counts_and_how_much() {
    let Some(trained) = trained() else { return };
    let build = std::fs::read_to_string(trained.image().with_file_name("build.json")).unwrap();
    let build: Value = serde_json::from_str(&build).unwrap();
    for key in [
        "methods",
        "application_methods",
        "branches",
        "switches",
        "calls",
    ] {
        assert!(build["counting"][key].as_u64().unwrap() > 0, "{key}");
    }
}

#[test]
fn the_optimizer_uses_what_the_image_counted() {
    let Some(trained) = trained() else { return };
    let optimized = &trained.report["variants"][0]["image"];
    assert_eq!(optimized["optimizer"], "pgoctl");
    let used = &optimized["profile_use"];
    let of = |key: &str| used[key].as_u64().unwrap();
    assert!(of("methods_found") * 10 >= of("methods") * 9, "{used}");
    assert_eq!(of("application_methods"), of("application_methods_found"));
    assert!(of("branches") > 0 && of("devirtualized") > 0, "{used}");
}

#[test]
fn a_check_against_the_optimized_image_says_how_much_its_build_took() {
    let Some(trained) = trained() else { return };
    let path = trained.report["variants"][0]["image"]["path"].as_str();
    let image = quoted(Path::new(path.unwrap()).parent().unwrap());
    let products = trained.sandbox.products().into_iter();
    let merged = products
        .filter(|path| path.contains("merged-") && path.ends_with(".iprof"))
        .map(quoted)
        .next()
        .unwrap();
    let check = |profile: &str, image: &str| {
        trained
            .sandbox
            .pgoctl(format!("profile check {profile} --against {image}"))
    };
    let said = check(&merged, &image).stdout;
    assert!(
        said.contains("the build of ") && said.contains(" found "),
        "{said}"
    );
    let other = check(&quoted(&trained.profiles[0]), &image).stdout;
    assert!(
        other.contains("was built with another profile: SHA-256 "),
        "{other}"
    );
    let counting = quoted(trained.image().parent().unwrap());
    check(&merged, &counting).fails(2, &["does not say what its build took"]);
}

#[test]
fn training_is_on_hotspot_unless_an_image_is_asked_for() {
    let Ok(home) = community() else { return };
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.set("GRAALVM_HOME", &home);
    let said = |line: &str| sandbox.succeeds(line).stdout;
    let by_default = said("run --dry-run --variant native-pgo");
    assert!(!by_default.contains("CountingFeature"), "{by_default}");
    let asked = said("run --dry-run --variant native-pgo --on image");
    assert!(
        asked.contains("--features=pgoctl.counting.CountingFeature"),
        "{asked}"
    );
    assert!(asked.contains("-XX:ProfilesDumpFile="), "{asked}");
}
