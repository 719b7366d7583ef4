//! One HTTP/1.1 connection: at most one request on its way.

use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::epoll;

use super::answer::{Answer, Progress};
use super::malformed::Malformed;
use super::transport::Transport;
use crate::http::{Received, Request};
use crate::load::outcome::{Failure, in_words};
use crate::load::plan::LoadError;
use crate::load::recorder::Sent;
use crate::load::target::{Place, Socket, Target};
use crate::load::tls::CONNECT_LIMIT;

/// What a server may say before it closes a connection that nobody uses: 408, of which RFC 9110 says just that.
const GOODBYE: [&[u8]; 2] = [b"HTTP/1.1 408", b"HTTP/1.0 408"];

/// One connection and the request on its way.
pub(super) struct Connection<'a> {
    target: &'a Target,
    place: &'a Place,
    index: u64,
    stream: Option<Transport>,
    /// The request on its way and when it was sent.
    waiting: Option<(&'a Request, Sent)>,
    message: Vec<u8>,
    written: usize,
    answer: Answer,
    received: Received,
    /// How many bytes of the answer have come.
    heard: u64,
    /// Whether the open connection has carried an answer already.
    is_kept: bool,
    /// Whether the request on its way is sent for the second time.
    is_again: bool,
    /// Failures of the connection since the last answer.
    pub(super) failed_in_a_row: u32,
}

/// What became of a connection when something happened on it.
pub(super) enum Step<'a> {
    /// The answer is not whole yet.
    Waits,
    /// It is: to what, and an objection if it is not what was expected.
    Answered(&'a Request, Sent, Option<String>),
}

/// The connection is of no more use.
#[derive(Debug)]
pub(super) struct Broken {
    words: String,
    /// The other side has ended it; otherwise it has said what it should not.
    is_closed: bool,
}

impl Broken {
    fn closed(words: String) -> Self {
        Self {
            words,
            is_closed: true,
        }
    }
}

impl From<Malformed> for Broken {
    fn from(malformed: Malformed) -> Self {
        Self {
            words: malformed.to_string(),
            is_closed: false,
        }
    }
}

impl<'a> Connection<'a> {
    /// A connection that is not open yet; `index` is what epoll says when something happens on it.
    pub(super) fn new(target: &'a Target, place: &'a Place, index: u64) -> Self {
        Self {
            target,
            place,
            index,
            stream: None,
            waiting: None,
            message: Vec::new(),
            written: 0,
            answer: Answer::default(),
            received: Received::default(),
            heard: 0,
            is_kept: false,
            is_again: false,
            failed_in_a_row: 0,
        }
    }

    /// Connects, shakes hands where there is TLS, and waits for that.
    pub(super) fn open(&mut self, epoll: &OwnedFd) -> Result<(), LoadError> {
        let place = self.place;
        let no_connection = |error| LoadError::no_connection(place, error);
        let socket = place.connect(CONNECT_LIMIT).map_err(no_connection)?;
        socket
            .set_read_timeout(CONNECT_LIMIT)
            .map_err(no_connection)?;
        let stream = self.take(epoll, socket).map_err(no_connection)?;
        let settled = stream.settle();
        let nonblocking = stream.socket().set_nonblocking();
        match (settled, &self.target.tls) {
            (Err(error), Some(tls)) => {
                Err(LoadError::Tls(tls.host().to_owned(), tls.explain(error)))
            }
            (settled, _) => settled.and(nonblocking).map_err(no_connection),
        }
    }

    fn take(&mut self, epoll: &OwnedFd, socket: Socket) -> io::Result<&mut Transport> {
        let data = epoll::EventData::new_u64(self.index);
        // Edge-triggered: told once when something arrives, so that waiting needs no further calls.
        let events = epoll::EventFlags::IN
            | epoll::EventFlags::OUT
            | epoll::EventFlags::RDHUP
            | epoll::EventFlags::ET;
        epoll::add(epoll, &socket, data, events)?;
        let stream = Transport::new(socket, self.target.tls.as_ref())?;
        Ok(self.stream.insert(stream))
    }

    /// The request on its way.
    pub(super) fn waits(&self) -> Option<Sent> {
        self.waiting.as_ref().map(|(_, sent)| *sent)
    }

