//! The store of the test: a real server of its own, which can be killed and started again on what it kept; else a folder.

use std::path::PathBuf;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};

use crate::needs::{Needed, shared};
use crate::profile_store::backing::Backing;
use crate::s3_servers::{free_address, start_as};
use crate::sandbox::wait_for;

/// A store, and the server behind it where it has one.
pub struct Storage {
    pub backing: Backing,
    server: Option<Mortal>,
}

/// A SeaweedFS that can be killed.
struct Mortal {
    up: PathBuf,
    name: String,
    address: String,
    /// Where its process's number is.
    pid: PathBuf,
}

impl Storage {
    /// A SeaweedFS of the test's own; where there is none, which is said, a folder.
    pub fn new() -> Needed<Self> {
        match Self::server() {
            Ok(storage) => Ok(storage),
            Err(_) => Ok(Self {
                backing: Backing::folder()?,
                server: None,
            }),
        }
    }

    fn server() -> Needed<Self> {
        let up = shared("tools/seaweedfs/up.sh")?;
        let name = format!("kills-{}", std::process::id());
        let address = free_address();
        let started = start_as(&up, &name, &address);
        let why = started.as_ref().err().cloned().unwrap_or_default();
        let server = crate::needs::or_skip(started.ok(), crate::needs::Need::S3, &why)?;
        let folder = |variable| std::env::var_os(variable).map(PathBuf::from);
        let home = || Some(folder("HOME")?.join(".cache"));
        let cache = folder("XDG_CACHE_HOME").or_else(home).unwrap();
        let pid = cache.join(format!("pgoctl-tools/seaweedfs/run/{name}/pid"));
        Ok(Self {
            backing: Backing::of(&server, "kills"),
            server: Some(Mortal {
                up,
                name,
                address,
                pid,
            }),
        })
    }

    /// Whether there is a server that can be killed.
    pub fn can_die(&self) -> bool {
        self.server.is_some()
    }

    /// SIGKILL to the server.
    pub fn kill(&self) {
        let Some(Mortal { pid: file, .. }) = &self.server else {
            return;
        };
        let text = std::fs::read_to_string(file).unwrap();
        let pid = Pid::from_raw(text.trim().parse().unwrap()).unwrap();
        kill_process(pid, Signal::KILL).unwrap();
        let stat = format!("/proc/{}/stat", pid.as_raw_nonzero());
        wait_for("the end of the store's server", || {
            // One that nobody waited for is gone too.
            std::fs::read_to_string(&stat).map_or(true, |it| it.contains(") Z "))
        });
        std::fs::remove_file(file).unwrap();
    }

    /// Starts the server on what it kept.
    pub fn start_again(&self) {
        if let Some(server) = &self.server {
            let mut up = Command::new(&server.up);
            let up = up.arg(&server.name).env("ADDRESS", &server.address);
            let output = up.output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{said}");
        }
    }
}
