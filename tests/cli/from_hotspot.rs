//! `profile from-hotspot` on bare logs: whole, half, and none at all.

use std::process::Command;

use serde_json::Value;

use super::jdk;
use super::needs::Needed;
use super::sandbox::Sandbox;

/// A folder with `whole.log`, standard output of a program with HotSpot's text after it (no log file, no head), and `half.log`.
fn logged() -> Needed<Sandbox> {
    let home = jdk::any()?;
    let java = Command::new(home.join("bin/java"))
        .args([
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:+PrintMethodData",
            "-XX:Tier0ProfilingStartPercentage=0",
            "-XX:Tier0InvokeNotifyFreqLog=0",
            "-version",
        ])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&java.stdout).into_owned();
    let half = (text.len() / 2..).find(|at| text.is_char_boundary(*at));
    let sandbox = Sandbox::new();
    sandbox.write("whole.log", &text);
    sandbox.write("half.log", &text[..half.unwrap()]);
    Ok(sandbox)
}

#[test]
fn what_is_not_a_log_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("garbage.log", "hello\nworld\n");
    sandbox
        .pgoctl("profile from-hotspot garbage.log -o x.iprof")
        .fails(
            5,
            &[
                "could not make a profile of",
                "no line of `-XX:+PrintMethodData`",
                "--help",
            ],
        );
}

#[test]
fn what_is_not_known_of_a_bare_log_is_null() {
    let Ok(sandbox) = logged() else { return };
    let whole = sandbox.json("profile from-hotspot --format json whole.log -o whole.iprof");
    assert_eq!(
        (
            &whole["left_out"]["cut"],
            &whole["jvm"],
            &whole["experimental"]
        ),
        (&Value::Null, &Value::Null, &Value::Bool(true))
    );
}

#[test]
fn half_a_log_makes_a_sound_profile_and_says_that_it_is_half() {
    let Ok(sandbox) = logged() else { return };
    let said = sandbox.succeeds("profile from-hotspot half.log -o half.iprof.gz --to 1.1.0");
    assert!(
        said.stderr
            .contains("the log is not whole (it ends in the middle)"),
        "{}",
        said.stderr
    );
    sandbox.succeeds("profile check half.iprof.gz");
}

#[test]
fn half_a_log_has_fewer_methods_than_the_whole() {
    let Ok(sandbox) = logged() else { return };
    let methods = |log: &str| {
        let line = format!("profile from-hotspot --format json {log} -o out.iprof");
        sandbox.json(line)["methods"].as_u64().unwrap()
    };
    let (half, whole) = (methods("half.log"), methods("whole.log"));
    assert!(0 < half && half < whole, "{half} of {whole}");
}
