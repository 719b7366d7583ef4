//! `GET /openapi.json` against what is served: exactly these paths and methods, answers as the schemas have them, and what
//! schemathesis finds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use boon::{Compiler, Schemas};
use serde_json::{Value, json};

use super::controller::{Answer, Controller};
use super::needs::{Need, Needed, or_skip};
use super::sandbox::{Sandbox, wait_for};

const API: &str = include_str!("../../src/controller/api.rs");
const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "options"];
const IS_JAVA: &str = "content-type: application/java-archive\r\n";

/// The description, its objects closed: a key of an answer that is not in it is found.
fn description() -> Value {
    let text = include_str!("../../src/controller/openapi.json");
    let mut all = serde_json::from_str(text).unwrap();
    close(&mut all);
    all
}

fn close(value: &mut Value) {
    match value {
        Value::Object(keys) => {
            keys.values_mut().for_each(close);
            if keys.contains_key("properties") && keys.get("type") == Some(&json!("object")) {
                keys.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => {}
    }
}

/// A path with something in the place of what varies.
fn filled(path: &str, name: &str) -> String {
    path.replace("{name}", name)
        .replace("{path}", "some/where")
        .replace("{id}", "1")
        .replace("{generation}", "1")
}

/// Its paths with their methods.
fn described() -> BTreeMap<String, BTreeSet<String>> {
    let all = description();
    let paths = all["paths"].as_object().unwrap().iter();
    paths
        .map(|(path, of)| {
            let methods = of.as_object().unwrap().keys().cloned();
            (
                path.clone(),
                methods.filter(|it| it != "parameters").collect(),
            )
        })
        .collect()
}

#[test]
fn it_has_every_path_of_the_router_and_every_action() {
    let routes = API
        .split(".route(")
        .skip(1)
        .map(|rest| rest.split('"').nth(1).unwrap());
    let act = API.split("async fn act(").nth(1).unwrap();
    let act = act.split("\n}\n").next().unwrap();
    let actions = act
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" =>"))
        .map(|(action, _)| action.to_owned())
        .collect::<Vec<_>>();
    assert!(actions.contains(&"rollback".to_owned()), "{actions:?}");
    let served: BTreeSet<String> = routes
        .map(|path| path.replace("{*path}", "{path}"))
        .flat_map(|path| match path.contains("{action}") {
            true => actions
                .iter()
                .map(|action| path.replace("{action}", action))
                .collect(),
            false => vec![path],
        })
        .collect();
    let described: BTreeSet<String> = described().into_keys().collect();
    assert_eq!(served, described);
}

#[test]
fn it_has_every_method_that_is_served_and_no_other() {
    let sandbox = Sandbox::new();
    let controller = Controller::start(&sandbox, "");
    for (path, methods) in described() {
        let path = filled(&path, "none");
        for method in METHODS {
            let answer = controller.ask(&method.to_uppercase(), &path, "", b"");
            let known = methods.contains(method);
            assert_eq!(answer.status != 405, known, "{method} {path}: {answer:?}");
            let no_path = answer.body.contains("lists the paths");
            assert!(!no_path, "{method} {path}: {answer:?}");
            if !known {
                let allowed = answer.headers.get("allow").map(|it| it.to_lowercase());
                let allowed: BTreeSet<String> = allowed
                    .unwrap_or_else(|| panic!("{method} {path}: {answer:?}"))
                    .split(',')
                    .map(str::to_owned)
                    .filter(|it| it != "head")
                    .collect();
                assert_eq!(allowed, methods, "{method} {path}");
            }
        }
    }
    let nowhere = controller.ask("GET", "/v1/nowhere", "", b"");
    assert_eq!(nowhere.status, 404, "{nowhere:?}");
    assert!(nowhere.body.contains("lists the paths"), "{nowhere:?}");
}

/// A controller whose answers are held against the description.
struct Held {
    controller: Controller,
    description: Value,
    authorization: &'static str,
}

