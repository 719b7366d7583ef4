//! Jobs on a real cluster: created once, found again by name, followed to their end. Nothing is retried here that Kubernetes retries;
//! whoever stops waiting leaves the Job as it is.

mod fault;
mod follow;
mod log;
mod manifest;
mod namespace;

use k8s_openapi::api::core::v1::{Node, Secret};
use kube::api::ListParams;
use kube::{Api, ResourceExt};

use super::asked::Asked;
use super::cluster::Cluster;
use super::order::label;
use super::outcome::Outcome;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Listener;
use fault::error;
use manifest::{CLIENT, FUNCTION, STAGE};
use namespace::Namespace;

/// What is needed of the API server: verb, group, resource, part of it.
const NEEDS: [(&str, &str, &str, &str); 6] = [
    ("create", "batch", "jobs", ""),
    ("get", "batch", "jobs", ""),
    ("list", "batch", "jobs", ""),
    ("delete", "batch", "jobs", ""),
    ("list", "", "pods", ""),
    ("get", "", "pods", "log"),
];

/// Runs to its end what has to wait for a network.
fn wait_for<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Error::new(ErrorKind::Unexpected, "could not wait for a cluster")
                .because(error.to_string())
        })?;
    runtime.block_on(work)
}

/// Has the order done and waits for what it comes to.
pub(super) fn follow(asked: &Asked<'_>, listener: &dyn Listener) -> Result<Outcome> {
    wait_for(async {
        let api = Namespace::connect(asked.cluster).await?;
        follow::follow(&api, asked, listener).await
    })
}

/// Ends the Jobs with these labels that have not ended; their names.
pub(super) fn cancel(
    function: &str,
    stage: &str,
    client: &str,
    cluster: &Cluster,
) -> Result<Vec<String>> {
    wait_for(async {
        let api = Namespace::connect(cluster).await?;
        let labels = format!(
            "{FUNCTION}={},{STAGE}={},{CLIENT}={client}",
            label(function),
            label(stage)
        );
        let found = api.jobs.list(&ListParams::default().labels(&labels)).await;
        let found = found.map_err(|source| error(&source, "list Jobs", &api.namespace))?;
        let mut ended = Vec::new();
        for job in found.items.iter().filter(|job| follow::goes_on(job)) {
            let name = job.name_any();
            if api.delete(&name).await? {
                ended.push(name);
            }
        }
        Ok(ended)
    })
}

/// What the cluster lacks, and what to do about it.
pub(super) fn lacks(cluster: &Cluster) -> Result<Vec<(String, String)>> {
    wait_for(async {
        let api = Namespace::connect(cluster).await?;
        let mut lacks = Vec::new();
        for need in NEEDS {
            if !api.may(need).await? {
                let (verb, _, resource, part) = need;
                let what = [resource, part].join("/");
                lacks.push((
                    format!(
                        "may not {verb} {} in the namespace `{}`",
                        what.trim_end_matches('/'),
                        api.namespace
                    ),
                    "the Role in deploy/ has what pgoctl needs".to_owned(),
                ));
            }
        }
        let secrets: Api<Secret> = Api::namespaced(api.client.clone(), &api.namespace);
        // Who may not look cannot tell.
        if let Ok(None) = secrets.get_opt(&cluster.secret).await {
            lacks.push((
                format!(
                    "there is no Secret `{}` in the namespace `{}`",
                    cluster.secret, api.namespace
                ),
                format!(
                    "kubectl -n {} create secret generic {} --from-literal=AWS_ACCESS_KEY_ID=… --from-literal=AWS_SECRET_ACCESS_KEY=…",
                    api.namespace, cluster.secret
                ),
            ));
        }
        let nodes: Api<Node> = Api::all(api.client.clone());
        if let Ok(nodes) = nodes.list(&ListParams::default()).await {
            lacks.extend(fault::too_small(&nodes.items, cluster));
        }
        Ok(lacks)
    })
}
