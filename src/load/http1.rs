//! HTTP/1.1 load from one thread: all connections on one epoll instance, a write and a read for each request.

pub(super) mod answer;
mod connection;
mod malformed;
mod transport;

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};

use super::outcome::{in_words, too_late};
use super::plan::{Control, GIVE_UP, LoadError, LoadPlan, TIMEOUTS};
use super::recorder::{Recorder, Sent};
use super::schedule::Schedule;
use super::target::{Place, Target};
use crate::exec::FineTimers;
use crate::http::{Chooser, Connections, HttpWorkload, Request};
use connection::{Broken, Connection, Step};

/// How often the stop flag and overdue answers are looked at while nothing happens.
const LOOK: Duration = Duration::from_millis(100);
/// A sleep ends some tens of microseconds late; the last bit before a request is due is waited for awake.
const AWAKE: Duration = Duration::from_micros(50);
/// How much is read at a time.
const READ_BYTES: usize = 64 * 1024;

/// Sends what `plan` says and waits for every answer.
pub(super) fn run(
    target: &Target,
    workload: &HttpWorkload,
    plan: &LoadPlan,
    from: Control<'_>,
) -> Result<Recorder, LoadError> {
    let _fine = FineTimers::start();
    let place = target.find()?;
    let mut engine = Engine::new((target, place), workload, plan, from)?;
    engine.drive();
    Ok(engine.recorder)
}

struct Engine<'a> {
    plan: &'a LoadPlan,
    from: Control<'a>,
    epoll: OwnedFd,
    connections: Vec<Connection<'a>>,
    /// Connections without a request on its way.
    idle: Vec<usize>,
    /// How many have one.
    busy: usize,
    chooser: Chooser<'a>,
    schedule: Schedule,
    recorder: Recorder,
    buffer: Vec<u8>,
    /// When something happened last.
    now: Instant,
    /// Requests without an answer in time since the last answer.
    timeouts_in_a_row: u32,
}

impl<'a> Engine<'a> {
    fn new(
        (target, place): (&'a Target, &'a Place),
        workload: &'a HttpWorkload,
        plan: &'a LoadPlan,
        from: Control<'a>,
    ) -> Result<Self, LoadError> {
        let start = |error: rustix::io::Errno| LoadError::Start(error.into());
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(start)?;
        let mut connections = Vec::new();
        for index in 0..u64::from(plan.concurrency) {
            let mut connection = Connection::new(target, place, index);
            match plan.connections {
                Connections::KeepAlive => connection.open(&epoll)?,
                // Once before it counts: a server that is not there or not trusted is one error, not one of each request.
                Connections::Fresh if index == 0 => {
                    connection.open(&epoll)?;
                    connection.close();
                }
                Connections::Fresh => {}
            }
            connections.push(connection);
        }
        let schedule = Schedule::new(plan, Instant::now());
        Ok(Self {
            plan,
            from,
            epoll,
            idle: (0..connections.len()).rev().collect(),
            connections,
            busy: 0,
            chooser: workload.chooser(plan.seed),
            recorder: Recorder::new(plan, schedule.started(), schedule.last_due()),
            now: schedule.started(),
            schedule,
            buffer: vec![0; READ_BYTES],
            timeouts_in_a_row: 0,
        })
    }

    fn drive(&mut self) {
        let mut events = Vec::with_capacity(self.connections.len().clamp(1, 1024));
        let look = LOOK.min(self.plan.timeout / 4);
        let mut looked = self.now;
        self.send_what_is_due();
        while self.busy > 0 || !(self.schedule.is_empty() || self.idle.is_empty()) {
            if self.from.stops() || self.gives_up() {
                return;
            }
            events.clear();
            let timeout = self.timeout(look);
            // Only EINTR can happen here: a signal, which the stop flag tells.
            let _ = epoll::wait(&self.epoll, spare_capacity(&mut events), Some(&timeout));
            for event in &events {
                let index = usize::try_from(event.data.u64()).unwrap_or(usize::MAX);
                self.happened(index, event.flags);
            }
            if events.is_empty() {
                self.now = Instant::now();
            }
            if self.schedule.interval().is_some() {
                self.send_what_is_due();
            }
            if self.now.saturating_duration_since(looked) >= look {
                looked = self.now;
                self.end_overdue();
            }
        }
        self.look_for_more();
    }

    fn gives_up(&mut self) -> bool {
        let over = self.timeouts_in_a_row >= TIMEOUTS;
        if over {
            self.recorder.gave_up();
        }
        over
    }

    /// After the last answer nothing more may come.
    fn look_for_more(&mut self) {
        for index in 0..self.connections.len() {
            self.happened(index, epoll::EventFlags::empty());
        }
    }

