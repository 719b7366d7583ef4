//! The side that clients see: connections, from the first one to the last.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use hyper::Request;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

use super::api;
use super::context::Api;
use super::messages::Message;
use super::phase::Phase;
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::{self, Stop};

/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// How often it is looked whether the controller is to end.
const LOOK: Duration = Duration::from_millis(50);
/// How long calls under way have to end.
const DRAIN: Duration = Duration::from_secs(30);

/// The side that clients see.
pub struct Front<'a> {
    /// Where it listens.
    pub listen: SocketAddr,
    /// How long it serves on once it is asked to end.
    pub drain: Duration,
    /// What is answered.
    pub api: Arc<Api>,
    /// Tells connections and answers.
    pub phase: watch::Sender<Phase>,
    /// Whether somebody still decides.
    pub deciding: &'a dyn Fn() -> bool,
}

impl Front<'_> {
    /// Accepts connections until the controller is to end; then lets calls end, then workers.
    pub async fn serve(
        self,
        messages: &Sender<Message>,
        up: &dyn Fn(SocketAddr),
        builds: &Stop,
    ) -> Result<()> {
        let Self {
            listen,
            drain,
            api,
            phase,
            deciding,
        } = self;
        let listener = TcpListener::bind(listen).await.map_err(|error| {
            unexpected(&format!("could not listen on {listen}"), &error)
                .hint("`--listen` names another place")
        })?;
        let address = listener
            .local_addr()
            .map_err(|error| unexpected("could not listen", &error))?;
        let router = api::router(api);
        let phases = phase.subscribe();
        let mut asked: Option<Instant> = None;
        let (open, mut over) = tokio::sync::mpsc::channel::<()>(1);
        up(address);
        let mut tick = tokio::time::interval(LOOK);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = tick.tick() => {
                    if !deciding() {
                        return Err(Error::new(
                            ErrorKind::Unexpected,
                            "the part of the controller that decides has ended",
                        )
                        .hint("start it again: it goes on where it was"));
                    }
                    if interrupt::requested() && asked.is_none() {
                        asked = Some(Instant::now());
                        let _ = phase.send(Phase::Drains);
                        // Whatever others can do is theirs from now on.
                        builds.ask();
                        let _ = messages.send(Message::Leaving);
                    }
                    if asked.is_some_and(|at| at.elapsed() >= drain) {
                        break;
                    }
                    continue;
                }
            };
            // Out of files, or a client that is gone already: the next one may have more luck.
            let Ok((stream, _)) = accepted else {
                tokio::time::sleep(LOOK).await;
                continue;
            };
            let _ = stream.set_nodelay(true);
            let (answers, now) = (TowerToHyperService::new(router.clone()), phases.clone());
            let service = service_fn(move |request: Request<Incoming>| {
                let drains = *now.borrow() > Phase::Serves;
                let answer = answers.call(request);
                async move {
                    let mut response = answer.await?;
                    if drains {
                        // Whoever keeps this connection is to open the next one elsewhere, before it is closed under a request.
                        let close = HeaderValue::from_static("close");
                        response.headers_mut().insert(CONNECTION, close);
                    }
                    Ok::<_, std::convert::Infallible>(response)
                }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD)
                .serve_connection(TokioIo::new(stream), service);
            let (mut phases, open) = (phases.clone(), open.clone());
            tokio::spawn(async move {
                let mut connection = std::pin::pin!(connection);
                let ended = tokio::select! {
                    ended = connection.as_mut() => ended,
                    () = asked_to_end(&mut phases) => {
                        connection.as_mut().graceful_shutdown();
                        connection.await
                    }
                };
                // A connection that broke is its client's matter.
                drop((ended, open));
            });
        }
        drop((listener, open));
        let _ = phase.send(Phase::Ends);
        // Ends once the last connection has dropped its end.
        let _ = tokio::time::timeout(DRAIN, over.recv()).await;
        let (reply, ended) = oneshot::channel();
        if messages.send(Message::End(reply)).is_ok() {
            let _ = ended.await;
        }
        Ok(())
    }
}

/// Returns once the controller is to end.
async fn asked_to_end(phases: &mut watch::Receiver<Phase>) {
    // Whoever tells it lives longer than any connection.
    let _ = phases.wait_for(|phase| *phase == Phase::Ends).await;
}

/// The error of what should have gone well.
pub fn unexpected(goal: &str, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Unexpected, goal).because(error.to_string())
}
