//! Real S3-compatible servers from the tools beside the project: one for a whole test program, with a bucket of its own for each
//! test. It ends with the program, however that ends.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use object_store::ClientOptions;
use object_store::aws::AmazonS3Builder;
use object_store::signer::Signer as _;

use super::needs::{Need, Needed, or_skip, shared};

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    /// The environment of its clients.
    pub variables: Vec<(String, String)>,
}

/// SeaweedFS, started by whoever asks first.
pub fn seaweedfs() -> Needed<&'static Server> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    running(&SERVER, &shared("tools/seaweedfs/up.sh")?)
}

/// MinIO, only where it was built before (which takes minutes) and `PGOCTL_TEST_MINIO=1` asks for it.
#[allow(dead_code, reason = "the tests of the commands go without")]
pub fn minio() -> Needed<&'static Server> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    let up = shared("tools/minio/up.sh")?;
    let folder = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    let built = cache.is_some_and(|cache| cache.join("pgoctl-tools/minio").is_dir());
    let is_asked_for = std::env::var("PGOCTL_TEST_MINIO").is_ok_and(|value| value == "1");
    let why = "PGOCTL_TEST_MINIO=1 does not ask for it, or it was not built";
    or_skip((built && is_asked_for).then_some(()), Need::S3, why)?;
    running(&SERVER, &up)
}

fn running(
    server: &'static OnceLock<Result<Server, String>>,
    up: &Path,
) -> Needed<&'static Server> {
    let server = server.get_or_init(|| start(up));
    let why = server.as_ref().err().map_or("", String::as_str);
    or_skip(server.as_ref().ok(), Need::S3, why)
}

fn start(up: &Path) -> Result<Server, String> {
    start_as(up, &format!("test-{}", std::process::id()), &free_address())
}

/// Starts one under that name at that address, on what it kept where it was there before.
pub fn start_as(up: &Path, name: &str, address: &str) -> Result<Server, String> {
    let mut command = Command::new(up);
    command.arg(name).env("ADDRESS", address);
    let output = command.output().map_err(|error| error.to_string())?;
    // Whatever becomes of this program, the end of its pipe is seen.
    let down = up.with_file_name("down.sh");
    let watch = Command::new("sh")
        .args(["-c", "cat > /dev/null; exec \"$0\" --wipe \"$1\""])
        .arg(down)
        .arg(name)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    std::mem::forget(watch);
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} did not start: {}", up.display(), said.trim()));
    }
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(Server {
        variables: variables(&said),
    })
}

/// The environment of a server's clients, as its `up.sh` says it.
pub fn variables(said: &str) -> Vec<(String, String)> {
    let words = said.split_whitespace().skip(1);
    let pairs = words.filter_map(|word| word.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Where nobody listens: the first of the eight ports that it takes, four in a row and the same four plus 10000.
pub fn free_address() -> String {
    let mine = 4 * (std::process::id() % 600) as u16;
    let mut candidates = (0..600).map(|step| 20_000 + (mine + 4 * step) % 2_400);
    let is_free = |first: &u16| {
        let all = (0..4).flat_map(|at| [first + at, first + at + 10_000]);
        let held: Vec<_> = all
            .map(|port| TcpListener::bind(("127.0.0.1", port)))
            .collect();
        held.iter().all(Result::is_ok)
    };
    format!("127.0.0.1:{}", candidates.find(is_free).unwrap())
}

impl Server {
    /// One variable of its clients.
    pub fn variable(&self, name: &str) -> &str {
        let found = self.variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap()
    }

    /// `http://ADDRESS`
    pub fn endpoint(&self) -> &str {
        self.variable("AWS_ENDPOINT_URL")
    }

    /// A new bucket with this name in it; its name.
    pub fn bucket(&self, name: &str) -> String {
        static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let bucket = format!("{name}-{count}");
        let _ = rustls::crypto::ring::default_provider().install_default();
        let signer = AmazonS3Builder::new()
            .with_bucket_name(&bucket)
            .with_endpoint(self.endpoint())
            .with_region(self.variable("AWS_REGION"))
            .with_access_key_id(self.variable("AWS_ACCESS_KEY_ID"))
            .with_secret_access_key(self.variable("AWS_SECRET_ACCESS_KEY"))
            .with_client_options(
                ClientOptions::new()
                    .with_allow_http(true)
                    .with_no_system_certificates(true),
            )
            .build()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().unwrap();
        let minute = Duration::from_secs(60);
        let itself = object_store::path::Path::default();
        let signed = signer.signed_url(reqwest::Method::PUT, &itself, minute);
        let url = runtime.block_on(signed).unwrap();
        let address = self.endpoint().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let target = &url[url::Position::BeforePath..];
        let head = format!(
            "PUT {target} HTTP/1.1\r\nhost: {address}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        bucket
    }
}
