//! A server behind a connection that can stand still: as if the server were stopped (SIGSTOP), for one client only.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What stands before the server.
pub struct Frozen {
    /// Where it is reached.
    pub address: String,
    stands: Arc<AtomicBool>,
}

impl Frozen {
    /// Stands before the server at that address.
    pub fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (server, stands) = (server.to_owned(), Arc::<AtomicBool>::default());
        let still = Arc::clone(&stands);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(&server) else {
                    continue;
                };
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let still = Arc::clone(&still);
                    std::thread::spawn(move || pass_on(from, to, &still));
                }
            }
        });
        Self { address, stands }
    }

    /// Nothing passes any more, or everything again.
    pub fn stand_still(&self, still: bool) {
        self.stands.store(still, Ordering::Relaxed);
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, still: &AtomicBool) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        while still.load(Ordering::Relaxed) {
            std::thread::park_timeout(Duration::from_millis(10));
        }
        if to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}