impl Held {
    fn new(controller: Controller) -> Self {
        Self {
            controller,
            description: description(),
            authorization: "",
        }
    }

    /// Asks `path`, which is described as `template`; the status must be this one.
    fn ask(
        &self,
        method: &str,
        template: &str,
        more: &str,
        headers: &str,
        body: &[u8],
        status: u16,
    ) -> Answer {
        let path = filled(template, "hello") + more;
        let headers = format!("{headers}{}", self.authorization);
        let answer = self.controller.ask(method, &path, &headers, body);
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        self.hold(method, template, &answer);
        answer
    }

    fn get(&self, template: &str) -> Value {
        self.ask("GET", template, "", "", b"", 200).json()
    }

    /// Whether `answer` is as it is described: its status, headers, media type and body.
    fn hold(&self, method: &str, template: &str, answer: &Answer) {
        let at = format!("{method} {template}: {answer:?}");
        let responses = &self.description["paths"][template][method.to_lowercase()]["responses"];
        let described = self.resolved(&responses[answer.status.to_string()]);
        assert!(described.is_object(), "no such status is described: {at}");
        for (name, header) in described["headers"].as_object().into_iter().flatten() {
            let there = answer.headers.get(&name.to_lowercase());
            let required = self.resolved(header)["required"] == true;
            assert!(there.is_some() || !required, "{name} is missing: {at}");
        }
        let kind = answer
            .headers
            .get("content-type")
            .map_or("", String::as_str);
        let kind = kind.split(';').next().unwrap();
        let Some(contents) = described["content"].as_object() else {
            return assert_eq!(answer.body, "", "{at}");
        };
        let schema = &contents
            .get(kind)
            .unwrap_or_else(|| panic!("no such type is described: {at}"))["schema"];
        let value = match kind.ends_with("json") {
            true => answer.json(),
            false => Value::String(answer.body.clone()),
        };
        self.valid(schema, &value);
    }

    fn valid(&self, schema: &Value, value: &Value) {
        let whole = json!({ "allOf": [schema], "components": self.description["components"] });
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.enable_format_assertions();
        compiler.add_resource("held.json", whole).unwrap();
        let index = compiler.compile("held.json", &mut schemas).unwrap();
        if let Err(error) = schemas.validate(value, index) {
            panic!("{error:#}\n{value:#}");
        }
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(pointer) => self.description.pointer(&pointer[1..]).unwrap(),
            None => value,
        }
    }

    fn look_at_all(&self) {
        for path in [
            "/v1/functions",
            "/v1/functions/{name}",
            "/v1/functions/{name}/history",
            "/v1/functions/{name}/profiles",
            "/v1/functions/{name}/builds",
            "/v1/functions/{name}/trials",
            "/v1/functions/{name}/events",
            "/v1/events",
            "/openapi.json",
        ] {
            self.get(path);
        }
    }
}

