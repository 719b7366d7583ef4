//! Programs whose times are known, for `benches/load.sh`; built with plain `rustc`, only the standard library.
//!
//! `peer stall PORT`: answers at once, but for 100 ms in every second not at all.
//! `peer bind-after MS PORT`: begins to listen so many milliseconds after `main`.
//! `peer spin MS`: works for so long and ends.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
/// The pause lies in the middle of each second.
const STALL: std::ops::Range<u64> = 500..600;

fn main() {
    let started = Instant::now();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let number = |word: &str| word.parse::<u64>().expect("a number");
    match words[..] {
        ["stall", port] => serve(port, move || {
            let now = started.elapsed();
            let within = (now.as_millis() % 1000) as u64;
            if STALL.contains(&within) {
                std::thread::sleep(Duration::from_millis(STALL.end - within));
            }
        }),
        ["bind-after", ms, port] => {
            spin(started, number(ms));
            serve(port, || {});
        }
        ["spin", ms] => spin(started, number(ms)),
        _ => panic!("stall PORT | bind-after MS PORT | spin MS"),
    }
}

fn spin(started: Instant, ms: u64) {
    while started.elapsed() < Duration::from_millis(ms) {
        std::hint::spin_loop();
    }
}

fn serve(port: &str, before: impl Fn() + Clone + Send + 'static) {
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).expect("a free port");
    for stream in listener.incoming().flatten() {
        let before = before.clone();
        std::thread::spawn(move || answer(stream, before));
    }
}

/// Requests here are one packet without a body.
fn answer(mut stream: TcpStream, before: impl Fn()) {
    let _ = stream.set_nodelay(true);
    let mut block = [0; 4096];
    while stream.read(&mut block).is_ok_and(|n| n > 0) {
        before();
        if stream.write_all(ANSWER).is_err() {
            return;
        }
    }
}
