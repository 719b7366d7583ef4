#!/usr/bin/env bash
# How often are the verdicts wrong? On a quiet machine, in about 20 minutes:
#   1. hello against itself at the default plan, over and over: at most 1 in 20 comparisons may say better or worse;
#   2. filehash against itself with 5 % injected, at the default plan;
#   3. the same with rounds added until it is decided: at least 9 of 10 runs must find it.
# Only the throughput is gated: stops of a process fall on some requests and not on others, so the P90 sees more of them than 5 %.
# Measures native images where GRAALVM_HOME is set (two builds of a minute or two), the JVM otherwise. `AA`, `FOUND` and
# `MINUTES` change how many comparisons there are and how long the first part may take; figures for each are printed as they come.
set -euo pipefail
cd "$(dirname "$0")/.."
AA=${AA:-100} FOUND=${FOUND:-10} MINUTES=${MINUTES:-12}
command -v jq >/dev/null || { echo "jq is missing: apt-get install jq" >&2; exit 3; }
cargo build --release --locked
[ -f fixtures/functions/target/filehash.jar ] || fixtures/functions/build.sh
pgoctl=$PWD/target/release/pgoctl
jars=$PWD/fixtures/functions/target
variant=$([ -n "${GRAALVM_HOME:-}" ] && echo native || echo hotspot)
# Kept: the images for the next time, and every comparison for whoever wants to count again (aa.csv, found.jsonl).
mkdir -p target/verdicts/assets
cd target/verdicts
head -c 65536 /dev/zero | tr '\0' 'x' > assets/a.bin
cat > pgoctl.toml <<TOML
[function.hello]
jar = "$jars/hello.jar"
args = ["--port", "{port}"]
ready = "GET /health"
[function.hello.workload]
requests = [ { method = "POST", path = "/", body = "{}", expect = { status = 200 } } ]

[function.filehash]
jar = "$jars/filehash.jar"
args = ["--port", "{port}"]
ready = "GET /health"
[function.filehash.workload]
assets = "assets"
requests = [ { method = "POST", path = "/", body = '{"url":"{assets_url}/a.bin"}', expect = { status = 200 } } ]

[gate.metrics]
throughput_rps = "3%"
TOML
for function in hello filehash; do
    "$pgoctl" --quiet build --function $function --variant $variant >/dev/null
done

echo "load $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores, variant $variant"
printf '\n1. hello against itself, 6 rounds x 1000 requests and 20 cold starts of each side\n'
: > aa.csv
begun=$SECONDS runs=0
while [ $runs -lt "$AA" ] && [ $((SECONDS - begun)) -lt $((MINUTES * 60)) ]; do
    runs=$((runs + 1))
    # The page cache is dropped in none of them: twenty more cold starts would double the time.
    "$pgoctl" --quiet bench --calibrate --rounds 6 --dropped-cold-starts 0 --seed $runs --function hello --variant $variant --format csv >> aa.csv
    rm -rf .pgoctl/runs
done
awk -F, '$12 != "" && $12 != "verdict" { all[$3]++; if ($12 == "better" || $12 == "worse") wrong[$3]++ }
    END { for (m in all) { printf "%-28s %3d of %3d A/A comparisons say better or worse\n", m, wrong[m], all[m]; a += all[m]; w += wrong[m] }
          printf "%-28s %3d of %3d = %.1f %% (at most 5 %%)\n", "all metrics", w, a, 100 * w / a }' aa.csv | sort
echo "$runs runs in $((SECONDS - begun)) s"

# One self-test after the other; $1 is how many, the rest is how. Found: the throughput is called worse. Failed: the gate says so too.
found() {
    local runs=$1 begun=$SECONDS found=0 failed=0
    shift
    for seed in $(seq 1 "$runs"); do
        status=0
        "$pgoctl" --quiet gate --self-test 5% --seed $seed --function filehash --variant $variant --format json "$@" > one.json 2> one.err || status=$?
        cat one.json >> found.jsonl
        line=$(jq -r '(.plan.rounds | tostring) + " rounds, throughput " + (.comparisons[] | select(.metric == "throughput_rps")
            | "\(.change_percent * 10 | round / 10) % [\(.low * 10 | round / 10), \(.high * 10 | round / 10)] \(.verdict)")' one.json)
        echo "   seed $seed: $line, gate: $([ $status = 0 ] && echo fails || echo "cannot tell")"
        if [[ $line == *worse ]]; then found=$((found + 1)); fi
        if [ $status = 0 ]; then failed=$((failed + 1)); fi
        rm -rf .pgoctl/runs
    done
    echo "found in $found of $runs, the gate (limit 3 %) fails in $failed of $runs, $((SECONDS - begun)) s"
}

: > found.jsonl
printf '\n2. filehash (64 kB) against itself slowed down by 5 %%, at the default plan: six pairs of rounds and no more\n'
found "$FOUND"
printf '\n3. the same with --decide: rounds are added until the gate fails (at least 9 of 10 have to be found)\n'
found "$FOUND" --decide --budget 3m
