//! Clients that are slow or never end: each is cut after its limit, and meanwhile everybody else is answered.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::installed;
use crate::controller::{Answer, Controller, read_answer};
use crate::jdk;
use crate::needs::Needed;
use crate::sandbox::{Sandbox, wait_for};
use crate::stale::compile;

/// A function that answers before it has read all of a body, and one whose answer does not end.
const ODD: &str = r#"
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
public class Odd {
    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[1])), 0);
        server.setExecutor(java.util.concurrent.Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/read")) { exchange.getRequestBody().transferTo(java.io.OutputStream.nullOutputStream()); }
            if (path.equals("/early")) { exchange.getRequestBody().readNBytes(0x5f123); }
            exchange.sendResponseHeaders(200, path.equals("/endless") ? 0 : 2);
            var out = exchange.getResponseBody();
            byte[] block = new byte[1 << 16];
            while (path.equals("/endless")) { out.write(block); }
            out.write("{}".getBytes());
            out.close();
        });
        server.start();
    }
}
"#;

/// One worker that answers one call at a time: whoever holds it is noticed.
fn odd() -> Needed<(Sandbox, Controller)> {
    let jdk = jdk::any()?;
    let mut sandbox = Sandbox::new();
    sandbox.set("JAVA_HOME", &jdk);
    sandbox.write("m.txt", "Main-Class: Odd\n");
    compile(&jdk, &sandbox, "Odd", ODD, "app.jar", &["m.txt"]);
    let config = "[function.odd]\njar = \"app.jar\"\nargs = [\"--port\", \"{port}\"]\nready = \"GET /health\"\n\
        [function.odd.workload]\nrequests = [ { path = \"/\" } ]\n\
        [function.odd.serve]\nmax-workers = 1\ncall-timeout = \"3s\"\n";
    sandbox.write("pgoctl.toml", config);
    let controller = installed(&sandbox, "");
    assert_eq!(controller.ask("GET", "/f/odd/", "", b"").status, 200);
    Ok((sandbox, controller))
}

fn connect(controller: &Controller) -> TcpStream {
    let stream = TcpStream::connect(&controller.address).unwrap();
    let limit = Some(Duration::from_secs(60));
    stream.set_read_timeout(limit).unwrap();
    stream.set_write_timeout(limit).unwrap();
    stream
}

/// Sends that, and nothing more; the answer.
fn begun(controller: &Controller, text: &str) -> std::io::Result<Answer> {
    let mut stream = connect(controller);
    stream.write_all(text.as_bytes())?;
    read_answer(&mut BufReader::new(stream))
}

/// The head of a request whose body comes in pieces.
fn chunked(method: &str, path: &str, kind: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n"
    )
}

/// Sends a body without end until nobody takes it; the answer that came meanwhile.
fn endless(controller: &Controller, head: &str) -> std::io::Result<Answer> {
    let mut stream = connect(controller);
    let reading = stream.try_clone()?;
    let answer = std::thread::spawn(move || read_answer(&mut BufReader::new(reading)));
    stream.write_all(head.as_bytes())?;
    let piece = [b"10000\r\n".as_slice(), &[b' '; 1 << 16], b"\r\n"].concat();
    while !answer.is_finished() && stream.write_all(&piece).is_ok() {}
    answer.join().unwrap()
}

