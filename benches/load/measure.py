"""What `benches/load.sh` measures, once its peers are there. Prints one line a figure, with the target where there is one."""

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
PARTS = sys.argv[3:] or ["generator", "stall", "one-shot", "cold-start", "memory"]
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
    out, _, cpu = run([PGOCTL, "--quiet", "bench", "--format", "json", "--cold-starts", "0", "--warmup", "0", *words])
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


def nginx():
    port = free_port()
    with open(f"{WORK}/nginx.conf", "w") as f:
        f.write(f"""daemon off; worker_processes 1; pid {WORK}/nginx.pid; error_log /dev/null;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 1000000000; keepalive_timeout 3600;
  server {{ listen 127.0.0.1:{port} reuseport; location / {{ return 200 "hello"; }} }} }}
""")
    return Server(["nginx", "-p", WORK, "-c", f"{WORK}/nginx.conf"], port)


def wrk(url, connections, _requests):
    out, _, cpu = run(["wrk", "-t1", f"-c{connections}", "-d2s", url])
    requests = int(re.search(r"(\d+) requests in", out)[1])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), cpu / requests


def oha(url, connections, requests):
    out, _, cpu = run(["oha", "--no-tui", "--output-format", "json", "-c", str(connections), "-n", str(requests), url])
    return json.loads(out)["summary"]["requestsPerSec"], cpu / requests


def pgoctl(url, connections, requests):
    report, cpu = bench("--rounds", "1", "--requests", str(requests), "--concurrency", str(connections), "--url", url)
    return value(report, "throughput_rps"), cpu / requests


def generator():
    print(f"load generator: requests/s on one nginx worker, keep-alive; medians of {ROUNDS} interleaved rounds")
    tools = {"wrk": wrk, "oha": oha, "pgoctl": pgoctl}
    with nginx() as url:
        for connections in (1, 8, 64):
            requests = int(wrk(url, connections, None)[0] * 1.5)
            rounds = []
            for n in range(ROUNDS):
                names = list(tools) if n % 2 else list(tools)[::-1]
                rounds.append({name: tools[name](url, connections, requests) for name in names})
            of = lambda name, i: median(r[name][i] for r in rounds)
            ratio = lambda name, i: median(r["pgoctl"][i] / r[name][i] for r in rounds)
            rates = ", ".join(f"{name} {of(name, 0) / 1000:.1f} k/s {of(name, 1) * 1e6:.2f} µs" for name in tools)
            print(f"  {connections:2} connections: {rates}")
            print(f"     rate:            {ratio('wrk', 0):.2f} × wrk (target ≥ 0.90), {ratio('oha', 0):.2f} × oha (target ≥ 1.00)")
            print(f"     CPU per request: {ratio('wrk', 1):.2f} × wrk, {ratio('oha', 1):.2f} × oha (target ≤ 1.00)")


def stall():
    print("stall: a server that pauses for 100 ms in every second, 1000 requests/s for 10 s on 8 connections")
    port = free_port()
    with Server([PEER, "stall", str(port)], port) as url:
        common = ("--rounds", "1", "--requests", "10000", "--concurrency", "8", "--url", url)
        opened, _ = bench("--rate", "1000", *common)
        closed, _ = bench("--rounds", "1", "--requests", "100000", "--concurrency", "8", "--url", url)
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
            report, _ = bench("--rounds", "1", "--requests", "100", "--warmup", "5", command)
            pairs.append((value(report, "latency_ms_p50"), peer))
        ours, theirs = median(p[0] for p in pairs), median(p[1] for p in pairs)
        difference = median(a - b for a, b in pairs)
        name = os.path.basename(words[0]) + " " + " ".join(words[1:])
        print(f"  {name:10} pgoctl {ours:.3f} ms, hyperfine {theirs:.3f} ms: {difference * 1000:+.0f} µs, {difference / theirs * 100:+.1f} %")


def cold_start():
    print("cold start: servers that listen 0, 50 and 200 ms after `main`, 40 starts each, interleaved (target: error < 0.2 ms)")
    delays = (0, 50, 200)
    report, _ = bench("--rounds", "1", "--requests", "10", "--cold-starts", "40", "--dropped-cold-starts", "0", "--request", "GET /",
                      *(f"{PEER} bind-after {delay} {{port}}" for delay in delays))
    for metric, name in (("cold_start_ms_accepts", "accepts"), ("cold_start_ms", "answers")):
        zero = value(report, metric, 0)
        errors = [f"{value(report, metric, n) - zero - delay:+.3f} ms after {delay} ms" for n, delay in enumerate(delays) if delay]
        print(f"  {name}: {zero:.3f} ms without delay; error {', '.join(errors)}")


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
    everything = {"generator": generator, "stall": stall, "one-shot": one_shot, "cold-start": cold_start, "memory": memory}
    for part in PARTS:
        everything[part]()
        sys.stdout.flush()
