"""What `benches/load.sh` measures, once its peers are there. Prints one line a figure, with the target where there is one."""

import glob
import json
import os
import re
import resource
import socket
import subprocess
import sys
import time
from statistics import median

PGOCTL, WORK = sys.argv[1:3]
PEER = f"{WORK}/peer"
PARTS = sys.argv[3:] or ["generator", "http2", "stall", "one-shot", "cold-start", "memory"]
ROUNDS = 7


def run(words, **more):
    """stdout, wall seconds, CPU seconds of one process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    done = subprocess.run(words, cwd=WORK, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{words} ended with status {done.returncode}:\n{done.stderr}")
    return done.stdout, wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def bench(*words):
    """The report of one `pgoctl bench`, and its CPU seconds."""
    defaults = {"--cold-starts": "0", "--warmup": "0", "--rounds": "1"}
    unsaid = [word for flag, value in defaults.items() if flag not in words for word in (flag, value)]
    out, _, cpu = run([PGOCTL, "--quiet", "bench", "--format", "json", *unsaid, *words])
    return json.loads(out), cpu


def value(report, metric, variant=0):
    estimate = report["variants"][variant]["metrics"][metric]
    return None if estimate is None else estimate["value"]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A process that listens on `port` while the block lasts."""

    def __init__(self, words, port):
        self.words, self.port = words, port

    def __enter__(self):
        self.process = subprocess.Popen(self.words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return f"http://127.0.0.1:{self.port}/"
            time.sleep(0.01)
        sys.exit(f"{self.words} does not listen")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def nginx(protocol=""):
    port = free_port()
    with open(f"{WORK}/nginx.conf", "w") as f:
        f.write(f"""daemon off; worker_processes 1; pid {WORK}/nginx.pid; error_log /dev/null;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 1000000000; keepalive_timeout 3600;
  server {{ listen 127.0.0.1:{port} {protocol} reuseport; location / {{ return 200 "hello"; }} }} }}
""")
    return Server(["nginx", "-p", WORK, "-c", f"{WORK}/nginx.conf"], port)


def wrk(url, connections, _requests):
    out, _, cpu = run(["wrk", "-t1", f"-c{connections}", "-d2s", url])
    requests = int(re.search(r"(\d+) requests in", out)[1])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), cpu / requests


def oha(url, connections, requests, *more):
    words = ["oha", "--no-tui", "--output-format", "json", "-c", str(connections), "-n", str(requests), *more, url]
    out, _, cpu = run(words)
    return json.loads(out)["summary"]["requestsPerSec"], cpu / requests


def pgoctl(url, connections, requests, *more):
    report, cpu = bench("--requests", str(requests), "--concurrency", str(connections), *more, "--url", url)
    return value(report, "throughput_rps"), cpu / requests


def beside(peers, tools, server):
    """Prints pgoctl's rate and CPU per request as ratios to each of `peers`: (name, least rate, whether its CPU is a target)."""
    with server as url:
        for connections in (1, 8, 64):
            requests = int(tools["pgoctl"](url, connections, 20000)[0] * 1.5)
            rounds = []
            for n in range(ROUNDS):
                names = list(tools) if n % 2 else list(tools)[::-1]
                rounds.append({name: tools[name](url, connections, requests) for name in names})
            of = lambda name, i: median(r[name][i] for r in rounds)
            ratio = lambda name, i: median(r["pgoctl"][i] / r[name][i] for r in rounds)
            rates = ", ".join(f"{name} {of(name, 0) / 1000:.1f} k/s {of(name, 1) * 1e6:.2f} µs" for name in tools)
            print(f"  {connections:2} connections: {rates}")
            targets = [f"{ratio(name, 0):.2f} × {name}" + (f" (target ≥ {least:.2f})" if least else "") for name, least, _ in peers]
            print(f"     rate:            {', '.join(targets)}")
            targets = [f"{ratio(name, 1):.2f} × {name}" + (" (target ≤ 1.00)" if is_target else "") for name, _, is_target in peers]
            print(f"     CPU per request: {', '.join(targets)}")


def generator():
    print(f"load generator: requests/s on one nginx worker, keep-alive; medians of {ROUNDS} interleaved rounds")
    beside([("wrk", 0.9, False), ("oha", 1.0, True)], {"wrk": wrk, "oha": oha, "pgoctl": pgoctl}, nginx())


def http2():
    print("HTTP/2, prior knowledge, one request at a time on each connection: the same")
    tools = {
        "oha": lambda *words: oha(*words, "--http2", "-p", "1"),
        "pgoctl": lambda *words: pgoctl(*words, "--protocol", "http/2"),
    }
    beside([("oha", None, False)], tools, nginx("http2"))


