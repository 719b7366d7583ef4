//! A JAR or a manifest that is sent: received into a file, checked, and only then asked for.

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::State as Context;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use super::context::{Answer, Api, Shared, blocking, etag};
use super::extract::Path;
use super::manifest::{Manifest, check_name};
use super::messages::What;
use super::problem::Problem;
use crate::workdir::half_made;

/// The largest JAR that is taken.
const LARGEST_JAR: u64 = 1 << 30;
/// The largest manifest.
const LARGEST_MANIFEST: usize = 1 << 20;
/// How long a client may send nothing in the middle of a body; a manifest is whole by then.
const SILENCE: Duration = Duration::from_secs(15);

/// What may not take longer than [`SILENCE`].
async fn in_time<T>(what: impl Future<Output = T>) -> Answer<T> {
    let stuck = |_| {
        Problem::late(format!(
            "nothing of the body came within {SILENCE:?}; send it again"
        ))
    };
    tokio::time::timeout(SILENCE, what).await.map_err(stuck)
}

/// Receives a body of at most `limit` bytes into a file; `what` it is.
pub async fn receive(api: &Api, body: Body, limit: u64, what: &str) -> Answer<tempfile::TempPath> {
    let too_large =
        || Problem::too_large(format!("{what} may have {}", crate::units::bytes(limit)));
    if body.size_hint().lower() > limit {
        return Err(too_large());
    }
    let uploads = api.uploads.clone();
    let file = blocking(move || {
        tempfile::Builder::new()
            .prefix(&half_made())
            .tempfile_in(&uploads)
            .map_err(|error| crate::error::Error::io("write in", &uploads, &error))
    })
    .await?;
    let (file, path) = file.into_parts();
    let mut file = tokio::fs::File::from_std(file);
    let mut received = 0;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = in_time(chunks.next()).await? {
        let chunk =
            chunk.map_err(|_| Problem::bad_request("the body ended before it was whole"))?;
        received += chunk.len() as u64;
        if received > limit {
            return Err(too_large());
        }
        file.write_all(&chunk)
            .await
            .map_err(|error| Problem::from(crate::error::Error::io("write", &path, &error)))?;
    }
    file.flush()
        .await
        .map_err(|error| Problem::from(crate::error::Error::io("write", &path, &error)))?;
    Ok(path)
}

/// `POST /v1/jars`: keeps a JAR under its digest, for a manifest to name.
pub async fn upload(Context(api): Shared, body: Body) -> Answer<Response> {
    let path = receive(&api, body, LARGEST_JAR, "a JAR").await?;
    let store = api.store.clone();
    let digest = blocking(move || {
        let manifest = Manifest::check("jar", Manifest::of_jar_alone(), &path)?;
        store.create_from_file(&format!("jars/{}", manifest.jar), &path)?;
        Ok(manifest.jar)
    })
    .await?;
    Ok((StatusCode::CREATED, Json(json!({ "sha256": digest }))).into_response())
}

/// `PUT /v1/functions/NAME`: a JAR alone, or a manifest that names one which was sent before.
pub async fn install(
    Context(api): Shared,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    check_name(&name)?;
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    let (function, jar) = match kind.as_str() {
        "application/java-archive" | "application/octet-stream" => (
            Manifest::of_jar_alone(),
            receive(&api, body, LARGEST_JAR, "a JAR").await?,
        ),
        "application/json" => named_jar(&api, body).await?,
        _ => {
            return Err(Problem::media_type(
                "send a JAR as `application/java-archive`, or a manifest as `application/json` whose `jar` is the digest that `POST /v1/jars` answered",
            ));
        }
    };
    let checked = {
        let (name, store) = (name.clone(), api.store.clone());
        blocking(move || {
            let manifest = Manifest::check(&name, function, &jar)?;
            store.create_from_file(&format!("jars/{}", manifest.jar), &jar)?;
            Ok((manifest, jar))
        })
        .await?
    };
    let (manifest, jar) = checked;
    let known = api.registry.get(&name).is_some();
    let what = What::Install(manifest, jar.to_path_buf());
    let state = api.ask(&name, &headers, what).await?;
    let status = match known {
        true => StatusCode::OK,
        false => StatusCode::CREATED,
    };
    let location = [(header::LOCATION, format!("/v1/functions/{name}"))];
    Ok((status, location, etag(state.generation), Json(state)).into_response())
}

/// The manifest in `body`, and the JAR that it names.
async fn named_jar(api: &Api, body: Body) -> Answer<(Value, tempfile::TempPath)> {
    let text = in_time(axum::body::to_bytes(body, LARGEST_MANIFEST))
        .await?
        .map_err(|_| Problem::too_large("a manifest may have 1 MiB"))?;
    let mut function: Value = serde_json::from_slice(&text)
        .map_err(|error| Problem::bad_request(format!("the manifest is not JSON: {error}")))?;
    let digest = function
        .as_object_mut()
        .and_then(|keys| keys.remove("jar"))
        .and_then(|digest| digest.as_str().map(str::to_owned))
        .filter(|digest| digest.len() == 64 && digest.bytes().all(|it| it.is_ascii_hexdigit()));
    let Some(digest) = digest else {
        return Err(Problem::unusable(
            "the manifest's `jar` is the SHA-256 that `POST /v1/jars` answered",
        ));
    };
    let (store, uploads) = (api.store.clone(), api.uploads.clone());
    let jar = blocking(move || {
        let file = tempfile::Builder::new()
            .prefix(&half_made())
            .tempfile_in(&uploads)
            .map_err(|error| crate::error::Error::io("write in", &uploads, &error))?
            .into_temp_path();
        match store.get_to_file(&format!("jars/{digest}"), &file)? {
            true => Ok(file),
            false => Err(crate::error::Error::usage(format!(
                "there is no JAR with the digest `{digest}`"
            ))
            .hint("`POST /v1/jars` sends it")),
        }
    })
    .await?;
    Ok((function, jar))
}
