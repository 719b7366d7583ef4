//! SIGKILL to pgoctl at random moments of the pipeline: whatever was whole stays, and the next run ends well.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use super::sandbox::{Sandbox, config, wait_for};

/// Deaths in each of two projects.
const DEATHS: u32 = 100;
const RUN: &str = "run --no-bench --variant native,native-pgo";

#[test]
fn killed_at_any_moment_nothing_is_lost_and_the_next_run_ends_well() {
    let (Ok(one), Ok(two)) = (Sandbox::project("hello"), Sandbox::project("hello")) else {
        return;
    };
    let died = std::thread::scope(|scope| {
        let one = scope.spawn(|| die_often(one, 1));
        let two = scope.spawn(|| die_often(two, 2));
        [one.join().unwrap(), two.join().unwrap()]
    });
    let mut stages: BTreeMap<String, u32> = BTreeMap::new();
    for (stage, count) in died.into_iter().flatten() {
        *stages.entry(stage).or_default() += count;
    }
    let deaths: u32 = stages.values().sum();
    eprintln!("{deaths} deaths, by the last stage that was finished before: {stages:?}");
    assert_eq!(deaths, 2 * DEATHS);
    assert!(stages.len() >= 4, "the deaths did not spread: {stages:?}");
}

/// Lets pgoctl die [`DEATHS`] times; returns how often after which stage.
fn die_often(mut sandbox: Sandbox, seed: u64) -> BTreeMap<String, u32> {
    sandbox.graalvm("--stage-ms 2");
    let small = config("hello", "")
        .replace("rounds = 6", "rounds = 1")
        .replace("requests = 40", "requests = 10")
        .replace("cold-starts = 6", "cold-starts = 1");
    sandbox.write("pgoctl.toml", &small);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut longest = whole_run(&sandbox);
    let mut stages = BTreeMap::new();
    let mut deaths = 0;
    for attempt in 0.. {
        // Everything is made anew over what is there; every fourth time it is measured too, which takes longer.
        let measured = attempt % 4 == 0;
        let line = if measured {
            "run --force --variant native,native-pgo"
        } else {
            "run --force --variant native,native-pgo --no-bench"
        };
        let within = if measured { longest * 3 } else { longest };
        let moment = within.mul_f64(random.random_range(0.0..1.0));
        let Some(finished) = killed_at(&sandbox, line, moment) else {
            // It was through before that moment: the machine is faster than it was.
            longest = longest.min(moment);
            assert!(attempt < 4 * DEATHS, "too few deaths: {stages:?}");
            continue;
        };
        let before = whole_profiles(&sandbox);
        let report = sandbox.json(format!("{RUN} --format json"));
        check(&sandbox, &report, &before, deaths);
        *stages.entry(finished).or_default() += 1;
        deaths += 1;
        if deaths == DEATHS {
            break;
        }
    }
    stages
}

fn whole_run(sandbox: &Sandbox) -> Duration {
    let started = Instant::now();
    assert_eq!(sandbox.pgoctl(RUN).status, 0);
    started.elapsed()
}

/// Kills pgoctl `moment` after its start and waits until nothing that it started is left; returns the last stage that it had
/// finished, or `None` if it was through before.
fn killed_at(sandbox: &Sandbox, line: &str, moment: Duration) -> Option<String> {
    let before = runs(sandbox);
    let mut child = sandbox
        .command(line)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Not a wait for a fact: the random moment is what is tested.
    std::thread::park_timeout(moment);
    let ended = child.try_wait().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    wait_for("nothing of the dead pgoctl's is left", || {
        processes_of(sandbox, child.id()).is_empty()
    });
    match ended {
        Some(status) => {
            assert!(status.success());
            None
        }
        None => {
            let own = runs(sandbox).difference(&before).next().cloned();
            let stage = own.and_then(|run| last_stage(&run));
            Some(stage.unwrap_or_else(|| "none".to_owned()))
        }
    }
}

/// Command lines of everything that works in the project, and of the guard of `pgoctl`.
fn processes_of(sandbox: &Sandbox, pgoctl: u32) -> Vec<String> {
    let project = sandbox.path().to_string_lossy().into_owned();
    let guard = format!("pgoctl-guard {pgoctl}-");
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().parse::<u32>().is_ok())
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(&project) || line.starts_with(&guard))
        .collect()
}

/// The folders of the runs so far.
fn runs(sandbox: &Sandbox) -> BTreeSet<PathBuf> {
    let folder = std::fs::read_dir(sandbox.path().join(".pgoctl/runs"));
    let entries = folder.into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// The last stage in a run's `run.json`: the dead pgoctl wrote it after every stage.
fn last_stage(run: &Path) -> Option<String> {
    let bytes = std::fs::read(run.join("run.json")).ok()?;
    let report: Value = serde_json::from_slice(&bytes).expect("run.json is whole");
    let stage = report["stages"].as_array()?.last()?;
    let word = |key: &str| stage[key].as_str().unwrap_or("all").to_owned();
    Some(format!("{} {}", word("name"), word("variant")))
}

/// Profiles whose bytes are those that their provenance says.
fn whole_profiles(sandbox: &Sandbox) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = sandbox.path().join(".pgoctl/profiles/hello");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "iprof")
        })
        .filter_map(|path| {
            let provenance = std::fs::read(path.with_extension("json")).ok()?;
            let provenance: Value = serde_json::from_slice(&provenance).expect("it is whole");
            let bytes = std::fs::read(&path).ok()?;
            (provenance["sha256"] == sha256(&bytes)).then_some((path, bytes))
        })
        .collect()
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What must hold after a death and the run that follows it.
fn check(sandbox: &Sandbox, report: &Value, before: &BTreeMap<PathBuf, Vec<u8>>, death: u32) {
    for (path, bytes) in before {
        let now = std::fs::read(path).ok();
        assert!(
            now.as_ref() == Some(bytes),
            "death {death}: {path:?} is lost"
        );
    }
    let variants = report["variants"].as_array().unwrap();
    assert_eq!(variants.len(), 2, "death {death}");
    for variant in variants {
        let image = Path::new(variant["image"]["path"].as_str().unwrap());
        let json = std::fs::read(image.with_file_name("build.json")).unwrap();
        let json: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(
            json["file"]["sha256"],
            sha256(&std::fs::read(image).unwrap()).as_str(),
            "death {death}: a half-made image is in use"
        );
    }
    let half_made: Vec<_> = sandbox
        .products()
        .into_iter()
        .filter(|path| path.contains("/.tmp-"))
        .collect();
    assert!(half_made.is_empty(), "death {death}: {half_made:?}");
}
