//! The file server for functions that fetch something: a folder on loopback, as `{assets_url}`, while the command runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tower_http::services::ServeDir;

use crate::error::{Error, Result};

/// A folder that is served from the first time somebody asks for its address.
#[derive(Debug)]
pub struct Assets {
    folder: PathBuf,
    server: OnceLock<SocketAddr>,
}

impl Clone for Assets {
    fn clone(&self) -> Self {
        Self::new(self.folder.clone())
    }
}

impl Assets {
    /// The assets in `folder`; nothing is served yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, server: OnceLock::new() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns `http://127.0.0.1:PORT`, where every file of the folder is, ranges included; starts the server if need be.
    pub fn url(&self) -> Result<String> {
        let address = match self.server.get() {
            Some(address) => *address,
            None => {
                let started = serve(&self.folder)?;
                *self.server.get_or_init(|| started)
            }
        };
        Ok(format!("http://{address}"))
    }
}

/// Serves `folder` on a free port of loopback, from a thread that lives as long as the process.
fn serve(folder: &Path) -> Result<SocketAddr> {
    let fail = |error: &std::io::Error| Error::io("serve the assets in", folder, error);
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| fail(&error))?;
    listener.set_nonblocking(true).map_err(|error| fail(&error))?;
    let address = listener.local_addr().map_err(|error| fail(&error))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| fail(&error))?;
    let files = ServeDir::new(folder).append_index_html_on_directories(false);
    std::thread::Builder::new()
        .name("assets".into())
        .spawn(move || runtime.block_on(accept(listener, files)))
        .map_err(|error| fail(&error))?;
    Ok(address)
}

async fn accept(listener: std::net::TcpListener, files: ServeDir) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Without this a response of two packets waits for the peer's delayed acknowledgement (40 ms).
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(files.clone());
        tokio::spawn(async move {
            // A function that hangs up early is its own business.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    fn get(url: &str, path: &str, header: &str) -> String {
        let mut stream = std::net::TcpStream::connect(url.trim_start_matches("http://")).expect("the server accepts");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}\r\n").expect("it can be written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    #[test]
    fn files_and_ranges_are_served_and_nothing_outside() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let folder = dir.path().join("assets");
        std::fs::create_dir(&folder).expect("it can be made");
        std::fs::write(folder.join("a.txt"), "0123456789").expect("it can be written");
        std::fs::write(dir.path().join("secret"), "no").expect("it can be written");
        let url = Assets::new(folder).url().expect("it is served");
        assert!(get(&url, "/a.txt", "").ends_with("0123456789"));
        let part = get(&url, "/a.txt", "Range: bytes=2-4\r\n");
        assert!(part.starts_with("HTTP/1.1 206") && part.ends_with("234"), "{part}");
        assert!(get(&url, "/../secret", "").starts_with("HTTP/1.1 404"));
    }
}
