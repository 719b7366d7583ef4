//! Servers that close, stay silent, or say too much.

use crate::interrupt::Stop;
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::sync::Mutex;
use std::time::Instant;

use super::*;
use crate::load::plan::TIMEOUTS;

const HELLO: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

/// A server on loopback; `serve` is given each connection and its number, on a thread of its own.
pub(super) fn odd(serve: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
    let address = listener.local_addr().expect("it has one");
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for (n, stream) in listener.incoming().flatten().enumerate() {
            let serve = Arc::clone(&serve);
            std::thread::spawn(move || serve(stream, n));
        }
    });
    address
}

/// Reads one request, whose head comes in one.
fn heard(stream: &mut TcpStream) -> bool {
    matches!(stream.read(&mut [0; 4096]), Ok(1..))
}

/// Answers so many requests on each connection, and closes it without a word when the next one has come: what a client sees that
/// sends while the other side closes.
fn closes_after(requests: usize) -> (SocketAddr, Arc<AtomicU64>) {
    let answered = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&answered);
    let address = odd(move |mut stream, _| {
        for _ in 0..requests {
            if !heard(&mut stream) {
                return;
            }
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(HELLO);
        }
        heard(&mut stream);
    });
    (address, answered)
}

pub(super) fn ask(address: SocketAddr, method: &str, plan: &LoadPlan) -> LoadOutcome {
    ask_with(address, RequestTemplate::new(method, "/"), plan)
}

fn ask_with(address: SocketAddr, request: RequestTemplate, plan: &LoadPlan) -> LoadOutcome {
    let workload = workload(address, request, plan);
    let stop = Stop::default();
    run(&address.into(), &workload, plan, &stop, &|_| ()).expect("the server is there")
}

pub(super) fn words(outcome: &LoadOutcome) -> &str {
    let first = outcome.failures.first.as_ref();
    first.map_or("", |first| first.words.as_str())
}

#[test]
fn a_request_that_met_a_dead_connection_is_sent_again_and_counted() {
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        let (address, _) = closes_after(10);
        let outcome = ask(address, method, &LoadPlan::closed(95));
        assert_eq!(outcome.failures, Failures::default(), "{method}");
        assert_eq!((outcome.succeeded(), outcome.resent), (95, 9), "{method}");
    }
}

#[test]
fn what_may_have_been_carried_out_is_not_sent_twice() {
    let (address, answered) = closes_after(10);
    let outcome = ask(address, "POST", &LoadPlan::closed(15));
    assert_eq!((outcome.failures.count, outcome.resent), (1, 0));
    assert!(
        words(&outcome).contains("not sent again"),
        "{}",
        words(&outcome)
    );
    assert_eq!(answered.load(Ordering::SeqCst), 14);
    // A server that knows it again may get it twice.
    let known = RequestTemplate {
        headers: [("Idempotency-Key".to_owned(), "{n}".to_owned())].into(),
        ..RequestTemplate::new("POST", "/")
    };
    let outcome = ask_with(closes_after(10).0, known, &LoadPlan::closed(15));
    assert_eq!((outcome.failures.count, outcome.resent), (0, 1));
}

#[test]
fn once_is_enough_and_the_latency_counts_from_the_first_try() {
    let pause = Duration::from_millis(120);
    let address = odd(move |mut stream, n| {
        if heard(&mut stream) && n == 1 {
            // The injected fault of this test, not a wait for a fact.
            std::thread::sleep(pause);
        }
        let _ = stream.write_all(HELLO);
        if heard(&mut stream) && n == 0 {
            std::thread::sleep(pause);
        }
    });
    let outcome = ask(address, "GET", &LoadPlan::closed(2));
    assert_eq!((outcome.failures.count, outcome.resent), (0, 1));
    assert_eq!(at_least(&outcome.latencies, 239.0), 1);
    // The second try meets a dead connection as well.
    let address = odd(|mut stream, n| {
        let _ = n == 0 && heard(&mut stream) && stream.write_all(HELLO).is_ok();
        heard(&mut stream);
    });
    let outcome = ask(address, "GET", &LoadPlan::closed(2));
    assert_eq!((outcome.failures.count, outcome.resent), (1, 1));
}

