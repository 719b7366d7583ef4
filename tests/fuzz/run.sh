#!/usr/bin/env bash
# Fuzzes the `.iprof` engine for SECONDS (default 600): reading, checking, showing, comparing, adding up, writing.
#   tests/fuzz/run.sh [SECONDS]
# Installs cargo-fuzz where it is missing. A stable compiler will do. Stops at the first panic, at an input that takes
# over 10 seconds, and at one that takes over 1 GiB; the input is then in tests/fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-600}
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
# Coverage feedback is an unstable flag of the compiler, which this lets a stable one take. There is no unsafe code of ours
# for a sanitizer to watch, and without one the engine runs several times as fast.
export RUSTC_BOOTSTRAP=1
corpus=tests/fuzz/corpus/iprof
mkdir -p "$corpus"
cp fixtures/iprof/*.iprof "$corpus"
gzip -9nc fixtures/iprof/small.iprof > "$corpus/small.iprof.gz"
cargo fuzz run --fuzz-dir tests/fuzz --sanitizer none iprof -- \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 -dict=tests/fuzz/iprof.dict -print_final_stats=1
