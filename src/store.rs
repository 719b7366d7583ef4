//! The profile store: what several machines share, or one machine keeps, under keys that are written once.
//!
//! A folder and an S3-compatible bucket are the same to everybody above. Nothing is ever overwritten: whoever creates a key first
//! has it, everybody else is told that it exists, and that is the only lock there is. It is blocking, and may be called from any
//! thread; inside, a thread of its own does the waiting.

mod addressed;
mod answer;
mod client;
mod credentials;
mod engine;
mod failure;
mod files;
mod key;
mod local;
mod object;
mod patience;
mod place;
mod probe;
mod remote;
mod sharing;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::TryStreamExt;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutPayload};

use crate::error::{Error, Result};
use crate::interrupt::Stop;
use engine::Engine;
use failure::{Failure, Kind};
use patience::{Patience, Tried};
use place::Place;

pub use addressed::ADDRESSED;
pub use credentials::Credentials;
pub use files::Packed;
pub use object::{Created, Got, Object};
#[cfg(test)]
pub use probe::Conditional;
pub use probe::Probe;

/// A place for objects under keys; clones are the same place.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
    stop: Option<Stop>,
    pull_only: bool,
    patience: Option<Patience>,
}

struct Inner {
    objects: Arc<dyn ObjectStore>,
    engine: Engine,
    patience: Patience,
    place: Place,
    /// The folder, where it is one.
    folder: Option<PathBuf>,
}

impl fmt::Debug for Inner {
    /// What holds credentials is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens `place`: a folder (a path or a `file://` URL), which is created, or `s3://BUCKET[/PREFIX]`, whose endpoint,
    /// region and keys are in `credentials`. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// A place that is neither, credentials that are not there or not whole, a folder that cannot be made.
    pub fn open(place: &str, credentials: &Credentials) -> Result<Self> {
        Self::open_as(place, credentials, false)
    }

    /// [`Store::open`] to read only: a folder is not created, and every write is refused before it is tried.
    ///
    /// # Errors
    ///
    /// As [`Store::open`]; a folder that is not there.
    pub fn open_to_pull(place: &str, credentials: &Credentials) -> Result<Self> {
        Self::open_as(place, credentials, true)
    }

    fn open_as(place: &str, credentials: &Credentials, pull_only: bool) -> Result<Self> {
        let place = Place::parse(place, credentials)?;
        let (objects, folder) = match &place {
            Place::Folder { folder, .. } => {
                let objects = local::open(folder, pull_only)?;
                (objects, Some(folder.clone()))
            }
            Place::Bucket { bucket, prefix, .. } => (
                remote::open(bucket, prefix.as_ref(), &place, credentials)?,
                None,
            ),
        };
        let inner = Inner {
            objects,
            engine: Engine::start()?,
            patience: Patience::default(),
            place,
            folder,
        };
        Ok(Self {
            inner: Arc::new(inner),
            stop: None,
            pull_only,
            patience: None,
        })
    }

    /// The same store, whose waits end when `stop` asks for it, with the error of an interrupted command.
    #[must_use]
    pub fn heeding(mut self, stop: &Stop) -> Self {
        self.stop = Some(stop.clone());
        self
    }

