//! A function as a server: a free port, a fresh process, ready when it answers; or as one invocation.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::time::{Duration, Instant};

use super::Process;
use super::last_words::with_last_words;
use super::launch::Launch;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Child, Ending, Invocation, Stopped, Watched};
use crate::http::{Connections, Request, Variables};
use crate::interrupt;
use crate::load::probe;
use crate::load::probe::Readiness;
use crate::workload::{HttpWork, Workload};

/// How long one invocation may take.
const INVOCATION_LIMIT: Duration = Duration::from_secs(600);

/// How much of a failed invocation's stdout is kept.
const STDOUT_KEPT: usize = 64 << 10;

/// A running process.
#[derive(Debug)]
pub struct Server<'a> {
    process: &'a Process,
    child: Child,
    port: u16,
}

impl<'a> Server<'a> {
    /// Starts the function on a free port (or its own); its output goes to `log`.
    pub fn start(process: &'a Process, launch: &Launch, log: &Path) -> Result<Self> {
        let port = port(process)?;
        let tool = process.tool(launch, Some(port), &[])?;
        Ok(Self {
            process,
            child: Child::start(&tool, log)?,
            port,
        })
    }

    /// Where it listens, once it does.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.pid()
    }

    /// The instant just before it was spawned.
    pub fn started(&self) -> Instant {
        self.child.started()
    }

    /// How it ended, if it has.
    pub fn ended(&self) -> Option<Ending> {
        self.child.ended()
    }

    /// [`Server::ended`], waiting at most `grace` for it.
    pub fn ended_within(&self, grace: Duration) -> Option<Ending> {
        self.child.ended_within(grace)
    }

    /// What requests may refer to.
    pub fn variables(&self) -> Result<Variables> {
        let assets_url = self
            .process
            .workload
            .assets()
            .map(|assets| assets.url())
            .transpose()?;
        Ok(Variables {
            assets_url,
            ..Variables::loopback(self.port)
        })
    }

    /// Waits until its first request is answered with a 2xx.
    pub fn wait_ready(&self, work: &HttpWork) -> Result<Readiness> {
        let ready = Request::compile(&work.ready, &self.variables()?, Connections::Fresh)?;
        let alive = || self.child.ended().is_none() && !interrupt::requested();
        let probed = probe::wait(
            self.started(),
            self.address(),
            &ready,
            work.protocol,
            self.process.ready_timeout,
            &alive,
        );
        interrupt::check()?;
        probed.map_err(|error| {
            let goal = format!("`{}` did not get ready", self.process.name);
            let error = Error::new(ErrorKind::Training, goal).because(error.to_string());
            let error = match self.child.ended() {
                Some(ending) => error.because(format!("`{}` {ending}", self.child.command())),
                None => error.hint(
                    "`ready` says which request means up, `ready-timeout` how long it may take",
                ),
            };
            with_last_words(error, self.child.log())
        })
    }

    /// Asks it to end and waits for that, at most `grace`.
    pub fn stop(self, grace: Duration) -> Stopped {
        self.child.stop(grace)
    }

    /// Ends it at once: after a cold start nothing is expected of it.
    pub fn kill(self) {
        self.child.kill();
    }
}

/// Starts the function, waits until it is up, and ends it; or carries out one invocation.
pub fn start_once(process: &Process, launch: &Launch, log: &Path) -> Result<()> {
    match &process.workload {
        Workload::Http(work) => {
            let server = Server::start(process, launch, log)?;
            server.wait_ready(work)?;
            server.stop(process.stop_timeout);
            Ok(())
        }
        Workload::Invoke(_) => invoke_once(process, launch, log).map(|_| ()),
    }
}

/// Carries out one invocation and checks what it did; its stderr goes to `log`.
pub fn invoke_once(process: &Process, launch: &Launch, log: &Path) -> Result<Invocation> {
    invoke(process, launch, log, None)
}

/// [`invoke_once`] with somebody who looks at the process while it runs.
pub fn invoke_watched(
    process: &Process,
    launch: &Launch,
    log: &Path,
    watched: Watched<'_>,
) -> Result<Invocation> {
    invoke(process, launch, log, Some(watched))
}

fn invoke(
    process: &Process,
    launch: &Launch,
    log: &Path,
    watched: Option<Watched<'_>>,
) -> Result<Invocation> {
    let Workload::Invoke(work) = &process.workload else {
        return Err(Error::new(ErrorKind::Unexpected, "a server is not invoked"));
    };
    let tool = process.tool(launch, None, &work.invoke.args)?;
    let stderr = std::fs::File::create(log).map_err(|error| Error::io("write", log, &error))?;
    let stdin = work.invoke.stdin.as_ref().map(|text| text.as_bytes());
    let invocation = exec::invoke(&tool, stdin, stderr, INVOCATION_LIMIT, watched)?;
    interrupt::check()?;
    work.invoke.check(&invocation).map_err(|error| {
        keep_stdout(&invocation.stdout, log);
        with_last_words(error.because(format!("`{tool}`")), log)
    })?;
    Ok(invocation)
}

/// Adds what a failed invocation said on stdout to its log: a JVM that dies at its start says why there.
fn keep_stdout(stdout: &[u8], log: &Path) {
    let last = &stdout[stdout.len().saturating_sub(STDOUT_KEPT)..];
    // The log explains an error; where it cannot be written the error itself is still told.
    let _ = std::fs::File::options()
        .append(true)
        .open(log)
        .and_then(|mut file| file.write_all(last));
}

/// A free port, or the function's own, if nobody has it.
fn port(process: &Process) -> Result<u16> {
    let fail = |error: &std::io::Error, port: u16| match (error.kind(), port) {
        (std::io::ErrorKind::AddrInUse, port) => {
            Error::new(ErrorKind::Training, format!("port {port} is in use"))
                .because(format!(
                    "`{}` listens on it and on no other (`port` in the configuration file)",
                    process.name
                ))
                .hint(
                    "end whatever listens there, or let pgoctl choose: `{port}` in `args` or `env`",
                )
        }
        _ => Error::io("listen on", Path::new("127.0.0.1"), error),
    };
    let wanted = process.port.unwrap_or(0);
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, wanted)).map_err(|error| fail(&error, wanted))?;
    Ok(listener
        .local_addr()
        .map_err(|error| fail(&error, wanted))?
        .port())
}
