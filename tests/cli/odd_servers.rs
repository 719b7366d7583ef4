//! `bench` of servers that answer in odd ways, and of URLs as people write them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::bench_anything::server;
use super::needs::{Need, or_skip};
use super::sandbox::{Said, Sandbox};

const HELLO: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

/// A server on loopback; each connection has a thread of its own.
fn odd(serve: fn(TcpStream)) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    serve_all(listener, serve)
}

fn serve_all(listener: TcpListener, serve: fn(TcpStream)) -> SocketAddr {
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    address
}

fn heard(stream: &mut impl Read) -> bool {
    matches!(stream.read(&mut [0; 4096]), Ok(1..))
}

/// Answers with what of the request `pick` finds.
fn echo(mut stream: impl Read + Write, pick: fn(&str) -> &str) {
    let mut block = [0; 4096];
    while let Ok(n @ 1..) = stream.read(&mut block) {
        let request = String::from_utf8_lossy(&block[..n]).into_owned();
        let body = pick(&request);
        let length = body.len();
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// A server whose answers are whole requests.
fn mirror() -> SocketAddr {
    odd(|stream| echo(stream, |request| request))
}

/// `pgoctl bench` of a few requests, and these words.
fn small(more: &str) -> String {
    format!("bench --rounds 1 --requests 25 --warmup 0 --format json {more}")
}

/// The workload of a project: one request whose answer has to contain `text`.
fn expect(sandbox: &Sandbox, text: &str) {
    let expected = format!("{{ contains = {text:?} }}");
    sandbox.write(
        "pgoctl.toml",
        &format!(
            "[function.mirror]\njar = \"none.jar\"\n\
             [function.mirror.workload]\nrequests = [{{ path = \"/\", expect = {expected} }}]\n"
        ),
    );
}

/// Fails unless every request is answered with `text` somewhere in the body, which is the request as it came.
fn sends(more: &str, text: &str) -> (Sandbox, Value) {
    let sandbox = Sandbox::new();
    expect(&sandbox, text);
    let report = sandbox.json(small(more));
    (sandbox, report)
}

#[test]
fn a_server_that_closes_kept_connections_is_measured_and_it_is_said() {
    let sandbox = Sandbox::new();
    let address = odd(|mut stream| {
        for _ in 0..10 {
            let _ = heard(&mut stream) && stream.write_all(HELLO).is_ok();
        }
        // The next request finds the connection closed.
        heard(&mut stream);
    });
    let report = sandbox.json(small(&format!("--url http://{address}/")));
    assert_eq!(report["variants"][0]["rounds"][0]["resent"], 2);
    assert_eq!(report["variants"][0]["metrics"]["latency_ms_p50"]["n"], 25);
    let table = sandbox.pgoctl("report").stdout;
    assert!(
        table.contains("2 requests met one and were sent again"),
        "{table}"
    );

    let post = format!("--url http://{address}/ --request 'POST / {{}}'");
    sandbox.pgoctl(small(&post)).fails(
        6,
        &[
            "it is not sent again, since it may have been carried out",
            "--connections fresh",
        ],
    );
}

#[test]
fn a_silent_server_is_said_at_once_and_given_up_soon() {
    let sandbox = Sandbox::new();
    let url = format!(
        "--url http://{}/",
        odd(|mut stream| while heard(&mut stream) {})
    );
    let started = Instant::now();
    sandbox
        .pgoctl(small(&format!("{url} --timeout 200ms")))
        .fails(
            6,
            &[
                "warning: ",
                "`GET /`: no answer within 200 ms",
                "given up after 3 of 25 requests",
                "hint: `--timeout 1m` waits longer",
            ],
        );
    assert!(started.elapsed() < Duration::from_secs(30));

    // The environment and the file say it as well; what is too short is refused.
    expect(&sandbox, "");
    let file = sandbox.read("pgoctl.toml") + "[bench]\ntimeout = \"150ms\"\n";
    sandbox.write("pgoctl.toml", &file);
    sandbox
        .pgoctl(small(&url))
        .fails(6, &["no answer within 150 ms"]);
    let mut command = sandbox.command(&small(&url));
    let of_environment = Said::of(&command.env("PGOCTL_TIMEOUT", "100ms").output().unwrap());
    of_environment.fails(6, &["no answer within 100 ms"]);
    let short = sandbox.pgoctl(small(&format!("{url} --timeout 0s")));
    short.fails(2, &["`bench timeout` is too short"]);
}

#[test]
fn the_limit_stands_in_the_report() {
    let sandbox = Sandbox::new();
    let report = sandbox.json(small(&format!("--url http://{}/", server())));
    assert_eq!(report["plan"]["timeout_seconds"], 10.0);
    let table = sandbox.pgoctl("report").stdout;
    assert!(table.contains("timeout 10 s"), "{table}");
}

#[test]
fn what_is_wrong_about_an_answer_is_named() {
    let sandbox = Sandbox::new();
    for (serve, words) in [
        (
            (|mut stream: TcpStream| {
                heard(&mut stream);
                let _ = stream.write_all(
                    b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 50\r\n\r\nhello",
                );
                heard(&mut stream);
            }) as fn(TcpStream),
            "two different content-lengths, 5 and 50 bytes",
        ),
        (
            |mut stream| {
                heard(&mut stream);
                let _ = stream.write_all(&[HELLO, b" World"].concat());
                heard(&mut stream);
            },
            "content-length of 5, and 6 bytes more came: ` World`",
        ),
        (
            |mut stream| {
                heard(&mut stream);
                let _ = stream.write_all(b"220 mail ready\r\n");
                heard(&mut stream);
            },
            "what came is not an HTTP/1.1 answer",
        ),
    ] {
        let started = Instant::now();
        let said = sandbox.pgoctl(small(&format!("--url http://{}/", odd(serve))));
        said.fails(6, &[words]);
        assert!(
            started.elapsed() < Duration::from_secs(8),
            "{words}: nothing is waited for"
        );
    }
}

#[test]
fn a_query_without_a_path_is_asked_for() {
    let sandbox = Sandbox::new();
    let address = odd(|mut stream| {
        let mut block = [0; 4096];
        while let Ok(n @ 1..) = stream.read(&mut block) {
            let answer = match block[..n].starts_with(b"GET /?x=1&y=a%20b HTTP/1.1\r\n") {
                true => HELLO,
                false => b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
            };
            if stream.write_all(answer).is_err() {
                return;
            }
        }
    });
    let url = format!("http://{address}?x=1&y=a b");
    let report = sandbox.json(small(&format!("--url '{url}'")));
    assert_eq!(report["variants"][0]["image"]["path"], url.as_str());
    let other = sandbox.pgoctl(small(&format!("--url http://{address}/")));
    other.fails(6, &["answered with 404"]);
}

#[test]
fn headers_are_sent_with_every_request() {
    let url = format!("--url http://{}", mirror());
    sends(&format!("{url} --header 'X-Key: a b'"), "x-key: a b\r\n");
    let list = format!("{url} --header 'Accept: a/b' --header 'accept: c/d'");
    sends(&list, "accept: a/b, c/d\r\n");
    sends(
        &format!("{url} --header 'Host: other.example'"),
        "host: other.example\r\n",
    );

    let sandbox = Sandbox::new();
    let fails = |words: &str, why: &[&str]| sandbox.pgoctl(small(words)).fails(2, why);
    fails(
        &format!("{url} --header 'no header'"),
        &["is not a header", "`--header 'Accept: text/plain'`"],
    );
    fails("--header 'a: b'", &["`--header` is for"]);
    fails("true --header 'a: b'", &["`--header` is for servers"]);
}

#[test]
fn a_password_is_sent_and_stands_nowhere() {
    let host = mirror();
    // printf 'someone:open sesame' | base64
    let sent = "authorization: Basic c29tZW9uZTpvcGVuIHNlc2FtZQ==\r\n";
    let (sandbox, report) = sends(&format!("--url http://someone:open%20sesame@{host}"), sent);
    let path = report["variants"][0]["image"]["path"].as_str().unwrap();
    assert_eq!(path, format!("http://***@{host}"));
    for file in sandbox.products() {
        let bytes = std::fs::read(sandbox.path().join(&file)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for secret in ["sesame", "someone", "c29tZW9u"] {
            assert!(!text.contains(secret), "{file} has `{secret}`");
        }
    }
    for words in [
        "--url http://someone:sesame@nowhere.invalid/",
        "--url http://someone:sesame@127.0.0.1:1/ --verbose",
        "--url someone:sesame@127.0.0.1/",
        "http://someone:sesame@127.0.0.1/",
        "--url http://someone:sesame@127.0.0.1/ --dry-run",
    ] {
        let said = sandbox.pgoctl(small(words));
        let all = format!("{}{}", said.stdout, said.stderr);
        assert!(!all.contains("sesame") && !all.contains("someone"), "{all}");
    }
}

#[test]
fn what_is_no_url_is_explained() {
    let sandbox = Sandbox::new();
    for (url, why) in [
        ("127.0.0.1:8080/x", "`--url http://127.0.0.1:8080/x`"),
        ("localhost:8080", "`--url http://localhost:8080`"),
        ("http://two words/", "there is a blank in its host"),
        (
            "http://bücher.invalid/",
            "`xn--bcher-kva.invalid` has no address",
        ),
        (
            "http://127.0.0.1:99999/",
            "its port is not a number up to 65535",
        ),
    ] {
        let said = sandbox.pgoctl(small(&format!("--url '{url}'")));
        said.fails(2, &["cannot measure", why]);
    }
    sandbox
        .pgoctl(small("http://127.0.0.1/"))
        .fails(2, &["`--url http://127.0.0.1/`"]);
}

#[test]
fn nobody_who_listens_is_said_and_every_address_is_tried() {
    let sandbox = Sandbox::new();
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for connections in ["keep-alive", "fresh"] {
        let words = format!("--url http://{closed}/ --connections {connections}");
        let said = sandbox.pgoctl(small(&words));
        said.fails(
            6,
            &[
                &format!("nothing listens at {closed}"),
                "start the server first",
            ],
        );
        assert!(!said.stderr.contains("load generator"), "{}", said.stderr);
    }
    let addresses: Vec<_> = "localhost:1".to_socket_addrs().unwrap().collect();
    // Whichever comes first, one of these listens where it does not; a machine whose `localhost` has one address has one try.
    for address in addresses {
        let listener = TcpListener::bind((address.ip(), 0)).unwrap();
        let port = serve_all(listener, |stream| echo(stream, |_| "hello")).port();
        let report = sandbox.json(small(&format!("--url http://localhost:{port}/")));
        assert_eq!(report["variants"][0]["metrics"]["latency_ms_p50"]["n"], 25);
    }
}

#[test]
fn a_unix_socket_is_measured() {
    let sandbox = Sandbox::new();
    let listener = UnixListener::bind(sandbox.path().join("app.sock")).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || echo(stream, |request| request));
        }
    });
    expect(&sandbox, "host: localhost\r\n");
    let report = sandbox.json(small("--unix-socket app.sock --url http://localhost"));
    assert_eq!(report["variants"][0]["variant"], "app.sock");
    assert_eq!(report["variants"][0]["metrics"]["latency_ms_p50"]["n"], 25);
    sandbox
        .pgoctl(small("--unix-socket none.sock --url http://localhost"))
        .fails(6, &["nothing listens at `none.sock`"]);
    sandbox
        .pgoctl(small("true --unix-socket app.sock"))
        .fails(2, &["--url"]);
}

