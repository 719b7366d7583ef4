//! The API of one namespace, as far as Jobs go.

use std::time::Duration;

use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{DeleteParams, ListParams, PostParams, PropagationPolicy};
use kube::{Api, Client, Config};

use super::fault::error;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::cluster::Cluster;

/// How long the API server may take to answer.
const ANSWERS: Duration = Duration::from_secs(20);
/// How long a connection to it may take.
const CONNECTS: Duration = Duration::from_secs(5);

/// The API of one namespace.
pub struct Namespace {
    /// The client, for what is in no namespace.
    pub client: Client,
    /// Its name.
    pub namespace: String,
    /// Its Jobs.
    pub jobs: Api<Job>,
    pods: Api<Pod>,
    /// Without a limit for an answer: a log may be silent for long.
    pub logs: Api<Pod>,
}

impl Namespace {
    /// The namespace of a cluster that the kubeconfig, or the pod that we are in, names.
    pub async fn connect(cluster: &Cluster) -> Result<Self> {
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

    /// A Job, where it is there.
    pub async fn job(&self, name: &str) -> Result<Option<Job>> {
        let found = self.jobs.get_opt(name).await;
        found.map_err(|source| error(&source, &format!("get the Job `{name}`"), &self.namespace))
    }

    /// Creates it; `false` where somebody else was first.
    pub async fn create(&self, job: &Job, name: &str) -> Result<bool> {
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
    pub async fn delete(&self, name: &str) -> Result<bool> {
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

    /// The pods of a Job, the oldest first.
    pub async fn pods(&self, job: &str) -> Result<Vec<Pod>> {
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
    pub async fn may(&self, need: (&str, &str, &str, &str)) -> Result<bool> {
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
