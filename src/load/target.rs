//! To whom requests are sent: every address of a name, or a socket in the file system; and how a connection begins.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::{self, AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, sockopt};

use super::plan::LoadError;
use super::tls::{CONNECT_LIMIT, Tls};

/// Where requests are sent.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where it may listen, tried in this order; at least one.
    pub places: Vec<Place>,
    /// How to speak TLS with it; `None` is clear text.
    pub tls: Option<Tls>,
}

/// Where somebody listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A port of a machine.
    Tcp(SocketAddr),
    /// A Unix socket.
    Unix(PathBuf),
}

impl Target {
    /// The scheme of its URLs.
    pub(super) fn scheme(&self) -> &'static str {
        match self.tls {
            Some(_) => "https",
            None => "http",
        }
    }

    /// The first place that accepts a connection: where there is only one, it is not tried.
    pub(super) fn find(&self) -> Result<&Place, LoadError> {
        let places = self.places.as_slice();
        if let [only] = places {
            return Ok(only);
        }
        // One that swallows packets may not use up the time of the others.
        let limit = CONNECT_LIMIT / u32::try_from(places.len().max(1)).unwrap_or(1);
        let mut last = None;
        for place in places {
            match place.connect(limit) {
                Ok(_) => return Ok(place),
                Err(error) => last = Some(error),
            }
        }
        let error = last.unwrap_or_else(|| ErrorKind::AddrNotAvailable.into());
        let names: Vec<_> = places.iter().map(ToString::to_string).collect();
        Err(LoadError::no_connection(names.join(" or "), error))
    }
}

impl From<SocketAddr> for Target {
    /// In clear text.
    fn from(address: SocketAddr) -> Self {
        Self {
            places: vec![Place::Tcp(address)],
            tls: None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "`{}`", path.display()),
        }
    }
}

impl Place {
    /// Connects, within `limit`.
    pub(super) fn connect(&self, limit: Duration) -> io::Result<Socket> {
        Ok(Socket(match self {
            Self::Tcp(address) => {
                let stream = TcpStream::connect_timeout(address, limit)?;
                stream.set_nodelay(true)?;
                stream.into()
            }
            Self::Unix(path) => UnixStream::connect(path)?.into(),
        }))
    }

    /// Begins to connect: what is written before the connection is there has to be tried again.
    pub(super) fn begin_to_connect(&self) -> io::Result<Socket> {
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let open = |family| net::socket_with(family, SocketType::STREAM, flags, None);
        let (socket, begun) = match self {
            Self::Tcp(address) => {
                let socket = open(match address {
                    SocketAddr::V4(_) => AddressFamily::INET,
                    SocketAddr::V6(_) => AddressFamily::INET6,
                })?;
                sockopt::set_tcp_nodelay(&socket, true)?;
                let begun = net::connect(&socket, address);
                (socket, begun)
            }
            Self::Unix(path) => {
                let socket = open(AddressFamily::UNIX)?;
                let begun = net::connect(&socket, &net::SocketAddrUnix::new(path)?);
                (socket, begun)
            }
        };
        match begun {
            Ok(()) | Err(Errno::INPROGRESS) => Ok(Socket(socket)),
            Err(error) => Err(error.into()),
        }
    }
}

/// A connected socket, of whatever family.
#[derive(Debug)]
pub(super) struct Socket(OwnedFd);

impl Socket {
    /// From now on nothing waits.
    pub(super) fn set_nonblocking(&self) -> io::Result<()> {
        Ok(rustix::io::ioctl_fionbio(&self.0, true)?)
    }

    /// How long a read waits.
    pub(super) fn set_read_timeout(&self, limit: Duration) -> io::Result<()> {
        let kind = sockopt::Timeout::Recv;
        Ok(sockopt::set_socket_timeout(&self.0, kind, Some(limit))?)
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (read, _) = net::recv(&self.0, buffer, RecvFlags::empty())?;
        Ok(read)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(net::send(&self.0, bytes, SendFlags::NOSIGNAL)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
