#!/usr/bin/env bash
# The controller's proxy beside nginx as a reverse proxy and beside the function itself: the same function, the same client, rounds in
# turns. Prints rates, P50 and the proxies' CPU time per request. Installs nginx where it is missing; takes about a minute after the
# release build. `PGOCTL=path` takes another build, `CONNECTIONS=n` another load.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:$HOME/.cargo/bin:/usr/sbin"
debian() { # the program, its package
    command -v "$1" >/dev/null && return
    local sudo=""
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get install -y -qq "$2" >/dev/null || { $sudo apt-get update -qq && $sudo apt-get install -y -qq "$2" >/dev/null; }
}
debian nginx nginx-light
[ -n "${PGOCTL:-}" ] || { cargo build --quiet --release --locked; PGOCTL=$PWD/target/release/pgoctl; }
jar=$PWD/fixtures/functions/target/hello.jar
[ -f "$jar" ] || fixtures/functions/build.sh
connections=${CONNECTIONS:-8}
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait; rm -rf "$work"' EXIT
direct=18081 proxied=18082 served=18083

java -jar "$jar" --port $direct >"$work/java.log" 2>&1 &
pids+=($!)
cat >"$work/nginx.conf" <<CONF
daemon off; worker_processes 1; pid $work/nginx.pid; error_log $work/nginx.err;
events { worker_connections 1024; }
http {
    access_log off; client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f;
    uwsgi_temp_path $work/u; scgi_temp_path $work/s;
    upstream function { server 127.0.0.1:$direct; keepalive 64; }
    server {
        listen 127.0.0.1:$proxied; keepalive_requests 1000000;
        location / { proxy_pass http://function; proxy_http_version 1.1; proxy_set_header Connection ""; }
    }
}
CONF
nginx -c "$work/nginx.conf" &
pids+=($!)
mkdir "$work/project"
cp "$jar" "$work/project/hello.jar"
cat >"$work/project/pgoctl.toml" <<TOML
[function.hello]
jar = "hello.jar"
args = ["--port", "{port}"]
ready = "GET /health"
[function.hello.workload]
requests = [ { method = "POST", path = "/", body = '{}' } ]
[function.hello.serve]
max-workers = 1
concurrency = 64
min-workers = 1
trace-calls = 0
hotspot-calls = 1000000000
TOML
cd "$work/project"
env -u GRAALVM_HOME "$PGOCTL" serve --listen 127.0.0.1:$served >"$work/serve.log" 2>&1 &
pids+=($!)
sleep 3
"$PGOCTL" install --server http://127.0.0.1:$served >/dev/null 2>&1
"$PGOCTL" pause hello --server http://127.0.0.1:$served >/dev/null 2>&1

cpu() { # clock ticks of a process and its threads
    local stat
    stat=$(cat "/proc/$1/stat")
    set -- ${stat##*) }
    echo $((${12} + ${13}))
}
load() { # a name, a URL, whose CPU time is counted
    local before after
    before=$(cpu "$3")
    "$PGOCTL" bench --url "$2" --requests 20000 --rounds 1 --concurrency "$connections" --format json 2>/dev/null >"$work/$1.json"
    after=$(cpu "$3")
    python3 - "$1" "$work/$1.json" $((after - before)) <<'PY'
import json, sys
name, path, ticks = sys.argv[1], sys.argv[2], int(sys.argv[3])
metrics = json.load(open(path))["variants"][0]["metrics"]
value = lambda key: metrics[key]["value"] if isinstance(metrics[key], dict) else metrics[key]
print(f"{name} {value('throughput_rps'):.0f} {value('latency_ms_p50'):.4f} {ticks * 10_000 / 24_000:.1f}")
PY
}
nginx_worker=$(pgrep -P "$(cat "$work/nginx.pid")" | head -1)
for round in 1 2 3 4 5; do
    load direct http://127.0.0.1:$direct/health "${pids[0]}"
    load nginx http://127.0.0.1:$proxied/health "$nginx_worker"
    load pgoctl http://127.0.0.1:$served/f/hello/health "${pids[2]}"
done | tee "$work/rows" >&2
python3 - "$work/rows" <<'PY'
import statistics, sys
rows = {}
for line in open(sys.argv[1]):
    name, rate, p50, cpu = line.split()
    rows.setdefault(name, []).append((float(rate), float(p50), float(cpu)))
median = lambda name, at: statistics.median(row[at] for row in rows[name])
print("| | requests/s | P50, ms | CPU a request, µs |\n|---|---|---|---|")
for name in rows:
    print(f"| {name} | {median(name, 0):.0f} | {median(name, 1):.4f} | {median(name, 2):.1f} |")
ratio = statistics.median(p[0] / n[0] for p, n in zip(rows["pgoctl"], rows["nginx"]))
added = statistics.median(p[1] - d[1] for p, d in zip(rows["pgoctl"], rows["direct"]))
print(f"pgoctl / nginx: {ratio:.2f} of the rate; P50 over the function itself: {added:+.3f} ms (direct's CPU is the function's own)")
PY
