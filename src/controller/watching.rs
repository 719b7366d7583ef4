//! Events for whoever asks: what was, and as a stream what comes.

use std::convert::Infallible;
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Json, Response, Sse, sse};
use futures_util::{Stream, StreamExt, stream};
use serde_json::json;
use tokio::sync::{broadcast, watch};

use super::events::{Events, Happened};
use super::phase::Phase;

/// As JSON what was; as server-sent events what was and what comes.
pub fn answer(
    events: &Events,
    phase: &watch::Receiver<Phase>,
    after: Option<u64>,
    headers: &HeaderMap,
    function: Option<String>,
) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let after = header("last-event-id")
        .and_then(|id| id.parse().ok())
        .or(after)
        .unwrap_or(0);
    let listener = events.listen();
    let before = events.after(after, function.as_deref());
    if header("accept").is_some_and(|accept| accept.contains("text/event-stream")) {
        let last = before.last().map_or(after, |event| event.id);
        let stream = stream::iter(before).chain(live(listener, phase.clone(), last, function));
        let sent = stream.map(|event| Ok::<_, Infallible>(sent(&event)));
        return Sse::new(sent)
            .keep_alive(sse::KeepAlive::default())
            .into_response();
    }
    let before: Vec<&Happened> = before.iter().map(|event| &**event).collect();
    Json(json!(before)).into_response()
}

/// Events after number `last`, as they happen. A listener that lags too far behind is ended, and comes again with its number.
fn live(
    listener: broadcast::Receiver<Arc<Happened>>,
    phase: watch::Receiver<Phase>,
    last: u64,
    function: Option<String>,
) -> impl Stream<Item = Arc<Happened>> {
    stream::unfold((listener, phase), move |(mut listener, mut phase)| {
        let function = function.clone();
        async move {
            loop {
                let event = tokio::select! {
                    event = listener.recv() => event.ok()?,
                    _ = phase.changed() => return None,
                };
                let wanted = function.as_ref().is_none_or(|name| event.function == *name);
                if event.id > last && wanted {
                    return Some((event, (listener, phase)));
                }
            }
        }
    })
}

fn sent(event: &Happened) -> sse::Event {
    let text = serde_json::to_string(event).unwrap_or_default();
    sse::Event::default()
        .id(event.id.to_string())
        .event(&event.kind)
        .data(text)
}
