//! `bench 'CMD'`: nobody but a shell reads what only a shell understands; a shell can be had, and its start is not the command's.

use super::sandbox::{Sandbox, quoted};

const SMALL: &str = "--rounds 6 --requests 5 --cold-starts 6 --dropped-cold-starts 0 --format json";

/// A folder with a program that says what it was given, and a file to read.
fn sandbox() -> Sandbox {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    sandbox.write("in.txt", "from the file\n");
    let program = sandbox.write(
        "work.sh",
        "#!/bin/sh\ncat > read.txt\nprintf '%s\\n' \"$@\" > given.txt\nprintf '%s\\n' \"$X\" > x.txt\n",
    );
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    sandbox
}

#[test]
fn what_only_a_shell_understands_is_refused_before_anything_runs() {
    let sandbox = sandbox();
    for (command, words) in [
        (
            "./work.sh < in.txt",
            &["`<` redirects only in a shell", "--input FILE"][..],
        ),
        ("./work.sh > out.txt", &["`>` redirects"]),
        ("./work.sh | cat", &["`|` puts commands together"]),
        ("./work.sh && true", &["`&&` puts commands together"]),
        ("./work.sh; true", &["`;` puts commands together"]),
        ("./work.sh $HOME", &["`$HOME` stands for a value"]),
        ("./work.sh ~/x", &["`~/x` stands for a home folder"]),
        ("./work.sh *.txt", &["`*.txt` stands for names of files"]),
        (
            "X=1 ./work.sh",
            &["`X=1` sets a variable", "`env X=1 ./work.sh`"],
        ),
        ("cd .", &["there is no `cd` here"]),
    ] {
        let said = sandbox.pgoctl(format!("bench {} {SMALL}", quoted(command)));
        said.fails(2, &["cannot measure", "`--shell`"]);
        said.fails(2, words);
    }
    assert!(!sandbox.path().join("given.txt").exists(), "it was started");
    assert!(sandbox.products().is_empty());
}

#[test]
fn what_is_quoted_is_the_programs() {
    let sandbox = sandbox();
    sandbox.succeeds(format!(
        "bench {} {SMALL}",
        quoted(r#"./work.sh '<' "|" '$HOME' '~' \* a=b"#)
    ));
    assert_eq!(sandbox.read("given.txt"), "<\n|\n$HOME\n~\n*\na=b\n");
    sandbox.succeeds(format!("bench 'env X=1 ./work.sh' {SMALL}"));
    assert_eq!(sandbox.read("x.txt"), "1\n");
}

#[test]
fn a_shell_reads_the_command_and_its_start_is_taken_off() {
    let sandbox = sandbox();
    let command = quoted("X=1 ./work.sh \"$HOME\" *.txt < in.txt");
    let report = sandbox.json(format!("bench {command} --shell {SMALL}"));
    assert_eq!(sandbox.read("read.txt"), "from the file\n");
    assert_eq!(sandbox.read("x.txt"), "1\n");
    let given = sandbox.read("given.txt");
    assert!(
        given.starts_with(sandbox.path().to_str().unwrap()),
        "{given}"
    );
    assert!(given.contains("in.txt"), "{given}");
    assert_eq!(report["plan"]["shell"], "sh");
    let variant = &report["variants"][0];
    assert_eq!(variant["variant"], "work.sh");
    assert!(
        variant["image"]["size_bytes"].is_null(),
        "what it runs only the shell knows"
    );
    for round in variant["rounds"].as_array().unwrap() {
        let start = round["shell_start_ms"].as_f64().unwrap();
        assert!(start > 0.01, "{round}");
    }
    let table = sandbox.pgoctl("report").stdout;
    assert!(
        table.contains("read by `sh` (its start is taken off)"),
        "{table}"
    );
    let page = sandbox.pgoctl("report --format markdown").stdout;
    assert!(page.contains("was measured before each round"), "{page}");
}

/// A shell that is slow to start, and a command that is not.
#[test]
fn the_start_of_a_slow_shell_is_not_the_commands() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    let shell = sandbox.write("slow.sh", "#!/bin/sh\nsleep 0.3\nexec /bin/sh \"$@\"\n");
    std::fs::set_permissions(&shell, std::fs::Permissions::from_mode(0o755)).unwrap();
    let report = sandbox.json(format!(
        "bench 'sleep 0.1' --shell={} --rounds 1 --requests 3 --cold-starts 1 --dropped-cold-starts 0 --format json",
        quoted(&shell)
    ));
    let start = report["variants"][0]["rounds"][0]["shell_start_ms"]
        .as_f64()
        .unwrap();
    assert!(start >= 300.0, "{start}");
    let metrics = &report["variants"][0]["metrics"];
    for metric in ["latency_ms_mean", "cold_start_ms"] {
        let took = metrics[metric]["value"].as_f64().unwrap();
        // With the shell's start it would be 100 ms more than that, however busy the machine.
        assert!(took < start, "{metric}: {took}, start: {start}");
    }
    let kinds = report["warnings"].as_array().unwrap();
    assert!(
        kinds
            .iter()
            .any(|warning| warning["kind"] == "mostly-shell"),
        "{kinds:?}"
    );
}

