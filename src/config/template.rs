//! The commented `pgoctl.toml` that `pgoctl init` writes: for a server, or for a function that does its work and ends.

use std::path::Path;

/// The widest a comment gets.
const WIDTH: usize = 100;

/// What is known of the function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What was seen in the JAR, a sentence each: a comment at the beginning.
    pub seen: Vec<String>,
    /// What it is made to do.
    pub work: Work,
}

/// What a function is made to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// It answers requests.
    Server {
        /// How it is told its port.
        port: TellsPort,
        /// The request whose first 2xx means up, where it is known.
        ready: Option<&'static str>,
    },
    /// It does its work and ends.
    Invocations {
        /// What each process is given.
        args: Vec<String>,
    },
}

/// How a server is told its port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TellsPort {
    /// By these arguments, `{port}` among them.
    Args(&'static [&'static str]),
    /// By this variable.
    Variable(&'static str),
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            seen: Vec::new(),
            work: Work::Server {
                port: TellsPort::Args(&["--port", "{port}"]),
                ready: None,
            },
        }
    }
}

/// Returns the text of a configuration file for the function `name` in `jar`.
pub fn template(name: &str, jar: &Path, shape: &Shape) -> String {
    let jar = toml::Value::from(jar.to_string_lossy().into_owned());
    let mut text = String::from(
        "# What pgoctl builds, trains and measures. Relative paths are relative to this file.\n",
    );
    for sentence in &shape.seen {
        text += "#\n";
        text += &comment(sentence);
    }
    text += &format!("\n[function.{name}]\njar = {jar}\n");
    text += &match &shape.work {
        Work::Server { port, ready } => told(*port) + SERVER + &up(*ready),
        Work::Invocations { .. } => {
            "# args = []                           # before those of each invocation\n".to_owned()
                + EITHER
        }
    };
    text += &format!("\n[function.{name}.workload]\n");
    text += &match &shape.work {
        Work::Server { .. } => REQUESTS.to_owned(),
        Work::Invocations { args } => invocations(args),
    };
    text += &format!(
        "\n# [function.{name}.train-workload]    # another one for training: a profile of the very work that is measured shows the most\n"
    );
    text += match &shape.work {
        Work::Server { .. } => "# requests = [ { method = \"GET\", path = \"/\" } ]\n",
        Work::Invocations { .. } => "# invoke = { args = [\"--in\", \"other.txt\"] }\n",
    };
    text += TOOLS;
    text += match &shape.work {
        Work::Server { .. } => NUMBERS_OF_SERVERS,
        Work::Invocations { .. } => NUMBERS_OF_INVOCATIONS,
    };
    text + COLD_STARTS_AND_GATE
}

/// A sentence as a comment, in lines.
fn comment(sentence: &str) -> String {
    let mut text = String::new();
    let mut line = String::from("#");
    for word in sentence.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH && line.len() > 1 {
            text += &line;
            text.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line += word;
    }
    text + &line + "\n"
}

fn list(words: &[impl AsRef<str>]) -> toml::Value {
    words
        .iter()
        .map(|word| word.as_ref().to_owned())
        .collect::<Vec<_>>()
        .into()
}

/// A line with a comment behind it.
fn with_comment(line: &str, comment: &str) -> String {
    format!("{line:<37} # {comment}\n")
}

fn told(port: TellsPort) -> String {
    let says = "{port} is a free port, another one at each start";
    match port {
        TellsPort::Args(args) => {
            with_comment(&format!("args = {}", list(args)), says)
                + "# env = { PORT = \"{port}\" }           # for functions that read it from the environment\n"
        }
        TellsPort::Variable(name) => {
            with_comment(&format!("env = {{ {name} = \"{{port}}\" }}"), says)
                + "# args = [\"--port\", \"{port}\"]         # for functions that are told it so\n"
        }
    }
}

fn up(ready: Option<&str>) -> String {
    let says = "the first 2xx means up; without it, the first request of the workload";
    EITHER.to_owned()
        + &match ready {
            Some(request) => with_comment(&format!("ready = \"{request}\""), says),
            None => with_comment("# ready = \"GET /health\"", says),
        }
}

fn invocations(args: &[String]) -> String {
    format!(
        "invoke = {{ args = {}, expect-exit = 0 }}\n{INVOKE_MORE}",
        list(args)
    )
}

const SERVER: &str = r#"# port = 8080                         # for functions that cannot be told one
"#;

const EITHER: &str = r#"# jvm-args = ["-Xmx256m"]             # the hotspot variants only
# native-image-args = []              # every native variant gets the same ones
# files = ["lib/*.so", "models/"]     # what ships with it besides its code: counts into the size of every variant
"#;

const REQUESTS: &str = r#"requests = [ { method = "GET", path = "/", expect = { status = 200 } } ]
# requests = [ { method = "POST", path = "/", body = '{"name":"{n}"}', weight = 3, expect = { status = 200 } } ]
# requests-file = "requests.jsonl"    # such requests, one JSON object a line
# protocol = "http/2"                 # clear text, prior knowledge
# connections = "fresh"               # a new connection for each request
# assets = "assets/"                  # served on loopback while the workload runs, as {assets_url}
# For a function that does its work and ends, instead of requests (`pgoctl init JAR --invoke 'ARGS'` writes that kind):
# invoke = { args = ["--in", "sample.txt"], expect-exit = 0 }
"#;

const INVOKE_MORE: &str = r#"# invoke = { args = ["--in", "sample.txt"], stdin-file = "in.txt", expect-exit = 0, expect-stdout = "done" }
# assets = "assets/"                  # served on loopback while the workload runs, as {assets_url}
# For a server, instead of invoke (and `args` or `env` with {port} above):
# requests = [ { method = "GET", path = "/", expect = { status = 200 } } ]
"#;

const TOOLS: &str = r#"
# [toolchain]
# graalvm-home = "/opt/graalvm"       # otherwise GRAALVM_HOME, JAVA_HOME, PATH
# java-home = "/opt/jdk"              # otherwise the GraalVM's own java, JAVA_HOME, PATH

[train]
runs = 10
"#;

const NUMBERS_OF_SERVERS: &str = r#"requests = 100                        # in each run
# on = "hotspot"                      # native-pgo without an instrumented image; the default where native-image has no PGO

# [pgo]
# optimizer = "auto"                  # who uses the profile: "oracle" (native-image's own), "pgoctl" (ours), "off"

[bench]
rounds = 6
requests = 1000                       # in each round
# slices = 10                         # of a round, in turns with the other variants; 1: one process at a time
# warmup = 200                        # requests before those
concurrency = 1
# rate = 0                            # requests per second; 0: as fast as answers come
# timeout = "10s"                     # how long an answer may take, in training too
"#;

const NUMBERS_OF_INVOCATIONS: &str = r#"# on = "hotspot"                      # native-pgo without an instrumented image; the default where native-image has no PGO

# [pgo]
# optimizer = "auto"                  # who uses the profile: "oracle" (native-image's own), "pgoctl" (ours), "off"

[bench]
rounds = 6
requests = 100                        # processes in each round
"#;

const COLD_STARTS_AND_GATE: &str = r#"cold-starts = 20
# dropped-cold-starts = 20            # with the function's files dropped from the page cache
# pin = "auto"                        # generator and function on cores of their own, from four cores on

[gate]
max-worse = "3%"                      # a smaller change does not matter
"#;
