//! Waits for a fresh process: when it accepts a connection, and when the first byte of its first 2xx answer is there.
//!
//! Polled in-process on plain sockets: a refused connect on loopback costs some 7 µs, so a look every 100 µs is cheap and
//! finer than any start. The pauses grow with the wait.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::http1::answer::Answer;
use super::http2;
use crate::exec::FineTimers;
use crate::http::{Protocol, Received, Request};

/// How often a silent connection is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// Where a process may listen, and how it is asked there.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The place.
    pub address: SocketAddr,
    /// The first 2xx answer to this means up.
    pub ready: Request,
}

/// How long a fresh process took from before its spawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// Where it listens.
    pub address: SocketAddr,
    /// Until it accepted a connection.
    pub accepts: Duration,
    /// Until the first byte of its first 2xx answer.
    pub answers: Duration,
}

/// Why a process did not get ready.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProbeError {
    /// Nobody listens.
    #[error("nothing accepts connections on {0} after {1:?}")]
    NeverAccepts(String, Duration),
    /// Somebody listens and says nothing.
    #[error("{0} accepts connections, but did not answer `{1}` within {2:?}")]
    NeverAnswers(SocketAddr, String, Duration),
    /// Somebody answers, but not with a 2xx.
    #[error("`{0}` was still answered with {1} after {2:?}")]
    Refuses(String, u16, Duration),
    /// Somebody answers, but not in HTTP.
    #[error("`{0}` has no answer that can be read after {2:?}: {1}")]
    Unreadable(String, String, Duration),
    /// The process is gone.
    #[error("the process ended before it answered")]
    Died,
}

/// Waits until one of `candidates` answers its request with a 2xx, at most `limit` from `started` on, while `alive` says so.
pub fn wait(
    started: Instant,
    candidates: &[Candidate],
    protocol: Protocol,
    limit: Duration,
    alive: &dyn Fn() -> bool,
) -> Result<Readiness, ProbeError> {
    let _fine = FineTimers::start();
    let mut accepts = None;
    let mut last = None;
    loop {
        for Candidate { address, ready } in candidates {
            let Ok(stream) = TcpStream::connect(address) else {
                continue;
            };
            let accepts = *accepts.get_or_insert_with(|| started.elapsed());
            let goes_on = || alive() && started.elapsed() < limit;
            let heard = match protocol {
                Protocol::Http1 => ask(stream, ready, &goes_on),
                Protocol::Http2 => http2::ask(stream, ready, &goes_on)
                    .map_or(Heard::Nothing, |(status, at)| Heard::Status(status, at)),
            };
            if let Heard::Status(200..300, first_byte) = heard {
                return Ok(Readiness {
                    address: *address,
                    accepts,
                    answers: first_byte - started,
                });
            }
            if heard != Heard::Nothing || last.is_none() {
                last = Some((address, ready.name().to_owned(), heard));
            }
        }
        if !alive() {
            return Err(ProbeError::Died);
        }
        if started.elapsed() >= limit {
            return Err(match last {
                Some((_, name, Heard::Status(status, _))) => {
                    ProbeError::Refuses(name, status, limit)
                }
                Some((_, name, Heard::Unreadable(why))) => ProbeError::Unreadable(name, why, limit),
                Some((address, name, Heard::Nothing)) => {
                    ProbeError::NeverAnswers(*address, name, limit)
                }
                None => {
                    let names = candidates.iter().map(|one| one.address.to_string());
                    let names = names.collect::<Vec<_>>().join(" or ");
                    ProbeError::NeverAccepts(names, limit)
                }
            });
        }
        std::thread::sleep(pause(started.elapsed()));
    }
}

/// What one connection came to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Heard {
    /// Nothing that could be judged.
    Nothing,
    /// A status, and when the first byte came.
    Status(u16, Instant),
    /// Something that is not HTTP.
    Unreadable(String),
}

/// Fine while a start may be fast, coarse once it is slow: never more than a five-thousandth of what was waited.
fn pause(waited: Duration) -> Duration {
    (waited / 5000).clamp(Duration::from_micros(100), Duration::from_millis(10))
}

/// Sends the request and reads the head of its answer.
fn ask(stream: TcpStream, request: &Request, goes_on: &dyn Fn() -> bool) -> Heard {
    let mut message = Vec::new();
    request.write(0, &mut message);
    exchange(stream, &message, request.is_head(), goes_on).unwrap_or(Heard::Nothing)
}

