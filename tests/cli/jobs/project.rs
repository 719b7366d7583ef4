//! A project whose work is done by a cluster: its namespace, its bucket, and the double of a GraalVM in its pods.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::cluster::Cluster;
use crate::needs::Needed;
use crate::once::Once;
use crate::profile_store::backing::Backing;
use crate::sandbox::{Said, Sandbox, drain, wait_for};

/// How many cores a Job has.
pub const RESERVED: &str = "1";

/// A project in a namespace of its own.
pub struct Project {
    pub cluster: &'static Cluster,
    pub namespace: String,
    /// What is in its store.
    pub store: Backing,
    pub sandbox: Sandbox,
}

/// A command under way.
pub struct Begun {
    child: Child,
    stdout: std::thread::JoinHandle<String>,
    stderr: std::thread::JoinHandle<String>,
}

/// The image with this pgoctl alone: everything else is the machine's, mounted to be read.
fn image(cluster: &Cluster) -> &'static str {
    static MADE: Once<()> = Once::new();
    const TAG: &str = "pgoctl.local/jobs:test";
    MADE.get(|| {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("opt/pgoctl");
        for name in ["opt", "tmp", "root"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let mut strip = std::process::Command::new("strip");
        strip
            .arg("-o")
            .arg(&program)
            .arg(env!("CARGO_BIN_EXE_pgoctl"));
        assert!(strip.status().unwrap().success());
        cluster.image(TAG, folder.path(), "/opt/pgoctl");
    });
    TAG
}

impl Project {
    /// A project of `hello`; `double` are options of the GraalVM's double.
    pub fn new(cluster: &'static Cluster, name: &str, double: &str) -> Needed<Self> {
        let mut sandbox = Sandbox::project("hello")?;
        sandbox.graalvm(double);
        let home = sandbox.path().join("graalvm");
        let programs = Path::new(env!("CARGO_BIN_EXE_graalvm-double"));
        let programs = programs.parent().unwrap().to_owned();
        Self::of(cluster, name, sandbox, &home, &[&programs])
    }

    /// A project of `hello` whose pods have a real GraalVM.
    pub fn real(cluster: &'static Cluster, name: &str, home: &Path) -> Needed<Self> {
        let sandbox = Sandbox::project("hello")?;
        Self::of(cluster, name, sandbox, home, &[])
    }

    fn of(
        cluster: &'static Cluster,
        name: &str,
        mut sandbox: Sandbox,
        graalvm: &Path,
        besides: &[&Path],
    ) -> Needed<Self> {
        let store = cluster.store()?;
        let namespace = cluster.namespace(name);
        let backing = Backing::of(&store.outside, name);
        let secret: Vec<String> = store
            .inside
            .iter()
            .map(|(name, value)| format!("--from-literal={name}={value}"))
            .collect();
        cluster.kubectl_says(format!(
            "-n {namespace} create secret generic pgoctl-store {}",
            secret.join(" ")
        ));
        let java = java_home();
        let mut folders: Vec<&Path> = ["/usr", "/lib", "/lib64", "/bin", "/etc"]
            .map(Path::new)
            .into();
        folders.extend([graalvm]);
        folders.extend(besides);
        let quoted = |path: &Path| json!(path.to_str().unwrap()).to_string();
        let mut engine = format!(
            "\n[store]\nurl = \"{}\"\n\n[engine]\nkind = \"kubernetes\"\nnamespace = \"{namespace}\"\nimage = \"{}\"\ncpus = {RESERVED}\nmemory = \"1Gi\"\n",
            backing.place,
            image(cluster)
        );
        engine += "\n[engine.pod]\nvolumes = [\n";
        for (number, folder) in folders.iter().enumerate() {
            engine += &format!(
                "  {{ name = \"v{number}\", hostPath = {{ path = {} }} }},\n",
                quoted(folder)
            );
        }
        engine += "]\n\n[[engine.pod.containers]]\nname = \"pgoctl\"\nimagePullPolicy = \"Never\"\ncommand = [\"/opt/pgoctl\"]\n";
        engine += &format!(
            "env = [{{ name = \"GRAALVM_HOME\", value = {} }}, {{ name = \"JAVA_HOME\", value = {} }}, {{ name = \"HOME\", value = \"/root\" }}]\n",
            quoted(graalvm),
            quoted(&java)
        );
        engine += "volumeMounts = [\n";
        for (number, folder) in folders.iter().enumerate() {
            engine += &format!(
                "  {{ name = \"v{number}\", mountPath = {}, readOnly = {} }},\n",
                quoted(folder),
                // The double counts its profiles beside itself.
                *folder != graalvm
            );
        }
        engine += "]\n";
        sandbox.append("pgoctl.toml", &engine);
        sandbox.set("KUBECONFIG", &cluster.kubeconfig);
        sandbox.set("JAVA_HOME", &java);
        backing.used_by(&mut sandbox);
        Ok(Self {
            cluster,
            namespace,
            store: backing,
            sandbox,
        })
    }

