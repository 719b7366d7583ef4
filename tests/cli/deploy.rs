//! `deploy/`: the manifests as they are shipped, on a real cluster. Only what an overlay is for differs: images, the store, tokens,
//! and how much of a small machine a replica takes.

mod collecting;
mod jobs;
mod setup;

use std::process::{Child, Command};
use std::sync::Mutex;

use super::needs::Needed;
use super::sandbox::{Said, Sandbox, wait_for};
use setup::{Deployed, NAMESPACE, TOKEN, copied, deployed};

#[test]
fn the_manifests_are_taken_without_a_warning() {
    let _: Needed<()> = (|| {
        // Where its namespace is there already.
        let deployed = deployed()?;
        let cluster = deployed.cluster;
        let sandbox = Sandbox::new();
        copied(&sandbox);
        for folder in ["base", "example"] {
            let folder = sandbox.path().join("deploy").join(folder);
            let documents = cluster.kubectl_says(format!("kustomize {}", folder.display()));
            let said = cluster.kubectl_with("apply --dry-run=server -f -", &documents);
            assert_eq!(said.status, 0, "{}", said.stderr);
            assert_eq!(said.stderr, "", "{}", said.stdout);
        }
        // And the example with what is in it as a comment.
        let example = sandbox.read("deploy/example/kustomization.yaml");
        let all = example.replace("# components:\n#  ", "components:\n ");
        assert_ne!(example, all);
        sandbox.write("deploy/example/kustomization.yaml", &all);
        let folder = sandbox.path().join("deploy/example");
        let documents = cluster.kubectl_says(format!("kustomize {}", folder.display()));
        assert!(documents.contains("PGOCTL_ENGINE\n"), "{documents}");
        let said = cluster.kubectl_with("apply --dry-run=server -f -", &documents);
        assert_eq!((said.status, said.stderr.as_str()), (0, ""));
        let job = sandbox.path().join("deploy/job.yaml");
        let job = format!(
            "-n {NAMESPACE} create --dry-run=server -f {}",
            job.display()
        );
        let said = cluster.kubectl(job);
        assert_eq!(said.status, 0, "{}", said.stderr);
        Ok(())
    })();
}

/// Whoever has it finds the controller's pods as they are until it lets them go.
static REPLICAS: Mutex<()> = Mutex::new(());

#[test]
fn two_replicas_get_ready_and_both_serve_what_was_installed_through_the_service() {
    let _: Needed<()> = (|| {
        let deployed = deployed()?;
        let _replicas = REPLICAS.lock();
        let pods = deployed.pods("app.kubernetes.io/component=controller");
        assert_eq!(pods.len(), 2, "{pods:?}");
        install(deployed)?;
        for (pod, address) in &pods {
            wait_for(&format!("{pod} answers calls"), || {
                called(deployed, &format!("{address}:7700"))
            });
        }
        // The probes want no token; figures do, as the annotations promise them.
        let ask = |more: &str| {
            let annotation = |name: &str| {
                let path = format!("jsonpath={{.metadata.annotations.prometheus\\.io/{name}}}");
                deployed.kubectl(&format!("get pod {} -o '{path}'", pods[0].0))
            };
            let url = format!(
                "http://{}:{}{}",
                pods[0].1,
                annotation("port"),
                annotation("path")
            );
            let mut curl = deployed.cluster.in_network("curl");
            curl.args(["-s", "-w", "%{http_code}", &url]);
            curl.args(shlex::split(more).unwrap());
            Said::of(&curl.output().unwrap()).stdout
        };
        assert!(ask("").ends_with("401"));
        let figures = ask(&format!("-H 'Authorization: Bearer {TOKEN}'"));
        assert!(figures.contains("pgoctl_calls_total"), "{figures}");
        Ok(())
    })();
}

const CALLERS: usize = 4;
/// Calls one after the other, each on a connection of its own, until it is over.
const CALLER: &str = r#"until [ -e over ]; do
    curl -s -m 30 -o /dev/null -w '%{http_code}\n' -d '{}' "$0"
done > "answers-$1"; true"#;

#[test]
fn a_rollout_loses_no_call() {
    let _: Needed<()> = (|| {
        let deployed = deployed()?;
        let _replicas = REPLICAS.lock();
        install(deployed)?;
        let folder = Sandbox::new();
        let url = format!("http://{}/f/hello/", deployed.service());
        let callers: Vec<Child> = (0..CALLERS)
            .map(|number| {
                let mut caller = deployed.cluster.in_network("sh");
                caller.args(["-c", CALLER, &url, &number.to_string()]);
                caller.current_dir(folder.path()).spawn().unwrap()
            })
            .collect();
        deployed.kubectl("rollout restart deployment/pgoctl");
        deployed.kubectl("rollout status deployment/pgoctl --timeout=170s");
        wait_for("the old ones are gone", || {
            let pods = "get pods -l app.kubernetes.io/component=controller -o name";
            deployed.kubectl(pods).lines().count() == 2
        });
        folder.write("over", "");
        for mut caller in callers {
            assert!(caller.wait().unwrap().success());
        }
        let answers = (0..CALLERS).map(|number| folder.read(&format!("answers-{number}")));
        let answers = answers.collect::<String>();
        let failed: Vec<&str> = answers.lines().filter(|code| *code != "200").collect();
        let all = answers.lines().count();
        assert!(failed.is_empty(), "of {all}: {failed:?}");
        eprintln!("{all} calls during a rollout, none failed");
        Ok(())
    })();
}

/// Installs `hello` through the Service, once.
fn install(deployed: &Deployed) -> Needed<()> {
    static INSTALLED: super::once::Once<()> = super::once::Once::new();
    let sandbox = Sandbox::project("hello")?;
    // Which stages it goes through is other tests' matter.
    sandbox.append(
        "pgoctl.toml",
        "\n[function.hello.serve]\nmin-workers = 1\nhotspot-calls = 1000000\ntrace-calls = 0\n",
    );
    INSTALLED.get(|| {
        let mut install = deployed.cluster.in_network(env!("CARGO_BIN_EXE_pgoctl"));
        install
            .args([
                "install",
                "--server",
                &format!("http://{}", deployed.service()),
            ])
            .current_dir(sandbox.path())
            .env("PGOCTL_TOKEN", TOKEN);
        let said = Said::of(&install.output().unwrap());
        assert_eq!(said.status, 0, "{}", said.stderr);
        wait_for("it answers through the Service", || {
            called(deployed, &deployed.service())
        });
    });
    Ok(())
}

/// Whether a call there is answered by the function.
fn called(deployed: &Deployed, address: &str) -> bool {
    let mut curl: Command = deployed.cluster.in_network("curl");
    curl.args(["-sf", "-m", "30", "-d", "{}"]);
    curl.arg(format!("http://{address}/f/hello/"));
    let said = Said::of(&curl.output().unwrap());
    said.status == 0 && said.stdout.contains("Hello World")
}
