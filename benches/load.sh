#!/usr/bin/env bash
# The load generator beside wrk (Debian) and oha (crates.io) on the same nginx, an injected stall, one-shot timing beside
# hyperfine (Debian), cold starts against a known delay, memory at ten million samples. Installs its peers where they are
# missing, prints ratios, and takes under ten minutes (without the first build of pgoctl and oha).
#
# Rounds of all tools are interleaved, and ratios are medians of per-round ratios. `benches/load.sh generator stall` does only these.
set -euo pipefail
cd "$(dirname "$0")/.."

debian() { # the program, its package
    command -v "$1" >/dev/null && return
    local sudo=""
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get install -y -qq "$2" >/dev/null || { $sudo apt-get update -qq && $sudo apt-get install -y -qq "$2" >/dev/null; }
}

export PATH="$PATH:$HOME/.cargo/bin:/usr/sbin"
debian nginx nginx-light
debian wrk wrk
debian hyperfine hyperfine
debian python3 python3
command -v oha >/dev/null || cargo install --quiet --locked oha
cargo build --quiet --release --locked
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rustc -O --edition 2024 -o "$work/peer" benches/load/peer.rs
python3 benches/load/measure.py "$PWD/target/release/pgoctl" "$work" "$@"
