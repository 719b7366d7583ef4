use crate::interrupt::Stop;
use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};

use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{HandshakeKind, ServerConfig, ServerConnection, StreamOwned};
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::http::{Connections, Expect, HttpWorkload, RequestTemplate, Variables};
use crate::load::http2::with_cause;
use crate::load::outcome::{Failures, LoadOutcome};
use crate::load::plan::{LoadError, LoadPlan};
use crate::load::{Place, Target, run};

/// Ten records and more, and more than the sockets between both sides hold.
const BIG: usize = 12 << 20;

/// A certificate and its key.
struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Signs itself.
    fn new(params: CertificateParams) -> Self {
        let key = KeyPair::generate().expect("there is randomness");
        let certificate = params.self_signed(&key).expect("it can be signed");
        Self {
            certificate: certificate.der().clone(),
            key: key.into(),
        }
    }

    fn localhost() -> Self {
        Self::new(params("localhost"))
    }

    fn config(self, offers: &[&[u8]]) -> ServerConfig {
        let mut config = ServerConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .expect("ring has them")
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate], self.key)
            .expect("they belong together");
        config.alpn_protocols = offers.iter().map(|name| name.to_vec()).collect();
        config
    }
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new([name.to_owned()]).expect("it is a name")
}

/// One that may sign others, as `openssl req -x509` makes them.
fn authority(name: &str) -> CertificateParams {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

/// A socket that sends at most so many bytes at a time.
struct Pieces(TcpStream, usize);

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(&bytes[..bytes.len().min(self.1)])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

type Stream = StreamOwned<ServerConnection, Pieces>;

/// What a server has seen.
#[derive(Default)]
struct Seen {
    connections: AtomicU64,
    resumed: AtomicU64,
    requests: AtomicU64,
}

/// A server on loopback that is not hyper's: `answer` writes what it likes, and the connection ends where it says `false`.
fn server(
    config: ServerConfig,
    piece: usize,
    answer: fn(&mut Stream, &[u8]) -> bool,
) -> (SocketAddr, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
    let address = listener.local_addr().expect("it has one");
    let (config, seen) = (Arc::new(config), Arc::new(Seen::default()));
    let counted = Arc::clone(&seen);
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let (config, seen) = (Arc::clone(&config), Arc::clone(&counted));
            std::thread::spawn(move || {
                socket.set_nodelay(true).expect("it is a socket");
                let session = ServerConnection::new(config).expect("it is configured");
                let mut stream = StreamOwned::new(session, Pieces(socket, piece));
                seen.connections.fetch_add(1, Ordering::SeqCst);
                let mut block = vec![0; 4096];
                while let Ok(n @ 1..) = stream.read(&mut block) {
                    if stream.conn.handshake_kind() == Some(HandshakeKind::Resumed) {
                        seen.resumed.fetch_add(1, Ordering::SeqCst);
                    }
                    seen.requests.fetch_add(1, Ordering::SeqCst);
                    if !answer(&mut stream, &block[..n]) {
                        return;
                    }
                }
                // An alert may be left over.
                while stream.conn.wants_write() && stream.conn.write_tls(&mut stream.sock).is_ok() {
                }
            });
        }
    });
    (address, seen)
}

fn hello(stream: &mut Stream, _request: &[u8]) -> bool {
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
    stream.write_all(answer).is_ok()
}

/// Gives back the body of a request while it is still being sent.
fn echo(stream: &mut Stream, request: &[u8]) -> bool {
    let head = request.windows(4).position(|four| four == b"\r\n\r\n");
    let body = &request[head.expect("the head fits") + 4..];
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {BIG}\r\n\r\n");
    let mut given = stream
        .write_all(answer.as_bytes())
        .and_then(|()| stream.write_all(body))
        .map(|()| body.len());
    let mut block = vec![0; 16 * 1024];
    while let Ok(done @ ..BIG) = given {
        given = stream
            .read(&mut block)
            .and_then(|n| stream.write_all(&block[..n]).map(|()| done + n));
    }
    given.is_ok()
}

