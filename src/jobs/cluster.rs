//! `[engine]`, decided: where Jobs run and with what.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::config::EngineFile;
use crate::error::{Error, Result};

/// How many cores a Job has where nobody says: the builder of native images uses what it gets.
const CPUS: u32 = 2;
/// How much memory: native-image takes some 3.4 GiB for small functions.
const MEMORY: &str = "4Gi";
/// How long a Job may take.
const DEADLINE: Duration = Duration::from_secs(4 * 3600);
/// What the command in a pod is given: its Job has a deadline of its own.
pub(super) const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);
/// The Secret with the store's credentials, as `deploy/` makes it.
const SECRET: &str = "pgoctl-store";

/// Where Jobs run, and with what.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Otherwise that of the kubeconfig's context.
    pub namespace: Option<String>,
    /// The container image; empty where nobody said.
    pub image: String,
    /// Whole cores.
    pub cpus: u32,
    /// Memory, as Kubernetes writes it.
    pub memory: String,
    /// How long a Job may take.
    pub deadline: Duration,
    /// The Secret with the store's credentials.
    pub secret: String,
    /// Labels that a node must have.
    pub node_selector: BTreeMap<String, String>,
    /// Taints that it may have.
    pub tolerations: Vec<Value>,
    /// The PodSpec that Jobs are made from.
    pub pod: Value,
}

impl Cluster {
    /// What `[engine]` says, with `image` from elsewhere counting more.
    pub fn of(file: &EngineFile, image: Option<&str>) -> Self {
        Self {
            namespace: file.namespace.clone(),
            image: image
                .or(file.image.as_deref())
                .unwrap_or_default()
                .to_owned(),
            cpus: file.cpus.unwrap_or(CPUS),
            memory: file.memory.clone().unwrap_or_else(|| MEMORY.to_owned()),
            deadline: file.deadline.map_or(DEADLINE, |span| span.0),
            secret: file.secret.clone().unwrap_or_else(|| SECRET.to_owned()),
            node_selector: file.node_selector.clone(),
            tolerations: file.tolerations.clone(),
            pod: file
                .pod
                .clone()
                .unwrap_or_else(|| Value::Object(Default::default())),
        }
    }

    /// What can be told without a cluster.
    pub fn check(&self) -> Result<()> {
        if self.image.is_empty() {
            return Err(
                Error::usage("there is no container image for Jobs").hint(
                    "`[engine] image = \"REGISTRY/pgoctl:TAG\"`: one with pgoctl and a GraalVM; deploy/Containerfile makes one",
                ),
            );
        }
        if self.cpus == 0 {
            return Err(
                Error::usage("a Job needs at least one core").hint("correct `cpus` in `[engine]`")
            );
        }
        Ok(())
    }
}
