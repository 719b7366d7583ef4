//! The REST side: functions under `/v1`, their calls under `/f/NAME/`, events, metrics, health.

use std::sync::Arc;

use axum::extract::{Request, State as Context};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::{any, get, post};
use axum::{Router, middleware};
use serde::Deserialize;

use super::access;
use super::builds::{Build, WithLog};
use super::call;
use super::context::{Answer, Api, Shared, blocking, etag};
use super::extract::{Path, Query};
use super::invocation;
use super::journal;
use super::messages::What;
use super::metrics;
use super::phase::Phase;
use super::problem::Problem;
use super::profile_sent;
use super::respond_async;
use super::sent::{install, upload};
use super::served::Status;
use super::state::State;
use super::trial_documents;
use super::watching;
use crate::report::trial::TrialReport;

/// The page, whole.
const PAGE: &str = include_str!("page.html");
/// The description of this very file.
const OPENAPI: &str = include_str!("openapi.json");

/// Everything that is answered.
pub fn router(api: Arc<Api>) -> Router {
    let functions = Router::new()
        .route("/v1/functions", get(all))
        .route("/v1/functions/{name}", get(one).put(install).delete(remove))
        .route("/v1/functions/{name}/history", get(history))
        .route(
            "/v1/functions/{name}/profiles",
            get(profiles).post(profile_sent::take),
        )
        .route("/v1/functions/{name}/builds", get(builds).post(build_again))
        .route("/v1/functions/{name}/builds/{id}", get(build))
        .route("/v1/functions/{name}/trials", get(trials))
        .route("/v1/functions/{name}/trials/{generation}", get(trial))
        .route("/v1/functions/{name}/events", get(events_of))
        .route("/v1/functions/{name}/{action}", post(act))
        .route(
            "/v1/invocations/{id}",
            get(respond_async::look).delete(respond_async::forget),
        )
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

async fn builds(Context(api): Shared, Path(name): Path<String>) -> Answer<Json<Vec<Build>>> {
    let served = api.served(&name).await?;
    blocking(move || Ok(served.builds.all())).await.map(Json)
}

async fn build(
    Context(api): Shared,
    Path((name, id)): Path<(String, u64)>,
) -> Answer<Json<WithLog>> {
    let served = api.served(&name).await?;
    let found = blocking(move || Ok(served.builds.one(id))).await?;
    match found {
        Some((build, log)) => Ok(Json(WithLog { build, log })),
        None => Err(Problem::unknown(format!(
            "this controller remembers no build {id} of `{name}`"
        ))),
    }
}

/// Tries a build that failed again now.
async fn build_again(
    Context(api): Shared,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let state = api.ask(&name, &headers, What::Build).await?;
    let location = [(header::LOCATION, format!("/v1/functions/{name}/builds"))];
    let etag = etag(state.generation);
    Ok((StatusCode::ACCEPTED, location, etag, Json(state)).into_response())
}

async fn trials(Context(api): Shared, Path(name): Path<String>) -> Answer<Json<Vec<TrialReport>>> {
    api.served(&name).await?;
    let store = api.store.clone();
    blocking(move || trial_documents::all(&store, &name))
        .await
        .map(Json)
}

async fn trial(
    Context(api): Shared,
    Path((name, generation)): Path<(String, u64)>,
) -> Answer<Json<TrialReport>> {
    api.served(&name).await?;
    let (store, of) = (api.store.clone(), name.clone());
    let found = blocking(move || trial_documents::one(&store, &of, generation)).await?;
    let unknown = || format!("no trial of `{name}` ended at generation {generation}");
    found.map(Json).ok_or_else(|| Problem::unknown(unknown()))
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
async fn invoke(api: &Arc<Api>, name: &str, mut request: Request) -> Answer<Response> {
    if api.token.is_some() {
        // It let the request in; the function must not learn it.
        request.headers_mut().remove(header::AUTHORIZATION);
    }
    match respond_async::take_preference(request.headers_mut()) {
        true => respond_async::accept(api, name, request).await,
        false => Ok(to_function(api, name, "", request).await),
    }
}

async fn to_function(api: &Api, name: &str, path: &str, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let (id, asked) = invocation::begin(&mut parts.headers);
    let answer = async {
        let (asked, served) = (asked?, api.awake(name).await?);
        Ok(call::call(&served, path, asked, parts, body).await)
    };
    let mut answer = answer
        .await
        .unwrap_or_else(|problem: Problem| problem.response());
    id.name(answer.headers_mut());
    answer
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
