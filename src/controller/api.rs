//! The REST side: functions under `/v1`, their calls under `/f/NAME/`, events, metrics, health.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use axum::body::Body;
use axum::extract::{Request, State as Context};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::{any, get, post};
use axum::{Router, middleware};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::sync::{oneshot, watch};

use super::access;
use super::call;
use super::events::Events;
use super::extract::{Path, Query};
use super::journal;
use super::manifest::{Manifest, check_name};
use super::messages::{Message, Order, What};
use super::metrics;
use super::others::Follower;
use super::phase::Phase;
use super::problem::Problem;
use super::registry::Registry;
use super::served::{Served, Status};
use super::state::State;
use super::watching;
use crate::store::Store;
use crate::workdir::half_made;

/// The largest JAR that is taken.
const LARGEST_JAR: u64 = 1 << 30;
/// The largest manifest.
const LARGEST_MANIFEST: usize = 1 << 20;
/// The page, whole.
const PAGE: &str = include_str!("page.html");
/// The description of this very file.
const OPENAPI: &str = include_str!("openapi.json");

/// What answers know.
#[derive(Debug)]
pub struct Api {
    /// The functions.
    pub registry: Arc<Registry>,
    /// What happened.
    pub events: Arc<Events>,
    /// Documents and JARs.
    pub store: Store,
    /// Where JARs are received.
    pub uploads: PathBuf,
    /// Whom to ask for changes.
    pub messages: Sender<Message>,
    /// What callers of `/v1` must know.
    pub token: Option<String>,
    /// Who hears of what other controllers decide, where there are any.
    pub follower: Option<Follower>,
    /// Whether it is to end.
    pub phase: watch::Receiver<Phase>,
}

type Shared = Context<Arc<Api>>;
type Answer<T> = Result<T, Problem>;

/// Everything that is answered.
pub fn router(api: Arc<Api>) -> Router {
    let functions = Router::new()
        .route("/v1/functions", get(all))
        .route("/v1/functions/{name}", get(one).put(install).delete(remove))
        .route("/v1/functions/{name}/history", get(history))
        .route("/v1/functions/{name}/profiles", get(profiles))
        .route("/v1/functions/{name}/events", get(events_of))
        .route("/v1/functions/{name}/{action}", post(act))
        .route("/v1/jars", post(upload))
        .route("/v1/events", get(events))
        .route("/metrics", get(prometheus))
        .route("/openapi.json", get(openapi))
        .layer(middleware::from_fn_with_state(
            api.token.as_deref().map(Arc::<str>::from),
            access::check,
        ));
    Router::new()
        .route("/f/{name}", any(call_path))
        .route("/f/{name}/", any(call_path))
        .route("/f/{name}/{*path}", any(call_path))
        // It holds nothing of any function; what it shows it asks for with the token.
        .route("/", get(page))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .merge(functions)
        .fallback(|| async { Problem::unknown("`GET /openapi.json` lists the paths") })
        .method_not_allowed_fallback(not_allowed)
        .with_state(api)
}

async fn not_allowed() -> Problem {
    Problem::method()
}

impl Api {
    /// The function of that name, which another controller may have installed this moment.
    async fn served(&self, name: &str) -> Answer<Arc<Served>> {
        if let Some(served) = self.registry.get(name) {
            return Ok(served);
        }
        if let (Some(follower), Ok(())) = (&self.follower, check_name(name)) {
            follower.look(false).await;
        }
        let unknown = || Problem::unknown(format!("there is no function `{name}`"));
        self.registry.get(name).ok_or_else(unknown)
    }

    async fn ask(&self, function: &str, headers: &HeaderMap, what: What) -> Answer<State> {
        if let Some(follower) = &self.follower {
            // What is changed is what all controllers know.
            follower.look(true).await;
        }
        let (reply, answer) = oneshot::channel();
        let asked = Order {
            function: function.to_owned(),
            generation: if_match(headers)?,
            what,
            reply,
        };
        let ending = || Problem::not_serving("the controller is ending", 5);
        self.messages
            .send(Message::Asked(asked))
            .map_err(|_| ending())?;
        answer.await.map_err(|_| ending())?
    }
}

/// The generation that `If-Match` names.
fn if_match(headers: &HeaderMap) -> Answer<Option<u64>> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let number = value
        .to_str()
        .ok()
        .map(|value| value.trim_matches('"'))
        .filter(|value| *value != "*");
    match number {
        None => Ok(None),
        Some(number) => number.parse().map(Some).map_err(|_| {
            Problem::bad_request("`If-Match` names a generation: the ETag of the function")
        }),
    }
}

fn etag(generation: u64) -> [(header::HeaderName, String); 1] {
    [(header::ETAG, format!("\"{generation}\""))]
}

async fn all(Context(api): Shared) -> Json<Vec<Status>> {
    Json(api.registry.all().iter().map(|it| it.status()).collect())
}