/// A call as everybody else makes it.
fn is_answered(controller: &Controller) {
    let answer = controller.ask("POST", "/f/odd/read", "", b"{}");
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn a_head_that_comes_byte_by_byte_is_cut_and_holds_up_nobody() {
    let sandbox = Sandbox::new();
    let controller = Controller::start(&sandbox, "");
    let mut stream = connect(&controller);
    let mut reading = stream.try_clone().unwrap();
    let over = std::thread::spawn(move || reading.read(&mut [0; 1]).unwrap_or(0));
    let (began, mut next) = (Instant::now(), 0);
    let head = b"GET /healthz HTTP/1.1\r\nx: "
        .iter()
        .chain([b'x'].iter().cycle());
    let mut head = head.copied();
    wait_for("the end of the connection", || {
        if began.elapsed().as_secs() >= next {
            next += 1;
            let _ = stream.write_all(&[head.next().unwrap()]);
            let answer = controller.ask("GET", "/v1/functions", "", b"");
            assert_eq!(answer.status, 200);
        }
        over.is_finished()
    });
    let took = began.elapsed().as_secs();
    assert!((9..60).contains(&took), "cut after {took} s");
}

#[test]
fn a_body_that_never_comes_is_given_up_and_holds_no_worker() {
    let Ok((_sandbox, controller)) = odd() else {
        return;
    };
    let announced = |method: &str, path: &str, kind: &str| {
        format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {kind}\r\ncontent-length: 100\r\n\r\n"
        )
    };
    let jar = announced("PUT", "/v1/functions/x", "application/java-archive");
    let manifest = announced("PUT", "/v1/functions/x", "application/json");
    let call = announced("POST", "/f/odd/read", "application/json");
    std::thread::scope(|scope| {
        let all: Vec<_> = [&jar, &manifest, &call]
            .map(|text| scope.spawn(|| begun(&controller, text).unwrap()))
            .into();
        wait_for("the answers", || {
            is_answered(&controller);
            all.iter().all(|answer| answer.is_finished())
        });
        for answer in all {
            let answer = answer.join().unwrap();
            assert_eq!(answer.status, 408, "{answer:?}");
            assert_eq!(answer.json()["type"], "urn:pgoctl:problem:late");
            assert_eq!(answer.headers["connection"], "close", "{answer:?}");
        }
    });
}

#[test]
fn a_body_without_end_is_refused_where_it_installs_and_cut_where_it_calls() {
    let Ok((_sandbox, controller)) = odd() else {
        return;
    };
    let manifest = chunked("PUT", "/v1/functions/x", "application/json");
    assert_eq!(endless(&controller, &manifest).unwrap().status, 413);
    let head = "POST /v1/jars HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9999999999\r\n\r\n";
    assert_eq!(begun(&controller, head).unwrap().status, 413);
    let began = Instant::now();
    let call = chunked("POST", "/f/odd/read", "text/plain");
    let answer = endless(&controller, &call);
    // 504, unless the connection was closed while it was still sending.
    assert!(
        answer.as_ref().map_or(true, |it| it.status == 504),
        "{answer:?}"
    );
    assert!(began.elapsed() < Duration::from_secs(30));
    // Its worker was given up, and that is not the image's failure.
    is_answered(&controller);
    let failed = &controller.status("odd")["calls"]["hotspot"]["failed"];
    assert_eq!(failed, 0, "{failed}");
}

#[test]
fn a_body_that_goes_on_after_its_answer_holds_up_no_other_call() {
    let Ok((_sandbox, controller)) = odd() else {
        return;
    };
    let mut stream = connect(&controller);
    let mut reading = BufReader::new(stream.try_clone().unwrap());
    // More than is read before a worker is taken, and then nothing.
    let piece = [b"60000\r\n".as_slice(), &[b' '; 0x60000], b"\r\n"].concat();
    let head = chunked("POST", "/f/odd/early", "text/plain");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&piece).unwrap();
    assert_eq!(read_answer(&mut reading).unwrap().status, 200);
    is_answered(&controller);
    is_answered(&controller);
}

#[test]
fn a_client_that_does_not_take_its_answer_does_not_keep_the_worker() {
    let Ok((_sandbox, controller)) = odd() else {
        return;
    };
    let mut stream = connect(&controller);
    let head = "GET /f/odd/endless HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    wait_for("its worker at work", || {
        controller.status("odd")["workers"]["hotspot"]["busy"] == 1
    });
    wait_for("its worker free", || {
        controller.status("odd")["workers"]["hotspot"]["busy"] != 1
    });
    is_answered(&controller);
    // What was cut does not look whole.
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(!rest.ends_with(b"\r\n0\r\n\r\n"));
}
