//! Waits for a Job: what its pods say is heard, what stands in their way is said, what it comes to is found in the store.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;

use super::fault;
use super::fault::{Obstacle, ending, obstacle, passes};
use super::log::Log;
use super::manifest::job;
use super::namespace::Namespace;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Listener};
use crate::interrupt;
use crate::jobs::asked::Asked;
use crate::jobs::outcome::{self, Outcome};

/// How often the cluster is asked.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is asked whether we are to stop.
const HEED: Duration = Duration::from_millis(100);
/// How long the API server may be away before we give up waiting; the Job does not.
const AWAY: Duration = Duration::from_secs(300);
/// How long a Job may be without a pod before that is said.
const NO_POD: Duration = Duration::from_secs(30);
/// How long a log may take to begin: without it all is told by the store in the end.
const LOG: Duration = Duration::from_secs(10);

/// Has the order done, and waits for what it comes to.
pub async fn follow(
    api: &Namespace,
    asked: &Asked<'_>,
    listener: &dyn Listener,
) -> Result<Outcome> {
    let name = asked.order.job_name();
    let following = Following {
        api,
        asked,
        listener,
        name,
        is_there: Cell::new(false),
    };
    let stopped = async {
        while !(interrupt::requested() || asked.stop.requested()) {
            tokio::time::sleep(HEED).await;
        }
    };
    tokio::select! {
        done = following.to_the_end() => done,
        () = stopped => Err(following.left()),
    }
}

struct Following<'a> {
    api: &'a Namespace,
    asked: &'a Asked<'a>,
    listener: &'a dyn Listener,
    name: String,
    /// Whether the Job is known to be there.
    is_there: Cell<bool>,
}

/// What was said already, and since when.
struct Seen {
    since: Instant,
    said: BTreeMap<String, Instant>,
}