fn target(address: SocketAddr, host: &str, protocol: Protocol, trust: &Trust) -> Target {
    let tls = Tls::decide(host, protocol, trust).expect("it can be prepared");
    Target {
        places: vec![Place::Tcp(address)],
        tls: Some(tls),
    }
}

fn ask(
    target: &Target,
    request: RequestTemplate,
    plan: &LoadPlan,
) -> Result<LoadOutcome, LoadError> {
    let variables = Variables::loopback(0);
    let workload =
        HttpWorkload::compile(&[request], &variables, plan.connections).expect("it is a request");
    run(target, &workload, plan, &Stop::default(), &|_| ())
}

/// Asks `localhost` over HTTP/1.1, whoever it says it is.
fn ask_anyone(address: SocketAddr, request: RequestTemplate, plan: &LoadPlan) -> LoadOutcome {
    let target = target(address, "localhost", plan.protocol, &Trust::Anyone);
    ask(&target, request, plan).expect("the server is there")
}

fn get() -> RequestTemplate {
    RequestTemplate::new("GET", "/")
}

/// Why there is no connection; the error and its cause.
fn refusal(target: &Target, plan: &LoadPlan) -> (String, Option<&'static str>) {
    let error = ask(target, get(), plan).expect_err("there is no agreement");
    (with_cause(&error), error.hint())
}

const H1: &[&[u8]] = &[b"h2", b"http/1.1"];

#[test]
fn kept_connections_shake_hands_once_and_every_request_is_sent_once() {
    for versions in [[&rustls::version::TLS12], [&rustls::version::TLS13]] {
        let Identity { certificate, key } = Identity::localhost();
        let config = ServerConfig::builder_with_provider(ring::default_provider().into())
            .with_protocol_versions(&versions)
            .expect("ring has them")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("they belong together");
        let (address, seen) = server(config, usize::MAX, hello);
        let plan = LoadPlan {
            concurrency: 4,
            ..LoadPlan::closed(101)
        };
        let outcome = ask_anyone(address, get(), &plan);
        assert_eq!(outcome.failures, Failures::default());
        assert_eq!(outcome.succeeded(), 101);
        assert_eq!(seen.requests.load(Ordering::SeqCst), 101);
        assert_eq!(seen.connections.load(Ordering::SeqCst), 4);
    }
}

#[test]
fn fresh_connections_make_a_whole_handshake_each() {
    let (address, seen) = server(Identity::localhost().config(H1), usize::MAX, hello);
    let plan = LoadPlan {
        connections: Connections::Fresh,
        concurrency: 3,
        ..LoadPlan::closed(50)
    };
    let outcome = ask_anyone(address, get(), &plan);
    assert_eq!(outcome.failures, Failures::default());
    assert_eq!(outcome.succeeded(), 50);
    assert_eq!(
        seen.connections.load(Ordering::SeqCst),
        51,
        "one to see whether it can be trusted"
    );
    assert_eq!(seen.resumed.load(Ordering::SeqCst), 0);
}

#[test]
fn handshakes_and_records_may_come_in_pieces() {
    let (address, _) = server(Identity::localhost().config(H1), 7, |stream, _| {
        let body = "0123456789".repeat(5_000);
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 50000\r\n\r\n{body}");
        stream.write_all(answer.as_bytes()).is_ok()
    });
    for connections in [Connections::KeepAlive, Connections::Fresh] {
        let request = RequestTemplate {
            expect: Expect {
                equals: Some("0123456789".repeat(5_000)),
                ..Expect::default()
            },
            ..get()
        };
        let plan = LoadPlan {
            connections,
            concurrency: 2,
            ..LoadPlan::closed(6)
        };
        let outcome = ask_anyone(address, request, &plan);
        assert_eq!(outcome.failures, Failures::default());
    }
}

#[test]
fn big_bodies_go_both_ways_at_once() {
    let (address, _) = server(Identity::localhost().config(H1), usize::MAX, echo);
    let body = "0123456789abcdef".repeat(BIG / 16);
    let request = RequestTemplate {
        body: Some(body.clone()),
        expect: Expect {
            equals: Some(body),
            ..Expect::default()
        },
        ..RequestTemplate::new("POST", "/")
    };
    let outcome = ask_anyone(address, request, &LoadPlan::closed(2));
    assert_eq!(outcome.failures, Failures::default());
    assert_eq!(outcome.succeeded(), 2);
}

