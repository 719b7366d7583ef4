//! Mistakes that users make: each a clear error with its exit code, and nothing damaged.

use super::needs::Needed;
use super::sandbox::{Said, Sandbox, config};

#[test]
fn a_missing_file_is_named_with_what_makes_one() {
    Sandbox::new().pgoctl("run").fails(
        2,
        &[
            "could not read",
            "pgoctl.toml",
            "hint: `pgoctl init JAR` writes one",
        ],
    );
}

#[test]
fn a_missing_jar_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("pgoctl.toml", &config("hello", ""));
    sandbox.pgoctl("run").fails(
        2,
        &[
            "the function `hello` cannot be used",
            "app.jar",
            "No such file",
        ],
    );
    assert!(sandbox.products().is_empty());
}

#[test]
fn what_is_not_a_jar_is_not_run() {
    let sandbox = Sandbox::new();
    sandbox.write("pgoctl.toml", &config("hello", ""));
    sandbox.write("app.jar", "garbage");
    sandbox.pgoctl("run").fails(2, &["is not a JAR"]);
}

#[test]
fn what_is_not_a_jar_gets_no_configuration_file() {
    let sandbox = Sandbox::new();
    sandbox.write("app.jar", "garbage");
    sandbox.pgoctl("init app.jar").fails(2, &["is not a JAR"]);
}

#[test]
fn an_empty_workload_of_training_is_told_from_the_one_that_is_measured() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let own = "\n[function.hello.train-workload]\nassets = \".\"\n";
    sandbox.write("pgoctl.toml", &(sandbox.read("pgoctl.toml") + own));
    sandbox.pgoctl("run").fails(
        2,
        &[
            "the function `hello` cannot be used",
            "its `train-workload` cannot be used",
            "the workload is empty",
        ],
    );
}

#[test]
fn a_jar_without_main_class_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("pgoctl.toml", &config("hello", ""));
    let mut jar =
        zip::ZipWriter::new(std::fs::File::create(sandbox.path().join("app.jar")).unwrap());
    jar.start_file(
        "META-INF/MANIFEST.MF",
        zip::write::SimpleFileOptions::default(),
    )
    .unwrap();
    std::io::Write::write_all(&mut jar, b"Manifest-Version: 1.0\r\n\r\n").unwrap();
    jar.finish().unwrap();
    sandbox
        .pgoctl("run")
        .fails(2, &["has no main class", "Main-Class"]);
}

#[test]
fn an_unknown_key_is_named_with_its_nearest_neighbour() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "pgoctl.toml",
        &config("hello", "").replace("rounds = 6", "round = 6"),
    );
    sandbox.pgoctl("run").fails(
        2,
        &[
            "line",
            "there is no key `round` here",
            "hint: did you mean `rounds`?",
        ],
    );
}

#[test]
fn a_wrong_flag_is_a_usage_error() {
    let said = Sandbox::new().pgoctl("run --rouns 3");
    assert_eq!(said.status, 2);
    assert!(said.stderr.contains("--rounds"), "{}", said.stderr);
}

#[test]
fn no_jdk_at_all_is_said_before_anything_starts() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let mut command = sandbox.command("run");
    let said = Said::of(&command.env("PATH", sandbox.path()).output().unwrap());
    said.fails(
        3,
        &[
            "no variant can be made on this machine",
            "there is no JDK",
            "apt install default-jdk",
        ],
    );
}

#[test]
fn a_named_home_that_holds_no_graalvm_is_refused() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox
        .pgoctl("run --graalvm-home /nowhere")
        .fails(3, &["`/nowhere` is not a GraalVM", "bin/native-image"]);
}

#[test]
fn a_function_that_never_gets_ready_is_given_up() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.write(
        "pgoctl.toml",
        &config("hello", "ready-timeout = \"15s\"").replace("GET /health", "GET /nothing-here"),
    );
    let said = sandbox.pgoctl("run --variant hotspot");
    said.fails(
        6,
        &[
            "could not measure hotspot",
            "`hello` did not get ready",
            "still answered with 404",
            "ready-timeout",
        ],
    );
}

#[test]
fn a_function_that_ends_at_once_is_not_waited_for() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.write(
        "pgoctl.toml",
        &config("hello", "").replace("\"--port\"", "\"--prot\""),
    );
    let said = sandbox.pgoctl("run --variant hotspot-cds");
    said.fails(
        5,
        &[
            "could not train hotspot-cds",
            "did not get ready",
            "exited with status 2",
            "--prot",
        ],
    );
}

#[test]
fn a_function_that_answers_500_ends_the_benchmark() {
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.graalvm("--fault answers-500");
    let said = sandbox.pgoctl("run --variant native");
    said.fails(6, &["could not measure native", "500"]);
}

#[test]
fn a_busy_port_is_named() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    sandbox.write(
        "pgoctl.toml",
        &config("hello", &format!("port = {port}")).replace("\"{port}\"", &format!("\"{port}\"")),
    );
    let said = sandbox.pgoctl("run --variant hotspot");
    said.fails(
        6,
        &[
            &format!("port {port} is in use"),
            "hint: end whatever listens there",
        ],
    );
}

#[test]
fn a_server_that_is_never_told_its_port_is_refused_at_once() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.write(
        "pgoctl.toml",
        &config("hello", "").replace("args = [\"--port\", \"{port}\"]", ""),
    );
    sandbox
        .pgoctl("run")
        .fails(2, &["is never told its port", "{port}"]);
}

/// A project with the functions `hello` and `other`.
fn two_functions() -> Needed<Sandbox> {
    let sandbox = Sandbox::project("hello")?;
    let one = config("hello", "");
    let other = one
        .split("[train]")
        .next()
        .unwrap()
        .replace("function.hello", "function.other");
    sandbox.write("pgoctl.toml", &format!("{one}{other}"));
    Ok(sandbox)
}

#[test]
fn several_functions_need_a_choice() {
    let Ok(sandbox) = two_functions() else { return };
    sandbox
        .pgoctl("run")
        .fails(2, &["has several functions", "`hello`, `other`"]);
}

#[test]
fn a_choice_that_there_is_not_is_named() {
    let Ok(sandbox) = two_functions() else { return };
    sandbox
        .pgoctl("run --function hullo")
        .fails(2, &["there is no function `hullo`"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    // A file where the folder should be: as root, permissions would not stop us.
    sandbox.write(".pgoctl", "in the way");
    let said = sandbox.pgoctl("run --variant hotspot");
    said.fails(1, &["could not create the folder", ".pgoctl"]);
    assert_eq!(sandbox.read(".pgoctl"), "in the way");
}
