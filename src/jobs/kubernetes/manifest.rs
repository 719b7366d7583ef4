//! From an order to the Job that is created.

use k8s_openapi::api::batch::v1::Job;
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::jobs::asked::Asked;
use crate::jobs::cluster::Cluster;
use crate::jobs::order::{Order, label};

/// The container that is ours.
pub const CONTAINER: &str = "pgoctl";
/// The labels that Jobs are found by.
pub const FUNCTION: &str = "pgoctl/function";
pub const STAGE: &str = "pgoctl/stage";
pub const CLIENT: &str = "pgoctl/client";
/// How often Kubernetes tries again after a pod that died.
const RETRIES: u32 = 4;
/// How long a finished Job is kept, in seconds: its outcome is in the store.
const KEPT: u32 = 24 * 3600;
/// Exit codes that another try would not change: usage, tools, builds, training, benchmark.
const FOR_GOOD: [u8; 5] = [2, 3, 4, 5, 6];

/// The Job of an order.
pub fn job(asked: &Asked<'_>) -> Result<Job> {
    let Asked {
        order,
        cluster,
        store,
        ..
    } = asked;
    let labels = json!({
        "app.kubernetes.io/name": "pgoctl",
        "app.kubernetes.io/managed-by": "pgoctl",
        FUNCTION: label(&order.function),
        STAGE: label(&order.command.stage),
        CLIENT: order.client,
        "pgoctl/order": order.identity(),
    });
    let pod = pod(order, cluster, &store.named())?;
    let job = json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": { "name": order.job_name(), "labels": labels },
        "spec": {
            "backoffLimit": RETRIES,
            "activeDeadlineSeconds": cluster.deadline.as_secs().max(1),
            "ttlSecondsAfterFinished": KEPT,
            "podFailurePolicy": { "rules": [
                {
                    "action": "FailJob",
                    "onExitCodes": { "containerName": CONTAINER, "operator": "In", "values": FOR_GOOD },
                },
                // Drained, preempted or evicted: nobody's fault.
                { "action": "Ignore", "onPodConditions": [{ "type": "DisruptionTarget" }] },
            ] },
            "template": { "metadata": { "labels": labels }, "spec": pod },
        },
    });
    serde_json::from_value(job).map_err(|error| bad_pod(&error.to_string()))
}

fn bad_pod(why: &str) -> Error {
    Error::usage("`pod` in `[engine]` is not a PodSpec").because(why)
}

/// The PodSpec: what the user's says, with ours over it.
fn pod(order: &Order, cluster: &Cluster, store: &str) -> Result<Value> {
    let Value::Object(mut pod) = cluster.pod.clone() else {
        return Err(bad_pod("it is not a table"));
    };
    pod.insert("restartPolicy".to_owned(), json!("Never"));
    pod.entry("automountServiceAccountToken")
        .or_insert(json!(false));
    pod.entry("terminationGracePeriodSeconds")
        .or_insert(json!(60));
    if !cluster.node_selector.is_empty() {
        pod.insert("nodeSelector".to_owned(), json!(cluster.node_selector));
    }
    list(&mut pod, "tolerations")?.extend(cluster.tolerations.iter().cloned());
    list(&mut pod, "volumes")?.push(json!({ "name": "pgoctl-project", "emptyDir": {} }));
    let containers = list(&mut pod, "containers")?;
    let is_ours = |one: &Value| one["name"] == CONTAINER;
    let mut ours = match containers.iter().position(is_ours) {
        Some(at) => containers.remove(at),
        None => json!({ "name": CONTAINER }),
    };
    let Some(fields) = ours.as_object_mut() else {
        return Err(bad_pod("a container is not a table"));
    };
    container(fields, order, cluster, store)?;
    containers.insert(0, ours);
    Ok(Value::Object(pod))
}