#[test]
fn a_shell_that_is_not_there_is_named_and_flags_need_a_command() {
    let sandbox = sandbox();
    sandbox
        .pgoctl(format!("bench true --shell=no-such-shell {SMALL}"))
        .fails(
            2,
            &["`--shell=no-such-shell`", "no `no-such-shell` on PATH"],
        );
    sandbox
        .pgoctl(format!("bench ./not-there --shell {SMALL}"))
        .fails(6, &["status 127"]);
    for flag in ["--shell", "--input in.txt"] {
        sandbox
            .pgoctl(format!("bench --url http://127.0.0.1:1/ {flag} {SMALL}"))
            .fails(2, &["required"]);
    }
}

#[test]
fn each_invocation_reads_the_input_and_its_content_belongs_to_what_is_measured() {
    let sandbox = sandbox();
    let measured = || {
        let report = sandbox.json(format!("bench ./work.sh --input in.txt {SMALL}"));
        assert_eq!(sandbox.read("read.txt"), sandbox.read("in.txt"));
        report["plan"]["workload"].as_str().unwrap().to_owned()
    };
    let (first, again) = (measured(), measured());
    assert_eq!(first, again);
    sandbox.write("in.txt", "something else");
    assert_ne!(measured(), first);
    let shown = sandbox.succeeds(format!("bench ./work.sh --input in.txt --dry-run {SMALL}"));
    assert!(shown.stdout.contains("in.txt"), "{}", shown.stdout);
    for (input, why) in [("none.txt", "No such file"), (".", "it is a folder")] {
        sandbox
            .pgoctl(format!("bench ./work.sh --input {input} {SMALL}"))
            .fails(2, &["cannot be read on stdin", why]);
    }
    sandbox
        .pgoctl(format!("bench './work.sh {{port}}' --input in.txt {SMALL}"))
        .fails(2, &["a server reads no `--input`"]);
}

#[test]
fn a_functions_invocations_read_a_file_too() {
    let sandbox = sandbox();
    let config = |stdin: &str| {
        sandbox.write(
            "pgoctl.toml",
            &format!("[function.work]\njar = \"no.jar\"\n[function.work.workload]\ninvoke = {{ {stdin} }}\n"),
        );
    };
    config("stdin-file = \"in.txt\"");
    sandbox.succeeds(format!("bench ./work.sh {SMALL}"));
    assert_eq!(sandbox.read("read.txt"), "from the file\n");
    config("stdin = \"x\", stdin-file = \"in.txt\"");
    sandbox
        .pgoctl(format!("bench ./work.sh {SMALL}"))
        .fails(2, &["both `stdin` and `stdin-file`"]);
}

#[test]
fn flags_of_a_projects_builds_are_not_passed_over_where_nothing_is_built() {
    let mut sandbox = sandbox();
    for flag in [
        "--force",
        "--explain",
        "--variant native",
        "--optimizer off",
    ] {
        let said = sandbox.pgoctl(format!("bench true {flag} {SMALL}"));
        let name = flag.split(' ').next().unwrap();
        said.fails(
            2,
            &[
                &format!("`{name}` does not go with programs"),
                "nothing is built",
            ],
        );
    }
    sandbox
        .pgoctl(format!("bench true {SMALL} -- -O3"))
        .fails(2, &["`-- OPTIONS`"]);
    sandbox
        .pgoctl("bench --revision HEAD --dry-run")
        .fails(2, &["`--dry-run` does not go with revisions"]);
    // A variable is set for every command.
    sandbox.set("PGOCTL_VARIANT", "native");
    sandbox.succeeds(format!("bench true {SMALL}"));
}
