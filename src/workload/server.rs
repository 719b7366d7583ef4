//! A function as a server: a free port, a fresh process, ready when it answers; or as one invocation.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::time::{Duration, Instant};

use super::http::{RequestTemplate, Variables};
use super::last_words::with_last_words;
use super::{Workload, fill};
use crate::bench::probe::{self, Readiness};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Child, Ending, Invocation, Stopped, Tool};
use crate::function::Function;
use crate::interrupt;
use crate::toolchain::Launch;

/// How long one invocation may take.
const INVOCATION_LIMIT: Duration = Duration::from_secs(600);

/// A running function.
#[derive(Debug)]
pub struct Server<'a> {
    function: &'a Function,
    child: Child,
    port: u16,
}

impl<'a> Server<'a> {
    /// Starts the function on a free port (or its own); its output goes to `log`.
    pub fn start(function: &'a Function, launch: &Launch, log: &Path) -> Result<Self> {
        let port = port(function)?;
        let tool = tool(function, launch, Some(port), &[])?;
        Ok(Self {
            function,
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
            .function
            .workload
            .assets()
            .map(|assets| assets.url())
            .transpose()?;
        Ok(Variables {
            port: self.port,
            assets_url,
        })
    }

    /// Waits until `ready` is answered with a 2xx.
    pub fn wait_ready(&self, ready: &RequestTemplate) -> Result<Readiness> {
        let alive = || self.child.ended().is_none() && !interrupt::requested();
        let probed = probe::wait(
            self.started(),
            self.address(),
            ready,
            &self.variables()?,
            self.function.ready_timeout,
            &alive,
        );
        interrupt::check()?;
        probed.map_err(|error| {
            let goal = format!("`{}` did not get ready", self.function.name);
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
pub fn start_once(function: &Function, launch: &Launch, log: &Path) -> Result<()> {
    match &function.workload {
        Workload::Http(work) => {
            let server = Server::start(function, launch, log)?;
            server.wait_ready(&work.ready)?;
            server.stop(function.stop_timeout);
            Ok(())
        }
        Workload::Invoke(_) => invoke_once(function, launch, log).map(|_| ()),
    }
}

/// Carries out one invocation and checks what it did; its stderr goes to `log`.
pub fn invoke_once(function: &Function, launch: &Launch, log: &Path) -> Result<Invocation> {
    let Workload::Invoke(work) = &function.workload else {
        return Err(Error::new(ErrorKind::Unexpected, "a server is not invoked"));
    };
    let tool = tool(function, launch, None, &work.invoke.args)?;
    let stderr = std::fs::File::create(log).map_err(|error| Error::io("write", log, &error))?;
    let stdin = work.invoke.stdin.as_ref().map(|text| text.as_bytes());
    let invocation = exec::invoke(&tool, stdin, stderr, INVOCATION_LIMIT)?;
    interrupt::check()?;
    work.invoke
        .check(&invocation)
        .map_err(|error| with_last_words(error.because(format!("`{tool}`")), log))?;
    Ok(invocation)
}

fn tool(function: &Function, launch: &Launch, port: Option<u16>, more: &[String]) -> Result<Tool> {
    let assets_url = function
        .workload
        .assets()
        .map(|assets| assets.url())
        .transpose()?;
    let filled = |word: &String| fill(word, port, assets_url.as_deref());
    let args: Vec<String> = function.args.iter().chain(more).map(filled).collect();
    let mut launch = launch.clone();
    for arg in &mut launch.runtime_args {
        if let Some(word) = arg.to_str() {
            *arg = filled(&word.to_owned()).into();
        }
    }
    let mut tool = launch.tool(&args).dir(&function.project_dir);
    for (name, value) in &function.env {
        tool = tool.env(name, filled(value));
    }
    Ok(tool)
}

/// A free port, or the function's own, if nobody has it.
fn port(function: &Function) -> Result<u16> {
    let fail = |error: &std::io::Error, port: u16| match (error.kind(), port) {
        (std::io::ErrorKind::AddrInUse, port) => {
            Error::new(ErrorKind::Training, format!("port {port} is in use"))
                .because(format!(
                    "`{}` listens on it and on no other (`port` in the configuration file)",
                    function.name
                ))
                .hint(
                    "end whatever listens there, or let pgoctl choose: `{port}` in `args` or `env`",
                )
        }
        _ => Error::io("listen on", Path::new("127.0.0.1"), error),
    };
    let wanted = function.port.unwrap_or(0);
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, wanted)).map_err(|error| fail(&error, wanted))?;
    Ok(listener
        .local_addr()
        .map_err(|error| fail(&error, wanted))?
        .port())
}
