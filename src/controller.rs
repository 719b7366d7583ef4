//! `serve`: a function is installed, serves at once, is profiled by a share of its real calls, is rebuilt in the background and
//! switched over, and never to something that measured worse.
//!
//! ```text
//! api ─► call ─► pool ─► worker          a call: routed, handed to a worker, measured        (async)
//!          ▲ route, served               what holds now
//! control ─► decide                      facts in, next step out                             (one thread)
//!    ├─► builder    ─► `pgoctl build`    images, one at a time                               (one thread)
//!    ├─► collector  ─► store             profiles                                            (two threads)
//!    ├─► fetcher    ◄─ store             JARs, and images that other controllers made        (four threads)
//!    ├─► settler    ◄─ store             profiles: does one more change anything?            (one thread)
//!    ├─► journal    ─► store             numbered documents: state, history, rollback
//!    ├─► others     ◄► store             who is alive, who works on what, what was decided   (two threads)
//!    └─◄ sweeper    ─► store             what nobody needs any more                          (one thread)
//! ```

mod access;
mod answer;
mod api;
mod begun;
mod builder;
mod builds;
mod call;
mod client;
mod collector;
mod context;
mod control;
mod counters;
mod decide;
mod events;
mod extract;
mod fetcher;
mod front;
mod given;
mod image;
mod invocation;
mod invocations;
mod invoked;
mod journal;
mod manifest;
mod messages;
mod metrics;
mod others;
mod phase;
mod pool;
mod problem;
mod profile_sent;
mod profile_set;
mod project;
mod registry;
mod request;
mod respond_async;
mod route;
mod runnable;
mod sent;
mod served;
mod settings;
mod settler;
mod state;
mod sweeper;
mod trial;
mod trial_documents;
mod uploader;
mod watching;
mod worker;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use tokio::sync::watch;

use crate::error::{Error, Result};
use crate::interrupt::{self, Stop};
use crate::plan::Request;
use crate::store::Store;
use crate::workdir::{Lock, create_dir};
use builder::{Builder, Program};
use collector::Collector;
use context::Api;
use control::Control;
use events::Events;
use fetcher::Fetcher;
use front::{Front, unexpected};
use invocations::Invocations;
use messages::{Message, Sweep};
use others::{Others, Place};
use phase::Phase;
use registry::Registry;
use runnable::Tools;
use settler::Settler;
use sweeper::Sweeper;

pub use client::{Client, Sent, problem};
pub use manifest::check_name;

/// How long the one thread that decides waits for a store that is away.
const DECIDES: Duration = Duration::from_secs(3);

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
    /// Whether other controllers may have the same store.
    pub shares: bool,
    /// How long it serves on after it was asked to end, and says that it is not ready: until nobody sends anything any more.
    pub drain: Duration,
    /// Where tools are, and what they are told.
    pub request: Request,
    /// This program, for builds.
    pub program: PathBuf,
    /// Flags of the tools, for builds.
    pub args: Vec<String>,
    /// `[engine]`, where native images are built as Jobs of a cluster.
    pub cluster: Option<serde_json::Value>,
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
        engine: order.cluster.clone(),
    };
    let builds = Stop::default();
    let builder = {
        let messages = messages.clone();
        let program = Program {
            program: order.program.clone(),
            args: order.args.clone(),
            products: order.shares,
            on_cluster: order.cluster.is_some(),
        };
        let store = order.store.clone();
        Builder::start(program, tools.clone(), store, builds.clone(), move |done| {
            let _ = messages.send(Message::Done(done));
        })?
    };
    let fetcher = {
        let messages = messages.clone();
        Fetcher::start(&tools, &order.store, order.shares, move |fetched| {
            let _ = messages.send(Message::Fetched(fetched));
        })?
    };
    let settler = {
        let messages = messages.clone();
        Settler::start(order.store.clone(), move |settled| {
            let _ = messages.send(Message::Settled(settled));
        })?
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut control = Control::new(
        Arc::clone(&registry),
        Arc::clone(&events),
        order.store.clone().promptly(DECIDES),
        tools,
        collector,
        builder,
        fetcher,
        settler,
        messages.clone(),
        cores,
    );
    control.others = join(order, &mut control, &messages)?;
    sweep(order, &registry, &events, &messages)?;
    let (phase, phases) = watch::channel(Phase::Serves);
    let api = Arc::new(Api {
        registry,
        events,
        store: order.store.clone(),
        invocations: Invocations::default(),
        sending: tokio::sync::Mutex::new(()),
        uploads: order.home.join("uploads"),
        messages: messages.clone(),
        token: order.token.clone(),
        follower: control.others.as_ref().map(|it| it.follower().clone()),
        phase: phases,
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
        listen: order.listen,
        drain: order.drain,
        api,
        phase,
        deciding: &deciding,
    };
    let served = runtime.block_on(front.serve(&messages, up, &builds));
    drop(lock);
    served
}

/// Takes up what the store knows; where others have the same store, joins them.
fn join(
    order: &Serve,
    control: &mut Control,
    messages: &Sender<Message>,
) -> Result<Option<Others>> {
    if !order.shares {
        control.restore()?;
        return Ok(None);
    }
    let store = order.store.clone().promptly(DECIDES);
    // What is decided while the documents are read comes after this place.
    let place = Place::now(&store)?;
    let known = control.restore()?;
    let (lapsed, heard) = (messages.clone(), messages.clone());
    let others = Others::join(
        &order.home,
        store,
        place,
        &known,
        move || drop(lapsed.send(Message::Lapsed)),
        move |it| drop(heard.send(Message::Heard(it))),
    )?;
    Ok(Some(others))
}

/// Begins to clear away what nobody needs any more.
fn sweep(
    order: &Serve,
    registry: &Arc<Registry>,
    events: &Arc<Events>,
    messages: &Sender<Message>,
) -> Result<()> {
    let messages = messages.clone();
    let sweeper = Sweeper {
        home: order.home.clone(),
        store: order.store.clone(),
        shares: order.shares,
        registry: Arc::clone(registry),
        events: Arc::clone(events),
        ask: move |removed| {
            let (reply, answer) = channel();
            messages
                .send(Message::Sweep(Sweep { removed, reply }))
                .ok()?;
            answer.recv().ok()
        },
    };
    sweeper.start()
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

fn is_loopback(address: IpAddr) -> bool {
    address.is_loopback()
}
