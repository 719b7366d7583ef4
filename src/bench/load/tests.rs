use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hyper_util::rt::TokioIo;

use super::*;
use crate::workload::http::{Expect, RequestTemplate, Variables};

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
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
    });
    (address, served)
}

fn send(address: SocketAddr, plan: &LoadPlan, expect: Expect) -> LoadOutcome {
    let request = RequestTemplate {
        expect,
        ..RequestTemplate::new("GET", "/")
    };
    let variables = Variables {
        port: address.port(),
        assets_url: None,
    };
    let workload = HttpWorkload::compile(&[request], &variables).expect("it is a request");
    run(address, &workload, plan, &AtomicBool::new(false)).expect("the server is there")
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
        outcome.failures.first_example().as_deref(),
        Some("`GET /` was answered with 500, not with a 2xx")
    );
    let outcome = send(
        address,
        &LoadPlan::closed(2),
        Expect {
            status: None,
            contains: Some("bye".into()),
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
    let waited = open
        .latencies_ns
        .iter()
        .filter(|ns| **ns > 50_000_000)
        .count();
    assert!(waited > 50, "{waited}");
}

#[test]
fn a_closed_loop_sees_the_stall_once() {
    let (address, _) = server(|_| 200, 10, Duration::from_millis(200));
    let closed = send(address, &LoadPlan::closed(200), Expect::default());
    assert!(
        closed
            .latencies_ns
            .iter()
            .filter(|ns| **ns >= 200_000_000)
            .count()
            == 1
    );
}

#[test]
fn nobody_there_is_an_error_that_names_the_address() {
    let address = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("it has one");
    let workload = HttpWorkload::compile(
        &[RequestTemplate::new("GET", "/")],
        &Variables {
            port: 1,
            assets_url: None,
        },
    )
    .expect("it is a request");
    let error = run(
        address,
        &workload,
        &LoadPlan::closed(1),
        &AtomicBool::new(false),
    )
    .expect_err("nobody listens");
    assert!(error.to_string().contains(&address.to_string()));
}

#[test]
fn the_stop_flag_ends_it_early() {
    let (address, _) = server(|_| 200, u64::MAX, Duration::ZERO);
    let workload = HttpWorkload::compile(
        &[RequestTemplate::new("GET", "/")],
        &Variables {
            port: 1,
            assets_url: None,
        },
    )
    .expect("it is a request");
    let outcome = run(
        address,
        &workload,
        &LoadPlan::closed(1000),
        &AtomicBool::new(true),
    )
    .expect("the server is there");
    assert_eq!(outcome.succeeded(), 0);
}