impl Following<'_> {
    /// What is left when nobody waits any more.
    fn left(&self) -> Error {
        let error = Error::new(ErrorKind::Interrupted, "interrupted");
        match self.is_there.get() {
            true => error
                .because(format!("the Job `{}` goes on", self.name))
                .hint("the same command finds it again; with `--cancel` it ends it"),
            false => error.because(format!(
                "the Job `{}` was not known to be there yet",
                self.name
            )),
        }
    }

    async fn to_the_end(&self) -> Result<Outcome> {
        let found = self.patiently(|| self.begin()).await?;
        self.is_there.set(true);
        self.say(match found {
            Begun::Created => format!("Job {} in {}", self.name, self.api.namespace),
            Begun::Found => format!("Job {} in {}: it was there", self.name, self.api.namespace),
        });
        let mut log: Option<Log> = None;
        let mut seen = Seen {
            since: Instant::now(),
            said: BTreeMap::new(),
        };
        let mut tick = tokio::time::interval(LOOK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                line = next(&mut log) => line.into_iter().for_each(|line| self.say(line)),
                _ = tick.tick() => {
                    let look = || async {
                        Ok((self.api.job(&self.name).await?, self.api.pods(&self.name).await?))
                    };
                    let (job, pods) = self.patiently(look).await?;
                    self.open(&mut log, pods.last()).await;
                    let Some(job) = job else {
                        // It had ended, and was removed for its age or by another one who waits for it.
                        if let Some(outcome) = Outcome::find(self.asked.store, &self.asked.order)? {
                            return Ok(outcome);
                        }
                        return Err(Error::new(ErrorKind::Interrupted, format!("the Job `{}` was deleted", self.name))
                            .hint("the same command creates it again"));
                    };
                    match state(&job) {
                        State::Runs => self.look_at(&pods, &mut seen).await?,
                        State::Complete => {
                            self.drain(&mut log).await;
                            let outcome = self.outcome()?;
                            self.hear_the_rest(&log, &outcome)?;
                            return Ok(outcome);
                        }
                        State::Failed(why) => {
                            self.drain(&mut log).await;
                            let outcome = self.failed(&pods, &why)?;
                            self.hear_the_rest(&log, &outcome)?;
                            return Ok(outcome);
                        }
                    }
                }
            }
        }
    }

    /// Creates the Job, or finds the one that runs; one that has ended and left nothing makes room.
    async fn begin(&self) -> Result<Begun> {
        let wanted = job(self.asked)?;
        let mut is_said = false;
        loop {
            match self.api.job(&self.name).await? {
                None => {
                    if self.asked.anew {
                        // No pod is left that could put it there again.
                        outcome::forget(self.asked.store, &self.asked.order)?;
                    }
                    if self.api.create(&wanted, &self.name).await? {
                        return Ok(Begun::Created);
                    }
                }
                Some(there) if there.metadata.deletion_timestamp.is_some() => {
                    if !std::mem::replace(&mut is_said, true) {
                        self.say(format!(
                            "Job {}: an earlier one is being removed",
                            self.name
                        ));
                    }
                    tokio::time::sleep(LOOK).await;
                }
                Some(there) if goes_on(&there) => return Ok(Begun::Found),
                Some(_) => _ = self.api.delete(&self.name).await?,
            }
        }
    }

    /// Says what stands in the way, each thing once; fails where that stays.
    async fn look_at(&self, pods: &[Pod], seen: &mut Seen) -> Result<()> {
        if pods.is_empty() && seen.since.elapsed() > NO_POD {
            self.complain(
                seen,
                "no pod was made yet: a quota, a policy or a missing service account may forbid it",
                &format!("`kubectl describe job {}` says which", self.name),
            );
        }
        for pod in pods {
            let quality = pod
                .status
                .as_ref()
                .and_then(|status| status.qos_class.as_deref());
            if self.asked.order.command.measures
                && quality.is_some_and(|class| class != "Guaranteed")
            {
                self.complain(
                    seen,
                    "its pod has no cores of its own: another container of it has no limits",
                    "give each container in `[engine.pod]` limits that are its requests",
                );
            }
            let (why, hint) = match obstacle(pod).or_else(|| ending(pod)) {
                Some(Obstacle::Waits(why, hint)) => {
                    self.complain(seen, &why, hint);
                    continue;
                }
                Some(Obstacle::Passes(why, hint, patience)) => {
                    let since = self.complain(seen, &why, hint);
                    if since.elapsed() < patience {
                        continue;
                    }
                    (why, hint)
                }
                Some(Obstacle::Stays(why, hint)) => (why, hint),
                None => continue,
            };
            // Another one of the same would fare alike.
            self.api.delete(&self.name).await?;
            return Err(self.error(&why).hint(hint));
        }
        Ok(())
    }

    /// Says it once; since when it is known.
    fn complain(&self, seen: &mut Seen, why: &str, hint: &str) -> Instant {
        *seen.said.entry(why.to_owned()).or_insert_with(|| {
            let message = format!("the Job {}: {why}; {hint}", self.name);
            self.listener.hear(Event::Complained { message });
            Instant::now()
        })
    }

    fn outcome(&self) -> Result<Outcome> {
        let found = Outcome::find(self.asked.store, &self.asked.order)?;
        found.ok_or_else(|| {
            self.error("it ended well, and its outcome is not in the store")
                .hint("do its pods write into the same store? `PGOCTL_STORE` and AWS_ENDPOINT_URL say which")
        })
    }

    /// What a Job that failed came to: the word of pgoctl in its last pod, or of the pod itself.
    fn failed(&self, pods: &[Pod], why: &str) -> Result<Outcome> {
        for pod in pods.iter().rev() {
            if let Some(Obstacle::Stays(why, hint)) = ending(pod) {
                return Err(self.error(&why).hint(hint));
            }
            let (store, order) = (self.asked.store, &self.asked.order);
            if let Some(outcome) = Outcome::of_attempt(store, order, &pod.name_any())? {
                return Ok(outcome);
            }
        }
        let error = match pods.last().and_then(ending) {
            Some(
                Obstacle::Waits(how, _) | Obstacle::Stays(how, _) | Obstacle::Passes(how, _, _),
            ) => self.error(&how).because(why),
            None => self.error(why),
        };
        Err(error.hint(format!(
            "kubectl -n {} describe job {}",
            self.api.namespace, self.name
        )))
    }

    fn error(&self, why: &str) -> Error {
        Error::new(
            ErrorKind::Toolchain,
            format!("the Job `{}` failed", self.name),
        )
        .because(why)
    }

    /// Tries until it works, while the server is away and that may pass.
    async fn patiently<T, F: Future<Output = Result<T>>>(&self, once: impl Fn() -> F) -> Result<T> {
        let mut away: Option<Instant> = None;
        loop {
            match once().await {
                Ok(value) => return Ok(value),
                Err(error) if passes(&error) => {
                    if away.is_none() {
                        let message = format!(
                            "the cluster does not answer; the Job {} goes on without us: {}",
                            self.name,
                            error.brief()
                        );
                        self.listener.hear(Event::Complained { message });
                    }
                    let since = *away.get_or_insert_with(Instant::now);
                    if since.elapsed() > AWAY {
                        return Err(error.because(format!("for {} s", AWAY.as_secs())));
                    }
                    tokio::time::sleep(LOOK).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Listens to the newest pod, once it says something.
    async fn open(&self, log: &mut Option<Log>, pod: Option<&Pod>) {
        let Some(pod) = pod else { return };
        let name = pod.name_any();
        let begun = fault::ours(pod).and_then(|ours| ours.state.as_ref());
        if !begun.is_some_and(|state| state.running.is_some() || state.terminated.is_some()) {
            return;
        }
        if log.as_ref().is_none_or(|log| log.pod != name) {
            self.drain(log).await;
            *log = Some(Log::of(&self.api.logs, name));
        }
        if let Some(log) = log {
            let _ = tokio::time::timeout(LOG, log.listen()).await;
        }
    }

    /// Hears what is left of a log.
    async fn drain(&self, log: &mut Option<Log>) {
        if let Some(log) = log {
            let rest = tokio::time::timeout(LOG, log.rest()).await;
            let rest = rest.unwrap_or_default();
            rest.into_iter().for_each(|line| self.say(line));
        }
    }

    /// What a node did not hand out of a log is in the store.
    fn hear_the_rest(&self, log: &Option<Log>, outcome: &Outcome) -> Result<()> {
        let of_pod = log.as_ref().filter(|log| log.pod == outcome.pod);
        let heard = of_pod.map_or(0, |log| log.heard);
        let path = self.asked.log();
        outcome.fetch_log(self.asked.store, &path)?;
        let bytes = std::fs::read(&path).map_err(|error| Error::io("read", &path, &error))?;
        let text = String::from_utf8_lossy(&bytes);
        text.lines()
            .skip(heard)
            .for_each(|line| self.say(line.to_owned()));
        Ok(())
    }

    fn say(&self, line: String) {
        self.listener.hear(Event::Said { line });
    }
}

/// The next line of the log that is listened to; without one, nothing ever comes.
async fn next(log: &mut Option<Log>) -> Option<String> {
    match log {
        Some(log) => log.next().await,
        None => std::future::pending().await,
    }
}

enum Begun {
    Created,
    Found,
}

/// Whether it has not ended.
pub fn goes_on(job: &Job) -> bool {
    matches!(state(job), State::Runs)
}

enum State {
    Runs,
    Complete,
    Failed(String),
}

fn state(job: &Job) -> State {
    let conditions = job
        .status
        .as_ref()
        .and_then(|status| status.conditions.as_ref());
    let holds = |kind: &str| {
        let mut of_kind = conditions.into_iter().flatten();
        of_kind.find(|condition| condition.type_ == kind && condition.status == "True")
    };
    if holds("Complete").is_some() {
        return State::Complete;
    }
    match holds("Failed") {
        Some(failed) => {
            let reason = failed.reason.clone().unwrap_or_default();
            let message = failed.message.clone().unwrap_or_default();
            State::Failed(format!("{reason}: {message}"))
        }
        None => State::Runs,
    }
}