#[test]
fn answers_are_as_it_says_from_installing_to_uninstalling() {
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.graalvm("");
    let held = Held::new(Controller::start(&sandbox, ""));
    for path in ["/", "/healthz", "/readyz", "/metrics"] {
        held.ask("GET", path, "", "", b"", 200);
    }
    let jar = std::fs::read(sandbox.path().join("app.jar")).unwrap();
    let is_json = "content-type: application/json\r\n";
    let sent = held.ask("POST", "/v1/jars", "", IS_JAVA, &jar, 201).json();
    let manifest = json!({
        "jar": sent["sha256"],
        "args": ["--port", "{port}"],
        "workload": { "requests": [ { "method": "POST", "path": "/", "body": "{}" } ] },
        "serve": { "fraction": "50%", "profile-calls": 5, "profiles": 2, "canary": "50%" },
    });
    let one = "/v1/functions/{name}";
    held.ask(
        "PUT",
        one,
        "",
        is_json,
        manifest.to_string().as_bytes(),
        201,
    );
    held.ask(
        "PUT",
        one,
        "",
        is_json,
        manifest.to_string().as_bytes(),
        200,
    );
    held.look_at_all();
    held.controller.drive("hello", "a verdict", |status| {
        held.valid(&json!({ "$ref": "#/components/schemas/Status" }), status);
        !status["verdict"].is_null()
    });
    held.look_at_all();
    wait_for("no candidate", || {
        let history = held.get("/v1/functions/{name}/history");
        history.as_array().unwrap().last().unwrap()["candidate"].is_null()
    });
    later(&held);
    held.get("/v1/functions/{name}/builds/{id}");
    let trials = held.get("/v1/functions/{name}/trials");
    let ended = trials[0]["generation"].as_u64().unwrap();
    let one_of_them = format!("/v1/functions/hello/trials/{ended}");
    let answer = held.controller.ask("GET", &one_of_them, "", b"");
    held.hold("GET", "/v1/functions/{name}/trials/{generation}", &answer);
    for action in ["pause", "resume", "collect"] {
        held.ask("POST", &format!("{one}/{action}"), "", "", b"", 200);
    }
    held.look_at_all();
    // What is refused is described, too.
    wait_for("profiling", || {
        let stage = held.controller.status("hello")["stage"].clone();
        stage == "profiling"
    });
    let profiles = "/v1/functions/{name}/profiles";
    held.ask("POST", profiles, "", "", b"x", 422);
    held.ask("POST", profiles, "?build=x", "", b"x", 409);
    held.ask("POST", profiles, "?calls=x", "", b"x", 400);
    held.ask("POST", profiles, "", "if-match: \"9999\"\r\n", b"x", 412);
    held.ask("POST", "/v1/functions/{name}/builds", "", "", b"", 409);
    held.ask(
        "GET",
        "/v1/functions/{name}/builds/{id}",
        "00",
        "",
        b"",
        404,
    );
    held.ask("GET", "/v1/functions/{name}/builds/{id}", "x", "", b"", 400);
    held.ask(
        "GET",
        "/v1/functions/{name}/trials/{generation}",
        "00000",
        "",
        b"",
        404,
    );
    let pinned = "pgoctl-variant: native-instrumented\r\n";
    held.ask("POST", "/f/{name}/", "", pinned, b"", 409);
    held.ask("POST", "/f/{name}/", "", "pgoctl-variant: x\r\n", b"", 400);
    held.ask("POST", "/v1/functions/{name}/promote", "", "", b"", 409);
    held.ask(
        "POST",
        "/v1/functions/{name}/pause",
        "",
        "if-match: \"9999\"\r\n",
        b"",
        412,
    );
    held.ask(
        "POST",
        "/v1/functions/{name}/pause",
        "",
        "if-match: x\r\n",
        b"",
        400,
    );
    held.ask("PUT", one, "", "content-type: text/plain\r\n", b"x", 415);
    held.ask("PUT", one, "", IS_JAVA, b"x", 422);
    held.ask("PUT", one, "", is_json, b"{", 400);
    held.ask("GET", "/v1/events", "?after=x", "", b"", 400);
    held.ask(
        "GET",
        "/v1/functions/{name}/events",
        "?after=-1",
        "",
        b"",
        400,
    );
    held.ask("POST", "/v1/jars", "", IS_JAVA, b"x", 422);
    let foreign = "origin: https://elsewhere.example\r\n";
    held.ask("GET", "/v1/functions", "", foreign, b"", 403);
    held.ask("DELETE", one, "", "", b"", 204);
    for path in [
        one,
        "/v1/functions/{name}/history",
        "/v1/functions/{name}/profiles",
    ] {
        held.ask("GET", path, "", "", b"", 404);
    }
    held.ask("POST", "/f/{name}/{path}", "", "", b"", 404);
    held.ask("GET", "/f/{name}", "", "", b"", 404);
    held.ask("POST", "/v1/functions/{name}/invoke", "", "", b"", 404);
}

