//! `pgoctl collect` as the entry point of a function's pod.

use serde_json::Value;

use super::super::needs::Needed;
use super::super::sandbox::wait_for;
use super::setup::{Deployed, deployed};

const LABEL: &str = "app.kubernetes.io/component=instrumented";

#[test]
fn a_pod_that_ends_and_a_container_that_starts_anew_leave_a_profile_each() {
    let _: Needed<()> = (|| {
        let deployed = deployed()?;
        let (pod, _) = deployed.pods(LABEL).remove(0);
        assert!(profiles_of(deployed, &pod).is_empty());
        // Its function is asked to end: the container starts anew in the same pod.
        deployed.kubectl(&format!("exec {pod} -- busybox kill -TERM 1"));
        wait_for("the container left a profile", || {
            profiles_of(deployed, &pod).len() == 1
        });
        wait_for("it started anew", || {
            let path = "jsonpath={.status.containerStatuses[0].restartCount}/{.status.containerStatuses[0].ready}";
            deployed.kubectl(&format!("get pod {pod} -o {path}")) == "1/true"
        });
        let ended = deployed.kubectl(&format!(
            "get pod {pod} -o jsonpath={{.status.containerStatuses[0].lastState.terminated.exitCode}}"
        ));
        assert_eq!(ended, "143", "the function's own end");
        deployed.kubectl(&format!("delete pod {pod}"));
        let profiles = profiles_of(deployed, &pod);
        assert_eq!(profiles.len(), 2, "{profiles:?}");
        for key in &profiles {
            let sheet = key.replace(".iprof", ".json");
            let sheet: Value = serde_json::from_slice(&deployed.store.get(&sheet)).unwrap();
            assert_eq!(sheet["gathered_by"], "collect");
            assert_eq!(sheet["function"], "hello");
        }
        Ok(())
    })();
}

/// The keys of the profiles that a pod has left.
fn profiles_of(deployed: &Deployed, pod: &str) -> Vec<String> {
    let mut keys = deployed.store.keys(".json");
    keys.retain(|key| key.starts_with("profiles/hello/") && key.contains(pod));
    keys.iter()
        .map(|key| key.replace(".json", ".iprof"))
        .collect()
}