    /// Makes the `n`th request ready to be sent.
    pub(super) fn prepare(&mut self, request: &'a Request, n: u64, sent: Sent) {
        self.message.clear();
        request.write(n, &mut self.message);
        self.is_again = false;
        self.waiting = Some((request, sent));
        self.expect(request);
    }

    fn expect(&mut self, request: &Request) {
        self.written = 0;
        self.heard = 0;
        request.receive(&mut self.received);
        self.answer.begin(request.is_head());
    }

    /// Sends it, or as much of it as can be sent now; connects first if need be.
    pub(super) fn send(&mut self, epoll: &OwnedFd) -> Result<(), Broken> {
        if self.stream.is_none() {
            self.place
                .begin_to_connect()
                .and_then(|socket| self.take(epoll, socket).map(|_| ()))
                .map_err(|error| Broken::closed(self.no_connection(&error)))?;
        }
        self.write()
    }

    /// Whether the request may be sent a second time, after the connection has broken.
    ///
    /// Only if the connection had been kept and was closed before a byte of the answer came, and only once (RFC 9112, section
    /// 9.3.1). A request that may not be carried out twice must not have been written at all (RFC 9110, section 9.2.2).
    pub(super) fn may_send_again(&self, broken: &Broken) -> bool {
        let Some((request, _)) = &self.waiting else {
            return false;
        };
        let met_a_dead_one = broken.is_closed && self.is_kept && self.heard == 0;
        met_a_dead_one && !self.is_again && (request.is_repeatable() || self.written == 0)
    }

    /// Sends the same request on a new connection.
    pub(super) fn send_again(&mut self, epoll: &OwnedFd) -> Result<(), Broken> {
        self.close();
        self.is_again = true;
        if let Some((request, _)) = self.waiting {
            self.expect(request);
        }
        self.send(epoll)
    }

    fn no_connection(&self, error: &io::Error) -> String {
        match error.kind() {
            ErrorKind::ConnectionRefused => format!("nothing listens at {} any more", self.place),
            _ => format!("could not connect to {}: {error}", self.place),
        }
    }

    fn write(&mut self) -> Result<(), Broken> {
        let Some(stream) = &mut self.stream else {
            return Ok(());
        };
        let error = loop {
            let outcome = match &self.message[self.written..] {
                [] => match stream.settle() {
                    Ok(()) => return Ok(()),
                    Err(error) => Err(error),
                },
                rest => stream.write(rest),
            };
            match outcome {
                Ok(n) => self.written += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break error,
            }
        };
        // Not connected yet, or the other side is slow to read: epoll tells when to go on.
        if is_not_yet(&error) {
            return Ok(());
        }
        let words = match &self.target.tls {
            Some(tls) if stream.is_handshaking() => {
                format!("could not connect: {}", tls.explain(error))
            }
            _ if error.kind() == ErrorKind::ConnectionRefused => self.no_connection(&error),
            _ => format!("the request could not be sent: {error}"),
        };
        Err(Broken::closed(words))
    }

