#!/usr/bin/env bash
# Everything that is claimed about the speed and memory of `pgoctl profile`, in one command: ratios to skimming the same bytes with
# serde_json, peak memory, and beside it what one would do today (Python, jq).
#   benches/iprof.sh [FILES [ROUNDS]]      default: 1000 files, 5 rounds
# Needs a real profile: IPROF_BENCH_FILE, else the one beside the checkout; and 5 GB of disk and page cache for 1000 files.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${IPROF_BENCH_FILE:-../shared/data/iprof/lenborje+StreamTDI+default.iprof}
if [ ! -f "$profile" ]; then
    echo "skipped: there is no real profile to measure with; IPROF_BENCH_FILE names one" >&2
    exit 0
fi
cargo build --release --locked
bench() { cargo bench --locked --bench "$1" --no-run --message-format json | sed -n 's/.*"name":"'"$1"'".*"executable":"\([^"]*\)".*/\1/p' | tail -1; }
corpus=$(bench iprof_corpus)
work=$(mktemp -d "${TMPDIR:-/tmp}/iprof-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
python3 benches/side_by_side.py "$PWD/target/release/pgoctl" "$corpus" "$profile" "$work" "${1:-1000}" "${2:-5}"
printf '\nJSON readers on one thread, typed, names borrowed\n'
cargo run --quiet --release --manifest-path benches/readers/Cargo.toml -- "$profile"
