//! One HTTP/1.1 connection: at most one request on its way.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::Instant;

use rustix::event::epoll;
use rustix::io::Errno;
use rustix::net::{self, AddressFamily, SocketFlags, SocketType};

use super::answer::{Answer, Progress};
use super::transport::Transport;
use crate::http::{Received, Request};
use crate::load::plan::{LoadError, Target};
use crate::load::recorder::Sent;
use crate::load::tls::CONNECT_LIMIT;

/// The connection ended too early.
const CUT: &str = "the connection was closed before the answer was whole";

/// One connection and the request on its way.
pub(super) struct Connection<'a> {
    target: &'a Target,
    index: u64,
    stream: Option<Transport>,
    /// The request on its way and when it was sent.
    waiting: Option<(&'a Request, Sent)>,
    message: Vec<u8>,
    written: usize,
    answer: Answer,
    received: Received,
    /// Failures of the connection since the last answer.
    pub(super) failed_in_a_row: u32,
}

/// What became of a connection when something happened on it.
pub(super) enum Step {
    /// The answer is not whole yet.
    Waits,
    /// It is; with an objection if it is not what was expected.
    Answered(Sent, Option<String>),
}

/// There is no answer, and the connection is of no more use.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) words: String,
}

impl<'a> Connection<'a> {
    /// A connection that is not open yet; `index` is what epoll says when something happens on it.
    pub(super) fn new(target: &'a Target, index: u64) -> Self {
        Self {
            target,
            index,
            stream: None,
            waiting: None,
            message: Vec::new(),
            written: 0,
            answer: Answer::default(),
            received: Received::default(),
            failed_in_a_row: 0,
        }
    }

    /// Connects, shakes hands where there is TLS, and waits for that.
    pub(super) fn open(&mut self, epoll: &OwnedFd) -> Result<(), LoadError> {
        let address = self.target.address;
        let no_connection = |error| LoadError::Connect(address, error);
        let socket = TcpStream::connect_timeout(&address, CONNECT_LIMIT).map_err(no_connection)?;
        socket
            .set_read_timeout(Some(CONNECT_LIMIT))
            .map_err(no_connection)?;
        let stream = self.take(epoll, socket).map_err(no_connection)?;
        let settled = stream.settle();
        let nonblocking = stream.socket().set_nonblocking(true);
        match (settled, &self.target.tls) {
            (Err(error), Some(tls)) => {
                Err(LoadError::Tls(tls.host().to_owned(), tls.explain(error)))
            }
            (settled, _) => settled.and(nonblocking).map_err(no_connection),
        }
    }

    /// Begins to connect: what is written before the connection is there has to be tried again.
    fn begin_to_open(&mut self, epoll: &OwnedFd) -> io::Result<()> {
        let family = match self.target.address {
            SocketAddr::V4(_) => AddressFamily::INET,
            SocketAddr::V6(_) => AddressFamily::INET6,
        };
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = net::socket_with(family, SocketType::STREAM, flags, None)?;
        match net::connect(&socket, &self.target.address) {
            Ok(()) | Err(Errno::INPROGRESS) => self.take(epoll, socket.into()).map(|_| ()),
            Err(error) => Err(error.into()),
        }
    }

    fn take(&mut self, epoll: &OwnedFd, socket: TcpStream) -> io::Result<&mut Transport> {
        socket.set_nodelay(true)?;
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

    /// Since when a request has been on its way.
    pub(super) fn waits_since(&self) -> Option<Instant> {
        self.waiting.as_ref().map(|(_, sent)| sent.at)
    }

    /// Makes the `n`th request ready to be sent.
    pub(super) fn prepare(&mut self, request: &'a Request, n: u64, sent: Sent) {
        self.message.clear();
        self.written = 0;
        request.write(n, &mut self.message);
        request.receive(&mut self.received);
        self.answer.begin(request.is_head());
        self.waiting = Some((request, sent));
    }

    /// Sends it, or as much of it as can be sent now; connects first if need be.
    pub(super) fn send(&mut self, epoll: &OwnedFd) -> Result<(), Failure> {
        if self.stream.is_none() {
            self.begin_to_open(epoll)
                .map_err(|error| self.failure(format!("could not connect: {error}")))?;
        }
        self.write()
    }

    fn write(&mut self) -> Result<(), Failure> {
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
            _ => format!("the request could not be sent: {error}"),
        };
        Err(self.failure(words))
    }

    /// Goes on after something has happened: writes what is left, reads what is there.
    pub(super) fn advance(
        &mut self,
        happened: epoll::EventFlags,
        buffer: &mut [u8],
    ) -> Result<Step, Failure> {
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
                Ok(0) => return self.closed(),
                Ok(n) => {
                    let drained = n < buffer.len() && !ends && stream.is_drained_by_short_read();
                    if let Some(step) = self.feed(&buffer[..n])? {
                        return Ok(step);
                    }
                    if drained {
                        return Ok(Step::Waits);
                    }
                }
                Err(error) if is_not_yet(&error) => return Ok(Step::Waits),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    return match self.waiting {
                        // TLS that ends without a goodbye may have been cut by anybody (RFC 9112, section 9.8).
                        Some(_) if error.kind() == ErrorKind::UnexpectedEof => {
                            let words = match self.answer.ends_with_connection() {
                                true => {
                                    "nothing says that the answer is whole: no TLS close_notify"
                                }
                                false => CUT,
                            };
                            Err(self.failure(words.to_owned()))
                        }
                        Some(_) => Err(self.failure(format!("no answer: {error}"))),
                        None => self.closed(),
                    };
                }
            }
        }
    }

    /// Takes bytes of an answer; `Some` when it is whole.
    fn feed(&mut self, bytes: &[u8]) -> Result<Option<Step>, Failure> {
        let Some((request, _)) = &self.waiting else {
            // Nobody asked: whatever this is, the connection cannot be trusted any more.
            self.close();
            return Ok(Some(Step::Waits));
        };
        match self.answer.feed(bytes, &mut self.received) {
            Ok(Progress::More) => Ok(None),
            Ok(Progress::Done { reusable }) => {
                if !reusable || request.ends_connection() {
                    self.close();
                }
                Ok(self.judged())
            }
            Err(words) => Err(self.failure(words)),
        }
    }

    /// The other side has closed the connection.
    fn closed(&mut self) -> Result<Step, Failure> {
        self.close();
        if self.waiting.is_none() {
            // A kept connection that nobody used: the next request gets a fresh one.
            return Ok(Step::Waits);
        }
        if self.answer.ends_with_connection() {
            return Ok(self.judged().unwrap_or(Step::Waits));
        }
        Err(self.failure(CUT.to_owned()))
    }

    fn judged(&mut self) -> Option<Step> {
        let (request, sent) = self.waiting.take()?;
        self.failed_in_a_row = 0;
        let objection = request.objection(self.answer.status(), &mut self.received);
        Some(Step::Answered(sent, objection))
    }

    /// Gives the request up.
    pub(super) fn failure(&mut self, words: String) -> Failure {
        self.failed_in_a_row += 1;
        let words = match self.waiting.take() {
            Some((request, _)) => format!("`{}`: {words}", request.name()),
            None => words,
        };
        Failure { words }
    }

    /// Closes the connection; epoll forgets it with that.
    pub(super) fn close(&mut self) {
        self.stream = None;
    }
}

/// Whether it can be tried again when epoll says so.
fn is_not_yet(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::NotConnected
    )
}
