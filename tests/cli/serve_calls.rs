//! What a call may say to a controller: its id, a key that repeats its way, the variant that is to answer, and that nobody waits.

use serde_json::Value;

use super::controller::{Answer, Controller};
use super::jdk;
use super::needs::Needed;
use super::sandbox::{Sandbox, wait_for};
use super::stale::compile;

/// A function that says which headers it got. It waits for a file that it is told, and answers as many bytes as it is told.
const MIRROR: &str = r#"
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.file.*;
public class Mirror {
    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[1])), 0);
        server.setExecutor(java.util.concurrent.Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            var headers = exchange.getRequestHeaders();
            String file = headers.getFirst("wait-for");
            while (file != null && !Files.exists(Path.of(file))) { Thread.onSpinWait(); }
            StringBuilder said = new StringBuilder(new String(body));
            for (String name : new String[] {"Pgoctl-Invocation", "Pgoctl-Variant", "Idempotency-Key", "Prefer", "Authorization"}) {
                if (headers.containsKey(name)) { said.append("\n").append(name).append(": ").append(headers.getFirst(name)); }
            }
            byte[] answer = said.toString().getBytes();
            if (headers.containsKey("size")) { answer = new byte[Integer.parseInt(headers.getFirst("size"))]; answer[0] = (byte) 0xff; }
            exchange.getResponseHeaders().add("said", "one");
            exchange.getResponseHeaders().add("said", "two");
            exchange.sendResponseHeaders(headers.containsKey("status") ? Integer.parseInt(headers.getFirst("status")) : 200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }
}
"#;

