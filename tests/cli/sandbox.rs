//! A project of its own for each test: cleared environment, own folder, fixed width. A failing test keeps its folder.

use std::fs::Permissions;
use std::io::Read;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::needs::{Need, Needed, or_skip};

/// How long a fact may take to come true.
pub const DEADLINE: Duration = Duration::from_secs(180);

/// How often a fact is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// A project folder with what tests put into it.
pub struct Sandbox {
    folder: Option<tempfile::TempDir>,
    variables: Vec<(String, String)>,
}

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Said {
    pub stdout: String,
    pub stderr: String,
    pub status: i32,
}

impl Sandbox {
    pub fn new() -> Self {
        Self::named("pgoctl-test-")
    }

    fn named(prefix: &str) -> Self {
        Self {
            folder: Some(tempfile::Builder::new().prefix(prefix).tempdir().unwrap()),
            variables: Vec::new(),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.as_ref().unwrap().path()
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Writes a program.
    pub fn write_program(&self, name: &str, text: &str) -> PathBuf {
        let path = self.write(name, text);
        std::fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// Writes behind what the file has.
    pub fn append(&self, name: &str, text: &str) {
        self.write(name, &(self.read(name) + text));
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub fn set(&mut self, name: &str, value: impl AsRef<Path>) {
        self.variables.push((
            name.to_owned(),
            value.as_ref().to_string_lossy().into_owned(),
        ));
    }

    /// Whether commands here are given that variable.
    pub fn sets(&self, name: &str) -> bool {
        self.variables.iter().any(|(known, _)| known == name)
    }

    /// A project around one of the sample functions, small enough for a test.
    pub fn project(function: &str) -> Needed<Self> {
        Self::project_in("pgoctl-test-", function)
    }

    /// The same in a folder whose name begins with `prefix`.
    pub fn project_in(prefix: &str, function: &str) -> Needed<Self> {
        let jars = jars()?;
        let sandbox = Self::named(prefix);
        std::fs::copy(
            jars.join(format!("{function}.jar")),
            sandbox.path().join("app.jar"),
        )
        .unwrap();
        sandbox.write("pgoctl.toml", &config(function, ""));
        Ok(sandbox)
    }

    /// A GraalVM home of the double's, installed with these options.
    pub fn graalvm(&mut self, options: &str) {
        let home = self.path().join("graalvm");
        let mut install = Command::new(env!("CARGO_BIN_EXE_graalvm-double"));
        install
            .arg("install")
            .arg(&home)
            .arg("--journal")
            .arg(self.path().join("journal"))
            .args(words(options));
        let output = install.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        self.set("GRAALVM_HOME", &home);
    }

    /// The calls of the double's `native-image` that were builds.
    pub fn builds(&self) -> Vec<String> {
        let journal = std::fs::read_to_string(self.path().join("journal")).unwrap_or_default();
        let builds = journal.lines().filter(|line| {
            line.contains("\"native-image\"") && line.contains("BuildOutputJSONFile")
        });
        builds.map(str::to_owned).collect()
    }

    /// `pgoctl` with the words of this line, split as a shell would: [`quoted`] keeps one together.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgoctl"));
        command
            .args(words(line))
            .current_dir(self.path())
            .env_clear()
            .stdin(Stdio::null());
        command
            .env("HOME", self.path())
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("LANG", "C.UTF-8");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn pgoctl(&self, line: impl AsRef<str>) -> Said {
        Said::of(&self.command(line.as_ref()).output().unwrap())
    }

    /// Runs it, expects exit 0, and returns what it said.
    pub fn succeeds(&self, line: impl AsRef<str>) -> Said {
        let said = self.pgoctl(line);
        assert_eq!(said.status, 0, "{}\n{}", said.stderr, said.stdout);
        said
    }

    /// Runs it, expects exit 0, and reads stdout as one JSON document.
    pub fn json(&self, line: impl AsRef<str>) -> Value {
        self.succeeds(line).json()
    }

    /// Every file below `.pgoctl` whose name is not hidden, relative.
    pub fn products(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.path().join(".pgoctl")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    found.push(
                        entry
                            .path()
                            .strip_prefix(self.path())
                            .unwrap()
                            .to_string_lossy()
                            .into_owned(),
                    );
                }
            }
        }
        found.sort();
        found
    }
}

/// A project as it stood at one moment: what takes long to make is made once, and each test begins from a copy of its own.
///
/// Only for what may be moved: an archive of a JVM's is good for a JAR in its old place alone.
pub struct Made(Vec<u8>);

impl Made {
    pub fn of(sandbox: &Sandbox) -> Self {
        let mut packed = tar::Builder::new(Vec::new());
        packed.append_dir_all(".", sandbox.path()).unwrap();
        Self(packed.into_inner().unwrap())
    }