#[test]
fn an_answer_that_has_begun_is_not_asked_for_again() {
    let address = odd(|mut stream, _| {
        let _ = heard(&mut stream) && stream.write_all(HELLO).is_ok();
        let _ = heard(&mut stream) && stream.write_all(&HELLO[..20]).is_ok();
    });
    let outcome = ask(address, "GET", &LoadPlan::closed(2));
    assert_eq!((outcome.failures.count, outcome.resent), (1, 0));
    assert!(
        words(&outcome).contains("only the beginning of its head"),
        "{}",
        words(&outcome)
    );
}

#[test]
fn a_silent_server_is_told_of_at_once_and_given_up_after_a_few() {
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let address = odd(|mut stream, _| while heard(&mut stream) {});
        let plan = LoadPlan {
            timeout: Duration::from_millis(60),
            protocol,
            ..LoadPlan::closed(1000)
        };
        let workload = workload(address, RequestTemplate::new("GET", "/"), &plan);
        let (stop, told) = (Stop::default(), Mutex::new(Vec::new()));
        let started = Instant::now();
        let tell = |failure: &Failure| {
            let mut told = told.lock().expect("nobody panics");
            told.push((failure.words.clone(), started.elapsed()));
        };
        let outcome = run(&address.into(), &workload, &plan, &stop, &tell).expect("it is there");
        let told = told.into_inner().expect("nobody panics");
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, "`GET /`: no answer within 60 ms");
        assert!(told[0].1 < Duration::from_millis(60 * 2 + 500), "{told:?}");
        assert_eq!(outcome.failures.count, u64::from(TIMEOUTS), "{protocol:?}");
        let failure = outcome.failure(1000).expect("nobody answers");
        assert!(
            failure.words.contains("given up after 3 of 1000 requests"),
            "{failure:?}"
        );
        assert!(failure.hint.is_some_and(|hint| hint.contains("--timeout")));
    }
}

#[test]
fn a_server_that_drips_is_no_faster_than_a_silent_one() {
    let address = odd(|mut stream, _| {
        heard(&mut stream);
        for byte in HELLO {
            // The injected fault of this test, not a wait for a fact.
            std::thread::sleep(Duration::from_millis(20));
            if stream.write_all(&[*byte]).is_err() {
                return;
            }
        }
    });
    let plan = LoadPlan {
        timeout: Duration::from_millis(100),
        ..LoadPlan::closed(1000)
    };
    let outcome = ask(address, "GET", &plan);
    assert_eq!((outcome.failures.count, outcome.gave_up), (3, true));
    assert!(
        words(&outcome).contains("not whole within 100 ms"),
        "{}",
        words(&outcome)
    );
}

#[test]
fn one_stuck_connection_is_seen_among_busy_ones() {
    let address = odd(|mut stream, n| {
        while heard(&mut stream) && n != 0 && stream.write_all(HELLO).is_ok() {}
        // It is read from, and never answered.
        while heard(&mut stream) {}
    });
    let plan = LoadPlan {
        concurrency: 2,
        timeout: Duration::from_millis(50),
        ..LoadPlan::closed(u64::MAX)
    };
    let workload = workload(address, RequestTemplate::new("GET", "/"), &plan);
    let stop = Stop::default();
    let tell = |_: &Failure| stop.ask();
    let outcome = run(&address.into(), &workload, &plan, &stop, &tell).expect("it is there");
    assert_eq!(outcome.failures.count, 1);
    assert!(outcome.succeeded() > 10, "{}", outcome.succeeded());
}

#[test]
fn an_open_loop_counts_the_limit_from_when_a_request_was_due() {
    // Each answer takes 20 ms, and a hundred a second are asked for: the lag grows by 10 ms with each.
    let address = odd(|mut stream, _| {
        while heard(&mut stream) {
            std::thread::sleep(Duration::from_millis(20));
            let _ = stream.write_all(HELLO);
        }
    });
    let plan = LoadPlan {
        rate: 100.0,
        timeout: Duration::from_millis(100),
        ..LoadPlan::closed(500)
    };
    let outcome = ask(address, "GET", &plan);
    assert!(
        outcome.gave_up && outcome.succeeded() < 50,
        "{}",
        outcome.succeeded()
    );
    let failure = outcome.failure(500).expect("it is overloaded");
    assert!(
        failure.hint.is_some_and(|hint| hint.contains("--rate")),
        "{failure:?}"
    );
}

