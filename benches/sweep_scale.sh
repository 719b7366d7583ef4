#!/usr/bin/env bash
# What `sweep --profiles 1,10,100,1000` does with its profiles: the first so many of 1000 profiles of 4 MB merged, for each count.
# Prints time, CPU time and peak memory of each merge, beside reading the same bytes with serde_json: the floor of the profile
# engine, which takes a small multiple of it (benches/iprof.sh) and memory that does not grow with the number of files.
#   benches/sweep_scale.sh [FILES [BYTES]]      default: 1000 files of 4000000 bytes: 4 GB of disk
# PGOCTL and CORPUS name programs that are built already.
set -euo pipefail
cd "$(dirname "$0")/.."
files=${1:-1000} bytes=${2:-4000000}
if [ -z "${PGOCTL:-}" ]; then
    cargo build --release --locked
    PGOCTL=$PWD/target/release/pgoctl
fi
if [ -z "${CORPUS:-}" ]; then
    CORPUS=$(cargo bench --locked --bench iprof_corpus --no-run --message-format json |
        sed -n 's/.*"name":"iprof_corpus".*"executable":"\([^"]*\)".*/\1/p' | tail -1)
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/sweep-scale.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$CORPUS" synthetic "$work/one.iprof" "$bytes"
"$CORPUS" same "$work/one.iprof" "$work/runs" "$files"
python3 - "$PGOCTL" "$CORPUS" "$work" "$files" <<'END'
import os, subprocess, sys, time
from pathlib import Path

pgoctl, corpus, work, files = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
runs = sorted((work / "runs").iterdir())
counts = [count for count in (1, 10, 100, 1000, 10000) if count < files] + [files]


def run(*argv):
    start = time.perf_counter()
    child = subprocess.Popen([str(word) for word in argv], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"failed with {child.returncode}: {argv[:4]}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


size = runs[0].stat().st_size / 1e6
print(f"{len(runs)} profiles of {size:.1f} MB")
print(f"{'profiles':>10}{'clock':>10}{'CPU':>10}{'peak':>10}{'floor, CPU':>12}{'ratio':>8}")
for count in counts:
    clock, cpu, peak = run(pgoctl, "--quiet", "profile", "merge", *runs[:count], "-o", work / "merged.iprof")
    _, floor, _ = run(corpus, "floor", os.cpu_count(), *runs[:count])
    print(f"{count:>10}{clock:>8.2f} s{cpu:>8.2f} s{peak:>7.0f} MB{floor:>10.2f} s{cpu / floor:>7.1f}x", flush=True)
END