fn mirror(words: &str) -> Needed<(Sandbox, Controller)> {
    let jdk = jdk::any()?;
    let mut sandbox = Sandbox::new();
    sandbox.set("JAVA_HOME", &jdk);
    sandbox.write("m.txt", "Main-Class: Mirror\n");
    compile(&jdk, &sandbox, "Mirror", MIRROR, "app.jar", &["m.txt"]);
    let config = "[function.mirror]\njar = \"app.jar\"\nargs = [\"--port\", \"{port}\"]\nready = \"GET /\"\n\
        [function.mirror.workload]\nrequests = [ { path = \"/\" } ]\n";
    sandbox.write("pgoctl.toml", config);
    let controller = Controller::start(&sandbox, words);
    let token = words.replace("--token ", "");
    if !token.is_empty() {
        sandbox.set("PGOCTL_TOKEN", &token);
    }
    let said = controller.command(&sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    Ok((sandbox, controller))
}

fn id(answer: &Answer) -> &str {
    let id = answer.headers.get("pgoctl-invocation");
    id.unwrap_or_else(|| panic!("it has no id: {answer:?}"))
}

#[test]
fn every_call_has_an_id_and_the_function_is_told_it() {
    let Ok((_sandbox, controller)) = mirror("") else {
        return;
    };
    let call = |headers: &str| controller.ask("POST", "/f/mirror/", headers, b"");
    let (one, other) = (call(""), call(""));
    assert_ne!(id(&one), id(&other));
    assert_eq!(one.body, format!("\nPgoctl-Invocation: {}", id(&one)));
    let own = call("pgoctl-invocation: order-7.b\r\n");
    assert_eq!(id(&own), "order-7.b");
    assert_eq!(own.body, "\nPgoctl-Invocation: order-7.b");
    // The key is the function's, too; the variant was the controller's.
    let keyed = call("idempotency-key: \"k\"\r\npgoctl-variant: hotspot\r\n");
    let told = format!(
        "\nPgoctl-Invocation: {}\nIdempotency-Key: \"k\"",
        id(&keyed)
    );
    assert_eq!((keyed.status, keyed.body.as_str()), (200, told.as_str()));
    // What is no call of it has an id as well.
    for (path, headers, status) in [
        ("/f/none/", "", 404),
        ("/f/mirror/", "pgoctl-invocation: a b\r\n", 400),
        ("/f/mirror/", "pgoctl-variant: hotpsot\r\n", 400),
        ("/f/mirror/", "pgoctl-variant: native-pgo\r\n", 409),
    ] {
        let refused = controller.ask("POST", path, headers, b"");
        assert_eq!(refused.status, status, "{refused:?}");
        assert_eq!(id(&refused).len(), 26, "{refused:?}");
    }
}

#[test]
fn who_does_not_wait_finds_the_answer_where_he_was_told() {
    let Ok((sandbox, controller)) = mirror("") else {
        return;
    };
    let file = sandbox.path().join("go");
    let later = |headers: &str, body: &[u8]| {
        let headers = format!("prefer: respond-async, return=minimal\r\n{headers}");
        controller.ask("POST", "/v1/functions/mirror/invoke", &headers, body)
    };
    let accepted = later(&format!("wait-for: {}\r\n", file.display()), b"hello");
    assert_eq!(accepted.status, 202, "{accepted:?}");
    assert_eq!(accepted.headers["preference-applied"], "respond-async");
    let place = accepted.headers["location"].clone();
    assert_eq!(place, format!("/v1/invocations/{}", id(&accepted)));
    let look = || controller.ask("GET", &place, "", b"");
    let running = look();
    assert_eq!(
        (running.status, &running.json()["state"]),
        (202, &"running".into())
    );
    assert!(running.headers.contains_key("retry-after"), "{running:?}");
    // The same id is not taken twice: who lost the answer and asks again calls nothing twice.
    let again = later(&format!("pgoctl-invocation: {}\r\n", id(&accepted)), b"");
    assert_eq!(again.status, 409, "{again:?}");
    std::fs::write(&file, "").unwrap();
    wait_for("the answer", || look().status == 200);
    let answer = look().json();
    let told = format!(
        "hello\nPgoctl-Invocation: {}\nPrefer: return=minimal",
        id(&accepted)
    );
    assert_eq!(answer["body"], told.as_str(), "{answer}");
    assert_eq!(
        (&answer["status"], &answer["encoding"]),
        (&200.into(), &"utf-8".into())
    );
    assert_eq!(
        answer["headers"]["said"],
        serde_json::json!(["one", "two"]),
        "{answer}"
    );
    assert_eq!(
        answer["headers"]["pgoctl-variant"][0], "hotspot",
        "{answer}"
    );
    let forget = || controller.ask("DELETE", &place, "", b"").status;
    assert_eq!((forget(), forget(), look().status), (204, 404, 404));
    // Its own status is passed on, bytes are as they were.
    let answered = |accepted: &Answer| -> Value {
        assert_eq!(accepted.status, 202, "{accepted:?}");
        let place = &accepted.headers["location"];
        wait_for("the answer", || {
            controller.ask("GET", place, "", b"").status == 200
        });
        controller.get(place)
    };
    let odd = answered(&later("size: 3\r\nstatus: 418\r\n", b""));
    assert_eq!(
        (&odd["status"], &odd["encoding"]),
        (&418.into(), &"base64".into())
    );
    assert_eq!(odd["body"], "/wAA", "{odd}");
    // What is too large is said, before or after.
    let large = vec![b'x'; (8 << 20) + 1];
    assert_eq!(later("", &large).status, 413);
    let large = answered(&later(&format!("size: {}\r\n", large.len()), b""));
    assert_eq!(large["status"], 507, "{large}");
    let refused = controller.ask(
        "POST",
        "/v1/functions/none/invoke",
        "prefer: respond-async\r\n",
        b"",
    );
    assert_eq!(refused.status, 404, "{refused:?}");
}

#[test]
fn so_many_answers_are_kept_and_then_nothing_is_called() {
    let Ok((sandbox, controller)) = mirror("") else {
        return;
    };
    let file = sandbox.path().join("go");
    let headers = format!("prefer: respond-async\r\nwait-for: {}\r\n", file.display());
    let mut client = controller.client();
    let mut later = || client.ask("POST", "/v1/functions/mirror/invoke", &headers, b"");
    let accepted: Vec<Answer> = (0..1000).map(|_| later()).collect();
    for answer in &accepted {
        assert_eq!(answer.status, 202, "{answer:?}");
    }
    let refused = later();
    assert_eq!(refused.status, 429, "{refused:?}");
    assert!(refused.headers.contains_key("retry-after"), "{refused:?}");
    assert_eq!(
        refused.json()["type"],
        "urn:pgoctl:problem:too-many-invocations"
    );
    // Each that is forgotten makes room for one.
    let place = &accepted[999].headers["location"];
    assert_eq!(controller.ask("DELETE", place, "", b"").status, 204);
    assert_eq!((later().status, later().status), (202, 429));
    std::fs::write(&file, "").unwrap();
    for answer in &accepted[..999] {
        let place = &answer.headers["location"];
        wait_for("the answer", || {
            controller.ask("GET", place, "", b"").status == 200
        });
        assert_eq!(controller.get(place)["status"], 200);
    }
}

#[test]
fn the_token_is_asked_for_answers_too_and_no_function_learns_it() {
    let Ok((_sandbox, controller)) = mirror("--token secret") else {
        return;
    };
    let known = "authorization: Bearer secret\r\n";
    let path = "/v1/functions/mirror/invoke";
    let asked = format!("prefer: respond-async\r\n{known}");
    assert_eq!(
        controller
            .ask("POST", path, "prefer: respond-async\r\n", b"")
            .status,
        401
    );
    let accepted = controller.ask("POST", path, &asked, b"");
    let place = &accepted.headers["location"];
    assert_eq!(controller.ask("GET", place, "", b"").status, 401);
    assert_eq!(controller.ask("DELETE", place, "", b"").status, 401);
    let look = || controller.ask("GET", place, known, b"");
    wait_for("the answer", || look().status == 200);
    let body = look().json()["body"].clone();
    assert!(!body.as_str().unwrap().contains("Authorization"), "{body}");
}

#[test]
fn a_process_for_each_call_is_told_its_id_and_can_be_asked_for_by_its_variant() {
    let Ok(jdk) = jdk::any() else { return };
    let mut sandbox = Sandbox::new();
    sandbox.set("JAVA_HOME", &jdk);
    sandbox.write("m.txt", "Main-Class: Told\n");
    let source = "public class Told { public static void main(String[] words) {\n\
        System.out.print(System.getenv(\"HTTP_PGOCTL_INVOCATION\")); } }";
    compile(&jdk, &sandbox, "Told", source, "app.jar", &["m.txt"]);
    let config = "[function.told]\njar = \"app.jar\"\n\
        [function.told.workload]\ninvoke = { args = [\"-\"], stdin = \"{}\" }\n";
    sandbox.write("pgoctl.toml", config);
    let controller = Controller::start(&sandbox, "");
    let said = controller.command(&sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    for headers in ["", "pgoctl-variant: hotspot\r\n"] {
        let answer = controller.ask("POST", "/f/told/", headers, b"{}");
        assert_eq!((answer.status, answer.body.as_str()), (200, id(&answer)));
    }
}

/// A project on the contract double whose stages go on as `serve` has it.
fn project(serve: &str) -> Needed<(Sandbox, Controller)> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm("");
    let table = format!("\n[function.hello.serve]\nmax-workers = 1\n{serve}\n");
    sandbox.append("pgoctl.toml", &table);
    let controller = Controller::start(&sandbox, "");
    let said = controller.command(&sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    Ok((sandbox, controller))
}

fn called(status: &Value, variant: &str) -> u64 {
    status["calls"][variant]["calls"].as_u64().unwrap_or(0)
}

#[test]
fn calls_with_one_key_go_the_same_way() {
    let serve = "fraction = \"50%\"\nprofile-calls = 100000\nprofiles = 1000";
    let Ok((_sandbox, controller)) = project(serve) else {
        return;
    };
    // From then on the profiling worker has room for each call of one client.
    controller.drive("hello", "a profiling worker", |status| {
        called(status, "native-instrumented") > 0
    });
    let mut client = controller.client();
    let mut variant = |key: u32| {
        let header = format!("idempotency-key: order-{key}\r\n");
        let answer = client.ask("POST", "/f/hello/", &header, b"{}");
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.headers["pgoctl-variant"].clone()
    };
    let first: Vec<String> = (0..40).map(&mut variant).collect();
    for way in ["native", "native-instrumented"] {
        // Fewer than five of forty fair coins: one in a million.
        let count = first.iter().filter(|it| *it == way).count();
        assert!(count >= 5, "{first:?}");
    }
    let again: Vec<String> = (0..40).map(&mut variant).collect();
    assert_eq!(first, again);
}

#[test]
fn a_variant_that_is_asked_for_answers_and_counts_in_no_trial_and_no_stage() {
    let serve = "fraction = \"50%\"\nprofile-calls = 5\nprofiles = 2\ncanary = \"0.0001%\"";
    let Ok((_sandbox, controller)) = project(serve) else {
        return;
    };
    controller.drive("hello", "a trial", |status| {
        !status["trial_calls"].is_null()
    });
    // All answers are counted before the client hears of them.
    let before = controller.status("hello");
    let mut client = controller.client();
    for variant in ["hotspot", "native", "native-pgo"] {
        for _ in 0..60 {
            let header = format!("pgoctl-variant: {variant}\r\n");
            let answer = client.ask("POST", "/f/hello/", &header, b"{}");
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(answer.headers["pgoctl-variant"], variant);
        }
    }
    let after = controller.status("hello");
    for variant in ["hotspot", "native", "native-pgo"] {
        let (before, after) = (called(&before, variant), called(&after, variant));
        assert_eq!(after - before, 60, "{variant}");
    }
    for key in ["stage_calls", "trial_calls", "profiles"] {
        assert_eq!(before[key], after[key], "{key}");
    }
    // What counts cannot be asked for: it would be in a profile.
    let header = "pgoctl-variant: native-instrumented\r\n";
    let refused = controller.ask("POST", "/f/hello/", header, b"{}");
    assert_eq!(refused.status, 409, "{refused:?}");
    for there in ["hotspot", "native", "native-pgo"] {
        assert!(refused.body.contains(there), "{refused:?}");
    }
}
