#!/usr/bin/env bash
# What training on HotSpot costs, and what making the profile costs.
#
#   benches/hotspot.sh [ROUNDS] [REQUESTS]
#
# 1. The same requests to the hello function, one connection, on a plain JVM and on one that counts, in turn: seconds from the first
#    request to the last answer, and from the spawn to the end (the log is written there), as ratios of medians.
# 2. `profile from-hotspot` of one log of some 3 MB, and of the same text a hundred times (300 MB): seconds and peak memory.
#
# JAVA_HOME names the JDK (else PATH). Needs python3 and GNU time.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-7} requests=${2:-1000}
cargo build --release --locked
fixtures/functions/build.sh >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

"$java" -version 2>&1 | head -n 1
python3 - "$java" "$work" "$rounds" "$requests" <<'PYTHON'
import http.client, os, socket, statistics, subprocess, sys, time
java, work, rounds, requests = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
counting = f"""-Xmixed -XX:+UnlockDiagnosticVMOptions -XX:+TieredCompilation -XX:TieredStopAtLevel=3 -XX:TypeProfileWidth=8
    -XX:Tier0ProfilingStartPercentage=0 -XX:+PrintMethodData -XX:-DisplayVMOutput -XX:+LogVMOutput
    -XX:Tier0InvokeNotifyFreqLog=1 -XX:Tier0BackedgeNotifyFreqLog=1 -XX:LogFile={work}/server.log""".split()

def run(flags):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begin = time.monotonic()
    child = subprocess.Popen([java, *flags, "-jar", "fixtures/functions/target/hello.jar", "--port", str(port)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    connection = http.client.HTTPConnection("127.0.0.1", port)
    while True:
        try:
            connection.connect()
            break
        except OSError:
            time.sleep(0.002)
    first = time.monotonic()
    for _ in range(requests):
        connection.request("POST", "/", "{}")
        assert connection.getresponse().read()
    last = time.monotonic()
    child.terminate()
    _, _, used = os.wait4(child.pid, 0)
    child.returncode = 0
    return last - first, time.monotonic() - begin, used.ru_utime + used.ru_stime

plain, counted = [], []
for _ in range(rounds):
    plain.append(run([]))
    counted.append(run(counting))
for name, column in [("the requests", 0), ("the whole process", 1), ("its processor time", 2)]:
    a, b = (statistics.median(row[column] for row in rows) for rows in (plain, counted))
    print(f"{name:20} plain {a:6.3f} s   counting {b:6.3f} s   ratio {b / a:.2f}")
PYTHON

# Methods that were warm by default, so some 3 MB: the size of the logs that the reference was measured with.
log=$work/small.log
port=$((20000 + RANDOM % 20000))
"$java" -XX:+UnlockDiagnosticVMOptions -XX:+PrintMethodData -XX:TieredStopAtLevel=3 -XX:TypeProfileWidth=8 -XX:-DisplayVMOutput -XX:+LogVMOutput \
    "-XX:LogFile=$log" -jar fixtures/functions/target/hello.jar --port "$port" >/dev/null 2>&1 &
server=$!
python3 - "$port" <<'PYTHON'
import http.client, sys, time
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
while True:
    try:
        connection.connect()
        break
    except OSError:
        time.sleep(0.01)
for _ in range(2000):
    connection.request("POST", "/", "{}")
    connection.getresponse().read()
PYTHON
kill "$server"
wait "$server" || true
for _ in $(seq 100); do cat "$log"; done >"$work/large.log"
for file in "$log" "$work/large.log"; do
    /usr/bin/time -f "$(stat -c %s "$file") bytes: %e s (processor %U + %S s), peak memory %M kB" \
        target/release/pgoctl --quiet profile from-hotspot "$file" -o "$work/out.iprof" >/dev/null
done