fn container(
    fields: &mut Map<String, Value>,
    order: &Order,
    cluster: &Cluster,
    store: &str,
) -> Result<()> {
    let dir = order.dir.to_string_lossy();
    if dir.contains(':') || dir == "/" {
        return Err(
            Error::usage(format!("a project in `{dir}` cannot be mounted in a pod"))
                .hint("move it to a folder without a colon in its path"),
        );
    }
    fields.insert("image".to_owned(), json!(cluster.image));
    fields.entry("command").or_insert(json!([CONTAINER]));
    fields.insert("args".to_owned(), json!(["job", order.document()]));
    let from = |path: &str| json!({ "fieldRef": { "fieldPath": path } });
    list(fields, "env")?.extend([
        json!({ "name": "PGOCTL_STORE", "value": store }),
        json!({ "name": "PGOCTL_POD", "valueFrom": from("metadata.name") }),
        json!({ "name": "PGOCTL_NODE", "valueFrom": from("spec.nodeName") }),
    ]);
    list(fields, "envFrom")?.push(json!({ "secretRef": { "name": cluster.secret } }));
    list(fields, "volumeMounts")?.push(json!({ "name": "pgoctl-project", "mountPath": dir }));
    // Requests and limits alike make whole cores of their own of whole numbers, where the node gives such; a build takes what is
    // left on the node besides.
    let mut limits = json!({ "memory": cluster.memory });
    if order.command.measures {
        limits["cpu"] = json!(cluster.cpus.to_string());
    }
    let requests = json!({ "memory": cluster.memory, "cpu": cluster.cpus.to_string() });
    fields.insert(
        "resources".to_owned(),
        json!({ "requests": requests, "limits": limits }),
    );
    Ok(())
}

fn list<'a>(fields: &'a mut Map<String, Value>, name: &str) -> Result<&'a mut Vec<Value>> {
    let list = fields.entry(name).or_insert_with(|| json!([]));
    list.as_array_mut()
        .ok_or_else(|| bad_pod(&format!("`{name}` is not a list")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::EngineFile;
    use crate::jobs::order::Command;

    fn of(pod_spec: Value, measures: bool) -> Value {
        let order = Order {
            schema_version: 1,
            function: "hello".to_owned(),
            dir: "/home/me/hello".into(),
            command: Command {
                stage: "build".to_owned(),
                measures,
                ..Command::default()
            },
            files: Vec::new(),
            by: String::new(),
            store: String::new(),
            client: String::new(),
        };
        let file = EngineFile {
            image: Some("registry/pgoctl:1".to_owned()),
            pod: Some(pod_spec),
            ..EngineFile::default()
        };
        pod(&order, &Cluster::of(&file, None), "s3://b/p").expect("it is a pod")
    }

    #[test]
    fn whoever_measures_has_whole_cores_and_whoever_builds_has_memory() {
        let measuring = &of(json!({}), true)["containers"][0]["resources"];
        assert_eq!(measuring["requests"], measuring["limits"]);
        assert_eq!(measuring["limits"]["cpu"], "2");
        let building = &of(json!({}), false)["containers"][0]["resources"];
        assert_eq!(building["requests"]["memory"], building["limits"]["memory"]);
        assert!(building["limits"].get("cpu").is_none());
    }

    #[test]
    fn what_the_users_pod_says_stays_and_what_is_ours_is_ours() {
        let theirs = json!({
            "serviceAccountName": "builder",
            "restartPolicy": "Always",
            "volumes": [{ "name": "cache", "emptyDir": {} }],
            "containers": [
                { "name": "sidecar", "image": "x" },
                {
                    "name": "pgoctl", "imagePullPolicy": "Never", "image": "y", "command": ["/opt/pgoctl"],
                    "volumeMounts": [{ "name": "cache", "mountPath": "/cache" }],
                },
            ],
        });
        let pod = of(theirs, false);
        assert_eq!(pod["serviceAccountName"], "builder");
        assert_eq!(pod["restartPolicy"], "Never");
        assert_eq!(pod["volumes"].as_array().map(Vec::len), Some(2));
        let ours = &pod["containers"][0];
        assert_eq!(ours["name"], "pgoctl");
        assert_eq!(ours["image"], "registry/pgoctl:1");
        assert_eq!(ours["imagePullPolicy"], "Never");
        assert_eq!(ours["command"], json!(["/opt/pgoctl"]));
        assert_eq!(ours["volumeMounts"][1]["mountPath"], "/home/me/hello");
        assert_eq!(pod["containers"][1]["name"], "sidecar");
    }
}
