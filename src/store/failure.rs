//! Why a store did not do it: which failures may pass, and what each one means to the user.

use std::error::Error as StdError;
use std::io::ErrorKind as IoKind;
use std::time::Duration;

use object_store::client::{HttpError, HttpErrorKind};
use reqwest::StatusCode;

use super::answer::Refusal;
use super::place::Place;
use crate::error::{Error, ErrorKind};

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The key has an object.
    Exists,
    /// The key has none.
    Missing,
    /// Nobody answered, or nothing that makes sense: it may pass.
    Away,
    /// Busy, or somebody else was writing the same key: nothing was done, and it may pass.
    Busy,
    /// There is no such bucket.
    Bucket,
    /// It does not know us.
    Credentials,
    /// There are none, and this machine has no role either.
    Keyless,
    /// It knows us, and does not let us.
    Permission,
    /// The bucket is elsewhere.
    Region,
    /// It does not have what we need of a store.
    Unable,
    /// Its certificate is not one that we trust.
    Certificate,
    /// Not even a connection: sure that nothing was done, and it may pass.
    Unreachable,
    /// This machine's own: its disk, its rights.
    Disk(IoKind),
    /// Anything else.
    Other,
}

/// A failure, in words.
#[derive(Debug)]
pub struct Failure {
    /// What kind it was.
    pub kind: Kind,
    why: String,
    /// For how long it was tried.
    tried: Option<Duration>,
}

impl Failure {
    /// Reads what `object_store` says.
    pub fn of(error: &object_store::Error) -> Self {
        let chain: Vec<&(dyn StdError + 'static)> = chain(error).collect();
        let find = |kind: &dyn Fn(&(dyn StdError + 'static)) -> Option<Kind>| {
            chain.iter().find_map(|error| kind(*error))
        };
        let kind = find(&|error| Some(of_refusal(error.downcast_ref()?)))
            .or_else(|| find(&|error| error.is::<rustls::Error>().then_some(Kind::Certificate)))
            .or_else(|| {
                find(&|error| Some(of_transport(error.downcast_ref::<HttpError>()?.kind())))
            })
            .or_else(|| find(&|error| Some(of_this_machine(error.downcast_ref()?))))
            .unwrap_or(match error {
                object_store::Error::NotFound { .. } => Kind::Missing,
                object_store::Error::AlreadyExists { .. } => Kind::Exists,
                object_store::Error::NotImplemented { .. }
                | object_store::Error::NotSupported { .. } => Kind::Unable,
                _ => Kind::Other,
            });
        // Keys that nobody wrote down come from the machine's own service, whose address no message names otherwise.
        let text = error.to_string();
        let asks_machine = ["/latest/api/token", "/latest/meta-data"];
        let kind = match asks_machine.iter().any(|path| text.contains(path)) {
            true => Kind::Keyless,
            false => kind,
        };
        // The innermost says what happened, the others on the way to what.
        let innermost = chain.last().map(ToString::to_string);
        Self {
            kind,
            why: innermost.unwrap_or_else(|| error.to_string()),
            tried: None,
        }
    }

    /// Nobody answered for so long.
    pub fn silent(waited: Duration) -> Self {
        Self {
            kind: Kind::Away,
            why: format!("there was no answer within {waited:?}"),
            tried: None,
        }
    }

    /// Whether the same may go well later.
    pub fn may_pass(&self) -> bool {
        matches!(self.kind, Kind::Away | Kind::Busy | Kind::Unreachable)
    }

    /// Whether it may have been done all the same.
    pub fn is_unclear(&self) -> bool {
        self.kind == Kind::Away
    }

    /// The same, with how long it was tried.
    pub fn after(self, tried: Duration) -> Self {
        let tried = self.may_pass().then_some(tried);
        Self { tried, ..self }
    }

    /// What it means to the user, who wanted to `verb` (read, write, delete) `key`.
    pub fn error(&self, place: &Place, verb: &str, key: &str) -> Error {
        let at = place.words();
        let what = match key {
            "" => format!("could not {verb} {at}"),
            key => format!("could not {verb} `{key}` in {at}"),
        };
        let usage = |goal: String| Error::usage(goal).because(&self.why);
        match self.kind {
            Kind::Away | Kind::Busy | Kind::Unreachable => {
                let tried = self.tried.unwrap_or_default().as_secs();
                Error::new(ErrorKind::StoreAway, format!("could not reach the store {at}"))
                    .because(format!("{} (tried for {tried} s)", self.why))
                    .hint("nothing that was stored is lost: run the same command again when it is back")
                    .hint("its address is in `AWS_ENDPOINT_URL`; a proxy in `HTTPS_PROXY`")
            }
            Kind::Bucket => usage(format!("there is no store {at}: no such bucket"))
                .hint("create the bucket, or name another with `--store s3://BUCKET`"),
            Kind::Credentials => usage(format!("the store {at} does not know these credentials"))
                .hint("check `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or `AWS_PROFILE`"),
            Kind::Keyless => Error::usage(format!("no credentials for {at}"))
                .because("neither variables nor files have any, and this machine has no role")
                .hint("set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or `AWS_PROFILE`"),
            Kind::Permission => usage(format!("{what}: not allowed"))
                .hint("the credentials need to read, list, create and delete in this bucket; `--pull-only` needs to read and list"),
            Kind::Region => usage(format!("the store {at} is in another region"))
                .hint("set `AWS_REGION` to the bucket's region"),
            Kind::Unable => Error::new(ErrorKind::Toolchain, what)
                .because(&self.why)
                .hint("the store has to create objects only where there are none (`If-None-Match`): `pgoctl doctor --store` tries it"),
            Kind::Certificate => usage(format!("the certificate of {at} is not trusted"))
                .hint("name the one to trust, a PEM file, with `AWS_CA_BUNDLE`"),
            Kind::Disk(kind) => Error::io(verb, &place.path(key), &std::io::Error::new(kind, self.why.clone())),
            Kind::Exists | Kind::Missing | Kind::Other => {
                Error::new(ErrorKind::Unexpected, what).because(&self.why)
            }
        }
    }
}

/// The error and everything below it; what an [`std::io::Error`] wraps too, which its `source` passes over.
fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| below(*error))
}