fn exchange(
    mut stream: TcpStream,
    message: &[u8],
    is_head: bool,
    goes_on: &dyn Fn() -> bool,
) -> std::io::Result<Heard> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(LOOK))?;
    stream.write_all(message)?;
    let mut answer = Answer::default();
    answer.begin(is_head);
    let (mut received, mut first_byte) = (Received::default(), None);
    let mut block = [0; 1024];
    loop {
        match stream.read(&mut block) {
            Ok(0) => return Ok(Heard::Nothing),
            Ok(n) => {
                let first_byte = *first_byte.get_or_insert_with(Instant::now);
                let fed = answer.feed(&block[..n], &mut received);
                // What follows the head is not what is asked here.
                if answer.has_head() {
                    return Ok(Heard::Status(answer.status(), first_byte));
                }
                if let Err(malformed) = fed {
                    return Ok(Heard::Unreadable(malformed.to_string()));
                }
            }
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                ) =>
            {
                if !goes_on() {
                    return Ok(Heard::Nothing);
                }
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;
    use crate::http::{Connections, RequestTemplate, Variables};

    /// Listens and gives each connection the next answer; the last one is given for ever.
    fn server(answers: &'static [&'static str]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
        let address = listener.local_addr().expect("it has one");
        std::thread::spawn(move || {
            for n in 0.. {
                let Ok((mut stream, _)) = listener.accept() else {
                    return;
                };
                let mut block = [0; 1024];
                let _ = stream.read(&mut block);
                let _ = stream.write_all(answers[n.min(answers.len() - 1)].as_bytes());
            }
        });
        address
    }

    fn probe(address: SocketAddr, limit: Duration, alive: bool) -> Result<Readiness, ProbeError> {
        probe_all(&[address], limit, alive)
    }

    fn probe_all(
        addresses: &[SocketAddr],
        limit: Duration,
        alive: bool,
    ) -> Result<Readiness, ProbeError> {
        let template = RequestTemplate::new("GET", "/health");
        let candidate = |address: &SocketAddr| Candidate {
            address: *address,
            ready: Request::compile(&template, &Variables::at(*address), Connections::Fresh)
                .expect("it is a request"),
        };
        let candidates: Vec<_> = addresses.iter().map(candidate).collect();
        let started = Instant::now();
        wait(started, &candidates, Protocol::Http1, limit, &|| alive)
    }

    #[test]
    fn whoever_answers_of_several_places_is_who_is_meant() {
        let nobody = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("it has one");
        let somebody = server(&["HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"]);
        let limit = Duration::from_secs(20);
        let found = probe_all(&[nobody, somebody], limit, true).expect("one is there");
        assert_eq!(found.address, somebody);
        let short = Duration::from_millis(30);
        let lost = probe_all(&[nobody, nobody], short, true).expect_err("nobody is there");
        assert!(
            lost.to_string().contains(&format!("{nobody} or {nobody}")),
            "{lost}"
        );
        let other = server(&["220 mail ready\r\n"]);
        let lost = probe_all(&[other], short, true).expect_err("it is not HTTP");
        assert!(
            lost.to_string().contains("not an HTTP/1.1 answer"),
            "{lost}"
        );
    }

    #[test]
    fn the_first_2xx_counts_and_not_what_came_before() {
        let address = server(&[
            "HTTP/1.1 503 Busy\r\n\r\n",
            "",
            "HTTP/1.1 204 No Content\r\n\r\n",
        ]);
        let readiness = probe(address, Duration::from_secs(20), true).expect("it gets ready");
        assert!(readiness.accepts <= readiness.answers);
    }

    #[test]
    fn what_never_answers_well_is_told_apart() {
        let limit = Duration::from_millis(60);
        let refuses = probe(server(&["HTTP/1.1 500 Oops\r\n\r\n"]), limit, true);
        assert_eq!(
            refuses,
            Err(ProbeError::Refuses("GET /health".into(), 500, limit))
        );
        let silent = TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
        let address = silent.local_addr().expect("it has one");
        assert_eq!(
            probe(address, limit, true),
            Err(ProbeError::NeverAnswers(
                address,
                "GET /health".into(),
                limit
            ))
        );
        drop(silent);
        assert_eq!(
            probe(address, limit, true),
            Err(ProbeError::NeverAccepts(address.to_string(), limit))
        );
    }

    #[test]
    fn looks_are_finer_than_any_start() {
        assert_eq!(pause(Duration::from_millis(50)), Duration::from_micros(100));
        assert_eq!(pause(Duration::from_secs(5)), Duration::from_millis(1));
    }

    #[test]
    fn a_dead_process_is_not_waited_for() {
        let address = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("it has one");
        assert_eq!(
            probe(address, Duration::from_secs(600), false),
            Err(ProbeError::Died)
        );
    }
}