    /// Goes on after something has happened: writes what is left, reads what is there.
    pub(super) fn advance(
        &mut self,
        happened: epoll::EventFlags,
        buffer: &mut [u8],
    ) -> Result<Step<'a>, Broken> {
        if self.waiting.is_some() {
            self.write()?;
        }
        // After the last bytes there is the end to be read, of which epoll does not tell again.
        let ends = happened.intersects(epoll::EventFlags::RDHUP | epoll::EventFlags::HUP);
        loop {
            let Some(stream) = &mut self.stream else {
                return Ok(Step::Waits);
            };
            match stream.read(buffer) {
                Ok(0) => return self.closed(None),
                Ok(n) => {
                    let drained = n < buffer.len() && !ends && stream.is_drained_by_short_read();
                    if let Some(step) = self.feed(&buffer[..n])? {
                        if ends {
                            // Nothing more will come: the next request gets a connection that lives.
                            self.close();
                        }
                        return Ok(step);
                    }
                    if drained {
                        return Ok(Step::Waits);
                    }
                }
                Err(error) if is_not_yet(&error) => return Ok(Step::Waits),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return self.closed(Some(error)),
            }
        }
    }

    /// Takes bytes of an answer; `Some` when it is whole.
    fn feed(&mut self, bytes: &[u8]) -> Result<Option<Step<'a>>, Broken> {
        let Some((request, _)) = &self.waiting else {
            return self.unasked(bytes);
        };
        self.heard += bytes.len() as u64;
        match self.answer.feed(bytes, &mut self.received)? {
            Progress::More => Ok(None),
            Progress::Done { reusable } => {
                self.is_kept = true;
                if !reusable || request.ends_connection() {
                    self.close();
                }
                Ok(self.judged())
            }
        }
    }

    /// Nobody asked: the connection cannot be trusted any more, unless it is an empty line (RFC 9112, section 9.2).
    fn unasked(&mut self, bytes: &[u8]) -> Result<Option<Step<'a>>, Broken> {
        let empty = bytes.iter().take_while(|byte| b"\r\n".contains(byte));
        let bytes = &bytes[empty.count()..];
        if bytes.is_empty() {
            return Ok(None);
        }
        self.close();
        match GOODBYE.iter().any(|words| bytes.starts_with(words)) {
            true => Ok(Some(Step::Waits)),
            false => Err(Malformed::unasked(bytes).into()),
        }
    }

    /// The other side has closed the connection, in order or not.
    fn closed(&mut self, error: Option<io::Error>) -> Result<Step<'a>, Broken> {
        if self.waiting.is_none() {
            // A kept connection that nobody used: the next request gets a fresh one.
            self.close();
            return Ok(Step::Waits);
        }
        // TLS that ends without a goodbye may have been cut by anybody (RFC 9112, section 9.8).
        let is_cut = |error: &io::Error| error.kind() == ErrorKind::UnexpectedEof;
        let words = match (error, self.answer.ends_with_connection()) {
            (None, true) => {
                self.close();
                return Ok(self.judged().unwrap_or(Step::Waits));
            }
            (Some(error), true) if is_cut(&error) => {
                "nothing says that the answer is whole: no TLS close_notify".to_owned()
            }
            (Some(error), _) if !is_cut(&error) => {
                format!("no answer: {error} ({})", self.answer.missing())
            }
            _ => format!(
                "the connection was closed before the answer was whole: {}",
                self.answer.missing()
            ),
        };
        Err(Broken::closed(words))
    }

    fn judged(&mut self) -> Option<Step<'a>> {
        let (request, sent) = self.waiting.take()?;
        self.failed_in_a_row = 0;
        let objection = request.objection(self.answer.status(), &mut self.received);
        Some(Step::Answered(request, sent, objection))
    }

    /// Gives the request up, where there is one, and the connection.
    pub(super) fn give_up(&mut self, broken: Broken) -> Failure {
        let was_dead = broken.is_closed && self.is_kept && self.heard == 0;
        let mut words = broken.words;
        let mut hint = None;
        self.close();
        self.failed_in_a_row += 1;
        if let Some((request, _)) = self.waiting.take() {
            words = format!("`{}`: {words}", request.name());
            if was_dead && !request.is_repeatable() {
                words += "; it is not sent again, since it may have been carried out (RFC 9110, section 9.2.2)";
                hint = Some(
                    "`--connections fresh` asks on a new connection each time; a header `Idempotency-Key` allows to send it again",
                );
            }
        }
        Failure { words, hint }
    }

    /// What to say of a request that has waited for so long.
    pub(super) fn overdue(&self, limit: Duration) -> Broken {
        let limit = in_words(limit);
        let words = match (self.heard, self.written) {
            (0, 0) if self.is_handshaking() => {
                format!("no TLS handshake within {limit}")
            }
            (0, written) if written < self.message.len() => {
                format!(
                    "only {written} of {} bytes could be sent within {limit}",
                    self.message.len()
                )
            }
            (0, _) => format!("no answer within {limit}"),
            _ => format!(
                "the answer was not whole within {limit}: {}",
                self.answer.missing()
            ),
        };
        Broken {
            words,
            is_closed: false,
        }
    }

    fn is_handshaking(&self) -> bool {
        self.stream.as_ref().is_some_and(Transport::is_handshaking)
    }

    /// Closes the connection; epoll forgets it with that.
    pub(super) fn close(&mut self) {
        self.stream = None;
        self.is_kept = false;
    }
}

/// Whether it can be tried again when epoll says so.
fn is_not_yet(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::NotConnected
    )
}