    pub fn copy(&self) -> Sandbox {
        let sandbox = Sandbox::new();
        tar::Archive::new(&self.0[..])
            .unpack(sandbox.path())
            .unwrap();
        sandbox
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Some(folder) = self.folder.take()
        {
            eprintln!("the test's folder is kept: {}", folder.keep().display());
        }
    }
}

impl Said {
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            status: output.status.code().unwrap_or(-1),
        }
    }

    /// What stdout is as one JSON document.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is not JSON: {error}\n{}", self.stdout))
    }

    /// Asserts the exit status and that stderr has each of `words`; stdout must be empty after a failure.
    pub fn fails(&self, status: i32, words: &[&str]) {
        assert_eq!(self.status, status, "{}", self.stderr);
        for word in words {
            assert!(
                self.stderr.contains(word),
                "`{word}` is missing in:\n{}",
                self.stderr
            );
        }
        assert_eq!(self.stdout, "", "a failure has no result");
    }
}

/// The configuration of a sample function with small numbers; `more` goes into its table.
pub fn config(function: &str, more: &str) -> String {
    let body = match function {
        "sleep" => r#"{"memory":"128","sleep":"1"}"#,
        "filehash" => r#"{"url":"{assets_url}/a.bin"}"#,
        _ => "{}",
    };
    format!(
        r#"
[function.{function}]
jar = "app.jar"
args = ["--port", "{{port}}"]
ready = "GET /health"
{more}
[function.{function}.workload]
requests = [ {{ method = "POST", path = "/", body = '{body}', expect = {{ status = 200 }} }} ]

[train]
runs = 3
requests = 7

[bench]
rounds = 6
requests = 40
warmup = 5
cold-starts = 6
dropped-cold-starts = 0
"#
    )
}

/// The folder of the sample functions' JARs.
pub fn jars() -> Needed<&'static Path> {
    let why = "no `javac`, `jar` and `java` in JAVA_HOME or on PATH";
    or_skip(super::functions::built(), Need::Functions, why)
}

/// The words of a line as a shell splits them.
pub fn words(line: &str) -> Vec<String> {
    shlex::split(line).unwrap_or_else(|| panic!("a quote is open in: {line}"))
}

/// One word of a line, whatever is in it.
pub fn quoted(word: impl AsRef<Path>) -> String {
    let word = word.as_ref().to_str().unwrap();
    shlex::try_quote(word).unwrap().into_owned()
}

/// Waits until `fact` holds; names it when it does not come.
pub fn wait_for(what: &str, fact: impl FnMut() -> bool) {
    wait_within(DEADLINE, what, fact);
}

/// [`wait_for`] for what takes longer, or must not.
pub fn wait_within(limit: Duration, what: &str, mut fact: impl FnMut() -> bool) {
    let deadline = Instant::now() + limit;
    loop {
        let looked = Instant::now();
        if fact() {
            return;
        }
        assert!(Instant::now() < deadline, "never came true: {what}");
        // Looking without a pause takes the processor from whoever makes it true: a look that takes long is taken seldom.
        std::thread::park_timeout(LOOK.max(2 * looked.elapsed()));
    }
}

/// Reads a child's stream to its end on a thread.
pub fn drain(stream: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut stream = stream;
        let mut text = String::new();
        let _ = stream.read_to_string(&mut text);
        text
    })
}
