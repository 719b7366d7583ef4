//! Talks to the site: the checksum first, then the archive, going on after cuts.
//!
//! What may pass (a cut, a silence, a server in trouble) is tried again after a pause that doubles; what will not
//! pass (nobody there, not found, not allowed) is said at once. Every wait ends when the user wants to stop.

mod answer;
mod failure;

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, IF_RANGE, RANGE};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};

use super::part::Part;
use super::plan::Patience;
use super::progress::{InstallProgress, Watch, interrupted};
use super::release::Release;
use crate::error::{Error, ErrorKind, Result};
use crate::units::bytes;
use answer::{header, number, parse_checksum, parse_content_range, validator};
use failure::Failure;

/// Space for the download and for what comes out of it.
pub struct Room<'a> {
    /// The folder that everything goes to.
    pub folder: &'a Path,
    /// Says how many bytes are free there, if it can.
    pub free: &'a dyn Fn(&Path) -> Option<u64>,
}

/// What is unpacked takes up at most about this many times the size of the archive. An estimate from the high side:
/// gzip brings machine code and class files to between a half and a third.
const UNPACKED_TIMES: u64 = 3;

/// No archive of Oracle's comes near this size; a stream that goes on beyond it is not one.
const LARGEST_ARCHIVE: u64 = 4 << 30;

/// A checksum file is one line.
const LARGEST_CHECKSUM: usize = 4 << 10;

/// How often a wait looks whether the user wants to stop.
const LOOK: Duration = Duration::from_millis(50);

/// A connection to the site, as far as the user's patience goes.
pub struct Fetcher<'a> {
    client: Client,
    site: String,
    patience: Patience,
    watch: &'a Watch<'a>,
    room: Room<'a>,
}

impl<'a> Fetcher<'a> {
    /// Sets up proxies, certificates and limits. Nothing is sent yet.
    pub fn new(
        release: &Release,
        patience: Patience,
        watch: &'a Watch,
        room: Room<'a>,
    ) -> Result<Self> {
        // An error means that one is chosen already, which does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .user_agent(concat!("pgoctl/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(patience.connect)
            .https_only(release.is_secure());
        if release.is_loopback() {
            // Nobody's proxy leads to this very machine, and certificates do not matter here: a machine without any
            // must not fail for their sake.
            builder = builder.no_proxy();
            if !release.is_secure() {
                builder = builder.tls_certs_only([]);
            }
        }
        let client = builder.build().map_err(|source| {
            Error::new(ErrorKind::Toolchain, "could not prepare the download")
                .source(&source)
                .hint("https needs the system's certificates: install `ca-certificates`")
        })?;
        Ok(Self {
            client,
            site: release.site(),
            patience,
            watch,
            room,
        })
    }

    /// Returns the SHA-256 that the site promises for the archive, in lower-case hexadecimal.
    pub async fn checksum(&self, release: &Release) -> Result<String> {
        let url = release.checksum_url();
        let text = self.trying(async |_: &mut u32| self.text(&url).await).await;
        match text {
            Ok(text) => parse_checksum(&text).ok_or_else(|| {
                Error::new(
                    ErrorKind::Toolchain,
                    format!("`{url}` does not hold a SHA-256"),
                )
                .hint("something between here and the site may answer in its place: a login page, a proxy")
            }),
            Err(Failure::Status(StatusCode::NOT_FOUND)) => Err(self.no_checksum(release).await),
            Err(failure) => Err(self.error(&url, failure)),
        }
    }

    /// Gets the rest of the archive; returns when every byte is there.
    pub async fn archive(&self, release: &Release, part: &mut Part) -> Result<()> {
        let url = release.url();
        self.trying(async |in_vain: &mut u32| {
            let before = part.len();
            let outcome = self.rest(&url, part).await;
            if part.len() > before {
                *in_vain = 0;
            }
            outcome
        })
        .await
        .map_err(|failure| self.error(&url, failure))
    }

