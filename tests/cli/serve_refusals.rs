//! What a controller refuses: JARs and manifests that cannot be used, other generations, callers without the token.

use serde_json::{Value, json};

use super::controller::Controller;
use super::sandbox::Sandbox;

#[test]
fn what_cannot_be_used_is_refused_with_a_problem_document() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let controller = Controller::start(&sandbox, "");
    let jar = std::fs::read(sandbox.path().join("app.jar")).unwrap();
    let is_java = "content-type: application/java-archive\r\n";
    let is_json = "content-type: application/json\r\n";
    let refused = |method: &str, path: &str, headers: &str, body: &[u8]| {
        let answer = controller.ask(method, path, headers, body);
        let kind = answer.headers.get("content-type").map(String::as_str);
        assert_eq!(kind, Some("application/problem+json"), "{path}: {answer:?}");
        let problem = answer.json();
        assert_eq!(problem["status"], answer.status, "{problem}");
        let kind = problem["type"].as_str().unwrap().to_owned();
        assert!(kind.starts_with("urn:pgoctl:problem:"), "{problem}");
        (
            answer.status,
            problem["detail"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(refused("GET", "/v1/functions/none", "", b"").0, 404);
    assert_eq!(refused("POST", "/f/none/", "", b"").0, 404);
    assert_eq!(refused("GET", "/nowhere", "", b"").0, 404);
    assert_eq!(
        refused("PUT", "/v1/functions/..%2Fup", is_java, &jar).0,
        422
    );
    assert_eq!(
        refused(
            "PUT",
            "/v1/functions/x",
            "content-type: text/plain\r\n",
            b"x"
        )
        .0,
        415
    );
    let (status, why) = refused("PUT", "/v1/functions/x", is_java, b"not a JAR");
    assert_eq!(status, 422, "{why}");
    let sent = controller.ask("POST", "/v1/jars", is_java, &jar);
    assert_eq!(sent.status, 201, "{sent:?}");
    let digest = sent.json()["sha256"].clone();
    let manifest = |more: Value| {
        let mut manifest = json!({
            "jar": digest,
            "args": ["--port", "{port}"],
            "workload": { "requests": [ { "path": "/" } ] },
        });
        for (key, value) in more.as_object().unwrap() {
            manifest[key] = value.clone();
        }
        manifest.to_string()
    };
    let wrong = manifest(json!({ "prot": 80 }));
    let (status, why) = refused("PUT", "/v1/functions/x", is_json, wrong.as_bytes());
    assert_eq!(status, 422);
    assert!(why.contains("prot"), "{why}");
    let elsewhere = manifest(json!({ "jar": "0".repeat(64) }));
    let (status, why) = refused("PUT", "/v1/functions/x", is_json, elsewhere.as_bytes());
    assert_eq!(status, 422);
    assert!(why.contains("there is no JAR"), "{why}");
    // Another generation than the one that is there.
    let good = manifest(json!({}));
    assert_eq!(
        controller
            .ask("PUT", "/v1/functions/x", is_json, good.as_bytes())
            .status,
        201
    );
    let old = "if-match: \"99\"\r\n";
    assert_eq!(refused("POST", "/v1/functions/x/pause", old, b"").0, 412);
    let install = format!("{is_json}{old}");
    assert_eq!(
        refused("PUT", "/v1/functions/y", &install, good.as_bytes()).0,
        412
    );
    assert_eq!(refused("POST", "/v1/functions/x/dance", "", b"").0, 404);
    assert_eq!(refused("POST", "/v1/functions/x/promote", "", b"").0, 409);
    assert_eq!(
        controller.ask("DELETE", "/v1/functions/x", "", b"").status,
        204
    );
    assert_eq!(refused("POST", "/f/x/", "", b"").0, 404);
}

#[test]
fn a_jar_that_unpacks_to_far_more_than_it_is_is_refused() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let controller = Controller::start(&sandbox, "");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("META-INF/MANIFEST.MF", options).unwrap();
    std::io::Write::write_all(&mut zip, b"Manifest-Version: 1.0\r\nMain-Class: A\r\n").unwrap();
    zip.start_file("bomb", options).unwrap();
    std::io::Write::write_all(&mut zip, &vec![0; 100 << 20]).unwrap();
    let jar = zip.finish().unwrap().into_inner();
    let answer = controller.ask("POST", "/v1/jars", "", &jar);
    assert_eq!(answer.status, 422, "{answer:?}");
    assert!(answer.body.contains("far more than it is"), "{answer:?}");
}

#[test]
fn it_is_reached_from_elsewhere_only_with_a_token() {
    let sandbox = Sandbox::new();
    let said = sandbox.pgoctl("serve --listen 0.0.0.0:0");
    said.fails(2, &["there is no token", "PGOCTL_TOKEN"]);
    let controller = Controller::start(&sandbox, "--token secret");
    for (header, status) in [
        ("", 401),
        ("authorization: Bearer secre\r\n", 401),
        ("authorization: Bearer secret\r\n", 200),
    ] {
        let answer = controller.ask("GET", "/v1/functions", header, b"");
        assert_eq!(answer.status, status, "{header}: {answer:?}");
    }
    assert_eq!(controller.ask("GET", "/healthz", "", b"").status, 200);
    let said = controller.command(&sandbox, "status");
    said.fails(2, &["token", "PGOCTL_TOKEN"]);
    let said = controller.command(&sandbox, "status --token secret");
    assert!(said.stdout.contains("no function is installed"), "{said:?}");
}

#[test]
fn a_second_controller_in_the_same_folder_says_who_has_it() {
    let sandbox = Sandbox::new();
    let _first = Controller::start(&sandbox, "");
    let said = sandbox.pgoctl("serve --listen 127.0.0.1:0");
    said.fails(2, &["another controller works in", "--home"]);
}

#[test]
fn a_function_that_does_not_get_ready_is_said_and_holds_up_no_end() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let table = sandbox.read("pgoctl.toml");
    let never = "[function.hello]\nready-timeout = \"1h\"\n";
    let table = table
        .replacen("[function.hello]\n", never, 1)
        .replace("GET /health", "GET /nowhere");
    sandbox.write("pgoctl.toml", &table);
    sandbox.append(
        "pgoctl.toml",
        "\n[function.hello.serve]\ncall-timeout = \"1s\"\n",
    );
    let controller = Controller::start(&sandbox, "");
    let said = controller.command(&sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    let answer = controller.ask("POST", "/f/hello/", "", b"{}");
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.body.contains("gets ready"), "{answer:?}");
    assert_eq!(controller.end(), Some(0));
}

#[test]
fn builds_on_a_cluster_need_a_bucket_and_an_image() {
    let mut sandbox = Sandbox::new();
    let said = sandbox.pgoctl("serve --engine kubernetes");
    said.fails(2, &["a cluster cannot reach", "s3://BUCKET"]);
    for (name, value) in [
        ("PGOCTL_STORE", "s3://functions"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "b"),
    ] {
        sandbox.set(name, value);
    }
    sandbox.write("pgoctl.toml", "[engine]\nkind = \"kubernetes\"\n");
    let said = sandbox.pgoctl("serve");
    said.fails(2, &["there is no container image for Jobs"]);
}
