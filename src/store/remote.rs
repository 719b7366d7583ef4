//! A bucket of an S3-compatible server.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::try_join_all;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, RetryConfig};

use super::client::Connector;
use super::credentials::Credentials;
use super::place::Place;
use crate::error::{Error, ErrorKind, Result};

/// Files up to this size go in one request, larger ones in parts of at least this size; S3 takes no parts under 5 MiB.
pub const PART: u64 = 8 << 20;

/// S3 takes no more parts of one object.
const MOST_PARTS: u64 = 10_000;

/// How many parts are on their way at a time.
const AT_ONCE: usize = 4;

/// Sets up the client. Nothing is sent yet.
pub fn open(
    bucket: &str,
    prefix: Option<&Path>,
    place: &Place,
    credentials: &Credentials,
) -> Result<Arc<dyn ObjectStore>> {
    let endpoint = credentials.endpoint()?;
    let connector = Connector::new(endpoint.as_ref(), credentials)?;
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(credentials.region())
        .with_http_connector(connector)
        .with_allow_http(true)
        // Not every server knows the deletion of many at once.
        .with_disable_bulk_delete(true)
        // What may pass is tried again by us, who know what was tried.
        .with_retry(RetryConfig {
            max_retries: 0,
            ..RetryConfig::default()
        });
    if let Some(keys) = credentials.keys() {
        builder = builder
            .with_access_key_id(&keys.id)
            .with_secret_access_key(&keys.secret);
        if let Some(token) = &keys.token {
            builder = builder.with_token(token);
        }
    } else if credentials.role().is_empty() && endpoint.is_some() {
        return Err(
            Error::usage(format!("no credentials for {}", place.words()))
                .hint("set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or `AWS_PROFILE`"),
        );
    }
    for (name, value) in credentials.role() {
        let key: AmazonS3ConfigKey =
            name.to_ascii_lowercase()
                .parse()
                .map_err(|error: object_store::Error| {
                    Error::new(ErrorKind::Unexpected, format!("`{name}` is not used"))
                        .source(&error)
                })?;
        builder = builder.with_config(key, value);
    }
    if let Some(endpoint) = &endpoint {
        builder = builder.with_endpoint(endpoint.as_str().trim_end_matches('/'));
    }
    let store = builder.build().map_err(|error| {
        Error::usage(format!("could not open {}", place.words())).source(&error)
    })?;
    Ok(match prefix {
        Some(prefix) => Arc::new(PrefixStore::new(store, prefix.clone())),
        None => Arc::new(store),
    })
}

/// Creates the object from a file in parts; what is there already is left as it is.
pub async fn upload(
    objects: Arc<dyn ObjectStore>,
    target: Path,
    path: PathBuf,
    size: u64,
) -> object_store::Result<()> {
    let part = PART.max(size.div_ceil(MOST_PARTS));
    let mut file = File::open(&path).map_err(local)?;
    let mut upload = objects.put_multipart(&target).await?;
    let outcome = async {
        loop {
            // Reading blocks: not where the answers are waited for.
            let read = tokio::task::spawn_blocking(move || read_parts(file, part)).await?;
            let (rest, parts) = read.map_err(local)?;
            file = rest;
            if parts.is_empty() {
                break;
            }
            let sent = parts.into_iter().map(|part| upload.put_part(part.into()));
            try_join_all(sent.collect::<Vec<_>>()).await?;
        }
        upload.complete().await
    }
    .await;
    match outcome {
        Ok(_) => Ok(()),
        Err(error) => {
            // Parts that nobody puts together cost money; that they cannot be removed now is not what went wrong.
            let _ = upload.abort().await;
            Err(error)
        }
    }
}

fn read_parts(mut file: File, part: u64) -> std::io::Result<(File, Vec<Vec<u8>>)> {
    let mut parts = Vec::new();
    while parts.len() < AT_ONCE {
        let mut bytes = Vec::new();
        (&mut file).take(part).read_to_end(&mut bytes)?;
        if bytes.is_empty() {
            break;
        }
        parts.push(bytes);
    }
    Ok((file, parts))
}

/// A failure of this machine's, in the words of `object_store`.
fn local(source: std::io::Error) -> object_store::Error {
    object_store::Error::Generic {
        store: "file",
        source: Box::new(source),
    }
}
