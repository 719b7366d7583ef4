//! What a connection reads and writes through: the socket itself, or TLS over it. Neither ever waits once it is open.

use std::io::{BufReader, ErrorKind, Read, Result, Write};

use rustls::ClientConnection;

use crate::load::target::Socket;
use crate::load::tls::{Tls, invalid_data};

/// How much ciphertext is read at a time: a record (RFC 8446, section 5.2). rustls itself asks for 4 KiB.
const RECORD_BYTES: usize = 16 * 1024 + 256 + 5;

/// A socket, in clear text or not.
pub(super) enum Transport {
    /// Clear text.
    Plain(Socket),
    /// TLS.
    Tls(Box<TlsStream>),
}

impl Transport {
    /// Takes a socket; nothing is sent yet.
    pub(super) fn new(socket: Socket, tls: Option<&Tls>) -> Result<Self> {
        Ok(match tls {
            None => Self::Plain(socket),
            Some(tls) => Self::Tls(Box::new(TlsStream {
                session: tls.session()?,
                socket: BufReader::with_capacity(RECORD_BYTES, socket),
            })),
        })
    }

    /// The socket underneath.
    pub(super) fn socket(&self) -> &Socket {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => stream.socket.get_ref(),
        }
    }

    /// Whether both sides have yet to agree on TLS.
    pub(super) fn is_handshaking(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Tls(stream) => stream.session.is_handshaking(),
        }
    }

    /// Whether a short read means that there is no more for now (epoll(7)): what is decrypted comes in pieces of its own.
    pub(super) fn is_drained_by_short_read(&self) -> bool {
        matches!(self, Self::Plain(_))
    }

    /// Ends the handshake, and sends what was taken and has not left yet.
    pub(super) fn settle(&mut self) -> Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Tls(stream) => stream.settle(),
        }
    }

    /// Takes bytes to send; [`Self::settle`] tells whether they are on their way.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    /// Reads what is there.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

/// TLS over a socket. Not rustls's own stream: that one reads nothing as long as it cannot write, and two sides that both
/// wait to be read would wait for ever.
pub(super) struct TlsStream {
    session: ClientConnection,
    socket: BufReader<Socket>,
}

impl TlsStream {
    fn settle(&mut self) -> Result<()> {
        loop {
            while self.session.wants_write() {
                self.send()?;
            }
            if !self.session.is_handshaking() {
                return Ok(());
            }
            if self.receive()? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        // With nothing left from before there is room for some of it.
        self.settle()?;
        self.session.writer().write(bytes)
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if self.session.is_handshaking() {
            return Err(ErrorKind::WouldBlock.into());
        }
        loop {
            match self.session.reader().read(buffer) {
                // Nothing is decrypted yet; after the end of the stream it says so instead.
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.receive()?,
                read => return read,
            };
        }
    }

    fn send(&mut self) -> Result<usize> {
        let socket = self.socket.get_mut();
        uninterrupted(|| self.session.write_tls(socket))
    }

    /// Takes what has arrived; 0 at the end of the stream.
    fn receive(&mut self) -> Result<usize> {
        let n = uninterrupted(|| self.session.read_tls(&mut self.socket))?;
        self.session.process_new_packets().map_err(|error| {
            // The other side is told why, if that can be done at once.
            let _ = self.send();
            invalid_data(error)
        })?;
        Ok(n)
    }
}

impl Drop for TlsStream {
    /// Says goodbye (RFC 8446, section 6.1), if that can be done at once.
    fn drop(&mut self) {
        self.session.send_close_notify();
        let _ = self.send();
    }
}

/// Tries again after a signal.
fn uninterrupted<T>(mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    loop {
        match attempt() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}
