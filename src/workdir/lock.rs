//! One pgoctl at a time works in a project; the next one says whom it waits for.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::interrupt::Stop;

/// How often a waiting pgoctl tries again.
const RETRY: Duration = Duration::from_millis(100);

/// The project's lock, held until dropped. The kernel releases it with the process, so it is never stale.
#[derive(Debug)]
pub struct Lock {
    file: File,
    /// The holder before this one died without letting go: it may have left something half made.
    after_a_death: bool,
}

impl Lock {
    /// Takes the lock at `path`, waiting for its holder; `waiting` is told once who that is.
    ///
    /// The file names its holder; whoever lets go in order empties it.
    pub fn take(
        path: &Path,
        command: &str,
        stop: &Stop,
        waiting: &mut dyn FnMut(&str),
    ) -> Result<Self> {
        let fail = |error: &std::io::Error| Error::io("lock", path, error);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(|error| fail(&error))?;
        let mut said = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {
                    if !said {
                        waiting(&holder(&mut file));
                        said = true;
                    }
                    stop.check()?;
                    std::thread::sleep(RETRY);
                }
                Err(TryLockError::Error(error)) => return Err(fail(&error)),
            }
        }
        let after_a_death = file.metadata().is_ok_and(|data| data.len() > 0);
        let words = format!("`pgoctl {command}`, process {}", std::process::id());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(words.as_bytes()))
            .map_err(|error| fail(&error))?;
        Ok(Self {
            file,
            after_a_death,
        })
    }

    /// Whether the holder before this one died without letting go.
    pub(super) fn after_a_death(&self) -> bool {
        self.after_a_death
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // If this fails, the next holder looks for leftovers in vain.
        let _ = self.file.set_len(0);
    }
}

fn holder(file: &mut File) -> String {
    let mut words = String::new();
    match file.rewind().and_then(|()| file.read_to_string(&mut words)) {
        Ok(_) if !words.is_empty() => words,
        _ => "another pgoctl".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_waits_and_names_the_first() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("lock");
        let first = Lock::take(&path, "run", &Stop::default(), &mut |_| {
            panic!("nobody holds it")
        })
        .expect("it is free");
        let (sender, receiver) = std::sync::mpsc::channel();
        let second = std::thread::spawn({
            let path = path.clone();
            move || {
                Lock::take(&path, "build", &Stop::default(), &mut |who| {
                    sender.send(who.to_owned()).expect("the test listens")
                })
                .is_ok()
            }
        });
        let who = receiver
            .recv_timeout(Duration::from_secs(20))
            .expect("the second says whom it waits for");
        assert!(who.starts_with("`pgoctl run`, process "), "{who}");
        drop(first);
        assert!(second.join().expect("it ends"));
    }
}