def stall():
    print("stall: a server that pauses for 100 ms in every second, 1000 requests/s for 10 s on 8 connections")
    port = free_port()
    with Server([PEER, "stall", str(port)], port) as url:
        common = ("--requests", "10000", "--concurrency", "8", "--url", url)
        opened, _ = bench("--rate", "1000", *common)
        closed, _ = bench("--requests", "100000", "--concurrency", "8", "--url", url)
    round = opened["variants"][0]["rounds"][0]
    print(f"  open loop:   response P90 {value(opened, 'latency_ms_p90'):.2f} ms, P99 {value(opened, 'latency_ms_p99'):.2f} ms (expected 90: the last hundredth of"
          f" requests met the first 10 ms of a pause); service P50 {value(opened, 'service_ms_p50'):.3f} ms, P99 {value(opened, 'service_ms_p99'):.2f} ms")
    print(f"               achieved {round['throughput_rps']:.1f} of 1000/s, in flight at the end {round['in_flight']}, generator {round['generator_percent']:.0f} % of a core")
    print(f"  closed loop: P99 {value(closed, 'latency_ms_p99'):.3f} ms: it sends nothing while it waits, so it does not see the pause, and does not claim to")


def one_shot():
    print("one-shot: median wall time beside hyperfine's, 100 invocations a round, interleaved (target: within 2 % or 0.1 ms)")
    for words in (["true"], [PEER, "spin", "20"]):
        command = " ".join(words)
        pairs = []
        for _ in range(ROUNDS):
            run(["hyperfine", "-N", "--warmup", "5", "--runs", "100", "--export-json", f"{WORK}/h.json", command])
            with open(f"{WORK}/h.json") as f:
                peer = json.load(f)["results"][0]["median"] * 1000
            report, _ = bench("--requests", "100", "--warmup", "5", command)
            pairs.append((value(report, "latency_ms_p50"), peer))
        ours, theirs = median(p[0] for p in pairs), median(p[1] for p in pairs)
        difference = median(a - b for a, b in pairs)
        name = os.path.basename(words[0]) + " " + " ".join(words[1:])
        print(f"  {name:13} pgoctl {ours:.3f} ms, hyperfine {theirs:.3f} ms: {difference * 1000:+.0f} µs, {difference / theirs * 100:+.1f} %")


def cold_start():
    print("cold start: servers that listen 0, 50 and 200 ms after `main`, 40 starts each, interleaved (target: error < 0.2 ms)")
    delays = (0, 50, 200)
    report, _ = bench("--requests", "10", "--cold-starts", "40", "--dropped-cold-starts", "0", "--request", "GET /",
                      *(f"{PEER} bind-after {delay} {{port}}" for delay in delays))
    samples = max(glob.glob(f"{WORK}/.pgoctl/runs/*/samples/cold-starts.json"), key=os.path.getmtime)
    with open(samples) as f:
        starts = json.load(f)
    for key, name in (("accepts_ns", "accepts"), ("answers_ns", "answers")):
        for summary in (median, min):
            of = [summary(s[key] for s in starts if s["variant"] == v["variant"]) / 1e6 for v in report["variants"]]
            errors = [f"{ms - of[0] - delay:+.3f} ms after {delay} ms" for ms, delay in zip(of, delays) if delay]
            print(f"  {name}, {summary.__name__:6}: {of[0]:.3f} ms without delay; error {', '.join(errors)}")


def memory():
    print("memory: ten million samples in one round (target: pgoctl's peak < 64 MB)")
    with nginx() as url:
        child = subprocess.Popen([PGOCTL, "--quiet", "bench", "--format", "json", "--rounds", "1", "--requests", "10000000", "--warmup", "0",
                                  "--concurrency", "64", "--url", url], cwd=WORK, stdout=subprocess.PIPE, text=True)
        # VmHWM, not ru_maxrss: that one begins at our own (oven-sh/bun#43304).
        peak = 0
        while child.poll() is None:
            try:
                with open(f"/proc/{child.pid}/status") as f:
                    peak = max([peak] + [int(line.split()[1]) for line in f if line.startswith("VmHWM")])
            except (FileNotFoundError, ProcessLookupError):
                pass
            time.sleep(0.05)
        report = json.loads(child.stdout.read())
    samples = report["variants"][0]["metrics"]["latency_ms_p99"]["n"]
    print(f"  {samples} samples, peak {peak * 1024 / 1e6:.1f} MB, {value(report, 'throughput_rps') / 1000:.0f} k/s")


if __name__ == "__main__":
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    everything = {"generator": generator, "http2": http2, "stall": stall, "one-shot": one_shot, "cold-start": cold_start, "memory": memory}
    for part in PARTS:
        everything[part]()
        sys.stdout.flush()
