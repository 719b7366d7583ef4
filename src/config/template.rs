//! The commented `pgoctl.toml` that `pgoctl init` writes.

use std::path::Path;

/// Returns the text of a configuration file for the function `name` in `jar`.
pub fn template(name: &str, jar: &Path) -> String {
    let jar = toml::Value::from(jar.to_string_lossy().into_owned());
    format!(
        r#"# What pgoctl builds, trains and measures. Relative paths are relative to this file.

[function.{name}]
jar = {jar}
args = ["--port", "{{port}}"]           # {{port}} is a free port, another one at each start
# env = {{ PORT = "{{port}}" }}           # for functions that read it from the environment
# port = 8080                         # for functions that cannot be told one
# jvm-args = ["-Xmx256m"]             # the hotspot variants only
# native-image-args = []              # every native variant gets the same ones
# files = ["lib/*.so", "models/"]     # what ships with it besides its code: counts into the size of every variant
# ready = "GET /health"               # the first 2xx means up; without it, the first request of the workload

[function.{name}.workload]
requests = [ {{ method = "GET", path = "/", expect = {{ status = 200 }} }} ]
# requests = [ {{ method = "POST", path = "/", body = '{{"name":"{{n}}"}}', weight = 3, expect = {{ status = 200 }} }} ]
# requests-file = "requests.jsonl"    # such requests, one JSON object a line
# protocol = "http/2"                 # clear text, prior knowledge
# connections = "fresh"               # a new connection for each request
# assets = "assets/"                  # served on loopback while the workload runs, as {{assets_url}}
# For a function that does its work and ends, instead of requests:
# invoke = {{ args = ["--in", "sample.txt"], expect-exit = 0 }}

# [function.{name}.train-workload]    # another one for training: a profile of the very requests that are measured shows the most
# requests = [ {{ method = "GET", path = "/" }} ]

# [toolchain]
# graalvm-home = "/opt/graalvm"       # otherwise GRAALVM_HOME, JAVA_HOME, PATH
# java-home = "/opt/jdk"              # otherwise the GraalVM's own java, JAVA_HOME, PATH

[train]
runs = 10
requests = 100                        # in each run
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
cold-starts = 20
# dropped-cold-starts = 20            # with the function's files dropped from the page cache
# pin = "auto"                        # generator and function on cores of their own, from four cores on

[gate]
max-worse = "3%"                      # a smaller change does not matter
"#
    )
}
