//! Waits until a fresh process answers.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::workload::http::{RequestTemplate, Variables};
use crate::workload::server::Readiness;

#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    #[error("nobody accepts connections on {0} after {1:?}")] NeverAccepts(SocketAddr, Duration),
    #[error("`{0}` was answered with {1} for {2:?}")] Answers(String, String, Duration),
    #[error("the process ended")] Died,
}

pub fn wait(started: Instant, target: SocketAddr, ready: &RequestTemplate, _variables: &Variables, deadline: Duration, alive: &dyn Fn() -> bool) -> Result<Readiness, ProbeError> {
    let mut accepts = None;
    let mut last = None;
    loop {
        if let Ok(mut stream) = TcpStream::connect(target) {
            let at = *accepts.get_or_insert_with(|| started.elapsed());
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let body = ready.body.clone().unwrap_or_default();
            let _ = write!(stream, "{} {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", ready.method, ready.path, body.len(), body);
            let mut head = [0u8; 12];
            if stream.read_exact(&mut head).is_ok() {
                let answers = started.elapsed();
                let mut rest = Vec::new(); let _ = stream.read_to_end(&mut rest);
                if head[9] == b'2' { return Ok(Readiness { accepts: at, answers }); }
                last = Some(String::from_utf8_lossy(&head[9..]).into_owned());
            }
        }
        if !alive() { return Err(ProbeError::Died); }
        if started.elapsed() > deadline {
            return Err(match last { Some(s) => ProbeError::Answers(format!("{} {}", ready.method, ready.path), s, deadline), None => ProbeError::NeverAccepts(target, deadline) });
        }
        std::thread::sleep(Duration::from_micros(100));
    }
}
