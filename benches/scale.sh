#!/usr/bin/env bash
# How a store grows with functions and profiles (docs/scale.md): FUNCTIONS=10000 PROFILES=10 on a SeaweedFS of the tools beside the
# project. Takes some minutes and 1 GB of disk. The server is what takes the time: a debug build will do.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:$HOME/.cargo/bin"
tools=${TOOLS:-$PWD/../shared/tools}
name=scale-$$ port=${PORT:-18633}
cargo bench --quiet --profile dev --no-run --bench store_scale
trap '"$tools/seaweedfs/down.sh" --wipe $name >&2 || true' EXIT
eval "$(ADDRESS=127.0.0.1:$port "$tools/seaweedfs/up.sh" $name)"
curl -sf -o /dev/null -X POST "http://127.0.0.1:$((port + 3))/buckets/scale/" || true
cargo bench --quiet --profile dev --bench store_scale
