//! A large or endless answer on its way through: when it has ended its worker is free; one that stalls is cut.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::BodyExt as _;
use hyper::StatusCode;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::{Instant, Sleep};

use super::begun::{Begun, Connection};
use super::pool::Lease;

/// How long a worker may say nothing in the middle of an answer.
const SILENCE: Duration = Duration::from_secs(60);

/// Parts of an answer that are read before the client takes them.
const AHEAD: usize = 4;

/// What the two ends of an answer say when it breaks off.
type Broken = Box<dyn std::error::Error + Send + Sync>;

/// An answer's body, with the worker that gives it.
pub struct Guarded {
    body: Incoming,
    begun: Option<(Begun, Lease, Connection)>,
    ok: bool,
    silence: Pin<Box<Sleep>>,
}

impl Guarded {
    /// The rest of an answer that has begun.
    pub fn new(
        body: Incoming,
        begun: Begun,
        lease: Lease,
        connection: Connection,
        status: StatusCode,
    ) -> Self {
        Self {
            body,
            begun: Some((begun, lease, connection)),
            ok: !status.is_server_error(),
            silence: Box::pin(tokio::time::sleep(SILENCE)),
        }
    }

    fn whole(&mut self) {
        if let Some((begun, lease, connection)) = self.begun.take() {
            lease.worker().keep(connection);
            begun.answered(&lease, self.ok);
        }
    }

    fn broke(&mut self, why: &str) {
        if let Some((begun, lease, _)) = self.begun.take() {
            begun.failed_to(&lease, why);
            lease.pool().discard(lease.worker().id);
        }
    }
}

impl hyper::body::Body for Guarded {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(None) => {
                self.whole();
                Poll::Ready(None)
            }
            Poll::Ready(Some(Err(error))) => {
                self.broke("it broke off");
                Poll::Ready(Some(Err(error.into())))
            }
            Poll::Ready(Some(Ok(frame))) => {
                let next = Instant::now() + SILENCE;
                self.silence.as_mut().reset(next);
                if self.body.is_end_stream() {
                    self.whole();
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Pending => match self.silence.as_mut().poll(context) {
                Poll::Ready(()) => {
                    self.broke("it fell silent");
                    Poll::Ready(Some(Err("the function fell silent".into())))
                }
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        if self.body.is_end_stream() {
            // An empty answer is never asked for its frames.
            self.whole();
        } else if let Some((begun, _lease, _connection)) = self.begun.take() {
            begun.abandoned();
        }
    }
}

/// An answer as its client takes it; what ends without saying so was cut.
struct Passed {
    parts: Receiver<Option<Result<Frame<Bytes>, Broken>>>,
    size: SizeHint,
    over: bool,
}

/// The body for a client, read for it ahead of time: the worker of one that takes nothing for `stalls` is free.
pub fn passed_on(mut answer: Guarded, stalls: Duration) -> Body {
    if answer.is_end_stream() {
        return Body::new(answer);
    }
    let (hand, parts) = channel(AHEAD);
    let size = answer.size_hint();
    tokio::spawn(async move {
        loop {
            let part = tokio::select! {
                part = answer.frame() => part,
                () = hand.closed() => return,
            };
            let goes_on = matches!(part, Some(Ok(_)));
            let taken = tokio::time::timeout(stalls, hand.send(part)).await;
            if !goes_on || !matches!(taken, Ok(Ok(()))) {
                return;
            }
        }
    });
    let over = false;
    Body::new(Passed { parts, size, over })
}

impl hyper::body::Body for Passed {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if self.over {
            return Poll::Ready(None);
        }
        let part = std::task::ready!(self.parts.poll_recv(context));
        let part = part.unwrap_or_else(|| Some(Err("the client took too long".into())));
        self.over = !matches!(part, Some(Ok(_)));
        Poll::Ready(part)
    }

    fn size_hint(&self) -> SizeHint {
        self.size
    }
}