    /// The same store for whoever cannot wait long: what fails is given up after `limit`.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.patience = Some(Patience::of(limit));
        self
    }

    /// [`Store::within`] for small objects alone: a server that takes a request and says nothing is given up after `limit` too.
    #[must_use]
    pub fn promptly(mut self, limit: Duration) -> Self {
        self.patience = Some(Patience::of(limit).promptly(limit));
        self
    }

    /// Whether every write is refused.
    pub fn is_pull_only(&self) -> bool {
        self.pull_only
    }

    /// Creates an object; never overwrites one. In a folder it is on the disk when this returns.
    ///
    /// An answer that was lost on its way is looked up: what is there and equal to `bytes` counts as created. So where creating is
    /// deciding, put something into the bytes that only this writer has. A store that was away at the end may have taken it all the
    /// same: creating it once more tells.
    ///
    /// # Errors
    ///
    /// A store that is away ([`crate::error::ErrorKind::StoreAway`]), one that does not let us, a key that is not one.
    pub fn create(&self, key: &str, bytes: Vec<u8>) -> Result<Created> {
        self.may_write(key)?;
        let path = key::parse(key)?;
        let bytes = Bytes::from(bytes);
        let tried = self.patiently(|objects| {
            let payload = PutPayload::from(bytes.clone());
            let path = path.clone();
            async move {
                let mode = PutMode::Create.into();
                objects.put_opts(&path, payload, mode).await?;
                Ok(())
            }
        });
        match tried {
            Tried::Done(()) => Ok(Created::New),
            Tried::Failed { failure, unclear } if failure.kind == Kind::Exists => {
                let ours = unclear && self.get(key)?.is_some_and(|found| found == bytes);
                Ok(if ours { Created::New } else { Created::Exists })
            }
            Tried::Failed { failure, .. } => Err(self.error(&failure, "write", key)),
            Tried::Stopped => Err(crate::interrupt::error()),
        }
    }

    /// [`Store::create`] from a file of any size, which is never in memory as a whole.
    ///
    /// # Errors
    ///
    /// As [`Store::create`]; a file that cannot be read.
    pub fn create_from_file(&self, key: &str, path: &Path) -> Result<Created> {
        self.may_write(key)?;
        let target = key::parse(key)?;
        let read = |error: std::io::Error| Error::io("read", path, &error);
        let size = path.metadata().map_err(read)?.len();
        if let Some(folder) = &self.inner.folder {
            return local::copy_in(path, &folder.join(target.as_ref()));
        }
        if size <= remote::PART {
            return self.create(key, std::fs::read(path).map_err(read)?);
        }
        self.create_in_parts(key, path, size)
    }

    /// Creates an object from a file that goes in parts, where the store is a bucket.
    fn create_in_parts(&self, key: &str, path: &Path, size: u64) -> Result<Created> {
        let target = key::parse(key)?;
        let tried = self
            .patiently(|objects| remote::upload(objects, target.clone(), path.to_owned(), size));
        match tried {
            Tried::Done(()) => Ok(Created::New),
            Tried::Failed { failure, .. } if failure.kind == Kind::Exists => Ok(Created::Exists),
            Tried::Failed { failure, .. } => Err(self.error(&failure, "write", key)),
            Tried::Stopped => Err(crate::interrupt::error()),
        }
    }

    /// The object's bytes; `None` where there is none.
    ///
    /// # Errors
    ///
    /// A store that is away, one that does not let us, a key that is not one.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let path = key::parse(key)?;
        let tried = self.patiently(|objects| {
            let path = path.clone();
            async move { objects.get(&path).await?.bytes().await }
        });
        let found = self.found(tried, key)?;
        Ok(found.map(Into::into))
    }

    /// Writes the object to `path`, aside first and then renamed; `false`, and nothing written, where there is none.
    ///
    /// # Errors
    ///
    /// As [`Store::get`]; a file that cannot be written.
    pub fn get_to_file(&self, key: &str, path: &Path) -> Result<bool> {
        let source = key::parse(key)?;
        let tried =
            self.patiently(|objects| local::fetch(objects, source.clone(), path.to_owned(), None));
        Ok(self.found(tried, key)?.is_some())
    }

    /// Everything below the folder `prefix` (`""`: everything there is), by key.
    ///
    /// # Errors
    ///
    /// As [`Store::get`].
    pub fn list(&self, prefix: &str) -> Result<Vec<Object>> {
        self.listed(prefix, None)
    }

    /// What of [`Store::list`] comes after the key `after`.
    ///
    /// # Errors
    ///
    /// As [`Store::get`].
    pub fn list_after(&self, prefix: &str, after: &str) -> Result<Vec<Object>> {
        self.listed(prefix, Some(after))
    }

    fn listed(&self, prefix: &str, after: Option<&str>) -> Result<Vec<Object>> {
        let folder = key::folder(prefix)?;
        let offset = after.map(key::parse).transpose()?;
        let tried = self.patiently(|objects| {
            let (folder, offset) = (folder.clone(), offset.clone());
            async move {
                let found = match &offset {
                    Some(offset) => objects.list_with_offset(folder.as_ref(), offset),
                    None => objects.list(folder.as_ref()),
                };
                found.try_collect::<Vec<ObjectMeta>>().await
            }
        });
        let found = self.found(tried, prefix)?.unwrap_or_default();
        let mut objects: Vec<Object> = found.into_iter().map(Object::from).collect();
        objects.retain(|object| !local::is_half_made(&object.key));
        objects.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(objects)
    }

    /// Removes an object; one that is not there is no error.
    ///
    /// # Errors
    ///
    /// As [`Store::create`].
    pub fn delete(&self, key: &str) -> Result<()> {
        self.may_write(key)?;
        let path = key::parse(key)?;
        let tried = self.patiently(|objects| {
            let path = path.clone();
            async move { objects.delete(&path).await }
        });
        match tried {
            Tried::Done(()) => Ok(()),
            Tried::Failed { failure, .. } if failure.kind == Kind::Missing => Ok(()),
            Tried::Failed { failure, .. } => Err(self.error(&failure, "delete", key)),
            Tried::Stopped => Err(crate::interrupt::error()),
        }
    }

    /// Removes what writers left in a folder that died before they finished, longer ago than `age`. A bucket shows such things to
    /// nobody: there its owner lets unfinished uploads expire.
    ///
    /// # Errors
    ///
    /// A file that cannot be removed.
    pub fn sweep(&self, age: Duration) -> Result<()> {
        self.may_write("")?;
        match &self.inner.folder {
            Some(folder) => local::sweep(folder, SystemTime::now(), age),
            None => Ok(()),
        }
    }

    /// The place, for messages: `s3://profiles/team at http://10.0.0.7:8333`, or a folder; without credentials.
    pub fn place(&self) -> &str {
        self.inner.place.words()
    }

    /// The place as another machine may name it, endpoint and credentials left out.
    pub fn named(&self) -> String {
        self.inner.place.named()
    }

    /// Whether it is a folder of this machine.
    pub fn is_local(&self) -> bool {
        self.inner.folder.is_some()
    }

    fn may_write(&self, key: &str) -> Result<()> {
        if !self.pull_only {
            return Ok(());
        }
        Err(
            Error::usage(format!("may not write `{key}` to {}", self.place()))
                .because("`--pull-only` or `PGOCTL_STORE_PULL_ONLY` allows reading alone")
                .hint("whoever may write leaves both out"),
        )
    }

    fn patiently<T, F>(&self, once: impl Fn(Arc<dyn ObjectStore>) -> F) -> Tried<T>
    where
        T: Send + 'static,
        F: Future<Output = object_store::Result<T>> + Send + 'static,
    {
        let stop = self.stop.as_ref();
        let once = || once(Arc::clone(&self.inner.objects));
        let patience = self.patience.unwrap_or(self.inner.patience);
        patience.trying(&self.inner.engine, stop, once)
    }

    /// What was read; `None` where nothing is.
    fn found<T>(&self, tried: Tried<T>, key: &str) -> Result<Option<T>> {
        match tried {
            Tried::Done(value) => Ok(Some(value)),
            Tried::Failed { failure, .. } if failure.kind == Kind::Missing => Ok(None),
            Tried::Failed { failure, .. } => Err(self.error(&failure, "read", key)),
            Tried::Stopped => Err(crate::interrupt::error()),
        }
    }

    fn error(&self, failure: &Failure, verb: &str, key: &str) -> Error {
        failure.error(&self.inner.place, verb, key)
    }
}

#[cfg(test)]
mod tests;
