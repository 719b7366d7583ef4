//! What may pass is tried again, after a pause that doubles, up to a limit for all of it.

use std::time::{Duration, Instant};

use super::engine::Engine;
use super::failure::Failure;
use crate::interrupt::Stop;

/// How long a store may fail before we say so.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// After this long nothing is tried again.
    limit: Duration,
    /// The first pause.
    first: Duration,
    /// No pause is longer.
    longest: Duration,
    /// One try that takes longer is given up; `None`: as long as the server says something now and then.
    each: Option<Duration>,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            limit: Duration::from_secs(20),
            first: Duration::from_millis(100),
            longest: Duration::from_secs(4),
            each: None,
        }
    }
}

/// How it ended.
pub enum Tried<T> {
    /// It went well.
    Done(T),
    /// It failed for good, or for too long.
    Failed {
        /// The last failure.
        failure: Failure,
        /// Whether an earlier try may have been carried out without our hearing of it.
        unclear: bool,
    },
    /// It was to stop.
    Stopped,
}

impl Patience {
    /// That long, with the usual pauses.
    pub fn of(limit: Duration) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// The same, where one try may not take longer than that either: only for what is small.
    pub fn promptly(self, each: Duration) -> Self {
        Self {
            each: Some(each),
            ..self
        }
    }

    /// Does something until it goes well, fails for good, or has failed for too long.
    pub fn trying<T, F>(
        self,
        engine: &Engine,
        stop: Option<&Stop>,
        once: impl Fn() -> F,
    ) -> Tried<T>
    where
        T: Send + 'static,
        F: Future<Output = object_store::Result<T>> + Send + 'static,
    {
        let start = Instant::now();
        let mut pause = self.first;
        let mut unclear = false;
        loop {
            let (work, each) = (once(), self.each);
            let work = async move {
                match each {
                    // A timer is made where its clock is.
                    Some(each) => tokio::time::timeout(each, work).await,
                    None => Ok(work.await),
                }
            };
            let failure = match engine.run(work, stop) {
                None => return Tried::Stopped,
                Some(Ok(Ok(value))) => return Tried::Done(value),
                Some(Ok(Err(error))) => Failure::of(&error),
                Some(Err(_)) => Failure::silent(each.unwrap_or_default()),
            };
            // Between a half and the whole of it, so that many who failed at once do not come back at once.
            let now = pause.mul_f64(rand::random_range(0.5..=1.0));
            if !failure.may_pass() || start.elapsed() + now > self.limit {
                let failure = failure.after(start.elapsed());
                return Tried::Failed { failure, unclear };
            }
            unclear |= failure.is_unclear();
            if engine
                .run(async move { tokio::time::sleep(now).await }, stop)
                .is_none()
            {
                return Tried::Stopped;
            }
            pause = (pause * 2).min(self.longest);
        }
    }
}
