mod http2;
mod odd_servers;

use super::histogram::Histogram;
use super::plan::GIVE_UP;
use crate::http::Connections;
use crate::interrupt::Stop;
use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hyper_util::rt::TokioIo;

use super::outcome::Failures;
use super::*;
use crate::http::{Expect, RequestTemplate, Variables};

/// A server on loopback that answers request `n` with `status(n)`, one stall of `stall` before request `stall_at`.
fn server(status: fn(u64) -> u16, stall_at: u64, stall: Duration) -> (SocketAddr, Arc<AtomicU64>) {
    let served = Arc::new(AtomicU64::new(0));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
    listener.set_nonblocking(true).expect("it can");
    let address = listener.local_addr().expect("it has one");
    let counter = Arc::clone(&served);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("it can be built");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("it listens");
            loop {
                let (stream, _) = listener.accept().await.expect("it accepts");
                let counter = Arc::clone(&counter);
                let service = hyper::service::service_fn(move |_| {
                    let n = counter.fetch_add(1, Ordering::SeqCst);
                    async move {
                        if n == stall_at {
                            // The injected fault of this test, not a wait for a fact.
                            tokio::time::sleep(stall).await;
                        }
                        let response = hyper::Response::builder()
                            .status(status(n))
                            .body("hello".to_owned());
                        Ok::<_, Infallible>(response.expect("it is a response"))
                    }
                });
                tokio::spawn(async move {
                    let executor = hyper_util::rt::TokioExecutor::new();
                    hyper_util::server::conn::auto::Builder::new(executor)
                        .serve_connection(TokioIo::new(stream), service)
                        .await
                });
            }
        });
    });
    (address, served)
}

fn workload(address: SocketAddr, request: RequestTemplate, plan: &LoadPlan) -> HttpWorkload {
    let variables = Variables::loopback(address.port());
    HttpWorkload::compile(&[request], &variables, plan.connections).expect("it is a request")
}

fn send(address: SocketAddr, plan: &LoadPlan, expect: Expect) -> LoadOutcome {
    let request = RequestTemplate {
        expect,
        ..RequestTemplate::new("GET", "/")
    };
    let workload = workload(address, request, plan);
    run(&address.into(), &workload, plan, &Stop::default(), &|_| ()).expect("the server is there")
}

/// How many of the times are at least `ms` milliseconds.
fn at_least(times: &Histogram, ms: f64) -> u64 {
    times
        .counts_ms()
        .filter(|(time, _)| *time >= ms)
        .map(|(_, count)| count)
        .sum()
}

#[test]
fn every_request_is_sent_once_over_all_connections() {
    let (address, served) = server(|_| 200, u64::MAX, Duration::ZERO);
    let outcome = send(
        address,
        &LoadPlan {
            concurrency: 4,
            ..LoadPlan::closed(101)
        },
        Expect::default(),
    );
    assert_eq!(
        (
            outcome.succeeded(),
            outcome.failures.count,
            served.load(Ordering::SeqCst)
        ),
        (101, 0, 101)
    );
    assert!(outcome.generator_cpu.is_some());
}

#[test]
fn an_answer_that_was_not_expected_is_a_failure_with_its_words() {
    let (address, _) = server(|n| if n == 3 { 500 } else { 200 }, u64::MAX, Duration::ZERO);
    let outcome = send(address, &LoadPlan::closed(10), Expect::default());
    assert_eq!((outcome.succeeded(), outcome.failures.count), (9, 1));
    assert_eq!(
        outcome
            .failures
            .first
            .as_ref()
            .map(|first| first.words.as_str()),
        Some("`GET /` was answered with 500, not with a 2xx")
    );
    let outcome = send(
        address,
        &LoadPlan::closed(2),
        Expect {
            contains: Some("bye".into()),
            ..Expect::default()
        },
    );
    assert_eq!(outcome.failures.count, 2);
}

#[test]
fn an_open_loop_counts_from_when_a_request_was_due() {
    let stall = Duration::from_millis(200);
    let (address, _) = server(|_| 200, 10, stall);
    let open = send(
        address,
        &LoadPlan {
            rate: 500.0,
            ..LoadPlan::closed(200)
        },
        Expect::default(),
    );
    // Requests 10 to 110 were due during the stall: not one, but many waited for it.
    let waited = at_least(&open.latencies, 50.0);
    assert!(waited > 50, "{waited}");
    // The server itself was slow once.
    let service = open.service.expect("an open loop has service times");
    assert_eq!(at_least(&service, 199.0), 1);
}

#[test]
fn a_closed_loop_sees_the_stall_once() {
    let (address, _) = server(|_| 200, 10, Duration::from_millis(200));
    let closed = send(address, &LoadPlan::closed(200), Expect::default());
    assert_eq!(at_least(&closed.latencies, 199.0), 1);
    assert!(closed.service.is_none() && closed.in_flight.is_none());
}

#[test]
fn nobody_there_is_an_error_that_names_the_address() {
    let address = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("it has one");
    let plan = LoadPlan::closed(1);
    let workload = workload(address, RequestTemplate::new("GET", "/"), &plan);
    let error = run(&address.into(), &workload, &plan, &Stop::default(), &|_| ())
        .expect_err("nobody listens");
    assert!(error.to_string().contains(&address.to_string()));
}

#[test]
fn the_stop_flag_ends_it_early() {
    let stop = Stop::default();
    stop.ask();
    let (address, _) = server(|_| 200, u64::MAX, Duration::ZERO);
    let plan = LoadPlan::closed(1000);
    let workload = workload(address, RequestTemplate::new("GET", "/"), &plan);
    let outcome =
        run(&address.into(), &workload, &plan, &stop, &|_| ()).expect("the server is there");
    assert!(outcome.succeeded() < 2);
}

#[test]
fn http_2_and_fresh_connections_send_every_request_once_too() {
    let plans = [
        LoadPlan {
            connections: Connections::Fresh,
            concurrency: 3,
            ..LoadPlan::closed(50)
        },
        LoadPlan {
            protocol: Protocol::Http2,
            concurrency: 3,
            ..LoadPlan::closed(50)
        },
        LoadPlan {
            protocol: Protocol::Http2,
            connections: Connections::Fresh,
            ..LoadPlan::closed(50)
        },
    ];
    for plan in plans {
        let (address, served) = server(|_| 200, u64::MAX, Duration::ZERO);
        let outcome = send(address, &plan, Expect::default());
        assert_eq!(outcome.failures, Failures::default(), "{plan:?}");
        assert_eq!(
            (outcome.succeeded(), served.load(Ordering::SeqCst)),
            (50, 50),
            "{plan:?}"
        );
    }
}

#[test]
fn a_server_that_hangs_up_is_given_up_after_a_few_tries() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
    let address = listener.local_addr().expect("it has one");
    std::thread::spawn(move || listener.incoming().for_each(drop));
    let outcome = send(address, &LoadPlan::closed(1000), Expect::default());
    assert_eq!(
        (outcome.succeeded(), outcome.failures.count),
        (0, GIVE_UP.into())
    );
}

#[test]
fn an_answer_that_ends_with_its_connection_is_seen_to_end_at_once() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
    let address = listener.local_addr().expect("it has one");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhello");
        }
    });
    let plan = LoadPlan {
        connections: Connections::Fresh,
        timeout: Duration::from_secs(5),
        ..LoadPlan::closed(2000)
    };
    // The last bytes and the end may come in one, of which epoll tells only once.
    let outcome = send(address, &plan, Expect::default());
    assert_eq!(outcome.failures, Failures::default());
}