/// A call that nobody waits for, from accepting it to forgetting it.
fn later(held: &Held) {
    let prefer = "prefer: respond-async\r\npgoctl-invocation: 1\r\n";
    let invoke = "/v1/functions/{name}/invoke";
    held.ask("POST", invoke, "", prefer, b"{}", 202);
    held.ask("POST", invoke, "", prefer, b"{}", 409);
    let one = "/v1/invocations/{id}";
    wait_for("the answer", || {
        let answer = held.controller.ask("GET", "/v1/invocations/1", "", b"");
        held.hold("GET", one, &answer);
        answer.status == 200
    });
    held.ask("DELETE", one, "", "", b"", 204);
    held.ask("DELETE", one, "", "", b"", 404);
    held.ask("GET", one, "", "", b"", 404);
}

#[test]
fn a_name_that_is_not_utf_8_is_a_problem_document() {
    let sandbox = Sandbox::new();
    let held = Held::new(Controller::start(&sandbox, ""));
    let answer = held.controller.ask("GET", "/v1/functions/%ff", "", b"");
    assert_eq!(answer.status, 400, "{answer:?}");
    held.hold("GET", "/v1/functions/{name}", &answer);
}

#[test]
fn without_the_token_everything_that_is_said_to_need_it_is_refused() {
    let sandbox = Sandbox::new();
    let held = Held::new(Controller::start(&sandbox, "--token secret"));
    for (path, methods) in described() {
        for method in methods.iter().filter(|method| *method != "head") {
            let operation = &held.description["paths"][&path][method];
            let asked = filled(&path, "none");
            let method = method.to_uppercase();
            let answer = held.controller.ask(&method, &asked, "", b"");
            let open = operation["security"] == json!([]);
            assert_eq!(answer.status != 401, open, "{method} {path}: {answer:?}");
            if !open {
                held.hold(&method, &path, &answer);
            }
        }
    }
}

/// Schemathesis in a folder of its own: found where it was put before, put there where `PGOCTL_TEST_SCHEMATHESIS=1` asks for it.
fn schemathesis() -> Needed<PathBuf> {
    let folder = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    let home = cache.unwrap_or_default().join("pgoctl-tools/schemathesis");
    let program = home.join("bin/schemathesis");
    let asked_for = std::env::var("PGOCTL_TEST_SCHEMATHESIS").is_ok_and(|value| value == "1");
    if !program.is_file() && asked_for {
        let venv = Command::new("python3")
            .args(["-m", "venv"])
            .arg(&home)
            .status();
        if venv.is_ok_and(|status| status.success()) {
            let install = ["install", "--quiet", "schemathesis==4.*"];
            let _ = Command::new(home.join("bin/pip")).args(install).status();
        }
    }
    let why = "schemathesis is not there; PGOCTL_TEST_SCHEMATHESIS=1 installs it";
    or_skip(
        program.is_file().then_some(program),
        Need::Schemathesis,
        why,
    )
}

/// What the schema cannot say: bytes that are not a JAR, and another generation, are refused.
const REFUSED: &str = r#"
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "429", "5xx"]
"#;

#[test]
fn schemathesis_finds_nothing() {
    let Ok(program) = schemathesis() else { return };
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let controller = Controller::start(&sandbox, "");
    let said = controller.command(&sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    let run = |more: &[&str]| {
        let output = Command::new(&program)
            .current_dir(sandbox.path())
            .arg("run")
            .arg(format!("http://{}/openapi.json", controller.address))
            .args(["--checks", "all", "--max-examples", "10"])
            .args(["--seed", "1", "--no-color"])
            .args(more)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{text}");
    };
    sandbox.write("schemathesis.toml", REFUSED);
    run(&[]);
    // Once more with a function that is there and stays; what it answers itself is its own affair.
    let there = format!("[parameters]\n\"path.name\" = \"hello\"\n{REFUSED}");
    sandbox.write("schemathesis.toml", &there);
    let own = "^/f/|/invoke$";
    run(&[
        "--mode",
        "positive",
        "--exclude-method",
        "DELETE",
        "--exclude-path-regex",
        own,
    ]);
    assert_eq!(controller.status("hello")["function"], "hello");
}
