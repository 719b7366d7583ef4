//! A real Kubernetes of one node, from the tools beside the project: one for the whole test program, started by whoever asks first.
//! It has no registry and no DNS: images are made from folders, and pods reach a SeaweedFS at the node's address. All of it ends with
//! the program, however that ends.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use serde_json::json;

use super::needs::{Need, Needed, or_skip, shared};
use super::once::Once;
use super::s3_servers::{Server, variables};
use super::sandbox::{Said, wait_for, words};

/// The node's address, of a network of its own: nobody else sees it.
pub const NODE: &str = "10.88.0.1";
/// Where pods find the store: SeaweedFS names files of the machine by its ports, so that no two test programs may have the same.
pub fn store_port() -> u16 {
    let place = u16::try_from(std::process::id() % 1000).unwrap();
    18_400 + 4 * place
}

/// A cluster that runs.
#[derive(Debug)]
pub struct Cluster {
    name: String,
    tools: PathBuf,
    /// What `KUBECONFIG` names; good in the machine's network and in the node's.
    pub kubeconfig: PathBuf,
}

/// The cluster of this test program.
pub fn cluster() -> Needed<&'static Cluster> {
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    let tools = shared("tools/kubernetes")?;
    let is_root = rustix::process::geteuid().is_root();
    let why = "it was not assembled: ../shared/tools/kubernetes/assemble.sh does, in minutes";
    let is_assembled = programs().join("kubectl").exists();
    or_skip(is_assembled.then_some(()), Need::Kubernetes, why)?;
    or_skip(is_root.then_some(()), Need::Kubernetes, "it needs root")?;
    let cluster = CLUSTER.get_or_init(|| Cluster::start(tools));
    let why = cluster.as_ref().err().map_or("", String::as_str);
    or_skip(cluster.as_ref().ok(), Need::Kubernetes, why)
}

/// Where the assembled programs are.
fn programs() -> PathBuf {
    let folder = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    cache
        .unwrap_or_default()
        .join("pgoctl-tools/kubernetes/bin")
}

impl Cluster {
    fn start(tools: PathBuf) -> Result<Self, String> {
        let name = format!("test-{}", std::process::id());
        let mut up = Command::new(tools.join("up.sh"));
        up.arg(&name)
            .env("PORT", port().to_string())
            .env("NODE_IP", NODE)
            .env("PODS", "10.88.16.0/20")
            .env("SERVICES", "10.88.32.0/20");
        // Also what started only halfway ends.
        let run = programs().with_file_name("run").join(&name);
        let down = tools.join("down.sh").display().to_string();
        until_the_end(
            r#"cat > /dev/null; "$0" "$1"; rm -rf "$2""#,
            &[&down, &name, &run.display().to_string()],
        );
        let said = Said::of(&up.output().map_err(|error| error.to_string())?);
        if said.status != 0 {
            return Err(format!("it did not start: {}", said.stderr.trim()));
        }
        let kubeconfig = said.stdout.trim().into();
        Ok(Self {
            name,
            tools,
            kubeconfig,
        })
    }

    /// `kubectl` with the words of this line.
    pub fn kubectl(&self, line: impl AsRef<str>) -> Said {
        Said::of(&self.kubectl_command(line.as_ref()).output().unwrap())
    }

    /// Runs it, expects exit 0, and returns what it said on stdout.
    pub fn kubectl_says(&self, line: impl AsRef<str>) -> String {
        let line = line.as_ref();
        let said = self.kubectl(line);
        assert_eq!(said.status, 0, "kubectl {line}\n{}", said.stderr);
        said.stdout
    }

    /// `kubectl` with the words of this line and these documents on stdin: `apply -f -`.
    pub fn kubectl_with(&self, line: &str, documents: &str) -> Said {
        let mut command = self.kubectl_command(line);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut kubectl = command.spawn().unwrap();
        let mut stdin = kubectl.stdin.take().unwrap();
        stdin.write_all(documents.as_bytes()).unwrap();
        drop(stdin);
        Said::of(&kubectl.wait_with_output().unwrap())
    }

    fn kubectl_command(&self, line: &str) -> Command {
        let mut command = Command::new(programs().join("kubectl"));
        command
            .args(words(line))
            .env("KUBECONFIG", &self.kubeconfig)
            .stdin(Stdio::null());
        command
    }

    /// A new namespace with this name in it; its name.
    pub fn namespace(&self, name: &str) -> String {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let namespace = format!("{name}-{count}");
        self.kubectl_says(format!("create namespace {namespace}"));
        namespace
    }

