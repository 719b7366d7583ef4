#!/usr/bin/env bash
# How often are the verdicts wrong? On a quiet machine, in about 20 minutes, and part 4 in as long again:
#   1. hello against itself at the default plan, over and over: at most 1 in 20 comparisons may say better or worse;
#   2. filehash against itself with 5 % injected, at the default plan;
#   3. the same with rounds added until it is decided: at least 9 of 10 runs must find it.
#   4. a server against itself, and against itself with 5 % more work, at the same time: how often each metric finds the one and
#      sees the other where there is nothing, with rounds one after the other (1 slice) and in slices that take turns.
# `verdicts.sh PART…` measures only these: aa, found, decide, power. Part 4 has `RUNS` runs for each of `SLICES`, in turns, of `ROUNDS`
# rounds of `REQUESTS` requests after `WARMUP`; three processes are measured in each, and time is given for the two of a pair.
# Only the throughput is gated: stops of a process fall on some requests and not on others, so the P90 sees more of them than 5 %.
# `PGOCTL` is the pgoctl to measure with; otherwise a release build is made.
# Measures native images where GRAALVM_HOME is set (two builds of a minute or two), the JVM otherwise. `AA`, `FOUND` and
# `MINUTES` change how many comparisons there are and how long the first part may take; figures for each are printed as they come.
set -euo pipefail
cd "$(dirname "$0")/.."
AA=${AA:-100} FOUND=${FOUND:-10} MINUTES=${MINUTES:-12}
RUNS=${RUNS:-20} SLICES=${SLICES:-1 5} ROUNDS=${ROUNDS:-12} REQUESTS=${REQUESTS:-250} WARMUP=${WARMUP:-100} UNITS=${UNITS:-400}
parts=" ${*:-aa found decide power} "
command -v jq >/dev/null || { echo "jq is missing: apt-get install jq" >&2; exit 3; }
[ -n "${PGOCTL:-}" ] || cargo build --release --locked
[ -f fixtures/functions/target/filehash.jar ] || fixtures/functions/build.sh
pgoctl=${PGOCTL:-$PWD/target/release/pgoctl}
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
echo "load $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores, variant $variant"
if [[ $parts =~ " aa "|" found "|" decide " ]]; then
    for function in hello filehash; do
        "$pgoctl" --quiet build --function $function --variant $variant >/dev/null
    done
fi

if [[ $parts == *" aa "* ]]; then
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
fi

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

# Measures it at once with itself (`same`) and with 5 % more work (`more`), and keeps what is said of each.
power() {
    local slices=$1 seed=$2 begun=${EPOCHREALTIME/./}
    "$pgoctl" --quiet bench "$work {port} $UNITS" "env $work {port} $UNITS" "nice -n 0 $work {port} $((UNITS * 105 / 100))" \
        --request 'GET /' --rounds $ROUNDS --requests $REQUESTS --warmup $WARMUP --slices $slices --seed $seed \
        --cold-starts 0 --dropped-cold-starts 0 --format json > one.json 2> one.err || { cat one.err >&2; return 1; }
    jq -c --arg slices $slices --arg seconds $(((${EPOCHREALTIME/./} - begun) / 1000)) '.comparisons[]
        | select(.metric | IN("throughput_rps", "latency_ms_mean", "latency_ms_p50", "cpu_ms_per_request"))
        | {slices: $slices | tonumber, seconds: (($seconds | tonumber) / 1000), metric,
           what: (if .candidate == "env" then "same" else "more" end), change: .change_percent, low, high, verdict}' \
        one.json >> power.jsonl
    rm -rf .pgoctl/runs
}

power_table() {
    printf '%-7s %-20s %18s %18s %14s %12s %14s\n' slices metric "5 % found (worse)" "false alarms" "half width" "5 % is" "a pair takes"
    jq -rs 'def middle: sort | if length == 0 then null else .[length / 2 | floor] end;
        group_by(.slices, .metric)[] | . as $all
        | ($all | map(select(.what == "more"))) as $more | ($all | map(select(.what == "same"))) as $same
        | [ $all[0].slices, $all[0].metric,
            ($more | map(select(.verdict == "worse")) | length), ($more | length),
            ($same | map(select(.verdict == "worse" or .verdict == "better")) | length), ($same | length),
            ($all | map(select(.low) | (.high - .low) / 2) | middle), ($more | map(.change) | middle),
            # Three were measured, and two are compared.
            ($all | map(.seconds) | middle * 2 / 3) ] | @tsv' power.jsonl |
        awk -F'\t' '{ printf "%-7s %-20s %11d of %3d %11d of %3d %11.1f %% %+10.1f %% %12.1f s\n", $1, $2, $3, $4, $5, $6, $7, $8, $9 }'
}

[[ $parts =~ " found "|" decide " ]] && : > found.jsonl
if [[ $parts == *" found "* ]]; then
    printf '\n2. filehash (64 kB) against itself slowed down by 5 %%, at the default plan: six pairs of rounds and no more\n'
    found "$FOUND"
fi
if [[ $parts == *" decide "* ]]; then
    printf '\n3. the same with --decide: rounds are added until the gate fails (at least 9 of 10 have to be found)\n'
    found "$FOUND" --decide --budget 3m
fi

if [[ $parts == *" power "* ]]; then
    home=${GRAALVM_HOME:-${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}}
    # A folder of its own: pgoctl.toml is not about this server.
    mkdir -p power
    cd power
    [ -f classes/Work.class ] || "$home/bin/javac" -d classes ../../../benches/verdicts/Work.java
    case $variant in
        native) [ -f work ] || "$home/bin/native-image" --no-fallback -cp classes Work -o work >/dev/null; work=$PWD/work ;;
        *) work="$home/bin/java -cp $PWD/classes Work" ;;
    esac
    printf '\n4. a server against itself and against itself with 5 %% more work, %s rounds x %s requests\n' "$ROUNDS" "$REQUESTS"
    : > power.jsonl
    for seed in $(seq 1 "$RUNS"); do
        for slices in $SLICES; do power $slices $((seed * 1000)) || echo "one run failed"; done
    done
    power_table
    echo "load $(cut -d' ' -f1-3 /proc/loadavg) at the end"
fi
