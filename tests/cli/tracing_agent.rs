//! pgoctl's own tracing agent on a real JDK, without a GraalVM: what it tells, and what it leaves alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::jdk;
use super::needs::Needed;
use super::once::Once;
use super::sandbox::Sandbox;
use super::traced_program::{FEATURES, jar, ran};

/// One run of the program with the agent, and one without.
struct Traced {
    events: Vec<Value>,
    said: String,
    plain: String,
}

fn traced() -> Needed<&'static Traced> {
    static TRACED: Once<Traced> = Once::new();
    let jdk = jdk::of_25()?;
    Ok(TRACED.get(|| {
        let sandbox = Sandbox::new();
        let (agent, jar) = (agent(&sandbox, &jdk), jar(&sandbox, &jdk));
        let record = sandbox.path().join("trace.json");
        let option = format!("-javaagent:{}={}", agent.display(), record.display());
        let java = || Command::new(jdk.join("bin/java"));
        let output = java()
            .arg(option)
            .arg("-jar")
            .arg(&jar)
            .arg("dyn.")
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(stderr, "", "it complains of nothing");
        let text = std::fs::read_to_string(record).unwrap() + "\n]";
        Traced {
            events: serde_json::from_str(&text).unwrap(),
            said: String::from_utf8(output.stdout).unwrap(),
            plain: ran(java().arg("-jar").arg(&jar).arg("dyn.")),
        }
    }))
}

/// The agent, compiled as pgoctl does it.
fn agent(sandbox: &Sandbox, jdk: &Path) -> PathBuf {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/toolchain/graalvm/tracer/java/pgoctl/trace");
    let sources = std::fs::read_dir(sources).unwrap();
    let classes = sandbox.path().join("agent");
    ran(Command::new(jdk.join("bin/javac"))
        .args(["-Xlint:all", "-Werror", "-XDstringConcat=inline", "-d"])
        .arg(&classes)
        .args(sources.map(|file| file.unwrap().path())));
    let manifest = sandbox.write(
        "manifest",
        "Premain-Class: pgoctl.trace.Agent\nCan-Retransform-Classes: true\nBoot-Class-Path: trace.jar\n",
    );
    let jar = sandbox.path().join("trace.jar");
    ran(Command::new(jdk.join("bin/jar"))
        .arg("cfm")
        .arg(&jar)
        .arg(manifest)
        .arg("-C")
        .arg(&classes)
        .arg("."));
    jar
}

/// The events of a function that the program itself called.
fn of<'a>(traced: &'a Traced, function: &str) -> Vec<&'a Value> {
    let by_program = |event: &&Value| {
        event["function"] == function
            && event["caller_class"]
                .as_str()
                .is_none_or(|caller| caller.starts_with("dyn."))
    };
    traced.events.iter().filter(by_program).collect()
}

#[test]
fn a_traced_program_does_what_it_does() {
    let Ok(traced) = traced() else { return };
    assert_eq!(traced.said, traced.plain);
    let features: Vec<&str> = traced
        .said
        .lines()
        .filter_map(|line| line.split(':').next())
        .collect();
    assert_eq!(features, FEATURES);
}

#[test]
fn every_kind_of_access_is_told_with_its_arguments_and_who_asked() {
    let Ok(traced) = traced() else { return };
    for (function, class, args) in [
        ("forName", Value::Null, r#"["dyn.Greeter"]"#),
        ("getDeclaredMethod", "dyn.Greeter".into(), r#"["hello"]"#),
        ("invokeConstructor", "dyn.Greeter".into(), "[[]]"),
        (
            "invokeMethod",
            "dyn.Greeter".into(),
            r#"["hello",["java.lang.String"]]"#,
        ),
        ("accessField", "dyn.Holder".into(), r#"["held"]"#),
        (
            "newProxyInstance",
            "java.lang.reflect.Proxy".into(),
            r#"[null,["dyn.Shape"],null]"#,
        ),
        ("getResource", Value::Null, r#"["dyn/dyn-text.txt"]"#),
        (
            "getBundleImpl",
            Value::Null,
            r#"[null,null,"dyn.Words",null,null]"#,
        ),
        ("ObjectStreamClass.<init>", Value::Null, r#"["dyn.Parcel"]"#),
        (
            "findMethodHandle",
            "dyn.Handles".into(),
            r#"["twice",["int"]]"#,
        ),
        ("getRecordComponents", "dyn.Point".into(), "[]"),
        ("loadClass", Value::Null, r#"["dyn.Loaded"]"#),
        (
            "newInstance",
            "java.lang.reflect.Array".into(),
            r#"["[Ldyn.Element;"]"#,
        ),
        ("objectFieldOffset", "dyn.Counter".into(), r#"["count"]"#),
    ] {
        let args: Value = serde_json::from_str(args).unwrap();
        let events = traced
            .events
            .iter()
            .filter(|event| event["function"] == function);
        let told = events
            .clone()
            .any(|event| event["args"] == args && event["class"] == class);
        assert!(told, "{function}: {:?}", events.collect::<Vec<_>>());
    }
}

#[test]
fn classes_that_the_jvm_resolves_are_not_told_as_loaded_by_the_program() {
    let Ok(traced) = traced() else { return };
    let names: Vec<&Value> = of(traced, "loadClass")
        .iter()
        .map(|event| &event["args"][0])
        .collect();
    assert_eq!(names, ["dyn.Loaded"]);
}

#[test]
fn each_event_is_told_once() {
    let Ok(traced) = traced() else { return };
    let mut lines: Vec<String> = traced.events.iter().map(Value::to_string).collect();
    let all = lines.len();
    lines.sort();
    lines.dedup();
    assert_eq!(lines.len(), all);
}

#[test]
fn what_comes_before_the_program_is_not_taken_for_its_own() {
    let Ok(traced) = traced() else { return };
    let live = traced
        .events
        .iter()
        .position(|event| event["phase"] == "live");
    let before = &traced.events[..live.unwrap()];
    assert!(before.iter().all(|event| event["tracer"] == "meta"));
}
