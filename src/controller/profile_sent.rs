//! A profile that somebody sends: of a test, of another place where the same image ran. Checked as those of workers are, kept beside
//! them, counted with them.

use std::path::Path as File;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State as Context;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::collector::{Told, name_of, stored};
use super::context::{Answer, Shared, blocking, must_match};
use super::extract::{Path, Query};
use super::messages::Message;
use super::problem::Problem;
use super::sent::receive;
use super::served::{Now, Served};
use crate::error::{Error, Result};
use crate::identity::{Identity, Inputs, file_digest};
use crate::pipeline::profile_of_a_worker;
use crate::profile::ProfileKind;
use crate::profile::provenance::Provenance;
use crate::profile::shared::{GatheredBy, Sheet, is_of_content, put};
use crate::store::{Created, Store};
use crate::variant::Variant;

/// The largest profile that is taken.
const LARGEST: u64 = 256 << 20;

/// How long a function may take to be loaded.
const LOADS: Duration = Duration::from_secs(60);

/// What is said about it.
#[derive(Debug, Deserialize)]
pub struct About {
    /// The image that left it.
    build: Option<String>,
    /// How many calls it holds, where somebody counted.
    calls: Option<u64>,
}

/// `POST /v1/functions/NAME/profiles`: takes a profile of the image that counts now.
pub async fn take(
    Context(api): Shared,
    Path(name): Path<String>,
    Query(about): Query<About>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    let served = api.awake(&name).await?;
    let now = known(&served).await;
    must_match(&headers, &now.state)?;
    let Some(build) = now.counting.clone() else {
        let why = match &now.broken {
            Some(why) => format!("it cannot be started: {why}"),
            None => format!("it is in the stage {}", now.state.stage),
        };
        return Err(Problem::conflict(format!(
            "`{name}` gathers no profiles now, for {why}; `collect` begins anew, once it has a native image"
        )));
    };
    if let Some(named) = about.build.filter(|named| named != build.as_str()) {
        return Err(Problem::build_mismatch(format!(
            "the profile is of build `{named}`, and the image of `{name}` that counts now is build `{build}`: method ids of one say nothing about the other"
        )));
    }
    let file = receive(&api, body, LARGEST, "a profile").await?;
    // Of two that send the same at the same moment one is the first.
    let sending = Arc::clone(&api);
    let (store, function) = (api.store.clone(), name.clone());
    let version = now.state.version.clone();
    let calls = about.calls.unwrap_or_default();
    // Whether or not whoever sent it still waits.
    let kept = tokio::spawn(async move {
        let _alone = sending.sending.lock().await;
        let kept = blocking(move || {
            profile_of_a_worker(&file)?;
            let sheet = sheet(&function, &version, build, calls, &file)?;
            keep(&store, sheet, &file)
        });
        kept.await
    });
    let ended = |_| Problem::not_serving("the controller is ending", 5);
    let kept = kept.await.map_err(ended)??;
    let Some((key, sheet)) = kept else {
        return Err(Problem::conflict(format!(
            "this profile of `{name}` is in the store already; each counts once"
        )));
    };
    let answer = said(&key, &sheet);
    // It has waited as all do, and is stored.
    for told in [Told::Pending, Told::Stored] {
        let _ = api
            .messages
            .send(Message::Profile(told(Box::new(sheet.clone()))));
    }
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// What holds, once its images are known: after a restart nobody has looked for them yet.
async fn known(served: &Served) -> Now {
    let mut changes = served.now.subscribe();
    let is_known = |now: &Now| {
        now.stable.is_some() || now.broken.is_some() || now.disabled || now.state.removed
    };
    // Where that takes longer there is nothing to count for.
    let _ = tokio::time::timeout(LOADS, changes.wait_for(is_known)).await;
    served.now.borrow().clone()
}

fn said(key: &str, sheet: &Sheet) -> Value {
    json!({
        "key": key,
        "build": sheet.build,
        "worker": sheet.worker,
        "sha256": sheet.provenance.sha256,
        "bytes": sheet.provenance.bytes,
    })
}

/// Puts it into the store; `None`: the same content is there.
fn keep(store: &Store, sheet: Sheet, file: &File) -> Result<Option<(String, Sheet)>> {
    let there = stored(store, &sheet.function, &sheet.build)?;
    let sha256 = &sheet.provenance.sha256;
    if there.iter().any(|key| is_of_content(name_of(key), sha256)) {
        return Ok(None);
    }
    let (key, created) = put(store, &sheet, file)?;
    Ok((created == Created::New).then_some((key, sheet)))
}

fn sheet(function: &str, version: &str, image: Identity, calls: u64, file: &File) -> Result<Sheet> {
    let sha256 = file_digest(file)?;
    let worker = format!("upload-{}", sha256.get(..12).unwrap_or_default());
    let bytes = std::fs::metadata(file).map_err(|error| Error::io("read", file, &error))?;
    let provenance = Provenance {
        schema_version: 1,
        run: 1,
        kind: ProfileKind::Iprof,
        source: Variant::NativeInstrumented,
        image,
        inputs: Inputs::new()
            .with("version", version)
            .with("worker", &worker),
        requests: calls,
        processes: None,
        // When it was recorded, for how long and on what nobody says.
        started: Timestamp::now().to_string(),
        seconds: 0.0,
        ending: "was sent".to_owned(),
        hotspot: None,
        pulled_from: None,
        processor: None,
        sha256,
        bytes: bytes.len(),
    };
    Ok(Sheet::here(
        function,
        &worker,
        GatheredBy::Upload,
        provenance,
    ))
}