fn half(stream: &mut Stream) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhell");
}

fn until_close(stream: &mut Stream) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhello");
}

fn goodbye(stream: &mut Stream) -> bool {
    stream.conn.send_close_notify();
    let _ = stream.flush();
    false
}

#[test]
fn a_server_that_closes_in_the_middle_is_the_failure_that_it_is_in_clear_text() {
    let whole = Failures::default();
    let [cut, doubtful] = [
        "the connection was closed before the answer was whole: 4 of 9 bytes of its body had come",
        "nothing says that the answer is whole: no TLS close_notify",
    ]
    .map(|words| Failures {
        count: 1,
        first: Some(format!("`GET /`: {words}").into()),
    });
    type Answer = fn(&mut Stream, &[u8]) -> bool;
    let answers: [(Answer, &Failures); 4] = [
        (|stream, _| (half(stream), goodbye(stream)).1, &cut),
        (|stream, _| (half(stream), false).1, &cut),
        (|stream, _| (until_close(stream), goodbye(stream)).1, &whole),
        (|stream, _| (until_close(stream), false).1, &doubtful),
    ];
    for (answer, failures) in answers {
        let (address, _) = server(Identity::localhost().config(H1), usize::MAX, answer);
        let outcome = ask_anyone(address, get(), &LoadPlan::closed(1));
        assert_eq!(outcome.failures, *failures);
    }
}

#[test]
fn a_stranger_is_named_with_the_reason_and_a_way_out() {
    let mut expired = params("localhost");
    expired.not_after = rcgen::date_time_ymd(2000, 1, 1);
    for params in [params("localhost"), authority("localhost")] {
        let (address, _) = server(Identity::new(params).config(H1), usize::MAX, hello);
        let trust = Trust::Also(vec![Identity::localhost().certificate]);
        let target = target(address, "localhost", Protocol::Http1, &trust);
        for connections in [Connections::KeepAlive, Connections::Fresh] {
            let plan = LoadPlan {
                connections,
                ..LoadPlan::closed(1)
            };
            let (words, hint) = refusal(&target, &plan);
            assert_eq!(
                words,
                "could not speak TLS with `localhost`: its certificate is not trusted: \
                 nobody that is trusted here has signed it"
            );
            assert!(hint.is_some_and(|hint| hint.contains("--cacert")));
        }
    }
    for (params, host, why) in [
        (expired, "localhost", "it has expired"),
        (
            params("localhost"),
            "127.0.0.1",
            "it is for localhost, not for `127.0.0.1`",
        ),
    ] {
        let identity = Identity::new(params);
        let trust = Trust::Also(vec![identity.certificate.clone()]);
        let (address, _) = server(identity.config(H1), usize::MAX, hello);
        let target = target(address, host, Protocol::Http1, &trust);
        let (words, _) = refusal(&target, &LoadPlan::closed(1));
        assert!(words.ends_with(why), "{words}");
    }
}

#[test]
fn a_certificate_that_is_named_is_trusted_and_so_is_whom_it_signed() {
    let ca_key = KeyPair::generate().expect("there is randomness");
    let ca =
        CertifiedIssuer::self_signed(authority("127.0.0.1"), ca_key).expect("it can be signed");
    let key = KeyPair::generate().expect("there is randomness");
    let signed = params("127.0.0.1")
        .signed_by(&key, &ca)
        .expect("it can be signed");
    let signed = Identity {
        certificate: signed.der().clone(),
        key: key.into(),
    };
    let itself = [params("127.0.0.1"), authority("127.0.0.1")].map(Identity::new);
    let mut cases: Vec<_> = itself.map(|one| (one.certificate.clone(), one)).into();
    cases.push((ca.der().clone(), signed));
    for (named, identity) in cases {
        let (address, _) = server(identity.config(H1), usize::MAX, hello);
        let trust = Trust::Also(vec![named]);
        let target = target(address, "127.0.0.1", Protocol::Http1, &trust);
        let outcome = ask(&target, get(), &LoadPlan::closed(3)).expect("it is trusted");
        assert_eq!(outcome.succeeded(), 3);
    }
}