    /// Changes a line of its configuration.
    pub fn configure(&self, from: &str, to: &str) {
        let text = self.sandbox.read("pgoctl.toml");
        assert!(text.contains(from), "{text}");
        self.sandbox.write("pgoctl.toml", &text.replace(from, to));
    }

    /// `kubectl` in its namespace.
    pub fn kubectl(&self, line: &str) -> String {
        self.cluster
            .kubectl_says(format!("-n {} {line}", self.namespace))
    }

    pub fn jobs(&self) -> Vec<String> {
        self.names("jobs")
    }

    pub fn pods(&self) -> Vec<String> {
        self.names("pods")
    }

    fn names(&self, what: &str) -> Vec<String> {
        let names = self.kubectl(&format!(
            "get {what} -o jsonpath={{.items[*].metadata.name}}"
        ));
        names.split_whitespace().map(str::to_owned).collect()
    }

    /// The keys in its bucket that begin so.
    pub fn objects(&self, beginning: &str) -> Vec<String> {
        let keys = self.store.keys("").into_iter();
        keys.filter(|key| key.starts_with(beginning)).collect()
    }

    /// Starts a command and waits until a pod of its Job runs.
    pub fn begins(&self, line: &str) -> Begun {
        let before = self.running();
        let mut command = self.sandbox.command(line);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let begun = Begun {
            stdout: drain(child.stdout.take().unwrap()),
            stderr: drain(child.stderr.take().unwrap()),
            child,
        };
        wait_for("a pod runs", || {
            self.running().iter().any(|pod| !before.contains(pod))
        });
        begun
    }

    fn running(&self) -> Vec<String> {
        let names = self.kubectl(
            "get pods --field-selector status.phase=Running -o jsonpath={.items[*].metadata.name}",
        );
        names.split_whitespace().map(str::to_owned).collect()
    }
}

/// The home of the `java` that the machine has.
fn java_home() -> PathBuf {
    if let Some(home) = std::env::var_os("JAVA_HOME") {
        return home.into();
    }
    let path = std::env::var_os("PATH").unwrap();
    let mut programs = std::env::split_paths(&path).map(|folder| folder.join("java"));
    let java = programs.find_map(|java| java.canonicalize().ok()).unwrap();
    java.ancestors().nth(2).unwrap().to_owned()
}

impl Begun {
    /// Kills it, as nobody can handle.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ctrl-C; how it ended.
    pub fn interrupt(self) -> Said {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        self.ended()
    }

    /// Waits for its end.
    pub fn ended(mut self) -> Said {
        let status = self.child.wait().unwrap();
        Said {
            stdout: self.stdout.join().unwrap(),
            stderr: self.stderr.join().unwrap(),
            status: status.code().unwrap_or(-1),
        }
    }
}
