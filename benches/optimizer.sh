#!/usr/bin/env bash
# What the optimizer for GraalVM Community Edition is worth, part by part, on the programs in fixtures/optimizer.
#
#   GRAALVM_HOME=… benches/optimizer.sh torture        plain and optimized images give the JVM's answer, and the number of threads decides nothing
#   GRAALVM_HOME=… benches/optimizer.sh parts [RUNS]   CPU seconds of `mix`, interleaved: plain, optimized, and each part switched off in turn
#
# Needs a GraalVM Community 25 home (native-image, javac, lib/svm/builder) and a built pgoctl (PGOCTL, or target/debug/pgoctl).
# Everything goes to OUT (default: a new folder under the system's folder for temporary files). A build takes a minute or more, and one runs at a time.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${GRAALVM_HOME:?a GraalVM Community home}"
PGOCTL=${PGOCTL:-target/debug/pgoctl}
OUT=${OUT:-$(mktemp -d)}
SOURCES=src/toolchain/graalvm/optimizer
PARTS="branches switches devirtualize inline cold order"
mkdir -p "$OUT"
echo "everything goes to $OUT" >&2

exports() { # PREFIX PATTERN: one --add-exports for each package that matches
    grep -E "$2" "$SOURCES/exports.txt" | sed "s|^|$1--add-exports=|; s|\$|=ALL-UNNAMED|"
}

compile_optimizer() {
    mkdir -p "$OUT/optimizer"
    # shellcheck disable=SC2046
    "$GRAALVM_HOME/bin/javac" -proc:none -nowarn -encoding UTF-8 -d "$OUT/optimizer" \
        -cp "$(printf '%s:' "$GRAALVM_HOME"/lib/svm/builder/*.jar)" --add-modules jdk.internal.vm.ci \
        $(exports '' '^(jdk.internal.vm.ci|java.base)/') $(find "$SOURCES/java" -name '*.java')
}

compile() { # PROGRAM
    "$GRAALVM_HOME/bin/javac" -d "$OUT/$1" fixtures/optimizer/"$1"/*.java
}

train() { # PROGRAM MAIN ARGUMENTS…
    local program=$1
    shift
    "$GRAALVM_HOME/bin/java" -XX:+UnlockDiagnosticVMOptions -XX:+PrintMethodData -XX:TieredStopAtLevel=3 -XX:TypeProfileWidth=8 \
        -XX:-DisplayVMOutput -XX:+LogVMOutput -XX:LogFile="$OUT/$program.log" -XX:Tier3InvocationThreshold=1 \
        -XX:Tier3MinInvocationThreshold=0 -XX:Tier3CompileThreshold=1 -XX:Tier3DelayOn=1000000 -XX:Tier0ProfilingStartPercentage=0 \
        -XX:Tier0InvokeNotifyFreqLog=0 -XX:Tier0BackedgeNotifyFreqLog=0 -cp "$OUT/$program" "$@" >"$OUT/$program.train"
    rm -f "$OUT/$program.iprof"
    "$PGOCTL" profile from-hotspot "$OUT/$program.log" --to 1.1.0 -o "$OUT/$program.iprof" >&2
}

plain() { # PROGRAM MAIN IMAGE OPTIONS…
    local program=$1 main=$2 image=$3
    shift 3
    echo "building $image" >&2
    (cd "$OUT" && nice -n 10 "$GRAALVM_HOME/bin/native-image" -cp "$OUT/$program${OPTIMIZER:+:$OPTIMIZER}" "$main" "$image" -march=native "$@" >"$image.log" 2>&1) ||
        { tail -20 "$OUT/$image.log" >&2; exit 1; }
}

optimized() { # PROGRAM MAIN IMAGE OPTIONS…
    local program=$1 main=$2 image=$3
    shift 3
    # shellcheck disable=SC2046
    OPTIMIZER="$OUT/optimizer" plain "$program" "$main" "$image" $(exports -J /) --features=pgoctl.optimizer.OptimizerFeature \
        "-J-Dpgoctl.optimizer.profile=$OUT/$program.iprof" "-J-Dpgoctl.optimizer.account=$OUT/$image.account.json" "$@"
}

decisions() { # IMAGE: what the optimizer decided in its build, without what depends on the builder's own analysis
    grep -E '"(devirtualized|tests|inlined|callers|nodes_added|ran_methods)"' "$OUT/$1.account.json"
}

torture() {
    compile torture
    train torture torture.Torture train
    "$GRAALVM_HOME/bin/java" -cp "$OUT/torture" torture.Torture >"$OUT/torture.jvm"
    plain torture torture.Torture torture-plain
    optimized torture torture.Torture torture-2 --parallelism=2
    optimized torture torture.Torture torture-1 --parallelism=1
    for image in plain 2 1; do
        "$OUT/torture-$image" >"$OUT/torture-$image.txt"
        cmp "$OUT/torture.jvm" "$OUT/torture-$image.txt"
    done
    [ "$(decisions torture-1)" = "$(decisions torture-2)" ] || { echo "the optimizer decides differently with one thread and with two" >&2; exit 1; }
    echo "the JVM, the plain and the optimized images agree; the optimizer decides the same with one thread and with two"
}

parts() {
    local runs=${1:-12} images="plain all" part
    compile mix
    train mix mix.Mix 50
    plain mix mix.Mix mix-plain
    optimized mix mix.Mix mix-all
    for part in $PARTS; do
        optimized mix mix.Mix "mix-no-$part" "-J-Dpgoctl.optimizer.$part=false"
        images="$images no-$part"
    done
    "$OUT/mix-plain" 1000 >"$OUT/mix.expected"
    for _ in $(seq "$runs"); do
        for image in $images; do
            /usr/bin/time -f "$image %U %S" -a -o "$OUT/mix.times" "$OUT/mix-$image" 1000 | cmp - "$OUT/mix.expected"
        done
    done
    for image in $images; do
        awk -v image="$image" '$1 == image { print $2 + $3 }' "$OUT/mix.times" | sort -n |
            awk -v image="$image" -v bytes="$(stat -c %s "$OUT/mix-$image")" '{ t[NR] = $1 } END { printf "%-18s %6.3f s (median of %d) %11d bytes\n", image, (t[int((NR + 1) / 2)] + t[int(NR / 2) + 1]) / 2, NR, bytes }'
    done
}

compile_optimizer
case ${1:-} in
    torture) torture ;;
    parts) parts "${2:-}" ;;
    *) sed -n '2,8p' "$0" >&2; exit 2 ;;
esac
