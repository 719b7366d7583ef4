//! Waits for a fresh process: when it accepts a connection, and when the first byte of its first 2xx answer is there.
//!
//! Polled in-process on plain sockets: a refused connect on loopback costs some 7 µs, so a look every 100 µs is cheap and
//! finer than any start. The pauses grow with the wait.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::http2;
use crate::exec::FineTimers;
use crate::http::{Protocol, Request};

/// How often a silent connection is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// The longest head of an answer that is read.
const HEAD_BYTES: usize = 16 * 1024;

/// How long a fresh process took from before its spawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness {
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
    NeverAccepts(SocketAddr, Duration),
    /// Somebody listens and says nothing.
    #[error("{0} accepts connections, but did not answer `{1}` within {2:?}")]
    NeverAnswers(SocketAddr, String, Duration),
    /// Somebody answers, but not with a 2xx.
    #[error("`{0}` was still answered with {1} after {2:?}")]
    Refuses(String, u16, Duration),
    /// The process is gone.
    #[error("the process ended before it answered")]
    Died,
}

/// Waits until `ready` is answered with a 2xx, at most `limit` from `started` on, while `alive` says so.
pub fn wait(
    started: Instant,
    target: SocketAddr,
    ready: &Request,
    protocol: Protocol,
    limit: Duration,
    alive: &dyn Fn() -> bool,
) -> Result<Readiness, ProbeError> {
    let _fine = FineTimers::start();
    let mut message = Vec::new();
    ready.write(0, &mut message);
    let mut accepts = None;
    let mut last_status = None;
    loop {
        if let Ok(stream) = TcpStream::connect(target) {
            let accepts = *accepts.get_or_insert_with(|| started.elapsed());
            let goes_on = || alive() && started.elapsed() < limit;
            let answer = match protocol {
                Protocol::Http1 => ask(stream, &message, &goes_on),
                Protocol::Http2 => http2::ask(stream, ready, &goes_on),
            };
            match answer {
                Some((200..300, first_byte)) => {
                    return Ok(Readiness {
                        accepts,
                        answers: first_byte - started,
                    });
                }
                Some((status, _)) => last_status = Some(status),
                None => {}
            }
        }
        if !alive() {
            return Err(ProbeError::Died);
        }
        if started.elapsed() >= limit {
            return Err(match (last_status, accepts) {
                (Some(status), _) => ProbeError::Refuses(ready.name().to_owned(), status, limit),
                (None, Some(_)) => ProbeError::NeverAnswers(target, ready.name().to_owned(), limit),
                (None, None) => ProbeError::NeverAccepts(target, limit),
            });
        }
        std::thread::sleep(pause(started.elapsed()));
    }
}

/// Fine while a start may be fast, coarse once it is slow: never more than a five-thousandth of what was waited.
fn pause(waited: Duration) -> Duration {
    (waited / 5000).clamp(Duration::from_micros(100), Duration::from_millis(10))
}

/// Sends the request; returns the answer's status and when its first byte came.
fn ask(
    mut stream: TcpStream,
    request: &[u8],
    goes_on: &dyn Fn() -> bool,
) -> Option<(u16, Instant)> {
    stream.set_nodelay(true).ok()?;
    stream.set_read_timeout(Some(LOOK)).ok()?;
    stream.write_all(request).ok()?;
    let mut head = Vec::new();
    let mut first_byte = None;
    let mut block = [0; 1024];
    loop {
        match stream.read(&mut block) {
            Ok(0) => return None,
            Ok(n) => {
                let first_byte = *first_byte.get_or_insert_with(Instant::now);
                head.extend_from_slice(&block[..n]);
                if let Some(status) = status(&head) {
                    return Some((status, first_byte));
                }
                if head.len() > HEAD_BYTES {
                    return None;
                }
            }
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                ) =>
            {
                if !goes_on() {
                    return None;
                }
            }
            Err(_) => return None,
        }
    }
}

/// The status of `HTTP/1.1 200 OK`, once the line is there.
fn status(head: &[u8]) -> Option<u16> {
    let line = head
        .split(|byte| *byte == b'\r')
        .next()
        .filter(|line| line.len() < head.len())?;
    std::str::from_utf8(line)
        .ok()?
        .split(' ')
        .nth(1)?
        .parse()
        .ok()
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
        let ready = Request::compile(
            &RequestTemplate::new("GET", "/health"),
            &Variables::loopback(address.port()),
            Connections::Fresh,
        )
        .expect("it is a request");
        wait(
            Instant::now(),
            address,
            &ready,
            Protocol::Http1,
            limit,
            &|| alive,
        )
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
            Err(ProbeError::NeverAccepts(address, limit))
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
