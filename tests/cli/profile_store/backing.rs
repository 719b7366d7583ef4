//! A store as its owner sees it: every object, to be looked at and to be damaged.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt as _};

use crate::needs::Needed;
use crate::s3_servers::{Server, seaweedfs};
use crate::sandbox::Sandbox;

/// A store of a test's own.
pub struct Backing {
    /// As `--store` names it.
    pub place: String,
    variables: Vec<(String, String)>,
    objects: Arc<dyn ObjectStore>,
    /// Of a folder.
    _folder: Option<tempfile::TempDir>,
}

impl Backing {
    pub fn folder() -> Needed<Self> {
        let folder = tempfile::tempdir().unwrap();
        let objects = LocalFileSystem::new_with_prefix(folder.path()).unwrap();
        Ok(Self {
            place: folder.path().to_str().unwrap().to_owned(),
            variables: Vec::new(),
            objects: Arc::new(objects),
            _folder: Some(folder),
        })
    }

    pub fn bucket() -> Needed<Self> {
        Ok(Self::of(seaweedfs()?, "profiles"))
    }

    /// A new bucket of that server.
    pub fn of(server: &Server, name: &str) -> Self {
        let bucket = server.bucket(name);
        let options = ClientOptions::new()
            .with_allow_http(true)
            .with_no_system_certificates(true);
        let objects = AmazonS3Builder::new()
            .with_bucket_name(&bucket)
            .with_endpoint(server.endpoint())
            .with_region(server.variable("AWS_REGION"))
            .with_access_key_id(server.variable("AWS_ACCESS_KEY_ID"))
            .with_secret_access_key(server.variable("AWS_SECRET_ACCESS_KEY"))
            .with_client_options(options)
            .build()
            .unwrap();
        Self {
            place: format!("s3://{bucket}/team"),
            variables: server.variables.clone(),
            objects: Arc::new(PrefixStore::new(objects, "team")),
            _folder: None,
        }
    }

    /// Lets the commands of a project find it.
    pub fn used_by(&self, sandbox: &mut Sandbox) {
        sandbox.set("PGOCTL_STORE", &self.place);
        for (name, value) in &self.variables {
            sandbox.set(name, value);
        }
    }

    fn wait<T>(&self, work: impl Future<Output = object_store::Result<T>>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().unwrap();
        runtime.block_on(work).unwrap()
    }

    /// Every key with its time, in order.
    pub fn all(&self) -> Vec<(String, String)> {
        let listed = self.wait(self.objects.list(None).try_collect::<Vec<_>>());
        let mut keys: Vec<(String, String)> = listed
            .into_iter()
            .map(|meta| (meta.location.to_string(), meta.last_modified.to_string()))
            .filter(|(key, _)| key != "store.json")
            .collect();
        keys.sort();
        keys
    }

    /// Every key with this ending.
    pub fn keys(&self, ending: &str) -> Vec<String> {
        let keys = self.all().into_iter().map(|(key, _)| key);
        keys.filter(|key| key.ends_with(ending)).collect()
    }

    pub fn get(&self, key: &str) -> Vec<u8> {
        let key = object_store::path::Path::from(key);
        let bytes = self.wait(async { self.objects.get(&key).await?.bytes().await });
        bytes.to_vec()
    }

    /// Writes over what is there, as nobody who keeps to the rules does.
    pub fn overwrite(&self, key: &str, bytes: impl Into<Vec<u8>>) {
        let key = object_store::path::Path::from(key);
        self.wait(self.objects.put(&key, bytes.into().into()));
    }

    pub fn remove(&self, key: &str) {
        let key = object_store::path::Path::from(key);
        self.wait(self.objects.delete(&key));
    }
}