    /// How long to sleep at most: until shortly before the next request is due.
    fn timeout(&self, look: Duration) -> Timespec {
        let sleep = match (self.schedule.next_due(), self.schedule.interval()) {
            (Some(due), Some(interval)) if !self.idle.is_empty() => {
                let left = due.saturating_duration_since(Instant::now());
                // At high rates most of the time would be spent awake: a quarter is enough.
                left.saturating_sub(AWAKE.min(interval / 4)).min(look)
            }
            _ => look,
        };
        Timespec {
            tv_sec: 0,
            tv_nsec: sleep.subsec_nanos().into(),
        }
    }

    /// Gives every request that is due to an idle connection, as long as there are both.
    fn send_what_is_due(&mut self) {
        while let Some(index) = self.idle.pop() {
            if !self.send(index) {
                self.idle.push(index);
                return;
            }
        }
    }

    /// Sends the next request on an idle connection; `false` if none is due.
    fn send(&mut self, index: usize) -> bool {
        let now = Instant::now();
        self.now = now;
        while self.timeouts_in_a_row < TIMEOUTS
            && let Some(turn) = self.schedule.take(now)
        {
            let request = self.chooser.choose();
            let (due, at) = (turn.due, now);
            let sent = Sent { due, at };
            let waited = now.saturating_duration_since(sent.since());
            if waited >= self.plan.timeout {
                self.missed(request, waited);
                continue;
            }
            self.busy += 1;
            let connection = &mut self.connections[index];
            connection.prepare(request, turn.n, sent);
            if let Err(broken) = connection.send(&self.epoll) {
                self.broke(index, broken);
            }
            return true;
        }
        false
    }

    /// Something has arrived on a connection, or it can be written to again, or it has ended.
    fn happened(&mut self, index: usize, what: epoll::EventFlags) {
        let Some(connection) = self.connections.get_mut(index) else {
            return;
        };
        match connection.advance(what, &mut self.buffer) {
            Ok(Step::Waits) => self.now = Instant::now(),
            Ok(Step::Answered(request, sent, objection)) => {
                self.now = Instant::now();
                self.answered(request, sent, objection);
                self.over(index);
            }
            Err(broken) => self.broke(index, broken),
        }
    }

    /// There is an answer, as expected or not, in time or not.
    fn answered(&mut self, request: &Request, sent: Sent, objection: Option<String>) {
        let took = self.now.saturating_duration_since(sent.since());
        if took > self.plan.timeout {
            self.timed_out(format!(
                "`{}`: the answer was there after {}, and may take {}",
                request.name(),
                in_words(took),
                in_words(self.plan.timeout)
            ));
            return;
        }
        self.timeouts_in_a_row = 0;
        match objection {
            None => self.recorder.answered(sent, self.now),
            Some(words) => self.recorder.failed(words, self.now),
        }
    }

    /// A connection is of no more use: its request goes on on a new one, or comes to nothing.
    fn broke(&mut self, index: usize, mut broken: Broken) {
        let connection = &mut self.connections[index];
        if connection.may_send_again(&broken) {
            self.recorder.resent();
            match connection.send_again(&self.epoll) {
                Ok(()) => return,
                Err(again) => broken = again,
            }
        }
        let was_asked = connection.waits().is_some();
        let failure = connection.give_up(broken);
        if was_asked {
            self.recorder.failed(failure, Instant::now());
            self.failed(index);
        } else {
            self.recorder.misbehaved(failure);
        }
    }

    /// The request on its way came to nothing.
    fn failed(&mut self, index: usize) {
        if self.connections[index].failed_in_a_row >= GIVE_UP {
            self.busy -= 1;
        } else {
            self.over(index);
        }
    }

    /// A connection has nothing on its way any more: in a closed loop it goes on at once.
    fn over(&mut self, index: usize) {
        self.busy -= 1;
        if self.schedule.interval().is_some() || !self.send(index) {
            self.idle.push(index);
        }
    }

    fn end_overdue(&mut self) {
        let limit = self.plan.timeout;
        for index in 0..self.connections.len() {
            let connection = &mut self.connections[index];
            let waited = |sent: Sent| self.now.saturating_duration_since(sent.since());
            if connection.waits().is_some_and(|sent| waited(sent) >= limit) {
                let broken = connection.overdue(limit);
                let failure = connection.give_up(broken);
                self.timed_out(failure.words);
                self.failed(index);
            }
        }
    }

    /// A request was not even sent in time: all connections were busy.
    fn missed(&mut self, request: &Request, waited: Duration) {
        self.timed_out(format!(
            "`{}` was due {:.1} s ago, and all connections were still busy",
            request.name(),
            waited.as_secs_f64()
        ));
    }

    fn timed_out(&mut self, words: String) {
        self.timeouts_in_a_row += 1;
        let failure = too_late(words, self.schedule.interval().is_some());
        if self.recorder.timed_out(failure.clone(), self.now) {
            (self.from.tell)(&failure);
        }
    }
}
