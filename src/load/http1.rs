//! HTTP/1.1 load from one thread: all connections on one epoll instance, a write and a read for each request.

mod answer;
mod connection;
mod transport;

use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};

use super::plan::{GIVE_UP, LoadError, LoadPlan, Target};
use super::recorder::{Recorder, Sent};
use super::schedule::Schedule;
use crate::exec::FineTimers;
use crate::http::{Chooser, Connections, HttpWorkload};
use connection::{Connection, Failure, Step};

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
    stop: &AtomicBool,
) -> Result<Recorder, LoadError> {
    let _fine = FineTimers::start();
    let mut engine = Engine::new(target, workload, plan)?;
    engine.drive(stop);
    Ok(engine.recorder)
}

struct Engine<'a> {
    plan: &'a LoadPlan,
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
}

impl<'a> Engine<'a> {
    fn new(
        target: &'a Target,
        workload: &'a HttpWorkload,
        plan: &'a LoadPlan,
    ) -> Result<Self, LoadError> {
        let start = |error: rustix::io::Errno| LoadError::Start(error.into());
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(start)?;
        let mut connections = Vec::new();
        for index in 0..u64::from(plan.concurrency) {
            let mut connection = Connection::new(target, index);
            match plan.connections {
                Connections::KeepAlive => connection.open(&epoll)?,
                // Once before it counts: a server that is not trusted is one error, not one of each request.
                Connections::Fresh if index == 0 && target.tls.is_some() => {
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
            epoll,
            idle: (0..connections.len()).rev().collect(),
            connections,
            busy: 0,
            chooser: workload.chooser(plan.seed),
            recorder: Recorder::new(plan, schedule.started(), schedule.last_due()),
            schedule,
            buffer: vec![0; READ_BYTES],
        })
    }

    fn drive(&mut self, stop: &AtomicBool) {
        let mut events = Vec::with_capacity(self.connections.len().clamp(1, 1024));
        let mut looked = Instant::now();
        self.send_what_is_due();
        while self.busy > 0 || !(self.schedule.is_empty() || self.idle.is_empty()) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            events.clear();
            let timeout = self.timeout();
            // Only EINTR can happen here: a signal, which the stop flag tells.
            let _ = epoll::wait(&self.epoll, spare_capacity(&mut events), Some(&timeout));
            for event in &events {
                let index = usize::try_from(event.data.u64()).unwrap_or(usize::MAX);
                self.happened(index, event.flags);
            }
            if self.schedule.interval().is_some() {
                self.send_what_is_due();
            }
            if events.is_empty() && looked.elapsed() > LOOK {
                looked = Instant::now();
                self.end_overdue(looked);
            }
        }
    }

    /// How long to sleep at most: until shortly before the next request is due.
    fn timeout(&self) -> Timespec {
        let sleep = match (self.schedule.next_due(), self.schedule.interval()) {
            (Some(due), Some(interval)) if !self.idle.is_empty() => {
                let left = due.saturating_duration_since(Instant::now());
                // At high rates most of the time would be spent awake: a quarter is enough.
                left.saturating_sub(AWAKE.min(interval / 4)).min(LOOK)
            }
            _ => LOOK,
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
        let Some(turn) = self.schedule.take(now) else {
            return false;
        };
        let sent = Sent {
            due: turn.due,
            at: now,
        };
        self.busy += 1;
        let request = self.chooser.choose();
        let connection = &mut self.connections[index];
        connection.prepare(request, turn.n, sent);
        if let Err(failure) = connection.send(&self.epoll) {
            self.failed(index, failure);
        }
        true
    }

    /// Something has arrived on a connection, or it can be written to again, or it has ended.
    fn happened(&mut self, index: usize, what: epoll::EventFlags) {
        let Some(connection) = self.connections.get_mut(index) else {
            return;
        };
        match connection.advance(what, &mut self.buffer) {
            Ok(Step::Waits) => {}
            Ok(Step::Answered(sent, objection)) => {
                let now = Instant::now();
                match objection {
                    None => self.recorder.answered(sent, now),
                    Some(words) => self.recorder.failed(words, now),
                }
                self.over(index);
            }
            Err(failure) => self.failed(index, failure),
        }
    }

    /// The request on its way came to nothing, and its connection is of no more use.
    fn failed(&mut self, index: usize, failure: Failure) {
        self.recorder.failed(failure.words, Instant::now());
        let connection = &mut self.connections[index];
        connection.close();
        if connection.failed_in_a_row >= GIVE_UP {
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

    fn end_overdue(&mut self, now: Instant) {
        for index in 0..self.connections.len() {
            if self.connections[index]
                .waits_since()
                .is_some_and(|since| now.saturating_duration_since(since) > self.plan.timeout)
            {
                let words = format!("no answer within {} s", self.plan.timeout.as_secs());
                let failure = self.connections[index].failure(words);
                self.failed(index, failure);
            }
        }
    }
}
