//! `serve`: a function is installed, serves at once, is profiled by a share of its real calls, is rebuilt in the background and
//! switched over, and never to something that measured worse.
//!
//! ```text
//! api ─► call ─► pool ─► worker          a call: routed, handed to a worker, measured        (async)
//!          ▲ route, served               what holds now
//! control ─► decide                      facts in, next step out                             (one thread)
//!    ├─► builder    ─► `pgoctl build`    images, one at a time                               (one thread)
//!    ├─► collector  ─► store             profiles                                            (one thread)
//!    └─► journal    ─► store             numbered documents: state, history, rollback
//! ```

mod access;
mod answer;
mod api;
mod begun;
mod builder;
mod call;
mod client;
mod collector;
mod control;
mod counters;
mod decide;
mod events;
mod extract;
mod image;
mod journal;
mod manifest;
mod messages;
mod metrics;
mod pool;
mod problem;
mod registry;
mod request;
mod route;
mod runnable;
mod served;
mod settings;
mod state;
mod trial;
mod watching;
mod worker;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::{self, Stop};
use crate::plan::Request;
use crate::store::Store;
use crate::workdir::{Lock, create_dir};
use api::Api;
use builder::{Builder, Program};
use collector::Collector;
use control::Control;
use events::Events;
use messages::Message;
use registry::Registry;
use runnable::Tools;

pub use client::{Client, Sent, problem};
pub use manifest::check_name;

/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// How long the one thread that decides waits for a store that is away.
const DECIDES: Duration = Duration::from_secs(3);
/// How often it is looked whether the controller is to end.
const LOOK: Duration = Duration::from_millis(50);
/// How long calls under way have to end.
const DRAIN: Duration = Duration::from_secs(30);

/// What `serve` was told.
#[derive(Clone, Debug)]
pub struct Serve {
    /// Where it listens.
    pub listen: SocketAddr,
    /// What callers of `/v1` must know.
    pub token: Option<String>,
    /// Where everything of this controller is.
    pub home: PathBuf,
    /// Where documents, JARs and profiles are.
    pub store: Store,
    /// Where tools are, and what they are told.
    pub request: Request,
    /// This program, for builds.
    pub program: PathBuf,
    /// Flags of the tools, for builds.
    pub args: Vec<String>,
}

/// Serves until it is asked to end; `up` is told where it listens.
pub fn serve(order: &Serve, up: &dyn Fn(SocketAddr)) -> Result<()> {
    if !is_loopback(order.listen.ip()) && order.token.is_none() {
        return Err(Error::usage(format!(
            "`{}` can be reached from elsewhere, and there is no token",
            order.listen
        ))
        .because("whoever may install a function may run any code here")
        .hint("set PGOCTL_TOKEN, or listen on 127.0.0.1"));
    }
    for folder in ["logs", "recording", "pending", "uploads", "functions"] {
        create_dir(&order.home.join(folder))?;
    }
    let lock = only_one(&order.home)?;
    interrupt::keep_children();
    let (messages, inbox) = channel();
    let events = Arc::new(Events::open(&order.home.join("events.jsonl"))?);
    let registry = Arc::new(Registry::default());
    let collector = {
        let messages = messages.clone();
        Collector::start(&order.home, order.store.clone(), move |told| {
            let _ = messages.send(Message::Profile(told));
        })?
    };
    let tools = Tools {
        request: order.request.clone(),
        home: order.home.clone(),
    };
    let builds = Stop::default();
    let builder = {
        let messages = messages.clone();
        let program = Program {
            program: order.program.clone(),
            args: order.args.clone(),
        };
        let store = order.store.clone();
        Builder::start(program, tools.clone(), store, builds.clone(), move |done| {
            let _ = messages.send(Message::Done(done));
        })?
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut control = Control::new(
        Arc::clone(&registry),
        Arc::clone(&events),
        order.store.clone().within(DECIDES),
        tools,
        collector,
        builder,
        messages.clone(),
        cores,
    );
    control.restore()?;
    let (ending, ends) = watch::channel(false);
    let api = Arc::new(Api {
        registry,
        events,
        store: order.store.clone(),
        uploads: order.home.join("uploads"),
        messages: messages.clone(),
        token: order.token.clone(),
        ends,
    });
    let control = std::thread::Builder::new()
        .name("control".to_owned())
        .spawn(move || control.run(&inbox))
        .map_err(|error| unexpected("could not start the controller", &error))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| unexpected("could not start the controller", &error))?;
    let deciding = || !control.is_finished();
    let front = Front {
        order,
        api,
        ending,
        deciding: &deciding,
    };
    let served = runtime.block_on(front.serve(&messages, up, &builds));
    drop(lock);
    served
}

/// Takes the controller's folder, or says who has it: whoever starts a second controller there does not want to wait for the first.
fn only_one(home: &Path) -> Result<Lock> {
    let stop = Stop::default();
    let mut other = None;
    let lock = Lock::take(&home.join("lock"), "serve", &stop, &mut |holder| {
        other = Some(holder.to_owned());
        stop.ask();
    });
    match other {
        Some(holder) => Err(Error::usage(format!(
            "another controller works in `{}`: {holder}",
            home.display()
        ))
        .hint("`--home` names another folder")),
        None => lock,
    }
}

/// Returns once the controller is to end.
async fn asked_to_end(ends: &mut watch::Receiver<bool>) {
    // Whoever tells it lives longer than any connection.
    let _ = ends.wait_for(|ending| *ending).await;
}

fn unexpected(goal: &str, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Unexpected, goal).because(error.to_string())
}

fn is_loopback(address: IpAddr) -> bool {
    address.is_loopback()
}

/// The side that clients see.
struct Front<'a> {
    order: &'a Serve,
    api: Arc<Api>,
    /// Becomes true when the controller is to end.
    ending: watch::Sender<bool>,
    /// Whether somebody still decides.
    deciding: &'a dyn Fn() -> bool,
}

impl Front<'_> {
    /// Accepts connections until the controller is to end; then lets calls end, then workers.
    async fn serve(
        self,
        messages: &Sender<Message>,
        up: &dyn Fn(SocketAddr),
        builds: &Stop,
    ) -> Result<()> {
        let Self {
            order,
            api,
            ending,
            deciding,
        } = self;
        let listener = TcpListener::bind(order.listen).await.map_err(|error| {
            unexpected(&format!("could not listen on {}", order.listen), &error)
                .hint("`--listen` names another place")
        })?;
        let address = listener
            .local_addr()
            .map_err(|error| unexpected("could not listen", &error))?;
        let router = api::router(api);
        let ends = ending.subscribe();
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
                    if interrupt::requested() {
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
            let service = TowerToHyperService::new(router.clone());
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD)
                .serve_connection(TokioIo::new(stream), service);
            let (mut ends, open) = (ends.clone(), open.clone());
            tokio::spawn(async move {
                let mut connection = std::pin::pin!(connection);
                let ended = tokio::select! {
                    ended = connection.as_mut() => ended,
                    () = asked_to_end(&mut ends) => {
                        connection.as_mut().graceful_shutdown();
                        connection.await
                    }
                };
                // A connection that broke is its client's matter.
                drop((ended, open));
            });
        }
        drop((listener, open));
        let _ = ending.send(true);
        // Ends once the last connection has dropped its end.
        let _ = tokio::time::timeout(DRAIN, over.recv()).await;
        builds.ask();
        let (reply, ended) = oneshot::channel();
        if messages.send(Message::End(reply)).is_ok() {
            let _ = ended.await;
        }
        Ok(())
    }
}
