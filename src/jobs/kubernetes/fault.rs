//! What a cluster says that goes wrong, in our words: the API server's refusals, and what becomes of pods.

use std::time::Duration;

use k8s_openapi::api::core::v1::{ContainerStatus, Node, Pod};

use super::manifest::CONTAINER;
use crate::error::{Error, ErrorKind};
use crate::jobs::cluster::Cluster;

const SECRET: &str = "`secret` in `[engine]` names the Secret with the store's credentials";
/// How long a pod may wait for its image or its Secret.
const PULLED: Duration = Duration::from_secs(180);

/// What stands in the way of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It may pass: a node may come, a registry may answer.
    Waits(String, &'static str),
    /// It may pass, but not for longer than that.
    Passes(String, &'static str, Duration),
    /// It stays until somebody changes something.
    Stays(String, &'static str),
}

/// An error of the API server; `goal` is `create the Job …`.
pub fn error(source: &kube::Error, goal: &str, namespace: &str) -> Error {
    let tool = |goal: String| Error::new(ErrorKind::Toolchain, goal);
    match source {
        kube::Error::Api(status) => match status.code {
            401 => tool(format!("could not {goal}"))
                .because(format!("the cluster does not know who we are: {}", status.message))
                .hint("look at the user in the kubeconfig: its certificate or token may have expired"),
            403 => tool(format!("may not {goal}"))
                .because(status.message.clone())
                .hint("the Role in deploy/ has what pgoctl needs; `pgoctl doctor` lists what is missing"),
            404 => tool(format!("could not {goal}"))
                .because(status.message.clone())
                .hint(format!("is there a namespace `{namespace}`? `[engine] namespace` names another")),
            400 | 422 => Error::usage(format!("could not {goal}"))
                .because(status.message.clone())
                .hint("correct what the message names in `[engine]`"),
            _ => away(goal).because(status.message.clone()),
        },
        other => away(goal).source(other),
    }
}

/// Whether trying again may help: the server is away, or has too much to do.
pub fn passes(error: &Error) -> bool {
    error.kind() == ErrorKind::StoreAway
}

fn away(goal: &str) -> Error {
    Error::new(ErrorKind::StoreAway, format!("could not {goal}"))
        .hint("is the cluster's API server there? `kubectl get --raw /readyz` asks it")
}

/// What stands in the way of a pod, if anything.
pub fn obstacle(pod: &Pod) -> Option<Obstacle> {
    let status = pod.status.as_ref()?;
    let unschedulable = status.conditions.iter().flatten().find(|condition| {
        condition.type_ == "PodScheduled"
            && condition.status == "False"
            && condition.reason.as_deref() == Some("Unschedulable")
    });
    if let Some(condition) = unschedulable {
        let why = condition.message.clone().unwrap_or_default();
        return Some(Obstacle::Waits(
            format!("no node takes it: {why}"),
            "`cpus`, `memory`, `node-selector` and `tolerations` in `[engine]` say what it needs",
        ));
    }
    let waiting = ours(pod)?.state.as_ref()?.waiting.as_ref()?;
    let why = waiting.message.clone().unwrap_or_default();
    let image = "correct `image` in `[engine]`";
    match waiting.reason.as_deref()? {
        "ErrImageNeverPull" | "InvalidImageName" => Some(Obstacle::Stays(
            format!("its image cannot be had: {why}"),
            image,
        )),
        // A registry may be away; the words of each try differ.
        "ImagePullBackOff" | "ErrImagePull" => Some(Obstacle::Passes(
            "its image cannot be pulled".to_owned(),
            image,
            PULLED,
        )),
        "CreateContainerConfigError" if why.contains("not found") => Some(Obstacle::Stays(
            format!("its container cannot be made: {why}"),
            SECRET,
        )),
        "CreateContainerConfigError" => Some(Obstacle::Passes(
            format!("its container cannot be made: {why}"),
            SECRET,
            PULLED,
        )),
        "CreateContainerError" | "RunContainerError" => Some(Obstacle::Stays(
            format!("its container cannot be started: {why}"),
            "the image needs a program `pgoctl`; `pod` in `[engine]` may name another",
        )),
        _ => None,
    }
}

/// How a pod that has ended did, where its container says so.
pub fn ending(pod: &Pod) -> Option<Obstacle> {
    let status = pod.status.as_ref()?;
    if status.reason.as_deref() == Some("Evicted") {
        let why = status.message.clone().unwrap_or_default();
        return Some(Obstacle::Waits(
            format!("its pod was evicted: {why}"),
            "another one is started",
        ));
    }
    let ended = ours(pod)?.state.as_ref()?.terminated.as_ref()?;
    let why = ended.message.clone().unwrap_or_default();
    match (ended.reason.as_deref(), ended.exit_code) {
        (_, 0) => None,
        (Some("OOMKilled"), _) => Some(Obstacle::Stays(
            "its pod ran out of memory and was killed".to_owned(),
            "give it more: `memory` in `[engine]` (native-image takes some 3.4 GiB for small functions)",
        )),
        (Some("StartError" | "ContainerCannotRun"), _) => Some(Obstacle::Stays(
            format!("its container cannot be started: {why}"),
            "the image needs a program `pgoctl`; `pod` in `[engine]` may name another",
        )),
        // What pgoctl itself says of these is in the store.
        (_, 2..=6) => None,
        (_, code) => Some(Obstacle::Waits(
            format!("its pod ended with exit code {code}"),
            "Kubernetes starts another one",
        )),
    }
}

/// The state of our container.
pub fn ours(pod: &Pod) -> Option<&ContainerStatus> {
    let statuses = pod.status.as_ref()?.container_statuses.as_ref()?;
    statuses.iter().find(|one| one.name == CONTAINER)
}

/// Where no node has what a Job asks for, whatever else runs.
pub fn too_small(nodes: &[Node], cluster: &Cluster) -> Option<(String, String)> {
    let cpus = |node: &Node| {
        let allocatable = node.status.as_ref()?.allocatable.as_ref()?;
        cores(&allocatable.get("cpu")?.0)
    };
    let most = nodes.iter().filter_map(cpus).fold(0.0_f64, f64::max);
    (!nodes.is_empty() && most < f64::from(cluster.cpus)).then(|| {
        (
            format!(
                "no node has {} cores for a Job: the largest has {most}",
                cluster.cpus
            ),
            "lower `cpus` in `[engine]`".to_owned(),
        )
    })
}

/// `2` or `1900m` as a number of cores.
fn cores(quantity: &str) -> Option<f64> {
    match quantity.strip_suffix('m') {
        Some(thousandths) => Some(thousandths.parse::<f64>().ok()? / 1000.0),
        None => quantity.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(status: serde_json::Value) -> Pod {
        serde_json::from_value(
            json!({ "metadata": {}, "spec": { "containers": [] }, "status": status }),
        )
        .expect("it is a pod")
    }

    fn container(state: serde_json::Value) -> Pod {
        pod(json!({ "containerStatuses": [{
            "name": "pgoctl", "image": "i", "imageID": "", "ready": false, "restartCount": 0, "state": state,
        }] }))
    }

    #[test]
    fn what_keeps_a_pod_from_running_is_said_and_what_may_pass_is_waited_for() {
        let waiting = |reason: &str| {
            obstacle(&container(
                json!({ "waiting": { "reason": reason, "message": "m" } }),
            ))
        };
        assert!(waiting("ContainerCreating").is_none());
        for reason in [
            "ErrImagePull",
            "ImagePullBackOff",
            "CreateContainerConfigError",
        ] {
            assert!(matches!(waiting(reason), Some(Obstacle::Passes(..))));
        }
        for reason in ["ErrImageNeverPull", "InvalidImageName"] {
            assert!(
                matches!(waiting(reason), Some(Obstacle::Stays(..))),
                "{reason}"
            );
        }
        let full = obstacle(&pod(json!({ "conditions": [{
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes: Insufficient memory",
        }] })));
        assert!(
            matches!(full, Some(Obstacle::Waits(why, _)) if why.contains("Insufficient memory"))
        );
    }

    #[test]
    fn a_pod_without_memory_is_no_failed_build() {
        let ended = |reason: &str, code: i32| {
            ending(&container(
                json!({ "terminated": { "reason": reason, "exitCode": code } }),
            ))
        };
        let Some(Obstacle::Stays(why, hint)) = ended("OOMKilled", 137) else {
            panic!("it stays until somebody gives it more");
        };
        assert!(why.contains("memory") && hint.contains("memory"));
        assert!(matches!(ended("Error", 137), Some(Obstacle::Waits(..))));
        assert!(ended("Completed", 0).is_none());
    }

    #[test]
    fn cores_are_read_as_kubernetes_writes_them() {
        assert_eq!(
            (cores("2"), cores("1900m"), cores("x")),
            (Some(2.0), Some(1.9), None)
        );
    }
}
