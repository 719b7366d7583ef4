//! The thread that waits for answers, so that everybody else may call and block from wherever they are.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::Stop;

/// How often a wait looks whether it is to stop.
const LOOK: Duration = Duration::from_millis(50);

/// A thread with a small runtime; it ends when this is dropped.
pub struct Engine {
    handle: Handle,
    _until: oneshot::Sender<()>,
}

impl Engine {
    /// Starts the thread.
    pub fn start() -> Result<Self> {
        let failed = |error: std::io::Error| {
            Error::new(ErrorKind::Unexpected, "could not start the store's thread").source(&error)
        };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .thread_name("store-io")
            .build()
            .map_err(failed)?;
        let handle = runtime.handle().clone();
        let (until, end) = oneshot::channel::<()>();
        std::thread::Builder::new()
            .name("store".into())
            .spawn(move || {
                // The other end is dropped when the store is.
                let _ = runtime.block_on(end);
                runtime.shutdown_background();
            })
            .map_err(failed)?;
        Ok(Self {
            handle,
            _until: until,
        })
    }

    /// Does `work` there and waits for it here; `None` when it was to stop before that.
    pub fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
        stop: Option<&Stop>,
    ) -> Option<T> {
        let (tell, told) = sync_channel(1);
        let task = self.handle.spawn(async move {
            // Nobody listens any more where it was to stop.
            let _ = tell.send(work.await);
        });
        loop {
            match told.recv_timeout(LOOK) {
                Ok(value) => return Some(value),
                Err(RecvTimeoutError::Timeout) if stop.is_some_and(Stop::requested) => {
                    task.abort();
                    return None;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the store's thread panicked");
                }
            }
        }
    }
}