#[test]
fn bytes_that_nobody_asked_for_are_named_wherever_they_come() {
    let with_it =
        odd(
            |mut stream, _| {
                while heard(&mut stream) && stream.write_all(&[HELLO, b" World"].concat()).is_ok() {
                }
            },
        );
    let outcome = ask(with_it, "GET", &LoadPlan::closed(50));
    assert_eq!(
        (outcome.succeeded(), outcome.failures.count),
        (0, GIVE_UP.into())
    );
    assert!(
        words(&outcome).contains("6 bytes more came: ` World`"),
        "{}",
        words(&outcome)
    );

    // After the last answer of an open loop's first request nothing is asked for a while.
    let later = odd(|mut stream, _| {
        while heard(&mut stream) && stream.write_all(HELLO).is_ok() {
            std::thread::sleep(Duration::from_millis(30));
            let _ = stream.write_all(b"surprise");
        }
    });
    let slow = LoadPlan {
        rate: 5.0,
        ..LoadPlan::closed(2)
    };
    let outcome = ask(later, "GET", &slow);
    assert!(
        words(&outcome).contains("no request had asked for: `surprise`"),
        "{}",
        words(&outcome)
    );

    // A server may say goodbye.
    let polite = odd(|mut stream, _| {
        let _ = heard(&mut stream) && stream.write_all(HELLO).is_ok();
        std::thread::sleep(Duration::from_millis(30));
        let _ = stream.write_all(b"\r\n");
        let _ = stream.write_all(b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n");
    });
    let outcome = ask(polite, "GET", &slow);
    assert_eq!(
        (outcome.succeeded(), outcome.failures.count),
        (2, 0),
        "{}",
        words(&outcome)
    );
}

#[test]
fn every_address_of_a_name_is_tried() {
    let nobody = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("it has one");
    let (somebody, _) = server(|_| 200, u64::MAX, Duration::ZERO);
    let stop = Stop::default();
    let target = |addresses: &[SocketAddr]| Target {
        places: addresses.iter().copied().map(Place::Tcp).collect(),
        tls: None,
    };
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let plan = LoadPlan {
            protocol,
            ..LoadPlan::closed(5)
        };
        let workload = workload(somebody, RequestTemplate::new("GET", "/"), &plan);
        let ask = |places: &[SocketAddr]| run(&target(places), &workload, &plan, &stop, &|_| ());
        let outcome = ask(&[nobody, somebody]).expect("one is there");
        assert_eq!(outcome.succeeded(), 5);
        let error = ask(&[nobody, nobody])
            .expect_err("nobody is there")
            .to_string();
        assert_eq!(error, format!("nothing listens at {nobody} or {nobody}"));
    }
}

#[test]
fn a_unix_socket_is_asked_like_any_other() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("app.sock");
    let listener = UnixListener::bind(&path).expect("it can be listened on");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            while matches!(stream.read(&mut [0; 4096]), Ok(1..)) && stream.write_all(HELLO).is_ok()
            {
            }
        }
    });
    let target = |path: &std::path::Path| Target {
        places: vec![Place::Unix(path.to_owned())],
        tls: None,
    };
    let stop = Stop::default();
    for connections in [Connections::KeepAlive, Connections::Fresh] {
        let plan = LoadPlan {
            connections,
            ..LoadPlan::closed(20)
        };
        let address = ([127, 0, 0, 1], 1).into();
        let workload = workload(address, RequestTemplate::new("GET", "/"), &plan);
        let outcome = run(&target(&path), &workload, &plan, &stop, &|_| ()).expect("it is there");
        assert_eq!((outcome.succeeded(), outcome.failures.count), (20, 0));
        let gone = folder.path().join("gone");
        let error = run(&target(&gone), &workload, &plan, &stop, &|_| ()).expect_err("it is not");
        assert!(
            error.to_string().starts_with("nothing listens at `"),
            "{error}"
        );
    }
}
