//! The example overlay as a user makes it theirs, applied once.

use std::path::Path;
use std::process::Command;

use super::super::cluster::{Cluster, NODE, cluster, libraries_in, pgoctl_in, store_port};
use super::super::jdk;
use super::super::needs::Needed;
use super::super::once::Once;
use super::super::profile_store::backing::Backing;
use super::super::sandbox::{Said, Sandbox, jars};

/// As the base says it.
pub const NAMESPACE: &str = "pgoctl";
/// What `token.env` says here.
pub const TOKEN: &str = "a-token-of-the-tests";

const CONTROLLER: &str = "pgoctl.local/pgoctl-serve";
const FUNCTION: &str = "pgoctl.local/hello-instrumented";

/// An image that serves and leaves a profile when it is asked to end, as far as its container can tell.
const HELLO: &str = r#"#!/bin/sh
for word; do case $word in -XX:ProfilesDumpFile=*) profile=${word#*=} ;; esac; done
trap 'kill $!; cp /app/iprof "$profile"; exit 143' TERM
busybox httpd -f -p 8080 &
wait
"#;

/// A replica must find room on the smallest machine.
const TEST: &str = r#"
resources: [../example]
patches:
  - target: { kind: Deployment, name: pgoctl }
    patch: |
      - op: replace
        path: /spec/template/spec/containers/0/resources
        value: { requests: { cpu: 50m, memory: 256Mi }, limits: { memory: 2Gi } }
  - target: { kind: Deployment, name: hello-instrumented }
    patch: |
      - op: replace
        path: /spec/template/spec/containers/0/resources/requests/cpu
        value: 50m
"#;

/// The manifests, applied.
pub struct Deployed {
    pub cluster: &'static Cluster,
    /// What is in the store.
    pub store: Backing,
}

/// The folder `deploy` of the project, in a sandbox.
pub fn copied(sandbox: &Sandbox) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let mut copy = Command::new("cp");
    copy.arg("-r").arg(from).arg(sandbox.path());
    assert!(copy.status().unwrap().success());
}

/// Applies them, if nobody has.
pub fn deployed() -> Needed<&'static Deployed> {
    static DEPLOYED: Once<Deployed> = Once::new();
    let cluster = cluster()?;
    let store = cluster.store()?;
    let (java, _) = (jdk::of_25()?, jars()?);
    Ok(DEPLOYED.get(|| {
        images(cluster, &java);
        let backing = Backing::of(&store.outside, "deploy");
        let sandbox = Sandbox::new();
        copied(&sandbox);
        let example = "deploy/example/kustomization.yaml";
        let text = sandbox.read(example);
        let mine = [
            ("registry.example.com/pgoctl", CONTROLLER),
            ("registry.example.com/hello-instrumented", FUNCTION),
            ("s3://pgoctl/team", &backing.place),
            ("port: 8333", &format!("port: {}", store_port())),
        ];
        let text = mine.iter().fold(text, |text, (from, to)| {
            assert!(text.contains(from), "{from} is not in {text}");
            text.replace(from, to)
        });
        sandbox.write(example, &text);
        let variables = store.inside.iter();
        let variables: Vec<String> = variables
            .map(|(name, value)| format!("{name}={value}\n"))
            .collect();
        assert!(variables.concat().contains(NODE), "pods reach it there");
        sandbox.write("deploy/example/store.env", &variables.concat());
        sandbox.write(
            "deploy/example/token.env",
            &format!("PGOCTL_TOKEN={TOKEN}\n"),
        );
        sandbox.write("deploy/test/kustomization.yaml", TEST);
        let folder = sandbox.path().join("deploy/test");
        cluster.kubectl_says(format!("apply -k {}", folder.display()));
        let deployed = Deployed {
            cluster,
            store: backing,
        };
        for name in ["pgoctl", "hello-instrumented"] {
            let said = cluster.kubectl(format!(
                "-n {NAMESPACE} rollout status deployment/{name} --timeout=170s"
            ));
            assert_eq!(
                said.status,
                0,
                "{}{}",
                said.stderr,
                deployed.how_it_stands()
            );
        }
        deployed
    }))
}

/// The two images: the controller with a JVM, and the function without as much as a certificate.
fn images(cluster: &Cluster, java: &Path) {
    let root = Sandbox::new();
    pgoctl_in(root.path());
    std::fs::remove_dir_all(root.path().join("etc")).unwrap();
    root.write_program("app/hello", HELLO);
    let profile = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/iprof/small.iprof");
    std::fs::copy(profile, root.path().join("app/iprof")).unwrap();
    cluster.image(&format!("{FUNCTION}:1"), root.path(), "/app/hello");

    let folder = tempfile::tempdir().unwrap();
    pgoctl_in(folder.path());
    let mut jlink = Command::new(java.join("bin/jlink"));
    jlink.args(["--add-modules", "java.base,jdk.httpserver", "--strip-debug"]);
    jlink.args(["--no-header-files", "--no-man-pages", "--output"]);
    let said = Said::of(&jlink.arg(folder.path().join("opt/java")).output().unwrap());
    assert_eq!(said.status, 0, "{}{}", said.stdout, said.stderr);
    for program in ["bin/java", "lib/server/libjvm.so"] {
        let program = folder.path().join("opt/java").join(program);
        libraries_in(folder.path(), &program);
    }
    let on_path = folder.path().join("usr/local/bin/java");
    std::os::unix::fs::symlink("/opt/java/bin/java", on_path).unwrap();
    cluster.image(
        &format!("{CONTROLLER}:0.1.0"),
        folder.path(),
        "/usr/local/bin/pgoctl",
    );
}

impl Deployed {
    pub fn kubectl(&self, line: &str) -> String {
        self.cluster.kubectl_says(format!("-n {NAMESPACE} {line}"))
    }

    /// Names and addresses of the pods with this label that do not end.
    pub fn pods(&self, label: &str) -> Vec<(String, String)> {
        let list = self.kubectl(&format!("get pods -l {label} -o json"));
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        let pods = list["items"].as_array().unwrap().iter();
        let pods = pods.filter(|pod| pod["metadata"]["deletionTimestamp"].is_null());
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        pods.map(|pod| {
            (
                text(&pod["metadata"]["name"]),
                text(&pod["status"]["podIP"]),
            )
        })
        .collect()
    }

    /// Where the Service is reached, for whoever has no DNS.
    pub fn service(&self) -> String {
        self.kubectl("get service pgoctl -o jsonpath={.spec.clusterIP}:{.spec.ports[0].port}")
    }

    /// For a failure: what the pods and the cluster say.
    pub fn how_it_stands(&self) -> String {
        let lines = [
            "get pods -o wide",
            "get events",
            "logs --all-containers -l app.kubernetes.io/name",
        ];
        lines
            .map(|line| {
                self.cluster
                    .kubectl(format!("-n {NAMESPACE} {line}"))
                    .stdout
            })
            .join("\n")
    }
}