/// Not ready once it was asked to end, while it serves on: whoever shares calls out is to send none.
async fn ready(Context(api): Shared) -> Answer<&'static str> {
    match *api.phase.borrow() {
        Phase::Serves => Ok("ok\n"),
        _ => Err(Problem::not_serving("the controller is ending", 5)),
    }
}

async fn one(Context(api): Shared, Path(name): Path<String>) -> Answer<Response> {
    let status = api.served(&name).await?.status();
    Ok((etag(status.generation), Json(status)).into_response())
}

async fn history(Context(api): Shared, Path(name): Path<String>) -> Answer<Json<Vec<State>>> {
    api.served(&name).await?;
    let store = api.store.clone();
    blocking(move || journal::history(&store, &name))
        .await
        .map(Json)
}

async fn profiles(Context(api): Shared, Path(name): Path<String>) -> Answer<Json<Vec<String>>> {
    api.served(&name).await?;
    let store = api.store.clone();
    blocking(move || {
        let objects = store.list(&format!("profiles/{name}"))?;
        let sheets = objects.into_iter().map(|object| object.key);
        Ok(sheets.filter(|key| key.ends_with(".json")).collect())
    })
    .await
    .map(Json)
}

/// Does what may take a while on a thread of its own.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> crate::error::Result<T> + Send + 'static,
) -> Answer<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(Problem::from),
        Err(_) => Err(Problem::not_serving("the controller is ending", 5)),
    }
}

/// Receives a body into a file, and checks what it is while nobody else sees it.
async fn receive(api: &Api, body: Body, limit: u64) -> Answer<tempfile::TempPath> {
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
    while let Some(chunk) = chunks.next().await {
        let chunk =
            chunk.map_err(|_| Problem::bad_request("the body ended before it was whole"))?;
        received += chunk.len() as u64;
        if received > limit {
            return Err(Problem::too_large(format!(
                "a JAR may have {}",
                crate::units::bytes(limit)
            )));
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
async fn upload(Context(api): Shared, body: Body) -> Answer<Response> {
    let path = receive(&api, body, LARGEST_JAR).await?;
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
async fn install(
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
            receive(&api, body, LARGEST_JAR).await?,
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
    let text = axum::body::to_bytes(body, LARGEST_MANIFEST)
        .await
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

async fn remove(
    Context(api): Shared,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Answer<StatusCode> {
    api.ask(&name, &headers, What::Remove).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /v1/functions/NAME/ACTION`.
async fn act(
    Context(api): Shared,
    Path((name, action)): Path<(String, String)>,
    request: Request,
) -> Answer<Response> {
    let what = match action.as_str() {
        "invoke" => return invoke(&api, &name, request).await,
        "promote" => What::Promote,
        "rollback" => What::RollBack,
        "pause" => What::Pause,
        "resume" => What::Resume,
        "collect" => What::Collect,
        _ => return Err(Problem::unknown(format!("there is no action `{action}`"))),
    };
    let state = api.ask(&name, request.headers(), what).await?;
    Ok((etag(state.generation), Json(state)).into_response())
}

/// A call of the function's `/`.
async fn invoke(api: &Api, name: &str, mut request: Request) -> Answer<Response> {
    if api.token.is_some() {
        // It let the request in; the function must not learn it.
        request.headers_mut().remove(header::AUTHORIZATION);
    }
    Ok(to_function(api, name, "", request).await)
}

async fn to_function(api: &Api, name: &str, path: &str, request: Request) -> Response {
    let served = match api.served(name).await {
        Ok(served) => served,
        Err(problem) => return problem.response(),
    };
    if served.now.borrow().stable.is_none() {
        // Nothing of it runs since the controller started.
        let _ = api.messages.send(Message::Wake(name.to_owned()));
    }
    let (parts, body) = request.into_parts();
    call::call(&served, path, parts, body).await
}

/// The path is sent on as it came: decoding and encoding it again would change it.
async fn call_path(Context(api): Shared, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let mut parts = path.splitn(4, '/').skip(2);
    let (name, own) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    to_function(&api, name, own, request).await
}

#[derive(Debug, Default, Deserialize)]
struct After {
    after: Option<u64>,
}

async fn events(Context(api): Shared, Query(query): Query<After>, headers: HeaderMap) -> Response {
    watching::answer(&api.events, &api.phase, query.after, &headers, None)
}

async fn events_of(
    Context(api): Shared,
    Path(name): Path<String>,
    Query(query): Query<After>,
    headers: HeaderMap,
) -> Response {
    watching::answer(&api.events, &api.phase, query.after, &headers, Some(name))
}

async fn prometheus(Context(api): Shared) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], metrics::text(&api.registry)).into_response()
}

async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}

async fn page() -> Html<&'static str> {
    Html(PAGE)
}
