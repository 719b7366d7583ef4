//! A function as a server: a free port, a fresh process, ready when it answers; or as one invocation.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::time::{Duration, Instant};

use super::Process;
use super::last_words::with_last_words;
use super::launch::Launch;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Child, Ending, Invocation, Stopped, Tree, Watched};
use crate::http::{Connections, Request, Variables};
use crate::load::probe::{self, Candidate, Readiness};
use crate::workload::{HttpWork, Workload};

/// How often another free port is asked for, where the one that was given is taken on `::1`.
const PORTS_TRIED: u32 = 20;

/// How long one invocation may take.
const INVOCATION_LIMIT: Duration = Duration::from_secs(600);

/// How much of a failed invocation's stdout is kept.
const STDOUT_KEPT: usize = 64 << 10;

/// A running process.
#[derive(Debug)]
pub struct Server<'a> {
    process: &'a Process,
    child: Child,
    /// Where it listens: on the first loopback address, until it is found on the other.
    address: SocketAddr,
}

impl<'a> Server<'a> {
    /// Starts the function on a free port (or its own); its output goes to `log`.
    pub fn start(process: &'a Process, launch: &Launch, log: &Path) -> Result<Self> {
        let port = port(process)?;
        let tool = process.tool(launch, Some(port), &[])?;
        Ok(Self {
            process,
            child: Child::start(&tool, log)?,
            address: (Ipv4Addr::LOCALHOST, port).into(),
        })
    }

    /// Where it listens, once [`Server::wait_ready`] has found it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process with all that it started.
    pub fn tree(&self) -> &Tree {
        self.child.tree()
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
        self.variables_at(self.address)
    }

    fn variables_at(&self, address: SocketAddr) -> Result<Variables> {
        let assets_url = self
            .process
            .workload
            .assets()
            .map(|assets| assets.url())
            .transpose()?;
        Ok(Variables {
            assets_url,
            ..Variables::at(address)
        })
    }

    /// Waits until its first request is answered with a 2xx, on whichever loopback address it listens.
    pub fn wait_ready(&mut self, work: &HttpWork) -> Result<Readiness> {
        let port = self.address.port();
        let candidates = loopbacks().into_iter().map(|address| {
            let address = (address, port).into();
            let variables = self.variables_at(address)?;
            let ready = Request::compile(&work.ready, &variables, Connections::Fresh)?;
            Ok(Candidate { address, ready })
        });
        let candidates = candidates.collect::<Result<Vec<_>>>()?;
        let stop = &self.process.stop;
        let alive = || self.child.ended().is_none() && !stop.requested();
        let probed = probe::wait(
            self.started(),
            &candidates,
            work.protocol,
            self.process.ready_timeout,
            &alive,
        );
        stop.check()?;
        let readiness = probed.map_err(|error| {
            let goal = format!("`{}` did not get ready", self.process.name);
            let error = Error::new(ErrorKind::Training, goal).because(error.to_string());
            let error = match self.child.ended() {
                Some(ending) => error.because(format!("`{}` {ending}", self.child.command())),
                None => error.hint(
                    "`ready` says which request means up, `ready-timeout` how long it may take",
                ),
            };
            with_last_words(error, self.child.log())
        })?;
        self.address = readiness.address;
        Ok(readiness)
    }

    /// Whether it still answers the request that says that it is up, within `limit`.
    pub fn still_answers(&self, work: &HttpWork, limit: Duration) -> bool {
        let address = self.address;
        let ready = self
            .variables_at(address)
            .and_then(|variables| Request::compile(&work.ready, &variables, Connections::Fresh));
        // A request that was compiled once is compiled again.
        let Ok(ready) = ready else { return true };
        let alive = || self.child.ended().is_none() && !self.process.stop.requested();
        let asked = [Candidate { address, ready }];
        let answered = probe::wait(Instant::now(), &asked, work.protocol, limit, &alive);
        // What was to end meanwhile is no matter of whoever asks.
        answered.is_ok() || !alive()
    }

    /// Whether the kernel killed it, or something that it started, because it wanted more memory than it may have.
    pub fn ran_out_of_memory(&self) -> bool {
        self.child.ran_out_of_memory()
    }

    /// Asks it to end, with all that it started, and waits for that, at most `grace`.
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
            let mut server = Server::start(process, launch, log)?;
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

/// Carries out one invocation for somebody who asks for it: with their `input`, and `env` besides its own; its stderr goes to `log`.
/// What it did is theirs to judge.
pub fn invoke_for(
    process: &Process,
    launch: &Launch,
    input: exec::Input<'_>,
    env: &[(String, String)],
    limit: Duration,
    log: &Path,
) -> Result<Invocation> {
    let Workload::Invoke(work) = &process.workload else {
        return Err(Error::new(ErrorKind::Unexpected, "a server is not invoked"));
    };
    let mut tool = process.tool(launch, None, &work.invoke.args)?;
    for (name, value) in env {
        tool = tool.env(name, value);
    }
    let stderr = std::fs::File::create(log).map_err(|error| Error::io("write", log, &error))?;
    exec::invoke(&tool, input, stderr, limit, None)
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
    let input = work.invoke.input();
    let invocation = exec::invoke(&tool, input, stderr, INVOCATION_LIMIT, watched)?;
    process.stop.check()?;
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

/// Where a function on this machine may listen: some frameworks mean `::1` by `localhost`.
fn loopbacks() -> [IpAddr; 2] {
    [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
}

/// A free port, or the function's own, if nobody has it.
fn port(process: &Process) -> Result<u16> {
    let fail = |error: &io::Error, port: u16| match error.kind() {
        io::ErrorKind::AddrInUse => {
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
    match process.port {
        Some(port) => free(port).map_err(|error| fail(&error, port)),
        None => free_port(),
    }
}

/// A port that nobody has, on either loopback address.
pub fn free_port() -> Result<u16> {
    (0..PORTS_TRIED)
        .find_map(|_| free(0).ok())
        .map_or_else(|| free(0), Ok)
        .map_err(|error| Error::io("listen on", Path::new("127.0.0.1"), &error))
}

/// Fails if anybody listens on `port` of either loopback address: it would be taken for the function. 0 is any free port.
fn free(port: u16) -> io::Result<u16> {
    let [first, second] = loopbacks();
    let listener = TcpListener::bind((first, port))?;
    let port = listener.local_addr()?.port();
    match TcpListener::bind((second, port)) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(error),
        // There it is free; or this machine has no IPv6.
        Ok(_) | Err(_) => Ok(port),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_free_only_if_nobody_has_it_on_either_loopback_address() {
        for address in loopbacks() {
            // A machine without IPv6 has nothing to say about it.
            let Ok(taken) = TcpListener::bind((address, 0)) else {
                continue;
            };
            let port = taken.local_addr().expect("it has one").port();
            let error = free(port).expect_err("somebody has it");
            assert_eq!(error.kind(), io::ErrorKind::AddrInUse, "{address}");
        }
        assert_ne!(free(0).expect("some port is free"), 0);
    }
}
