//! A request on its way to a function: what of it is sent on, and what of it can be sent once more.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, Uri};
use tokio::io::AsyncWriteExt;

use super::problem::Problem;
use super::worker::Input;

/// A body up to this size is read before it is sent: it can be sent once more, and a slow client holds no worker.
const READ_FIRST: usize = 256 << 10;
/// The largest body that a process is given on stdin.
const LARGEST_INPUT: u64 = 256_000_000;
/// What all bodies in files may be together.
const LARGEST_INPUTS: u64 = 8 * LARGEST_INPUT;
/// What one variable of a process may hold: the kernel takes 128 KiB of each.
const LONGEST_VARIABLE: usize = 32 << 10;

/// Headers that belong to one connection (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// What a call brings along.
enum Payload {
    /// All of it.
    Whole(Bytes),
    /// What can be read once; `None` once it was sent.
    Once(Option<Body>),
    /// All of it, in a file without a name.
    Spooled(Arc<Spooled>),
}

/// A call, as it is sent on.
pub struct Call {
    method: Method,
    path: PathAndQuery,
    headers: HeaderMap,
    payload: Payload,
    /// The client's body broke off: that is nobody else's failure.
    client_failed: Arc<AtomicBool>,
}

/// The headers that are sent on.
fn forwarded(parts: &Parts, function: &str) -> HeaderMap {
    let mut headers = parts.headers.clone();
    strip(&mut headers);
    headers.remove(hyper::header::EXPECT);
    if let Some(host) = headers.get(HOST).cloned() {
        headers.insert(HeaderName::from_static("x-forwarded-host"), host);
    }
    if let Ok(prefix) = HeaderValue::from_str(&format!("/f/{function}")) {
        headers.insert(HeaderName::from_static("x-forwarded-prefix"), prefix);
    }
    headers
}

/// Takes out what belongs to one connection, and what `Connection` names besides.
pub fn strip(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all("connection")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
}

/// Reads what is small; of what is large the beginning, before a worker is taken for it.
async fn payload(mut body: Body, client_failed: &Arc<AtomicBool>) -> Result<Payload, Problem> {
    if body.is_end_stream() {
        return Ok(Payload::Whole(Bytes::new()));
    }
    let mut read: Vec<Bytes> = Vec::new();
    let mut bytes = 0;
    while bytes <= READ_FIRST {
        match body.frame().await {
            None => {
                let whole = match read.len() {
                    1 => read.swap_remove(0),
                    _ => read.concat().into(),
                };
                return Ok(Payload::Whole(whole));
            }
            Some(Err(_)) => {
                return Err(Problem::bad_request("the body ended before it was whole"));
            }
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    bytes += data.len();
                    read.push(data);
                }
            }
        }
    }
    let failed = Arc::clone(client_failed);
    let rest = body.into_data_stream().inspect(move |chunk| {
        if chunk.is_err() {
            failed.store(true, Ordering::Relaxed);
        }
    });
    let all = stream::iter(read.into_iter().map(Ok)).chain(rest);
    Ok(Payload::Once(Some(Body::from_stream(all))))
}

/// A body in a file, which counts as long as it is there.
struct Spooled {
    file: Arc<File>,
    bytes: u64,
}

/// Bytes of all bodies that are in files now.
static SPOOLED: AtomicU64 = AtomicU64::new(0);

