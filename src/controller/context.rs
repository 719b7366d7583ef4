//! What every answer of the REST side knows, and how it asks for changes.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use axum::extract::State as Context;
use axum::http::{HeaderMap, header};
use tokio::sync::{oneshot, watch};

use super::events::Events;
use super::invocations::Invocations;
use super::manifest::check_name;
use super::messages::{Message, Order, What};
use super::others::Follower;
use super::phase::Phase;
use super::problem::Problem;
use super::registry::Registry;
use super::served::Served;
use super::state::State;
use crate::store::Store;

/// What answers know.
#[derive(Debug)]
pub struct Api {
    /// The functions.
    pub registry: Arc<Registry>,
    /// What happened.
    pub events: Arc<Events>,
    /// Calls whose answers are gotten later.
    pub invocations: Invocations,
    /// Documents and JARs.
    pub store: Store,
    /// Held by whoever puts a profile into the store that was sent.
    pub sending: tokio::sync::Mutex<()>,
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

/// It, as axum hands it to an answer.
pub type Shared = Context<Arc<Api>>;
/// What is answered, or a problem.
pub type Answer<T> = Result<T, Problem>;

impl Api {
    /// The function of that name, which another controller may have installed this moment.
    pub async fn served(&self, name: &str) -> Answer<Arc<Served>> {
        if let Some(served) = self.registry.get(name) {
            return Ok(served);
        }
        if let (Some(follower), Ok(())) = (&self.follower, check_name(name)) {
            follower.look(false).await;
        }
        let unknown = || Problem::unknown(format!("there is no function `{name}`"));
        self.registry.get(name).ok_or_else(unknown)
    }

    /// The function of that name, about to run where it does not.
    pub async fn awake(&self, name: &str) -> Answer<Arc<Served>> {
        let served = self.served(name).await?;
        if served.now.borrow().stable.is_none() {
            // Nothing of it runs since the controller started.
            let _ = self.messages.send(Message::Wake(name.to_owned()));
        }
        Ok(served)
    }

    /// Asks for a change; what holds then.
    pub async fn ask(&self, function: &str, headers: &HeaderMap, what: What) -> Answer<State> {
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
    // What is no text is no generation either.
    match value.to_str().unwrap_or_default().trim_matches('"') {
        "*" => Ok(None),
        number => number.parse().map(Some).map_err(|_| {
            Problem::bad_request("`If-Match` names a generation: the ETag of the function")
        }),
    }
}

/// Refuses where `If-Match` names another generation than that of `state`.
pub fn must_match(headers: &HeaderMap, state: &State) -> Answer<()> {
    match if_match(headers)? {
        Some(wanted) if wanted != state.generation => Err(Problem::generation(format!(
            "`{}` is at generation {}, and {wanted} was asked for",
            state.function, state.generation
        ))),
        _ => Ok(()),
    }
}

/// The generation as a header.
pub fn etag(generation: u64) -> [(header::HeaderName, String); 1] {
    [(header::ETAG, format!("\"{generation}\""))]
}

/// Does what may take a while on a thread of its own.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> crate::error::Result<T> + Send + 'static,
) -> Answer<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(Problem::from),
        Err(_) => Err(Problem::not_serving("the controller is ending", 5)),
    }
}
