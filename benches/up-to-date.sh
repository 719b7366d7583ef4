#!/usr/bin/env bash
# How long an up-to-date project answers `pgoctl run --no-bench`: whole process, 20 runs, beside `true` on the same machine.
# Installs hyperfine from Debian where it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v hyperfine >/dev/null || apt-get install -y -qq hyperfine >/dev/null || sudo apt-get install -y -qq hyperfine >/dev/null
cargo build --release --locked
fixtures/functions/build.sh
pgoctl=$PWD/target/release/pgoctl
cd fixtures/demo
"$pgoctl" --quiet run --no-bench >/dev/null
hyperfine --shell=none --warmup 3 --runs 20 "$pgoctl --quiet run --no-bench" true