#[test]
fn what_is_no_tls_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
    let address = listener.local_addr().expect("it has one");
    std::thread::spawn(move || {
        for (n, mut socket) in listener.incoming().flatten().enumerate() {
            if n == 0 {
                let _ = socket.read(&mut [0; 1024]);
                let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            }
        }
    });
    let target = target(address, "localhost", Protocol::Http1, &Trust::Anyone);
    let (words, hint) = refusal(&target, &LoadPlan::closed(1));
    assert!(words.ends_with("what it answers is not TLS"), "{words}");
    assert!(hint.is_some_and(|hint| hint.contains("http://")));
    let error = ask(&target, get(), &LoadPlan::closed(1)).expect_err("it hangs up");
    assert!(matches!(error, LoadError::Tls(..)), "{error}");
}

/// A server of hyper's that tells which protocol and scheme it was asked with.
fn hyper_server(config: ServerConfig) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
    listener.set_nonblocking(true).expect("it can");
    let address = listener.local_addr().expect("it has one");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("it can be built");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("it listens");
            loop {
                let (stream, _) = listener.accept().await.expect("it accepts");
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let stream = acceptor.accept(stream).await.ok()?;
                    let service = hyper::service::service_fn(
                        |request: hyper::Request<hyper::body::Incoming>| async move {
                            let scheme = request.uri().scheme_str().unwrap_or("no scheme");
                            let words = format!("{:?} {scheme}", request.version());
                            Ok::<_, Infallible>(hyper::Response::new(words))
                        },
                    );
                    hyper_util::server::conn::auto::Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(stream), service)
                        .await
                        .ok()
                });
            }
        });
    });
    address
}

#[test]
fn http_2_is_agreed_on_by_alpn() {
    let address = hyper_server(Identity::localhost().config(H1));
    for (protocol, words) in [
        (Protocol::Http1, "HTTP/1.1 no scheme"),
        (Protocol::Http2, "HTTP/2.0 https"),
    ] {
        for connections in [Connections::KeepAlive, Connections::Fresh] {
            let request = RequestTemplate {
                expect: Expect {
                    equals: Some(words.into()),
                    ..Expect::default()
                },
                ..get()
            };
            let plan = LoadPlan {
                protocol,
                connections,
                concurrency: 3,
                ..LoadPlan::closed(20)
            };
            let outcome = ask_anyone(address, request, &plan);
            assert_eq!(outcome.failures, Failures::default());
            assert_eq!(outcome.succeeded(), 20);
        }
    }
}

#[test]
fn a_server_without_the_protocol_is_named_with_the_other_one() {
    let (http1, http2): (&[u8], &[u8]) = (b"http/1.1", b"h2");
    for (protocol, offers, words) in [
        (Protocol::Http2, vec![http1], "HTTP/2"),
        (Protocol::Http2, vec![], "HTTP/2"),
        (Protocol::Http1, vec![http2], "HTTP/1.1"),
    ] {
        let (address, _) = server(Identity::localhost().config(&offers), usize::MAX, hello);
        let target = target(address, "localhost", protocol, &Trust::Anyone);
        let plan = LoadPlan {
            protocol,
            ..LoadPlan::closed(1)
        };
        let (said, hint) = refusal(&target, &plan);
        assert!(
            said.ends_with(&format!("it did not agree on {words} (ALPN)")),
            "{said}"
        );
        assert!(hint.is_some_and(|hint| hint.contains("--protocol")));
    }
}

#[test]
fn a_stranger_is_refused_over_http_2_too() {
    let address = hyper_server(Identity::localhost().config(H1));
    let trust = Trust::Also(vec![Identity::localhost().certificate]);
    let target = target(address, "localhost", Protocol::Http2, &trust);
    let plan = LoadPlan {
        protocol: Protocol::Http2,
        ..LoadPlan::closed(1)
    };
    let (words, hint) = refusal(&target, &plan);
    assert!(words.contains("its certificate is not trusted"), "{words}");
    assert!(hint.is_some_and(|hint| hint.contains("--cacert")));
}
