//! Jobs on a real cluster: created once, found again by name, followed to their end. Nothing is retried here that Kubernetes retries;
//! whoever stops waiting leaves the Job as it is.

mod fault;
mod follow;
mod log;
mod manifest;

use std::time::Duration;

use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Node, Pod, Secret};
use kube::api::{DeleteParams, ListParams, PostParams, PropagationPolicy};
use kube::{Api, Client, Config, ResourceExt};

use super::asked::Asked;
use super::cluster::Cluster;
use super::order::label;
use super::outcome::Outcome;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Listener;
use fault::error;
use manifest::{CLIENT, FUNCTION, STAGE};

/// How long the API server may take to answer.
const ANSWERS: Duration = Duration::from_secs(20);
/// How long a connection to it may take.
const CONNECTS: Duration = Duration::from_secs(5);

/// What is needed of the API server: verb, group, resource, part of it.
const NEEDS: [(&str, &str, &str, &str); 6] = [
    ("create", "batch", "jobs", ""),
    ("get", "batch", "jobs", ""),
    ("list", "batch", "jobs", ""),
    ("delete", "batch", "jobs", ""),
    ("list", "", "pods", ""),
    ("get", "", "pods", "log"),
];

/// The API of one namespace.
struct Namespace {
    client: Client,
    namespace: String,
    jobs: Api<Job>,
    pods: Api<Pod>,
    /// Without a limit for an answer: a log may be silent for long.
    logs: Api<Pod>,
}

impl Namespace {
    async fn connect(cluster: &Cluster) -> Result<Self> {
        let mut config = Config::infer().await.map_err(|source| {
            Error::new(ErrorKind::Toolchain, "there is no cluster to ask")
                .source(&source)
                .hint("set KUBECONFIG to a file that names one, or run in a pod with an account")
        })?;
        let namespace = cluster
            .namespace
            .clone()
            .unwrap_or_else(|| config.default_namespace.clone());
        config.connect_timeout = Some(CONNECTS);
        config.read_timeout = None;
        let client_of = |config: &Config| {
            Client::try_from(config.clone()).map_err(|source| {
                Error::new(ErrorKind::Toolchain, "could not prepare to ask the cluster")
                    .source(&source)
            })
        };
        let silent = client_of(&config)?;
        config.read_timeout = Some(ANSWERS);
        config.reset_reader_on_write = true;
        let client = client_of(&config)?;
        Ok(Self {
            jobs: Api::namespaced(client.clone(), &namespace),
            pods: Api::namespaced(client.clone(), &namespace),
            logs: Api::namespaced(silent, &namespace),
            client,
            namespace,
        })
    }

    async fn job(&self, name: &str) -> Result<Option<Job>> {
        let found = self.jobs.get_opt(name).await;
        found.map_err(|source| error(&source, &format!("get the Job `{name}`"), &self.namespace))
    }

    /// Creates it; `false` where somebody else was first.
    async fn create(&self, job: &Job, name: &str) -> Result<bool> {
        match self.jobs.create(&PostParams::default(), job).await {
            Ok(_) => Ok(true),
            Err(kube::Error::Api(status)) if status.reason == "AlreadyExists" => Ok(false),
            Err(source) => Err(error(
                &source,
                &format!("create the Job `{name}`"),
                &self.namespace,
            )),
        }
    }

    /// Ends and removes it with its pods; whether it was there.
    async fn delete(&self, name: &str) -> Result<bool> {
        let how = DeleteParams {
            propagation_policy: Some(PropagationPolicy::Foreground),
            ..DeleteParams::default()
        };
        match self.jobs.delete(name, &how).await {
            Ok(_) => Ok(true),
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(false),
            Err(source) => Err(error(
                &source,
                &format!("delete the Job `{name}`"),
                &self.namespace,
            )),
        }
    }

    async fn pods(&self, job: &str) -> Result<Vec<Pod>> {
        let of = ListParams::default().labels(&format!("batch.kubernetes.io/job-name={job}"));
        let pods = self.pods.list(&of).await.map_err(|source| {
            error(
                &source,
                &format!("list the pods of `{job}`"),
                &self.namespace,
            )
        })?;
        let mut pods = pods.items;
        pods.sort_by_key(|pod| pod.metadata.creation_timestamp.as_ref().map(|at| at.0));
        Ok(pods)
    }

    /// Whether the account may do that.
    async fn may(&self, need: (&str, &str, &str, &str)) -> Result<bool> {
        let (verb, group, resource, part) = need;
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let asked = SelfSubjectAccessReview {
            spec: SelfSubjectAccessReviewSpec {
                resource_attributes: Some(ResourceAttributes {
                    namespace: Some(self.namespace.clone()),
                    verb: some(verb),
                    group: some(group),
                    resource: some(resource),
                    subresource: some(part),
                    ..ResourceAttributes::default()
                }),
                ..SelfSubjectAccessReviewSpec::default()
            },
            ..SelfSubjectAccessReview::default()
        };
        let reviews: Api<SelfSubjectAccessReview> = Api::all(self.client.clone());
        let answer = reviews.create(&PostParams::default(), &asked).await;
        let answer =
            answer.map_err(|source| error(&source, "ask what is allowed", &self.namespace))?;
        Ok(answer.status.is_some_and(|status| status.allowed))
    }
}

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
