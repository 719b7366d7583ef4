//! The account that sends Jobs, and the Job that is shown.

use std::process::Stdio;

use serde_json::{Map, Value};

use super::super::cluster::cluster;
use super::super::jobs::project::Project;
use super::super::needs::Needed;
use super::super::sandbox::{Sandbox, wait_for};
use super::setup::copied;

/// A project whose namespace has the account of `deploy/`, and whose commands use it.
fn project(name: &str) -> Needed<(Project, String)> {
    let mut project = Project::new(cluster()?, name, "--stage-ms 600")?;
    let namespace = project.namespace.clone();
    let sandbox = Sandbox::new();
    copied(&sandbox);
    sandbox.write(
        "deploy/jobs/kustomization.yaml",
        &format!("namespace: {namespace}\nresources: [jobs.yaml]\n"),
    );
    sandbox.write(
        "deploy/jobs/jobs.yaml",
        &sandbox.read("deploy/base/jobs.yaml"),
    );
    let folder = sandbox.path().join("deploy/jobs");
    project.kubectl(&format!("apply -k {}", folder.display()));
    let token = project.kubectl("create token pgoctl-jobs");
    let kubeconfig = project.cluster.kubeconfig_with(token.trim());
    let path = project.sandbox.write("kubeconfig", &kubeconfig);
    project.sandbox.set("KUBECONFIG", &path);
    Ok((project, namespace))
}

#[test]
fn its_account_is_enough_for_pgoctl_and_for_nothing_else() {
    let _: Needed<()> = (|| {
        let (project, namespace) = project("account")?;
        let said = project.sandbox.succeeds("build --variant native");
        assert!(
            said.stderr.contains("-> build native"),
            "its log is followed: {}",
            said.stderr
        );
        let doctor = project.sandbox.pgoctl("doctor");
        assert!(
            doctor.stdout.contains("it can run Jobs"),
            "{}",
            doctor.stdout
        );
        project.begins("build --variant native-instrumented").kill();
        let said = project
            .sandbox
            .succeeds("build --variant native-instrumented --cancel");
        assert!(said.stderr.contains("ended"), "{}", said.stderr);

        let may = |what: &str| {
            let account = format!("system:serviceaccount:{namespace}:pgoctl-jobs");
            let said = project
                .cluster
                .kubectl(format!("auth can-i {what} --as={account}"));
            said.stdout.trim() == "yes"
        };
        for what in [
            "create jobs.batch",
            "get jobs.batch",
            "list jobs.batch",
            "delete jobs.batch",
            "list pods",
            "get pods --subresource=log",
            "get secrets/pgoctl-store",
        ] {
            assert!(may(&format!("-n {namespace} {what}")), "{what}");
            assert!(!may(&format!("-n default {what}")), "{what} elsewhere");
        }
        for what in [
            "update jobs.batch",
            "deletecollection jobs.batch",
            "create pods",
            "delete pods",
            "create pods --subresource=exec",
            "list secrets",
            "get secrets/pgoctl-token",
            "create secrets",
            "create serviceaccounts --subresource=token",
            "get configmaps",
            "create deployments.apps",
            "create rolebindings.rbac.authorization.k8s.io",
            "list nodes",
        ] {
            assert!(!may(&format!("-n {namespace} {what}")), "{what}");
        }
        Ok(())
    })();
}

#[test]
fn the_job_that_is_shown_is_the_one_that_is_created() {
    let _: Needed<()> = (|| {
        let (project, namespace) = project("shown")?;
        // As the one that is shown has it; nothing of it has to run.
        let text = project.sandbox.read("pgoctl.toml");
        let engine = text.find("cpus = ").unwrap();
        project.sandbox.write("pgoctl.toml", &text[..engine]);
        project.kubectl("create quota no-pods --hard=pods=0");
        let mut build = project.sandbox.command("build --variant native");
        let mut build = build.stderr(Stdio::null()).spawn().unwrap();
        wait_for("the Job is there", || project.jobs().len() == 1);
        build.kill().unwrap();
        build.wait().unwrap();
        let created = project.kubectl("get jobs -o json");
        let created: Value = serde_json::from_str(&created).unwrap();
        let job = Sandbox::new();
        copied(&job);
        let shown = job.path().join("deploy/job.yaml");
        let shown = project.kubectl(&format!(
            "create --dry-run=server -o json -f {}",
            shown.display()
        ));
        let shown: Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(shown["metadata"]["namespace"], namespace.as_str());
        let (shown, created) = (without_names(&shown), without_names(&created["items"][0]));
        assert_eq!(
            serde_json::to_string_pretty(&shown).unwrap(),
            serde_json::to_string_pretty(&created).unwrap()
        );
        Ok(())
    })();
}

/// A Job without what differs from one to the next: every word that is not a name of Kubernetes' own becomes its kind.
fn without_names(job: &Value) -> Value {
    let pod = &job["spec"]["template"]["spec"];
    let ours = &pod["containers"][0];
    let (args, dir) = (&ours["args"][1], &ours["volumeMounts"][0]["mountPath"]);
    let ours = [
        (&job["metadata"]["labels"]["pgoctl/order"], "ORDER"),
        (&job["metadata"]["labels"]["pgoctl/client"], "CLIENT"),
        (&ours["image"], "IMAGE"),
        (&ours["env"][0]["value"], "STORE"),
        (args, "KEY"),
        (dir, "DIR"),
    ];
    let names: Map<String, Value> = ours
        .iter()
        .map(|(value, kind)| (value.as_str().unwrap().to_owned(), (*kind).into()))
        .collect();
    let mut job = serde_json::json!({ "labels": job["metadata"]["labels"], "spec": job["spec"] });
    replace(&mut job, &names);
    job
}

fn replace(value: &mut Value, names: &Map<String, Value>) {
    match value {
        Value::String(text) => {
            if let Some(kind) = names.get(text) {
                *value = kind.clone();
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|one| replace(one, names)),
        Value::Object(fields) => {
            // Those that the cluster adds: of its Job, and when.
            for added in ["controller-uid", "job-name"] {
                fields.remove(&format!("batch.kubernetes.io/{added}"));
                fields.remove(added);
            }
            fields.values_mut().for_each(|one| replace(one, names));
        }
        _ => {}
    }
}
