//! What a test needs of the machine, for every test target. What is missing is never passed over in silence: it is said on
//! stderr with the test's name and the reason, noted in the file that `PGOCTL_TEST_SKIPPED` names (`make test` counts its lines
//! at the end), and a failure where `PGOCTL_TEST_REQUIRE` names it: `functions,shared` for those two, `all` for everything.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;

/// A thing that a machine may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The sample functions' JARs, or what builds them: `javac`, `jar`, `java`.
    Functions,
    /// A JDK of release 17 or later, with `javac`.
    Jdk,
    /// One of release 17 to 23.
    Jdk17,
    /// One of release 24 or later.
    Jdk24,
    /// One of release 25.
    Jdk25,
    /// A Community native-image in `GRAALVM_HOME`.
    Graalvm,
    /// The data beside the project: real profiles, schemas, transcripts.
    Shared,
    /// A Chromium on `PATH`.
    Chromium,
    Git,
    Make,
    /// The right to mount file systems.
    Mount,
    /// The right to run pgoctl as another user.
    Nobody,
    /// A file system of its own in `/dev/shm`.
    Shm,
    /// A loopback address of IPv6.
    Ipv6,
    /// `python3`.
    Python,
    /// An S3-compatible server of the tools beside the project, which starts.
    S3,
    /// schemathesis in the cache folder.
    Schemathesis,
    /// The Kubernetes of the tools beside the project, assembled before, and root.
    Kubernetes,
}

/// As `PGOCTL_TEST_REQUIRE` spells them.
const NAMES: [(&str, Need); 18] = [
    ("functions", Need::Functions),
    ("jdk", Need::Jdk),
    ("jdk17", Need::Jdk17),
    ("jdk24", Need::Jdk24),
    ("jdk25", Need::Jdk25),
    ("graalvm", Need::Graalvm),
    ("shared", Need::Shared),
    ("chromium", Need::Chromium),
    ("git", Need::Git),
    ("make", Need::Make),
    ("mount", Need::Mount),
    ("nobody", Need::Nobody),
    ("shm", Need::Shm),
    ("ipv6", Need::Ipv6),
    ("python", Need::Python),
    ("s3", Need::S3),
    ("schemathesis", Need::Schemathesis),
    ("kubernetes", Need::Kubernetes),
];

/// A skip that was said and counted; nothing else makes one.
#[derive(Debug)]
pub struct Skipped(());

/// What a test needs, or the word that it was skipped: `let Ok(home) = needed() else { return };`.
pub type Needed<T> = Result<T, Skipped>;

/// What was found; else the running test counts as skipped for this reason.
///
/// # Panics
///
/// Where the need is required.
pub fn or_skip<T>(found: Option<T>, need: Need, reason: &str) -> Needed<T> {
    found.ok_or_else(|| skip(need, reason))
}

fn skip(need: Need, reason: &str) -> Skipped {
    let (name, _) = NAMES.iter().find(|(_, one)| *one == need).unwrap();
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a thread of a test");
    let list = std::env::var("PGOCTL_TEST_REQUIRE").unwrap_or_default();
    assert!(
        !is_required(need, &list),
        "PGOCTL_TEST_REQUIRE={list} asks for `{name}`: {reason}"
    );
    if is_news(test, reason) {
        // Not `eprintln`, which nobody sees where a test passes; in one piece, as tests run side by side.
        let _ = std::io::stderr().write_all(format!("skipped: {test}: {reason}\n").as_bytes());
        note(&format!("{test}\t{name}: {reason}\n"));
    }
    Skipped(())
}

/// Whether it was not said yet: a test may miss several things for one reason.
fn is_news(test: &str, reason: &str) -> bool {
    static SAID: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());
    let mut said = SAID.lock().unwrap();
    said.insert((test.to_owned(), reason.to_owned()))
}

fn note(line: &str) {
    if let Some(path) = std::env::var_os("PGOCTL_TEST_SKIPPED") {
        let file = std::fs::File::options()
            .append(true)
            .create(true)
            .open(path);
        file.unwrap().write_all(line.as_bytes()).unwrap();
    }
}

/// Whether a list of names has this need; a name that there is not is a mistake worth stopping at.
pub fn is_required(need: Need, list: &str) -> bool {
    let names = list
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let is = |name: &str| match NAMES.iter().find(|(known, _)| *known == name) {
        Some((_, one)) => *one == need,
        None if name == "all" => true,
        None => {
            panic!("PGOCTL_TEST_REQUIRE: nothing is called `{name}`; there are `all` and {NAMES:?}")
        }
    };
    // Every name is looked at, also behind one that decides.
    names.map(is).filter(|is| *is).count() > 0
}

/// A file or folder of the data beside the project; `PGOCTL_SHARED` names another place.
pub fn shared(path: &str) -> Needed<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("PGOCTL_SHARED").map_or_else(beside, PathBuf::from);
    let reason = match folder.is_dir() {
        true => format!("there is no {path} in {}", folder.display()),
        false => "there is no ../shared, and PGOCTL_SHARED names no other".to_owned(),
    };
    let found = Some(folder.join(path)).filter(|path| path.exists());
    or_skip(found, Need::Shared, &reason)
}