#[test]
fn a_function_that_listens_on_the_other_loopback_gets_ready() {
    let listens = TcpListener::bind("[::1]:0").ok();
    let Ok(_) = or_skip(listens, Need::Ipv6, "`[::1]` cannot be listened on") else {
        return;
    };
    let python = Command::new("python3").arg("--version").output().ok();
    let Ok(_) = or_skip(python, Need::Python, "there is no `python3`") else {
        return;
    };
    let sandbox = Sandbox::new();
    sandbox.write(
        "server.py",
        "import http.server, socket, sys\n\
         class Server(http.server.HTTPServer):\n    address_family = socket.AF_INET6\n\
         class Hello(http.server.BaseHTTPRequestHandler):\n    protocol_version = 'HTTP/1.1'\n\
         \x20   def do_GET(self):\n\
         \x20       self.send_response(200 if self.headers['Host'].startswith('[::1]:') else 400)\n\
         \x20       self.send_header('Content-Length', '0')\n        self.end_headers()\n\
         Server(('::1', int(sys.argv[1])), Hello).serve_forever()\n",
    );
    let program = "'python3 server.py {port}' --cold-starts 2 --dropped-cold-starts 0";
    let report = sandbox.json(small(program));
    assert_eq!(report["variants"][0]["metrics"]["latency_ms_p50"]["n"], 25);
    assert!(report["variants"][0]["metrics"]["cold_start_ms"]["value"].is_number());
}