impl Spooled {
    /// Puts `body` into a file.
    async fn of(body: Body) -> Result<Self, Problem> {
        let full = |error: &std::io::Error| {
            let why = format!("the body cannot be kept for a process: {error}");
            Problem::not_serving(why, 10)
        };
        let file = tempfile::tempfile().map_err(|error| full(&error))?;
        let writer = file.try_clone().map_err(|error| full(&error))?;
        let mut writer = tokio::fs::File::from_std(writer);
        let mut spooled = Self {
            file: Arc::new(file),
            bytes: 0,
        };
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk =
                chunk.map_err(|_| Problem::bad_request("the body ended before it was whole"))?;
            let bytes = chunk.len() as u64;
            spooled.bytes += bytes;
            let all = SPOOLED.fetch_add(bytes, Ordering::Relaxed) + bytes;
            if spooled.bytes > LARGEST_INPUT {
                let most = crate::units::bytes(LARGEST_INPUT);
                return Err(Problem::too_large(format!(
                    "a function that is started for each call is given at most {most}"
                )));
            }
            if all > LARGEST_INPUTS {
                return Err(Problem::busy("too many large bodies are on their way"));
            }
            writer
                .write_all(&chunk)
                .await
                .map_err(|error| full(&error))?;
        }
        writer.flush().await.map_err(|error| full(&error))?;
        Ok(spooled)
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        SPOOLED.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// The problem of a body that does not come.
fn too_slow(limit: Duration) -> Problem {
    Problem::late(format!(
        "the body did not come within {limit:?} (`call-timeout`); send it faster, or again"
    ))
}

impl Call {
    /// Reads the request as far as it is read before a worker is taken for it; `path` is the function's own part of the URL.
    pub async fn read(
        function: &str,
        path: PathAndQuery,
        parts: Parts,
        body: Body,
        limit: Duration,
    ) -> Result<Self, Problem> {
        let client_failed = Arc::<AtomicBool>::default();
        let read = payload(body, &client_failed);
        let payload = tokio::time::timeout(limit, read)
            .await
            .map_err(|_| too_slow(limit))??;
        Ok(Self {
            path,
            headers: forwarded(&parts, function),
            method: parts.method,
            payload,
            client_failed,
        })
    }

    /// Puts what is left of a large body into a file, at most so long: a process reads it from there.
    pub async fn spool(&mut self, limit: Duration) -> Result<(), Problem> {
        let Payload::Once(body) = &mut self.payload else {
            return Ok(());
        };
        let body = body.take().unwrap_or_default();
        let spooled = tokio::time::timeout(limit, Spooled::of(body));
        let file = spooled.await.map_err(|_| too_slow(limit))??;
        self.payload = Payload::Spooled(Arc::new(file));
        Ok(())
    }

    /// What a process reads on stdin; `None` where that is still to come.
    pub fn input(&self) -> Option<Input> {
        match &self.payload {
            Payload::Whole(bytes) => Some(Input::Bytes(bytes.clone())),
            Payload::Spooled(spooled) => Some(Input::File(Arc::clone(&spooled.file))),
            Payload::Once(_) => None,
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What the environment of a process says about the call: names of RFC 3875, section 4.1, where it has one; `None` where that is
    /// more than a process can be given.
    pub fn variables(&self) -> Option<Vec<(String, String)>> {
        let all = [
            ("REQUEST_METHOD", Some(self.method.as_str())),
            ("REQUEST_URI", Some(self.path.as_str())),
            ("QUERY_STRING", Some(self.path.query().unwrap_or_default())),
            ("CONTENT_TYPE", self.header(CONTENT_TYPE.as_str())),
            ("HTTP_PGOCTL_INVOCATION", self.header("pgoctl-invocation")),
        ];
        let all = all
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        all.map(|(name, value)| {
            (value.len() <= LONGEST_VARIABLE).then(|| (name.to_owned(), value.to_owned()))
        })
        .collect()
    }

    /// Whether it can be given to a worker that is started for its call, or to a server.
    pub fn fits(&self, once: bool) -> bool {
        match self.payload {
            Payload::Whole(_) => true,
            Payload::Once(_) => !once,
            Payload::Spooled(_) => once,
        }
    }

    /// Whether the client's body broke off while it was sent.
    pub fn is_cut_by_client(&self) -> bool {
        self.client_failed.load(Ordering::Relaxed)
    }

    /// Whether some of the client's body is still to come.
    pub fn is_still_sent(&self) -> bool {
        // Whoever sends the body holds the other one.
        Arc::strong_count(&self.client_failed) > 1
    }

    /// It as it is sent; `None` once its body was.
    pub fn request(&mut self) -> Option<Request<Body>> {
        let body = match &mut self.payload {
            Payload::Whole(bytes) => Body::from(bytes.clone()),
            Payload::Once(body) => body.take()?,
            // A server is sent it as it comes.
            Payload::Spooled(_) => return None,
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = Uri::from(self.path.clone());
        *request.headers_mut() = self.headers.clone();
        Some(request)
    }

    /// Takes the body of a request back that was not sent.
    pub fn take_back(&mut self, request: Request<Body>) {
        if let Payload::Once(body) = &mut self.payload {
            *body = Some(request.into_body());
        }
    }

    /// Whether it may be done twice (RFC 9110, section 9.2.2), and can be sent again.
    pub fn can_be_repeated(&self) -> bool {
        self.method.is_idempotent() && matches!(self.payload, Payload::Whole(_))
    }
}