    /// Does something until it goes well, fails for good, or has failed too often. What is done may set the count of
    /// tries in vain back when it got further.
    async fn trying<T>(
        &self,
        mut once: impl AsyncFnMut(&mut u32) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut in_vain = 0;
        let mut tries = 0;
        loop {
            let failure = match once(&mut in_vain).await {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            in_vain += 1;
            tries += 1;
            let enough = in_vain >= self.patience.tries_in_vain || tries >= self.patience.tries;
            if enough || !failure.may_pass() {
                return Err(failure);
            }
            let pause =
                (self.patience.pause * (1 << (in_vain - 1).min(16))).min(Patience::LONGEST_PAUSE);
            self.watch.tell(InstallProgress::Retrying {
                cause: failure.to_string(),
                pause,
            });
            self.unless_stopped(tokio::time::sleep(pause)).await?;
        }
    }

    async fn text(&self, url: &str) -> Result<String, Failure> {
        let mut response = self.send(self.client.get(url)).await?;
        if response.status() != StatusCode::OK {
            return Err(Failure::Status(response.status()));
        }
        let mut text = Vec::new();
        while let Some(chunk) = self.next_chunk(&mut response).await? {
            text.extend_from_slice(&chunk);
            if text.len() > LARGEST_CHECKSUM {
                break;
            }
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// One answer's worth of the archive.
    async fn rest(&self, url: &str, part: &mut Part) -> Result<(), Failure> {
        if part.is_whole() {
            return Ok(());
        }
        let mut request = self.client.get(url);
        if part.len() > 0 {
            request = request.header(RANGE, format!("bytes={}-", part.len()));
            if let Some(validator) = &part.notes().validator {
                request = request.header(IF_RANGE, validator);
            }
        }
        let mut response = self.send(request).await?;
        let total = match response.status() {
            StatusCode::OK => {
                let total = number(response.headers(), CONTENT_LENGTH);
                part.begin(validator(response.headers()), total)?;
                total
            }
            StatusCode::PARTIAL_CONTENT => {
                let range = header(response.headers(), CONTENT_RANGE).and_then(parse_content_range);
                let noted = part.notes().total;
                match range {
                    Some((start, total))
                        if start == part.len() && (noted.is_none() || total == noted) =>
                    {
                        part.go_on();
                        total
                    }
                    _ => {
                        part.clear()?;
                        return Err(Failure::WrongPart);
                    }
                }
            }
            StatusCode::RANGE_NOT_SATISFIABLE if part.len() > 0 => {
                part.clear()?;
                return Err(Failure::WrongPart);
            }
            status => return Err(Failure::Status(status)),
        };
        if let Some(total) = total {
            self.check_room(total, part.len())?;
        }
        self.tell(part, total);
        while let Some(chunk) = self.next_chunk(&mut response).await? {
            if part.len() + chunk.len() as u64 > total.unwrap_or(LARGEST_ARCHIVE) {
                part.clear()?;
                return Err(Failure::TooLong);
            }
            part.append(&chunk)?;
            self.tell(part, total);
        }
        match total {
            Some(total) if part.len() < total => Err(Failure::Cut(format!(
                "the answer ended at byte {} of {total}",
                part.len()
            ))),
            _ => Ok(()),
        }
    }

    fn tell(&self, part: &Part, total: Option<u64>) {
        self.watch.tell(InstallProgress::Downloading {
            done: part.len(),
            total,
        });
    }

    /// Says in time that the disk will not do.
    fn check_room(&self, total: u64, there: u64) -> Result<()> {
        if total > LARGEST_ARCHIVE {
            return Err(Error::new(
                ErrorKind::Toolchain,
                format!("an archive of {total} bytes is not an Oracle GraalVM"),
            ));
        }
        let needed = total - there.min(total) + total * UNPACKED_TIMES;
        match (self.room.free)(self.room.folder) {
            Some(free) if free < needed => Err(Error::new(
                ErrorKind::Unexpected,
                format!("not enough room in `{}`", self.room.folder.display()),
            )
            .because(format!(
                "{} are free, and the archive and what comes out of it take about {}",
                bytes(free),
                bytes(needed)
            ))
            .hint("free some space, or let `PGOCTL_DATA_DIR` name a folder on another disk")),
            _ => Ok(()),
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, Failure> {
        // Sizes and parts are those of the file only as long as nobody compresses it once more.
        let request = request.header(ACCEPT_ENCODING, "identity");
        self.patiently(request.send()).await
    }

    async fn next_chunk(&self, response: &mut Response) -> Result<Option<bytes::Bytes>, Failure> {
        self.patiently(response.chunk()).await
    }

    /// Waits for the site, as long as a silence may last.
    async fn patiently<T>(
        &self,
        future: impl Future<Output = reqwest::Result<T>>,
    ) -> Result<T, Failure> {
        let silence = self.patience.silence;
        match self
            .unless_stopped(tokio::time::timeout(silence, future))
            .await?
        {
            Ok(outcome) => outcome.map_err(Failure::from),
            Err(_) => Err(Failure::Silent(silence)),
        }
    }

    async fn unless_stopped<T>(&self, future: impl Future<Output = T>) -> Result<T, Failure> {
        let mut future = pin!(future);
        loop {
            if self.watch.stop.load(Ordering::Relaxed) {
                return Err(Failure::Ours(interrupted()));
            }
            if let Ok(value) = tokio::time::timeout(LOOK, &mut future).await {
                return Ok(value);
            }
        }
    }

    /// Tells an archive without a checksum from a release that is not there.
    async fn no_checksum(&self, release: &Release) -> Error {
        let url = release.url();
        let head = self.client.request(Method::HEAD, &url);
        match self.send(head).await {
            Ok(response) if response.status().is_success() => Error::new(
                ErrorKind::Toolchain,
                format!("`{}` is missing", release.checksum_url()),
            )
            .because("the archive is there, and without its SHA-256 it cannot be checked"),
            Ok(_) => Error::new(
                ErrorKind::Toolchain,
                format!(
                    "{} has no release of the line {} for {}",
                    self.site,
                    release.major(),
                    release.machine()
                ),
            )
            .because(format!("`{url}` was not found"))
            .hint("the lines with long-term support are 21 and 25"),
            Err(failure) => self.error(&url, failure),
        }
    }

    /// What a failure means to the user.
    fn error(&self, url: &str, failure: Failure) -> Error {
        match failure {
            Failure::Ours(error) => error,
            Failure::Unreachable(_) => Error::new(
                ErrorKind::Toolchain,
                format!("could not reach {}", self.site),
            )
            .because(failure.to_string())
            .hint("behind a proxy, set `HTTPS_PROXY`")
            .hint("or unpack an Oracle GraalVM yourself and name it with `--graalvm-home`"),
            Failure::Status(_) | Failure::TooLong => {
                Error::new(ErrorKind::Toolchain, format!("could not get `{url}`"))
                    .because(failure.to_string())
            }
            Failure::Silent(_) | Failure::Cut(_) | Failure::WrongPart => {
                Error::new(ErrorKind::Toolchain, format!("could not get `{url}`"))
                    .because(failure.to_string())
                    .hint("the same command goes on where this one stopped")
            }
        }
    }
}