fn below<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<std::io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as _),
        None => error.source(),
    }
}

fn of_refusal(refusal: &Refusal) -> Kind {
    match (refusal.status, refusal.code.as_str()) {
        (_, "NoSuchBucket" | "InvalidBucketName") => Kind::Bucket,
        (_, "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "ExpiredToken" | "InvalidToken")
        | (_, "RequestTimeTooSkewed" | "TokenRefreshRequired" | "InvalidClientTokenId")
        | (StatusCode::UNAUTHORIZED, _) => Kind::Credentials,
        (
            _,
            "PermanentRedirect"
            | "AuthorizationHeaderMalformed"
            | "IllegalLocationConstraintException",
        ) => Kind::Region,
        (StatusCode::FORBIDDEN, _) => Kind::Permission,
        (StatusCode::NOT_FOUND, _) => Kind::Missing,
        (StatusCode::PRECONDITION_FAILED | StatusCode::NOT_MODIFIED, _) => Kind::Exists,
        // ConditionalRequestConflict: somebody is creating the same key, and may fail yet.
        (StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT, _) => {
            Kind::Busy
        }
        (StatusCode::NOT_IMPLEMENTED | StatusCode::METHOD_NOT_ALLOWED, _) => Kind::Unable,
        (status, _) if status.is_redirection() => Kind::Region,
        (status, _) if status.is_server_error() => Kind::Away,
        _ => Kind::Other,
    }
}

fn of_transport(kind: HttpErrorKind) -> Kind {
    match kind {
        HttpErrorKind::Connect => Kind::Unreachable,
        _ => Kind::Away,
    }
}

fn of_this_machine(error: &std::io::Error) -> Kind {
    match error.kind() {
        IoKind::NotFound => Kind::Missing,
        IoKind::AlreadyExists => Kind::Exists,
        kind => Kind::Disk(kind),
    }
}