    /// Makes an image of a folder, whose containers start `entry` unless told otherwise. Pods take it with
    /// `imagePullPolicy: Never`.
    pub fn image(&self, tag: &str, folder: &Path, entry: &str) {
        let mut command = Command::new(self.tools.join("image.sh"));
        command.args(["-n", &self.name, "-e", entry, tag]);
        let said = Said::of(&command.arg(folder).output().unwrap());
        assert_eq!(said.status, 0, "{}", said.stderr);
    }

    /// The tag of an image with this build of pgoctl at `/usr/local/bin/pgoctl`, the C library, a shell and the certificates of this
    /// machine, and nothing else. A pod that needs a JDK mounts the machine's `/`.
    pub fn pgoctl_image(&self) -> &'static str {
        static MADE: Once<()> = Once::new();
        const TAG: &str = "pgoctl.local/pgoctl:test";
        MADE.get(|| {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path();
            pgoctl_in(root);
            self.image(TAG, root, "/usr/local/bin/pgoctl");
        });
        TAG
    }

    /// A kubeconfig of this cluster for whoever has this token.
    pub fn kubeconfig_with(&self, token: &str) -> String {
        let text = std::fs::read_to_string(&self.kubeconfig).unwrap();
        let is_users = |line: &&str| line.starts_with("users:");
        let users = text.lines().find(is_users).unwrap();
        let name = users.split("name: ").nth(1).unwrap();
        let name = name.split(',').next().unwrap();
        let other = format!("users: [{{name: {name}, user: {{token: \"{token}\"}}}}]");
        text.replace(users, &other)
    }

    /// A program in the node's network, with `KUBECONFIG` set: it reaches pods, and what it serves at the node's address
    /// pods reach.
    pub fn in_network(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(self.tools.join("run.sh"));
        command.args(["-n", &self.name]).arg(program.as_ref());
        command
    }

    /// A way to `target` that can be cut: whoever connects to it at `bind` is let through. In the node's network where it is
    /// `inside`, in this machine's otherwise.
    pub fn way(&self, inside: bool, bind: &str, target: &str) -> Way {
        let port = port();
        let listen = format!("TCP-LISTEN:{port},bind={bind},reuseaddr,fork");
        let enter = match inside {
            true => format!("exec nsenter --net=/run/netns/{} ", self.name),
            false => "exec ".to_owned(),
        };
        until_the_end(
            &format!(r#"({enter}socat "$0" "$1") & cat > /dev/null; pkill -KILL -f "$0""#),
            &[&listen, &format!("TCP:{target}")],
        );
        let way = Way {
            address: format!("{bind}:{port}"),
            listen,
        };
        wait_for("the way is open", || !way.processes().is_empty());
        way
    }

    /// The SeaweedFS of this cluster.
    pub fn store(&self) -> Needed<&'static ClusterStore> {
        static STORE: OnceLock<Result<ClusterStore, String>> = OnceLock::new();
        let up = shared("tools/seaweedfs/up.sh")?;
        let store = STORE.get_or_init(|| self.start_store(&up));
        let why = store.as_ref().err().map_or("", String::as_str);
        or_skip(store.as_ref().ok(), Need::S3, why)
    }

    fn start_store(&self, up: &Path) -> Result<ClusterStore, String> {
        let name = format!("{}-nodes", self.name);
        let address = format!("{NODE}:{}", store_port());
        let down = up.with_file_name("down.sh").display().to_string();
        until_the_end(r#"cat > /dev/null; exec "$0" --wipe "$1""#, &[&down, &name]);
        let mut command = self.in_network(up);
        command.arg(&name).env("ADDRESS", &address);
        let said = Said::of(&command.output().map_err(|error| error.to_string())?);
        if said.status != 0 {
            return Err(format!("it did not start: {}", said.stderr.trim()));
        }
        let inside = variables(&said.stdout);
        let port = port();
        // What runs for a connection enters the node's network: a machine can have several clusters with the same addresses.
        let listen = format!("TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork");
        let enter = format!(
            "EXEC:nsenter --net=/run/netns/{} socat STDIO TCP\\:{}",
            self.name,
            address.replace(':', "\\:")
        );
        until_the_end(
            r#"socat "$0" "$1" & cat > /dev/null; kill $!"#,
            &[&listen, &enter],
        );
        wait_for("the store can be reached from outside", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        let mut outside = inside.clone();
        for (name, value) in &mut outside {
            if name == "AWS_ENDPOINT_URL" {
                *value = format!("http://127.0.0.1:{port}");
            }
        }
        Ok(ClusterStore {
            inside,
            outside: Server { variables: outside },
        })
    }
}

/// See [`Cluster::way`].
pub struct Way {
    /// Where it begins.
    pub address: String,
    listen: String,
}

impl Way {
    /// Nothing goes through for so long.
    pub fn cut_for(&self, time: Duration) {
        let all = |signal| {
            let signalled = self.processes().into_iter();
            signalled.for_each(|pid| _ = kill_process(pid, signal));
        };
        let until = Instant::now() + time;
        while Instant::now() < until {
            // Those of connections that are made meanwhile, too.
            all(Signal::STOP);
            std::thread::sleep(Duration::from_millis(100));
        }
        all(Signal::CONT);
    }

    fn processes(&self) -> Vec<Pid> {
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let ours = processes.filter_map(|process| {
            let words = std::fs::read(process.path().join("cmdline")).ok()?;
            let mut words = words.split(|byte| *byte == 0);
            let is_socat = words.next()?.ends_with(b"socat");
            let is_it = is_socat && words.next()? == self.listen.as_bytes();
            let pid = process.file_name().to_str()?.parse().ok()?;
            is_it.then(|| Pid::from_raw(pid)).flatten()
        });
        ours.collect()
    }
}

/// A store that pods and this machine share: two addresses of one server.
#[derive(Debug)]
pub struct ClusterStore {
    /// The environment of its clients in pods, or anywhere in the node's network.
    pub inside: Vec<(String, String)>,
    /// The server as this machine reaches it.
    pub outside: Server,
}

/// A shell that does this; its stdin ends when this program does, whatever ends it.
fn until_the_end(script: &str, words: &[&str]) {
    let shell = Command::new("sh")
        .args(["-c", script])
        .args(words)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    std::mem::forget(shell.unwrap());
}

/// A free port of the loopback.
fn port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Puts pgoctl, and what it needs to run, into a folder that becomes an image.
pub fn pgoctl_in(root: &Path) {
    let bin = root.join("usr/local/bin");
    std::fs::create_dir_all(&bin).unwrap();
    let pgoctl = bin.join("pgoctl");
    let program = env!("CARGO_BIN_EXE_pgoctl");
    let mut strip = Command::new("strip");
    strip.arg("-o").args([&pgoctl, Path::new(program)]);
    assert!(strip.status().unwrap().success());
    libraries_in(root, &pgoctl);
    copy_in(root, "/etc/ssl/certs/ca-certificates.crt");
    std::fs::create_dir_all(root.join("bin")).unwrap();
    std::fs::copy("/bin/busybox", root.join("bin/busybox")).unwrap();
    for name in ["sh", "cat", "ls", "sleep", "env", "wget", "mkdir", "chroot"] {
        std::os::unix::fs::symlink("busybox", root.join("bin").join(name)).unwrap();
    }
    let everybodys = std::fs::Permissions::from_mode(0o1777);
    std::fs::create_dir_all(root.join("tmp")).unwrap();
    std::fs::set_permissions(root.join("tmp"), everybodys).unwrap();
}

/// Puts the machine's libraries that a program needs into a folder that becomes an image.
pub fn libraries_in(root: &Path, program: &Path) {
    let said = Said::of(&Command::new("ldd").arg(program).output().unwrap());
    assert_eq!(said.status, 0, "{}", said.stderr);
    let words = said.stdout.split_whitespace();
    words
        .filter(|word| word.starts_with("/lib"))
        .for_each(|path| copy_in(root, path));
}

fn copy_in(root: &Path, path: &str) {
    let target = root.join(path.trim_start_matches('/'));
    std::fs::create_dir_all(target.parent().unwrap()).unwrap();
    std::fs::copy(path, target).unwrap();
}

#[test]
fn pods_and_this_machine_share_a_store_and_see_one_cluster() {
    let Ok(cluster) = cluster() else { return };
    let Ok(store) = cluster.store() else { return };
    let namespace = cluster.namespace("helper");
    let bucket = store.outside.bucket("helper");
    let image = cluster.pgoctl_image();
    let variables: Vec<_> = store
        .inside
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": "helper", "namespace": namespace },
        "spec": { "restartPolicy": "Never", "containers": [{
            "name": "pgoctl",
            "image": image,
            "imagePullPolicy": "Never",
            "args": ["store", "verify", "--store", format!("s3://{bucket}")],
            "env": variables,
        }] },
    });
    let said = cluster.kubectl_with("apply -f -", &pod.to_string());
    assert_eq!(said.status, 0, "{}", said.stderr);
    let phase = "jsonpath={.status.phase}";
    wait_for("the pod ended", || {
        let phase = cluster.kubectl_says(format!("-n {namespace} get pod helper -o {phase}"));
        ["Succeeded", "Failed"].contains(&phase.as_str())
    });
    let log = cluster.kubectl_says(format!("-n {namespace} logs helper"));
    let phase = cluster.kubectl_says(format!("-n {namespace} get pod helper -o {phase}"));
    assert_eq!(phase, "Succeeded", "{log}");
    let mut inside = cluster.in_network("curl");
    inside.arg(format!("http://{NODE}:{}/healthz", store_port()));
    assert!(inside.output().unwrap().status.success());
}
