#!/usr/bin/env bash
# What profile-guided optimization on GraalVM Community Edition brings to programs that people use: eleven libraries and servers from Maven Central,
# each built plain and with our optimizer, trained on one input, measured on another, every answer compared with the JVM's.
#
#   GRAALVM_HOME=… benches/corpus.sh [build|measure|table|all] [PROGRAM…]
#
#   build     fetches the JARs, compiles the programs, builds all variants (half an hour on two quiet cores)
#   measure   measures them side by side (a quarter of an hour); do nothing else on the machine meanwhile
#   table     prints the table of what was measured
#
# Needs a GraalVM Community 25 home, a network for Maven Central (once) and a built pgoctl (PGOCTL, or target/release/pgoctl). What is built is
# kept in OUT (default: target/corpus) and taken up again. Peer: the JVM's own route from a profile, its AOT cache (`hotspot-aot`).
set -euo pipefail
cd "$(dirname "$0")/.."
: "${GRAALVM_HOME:?a GraalVM Community home}"
PGOCTL=$(realpath "${PGOCTL:-target/release/pgoctl}")
OUT=$(realpath -m "${OUT:-target/corpus}")
VARIANTS=${VARIANTS:-hotspot-aot,native,native-pgo}
CENTRAL=${CENTRAL:-https://repo1.maven.org/maven2}
export PGOCTL_GRAALVM_HOME=$GRAALVM_HOME PGOCTL_JAVA_HOME=$GRAALVM_HOME
mkdir -p "$OUT/lib"

programs() { # every program, or those named: name, JARs, arguments, arguments of training, separated by tabs
    if [ $# -eq 0 ]; then grep -v '^#' benches/corpus/programs.tsv; else
        for name in "$@"; do grep "^$name	" benches/corpus/programs.tsv || { echo "there is no program \`$name\` in benches/corpus/programs.tsv" >&2; exit 2; }; done
    fi
}

fetch() { # GROUP/PATH/ARTIFACT:VERSION: its JAR in lib
    local path=${1%%:*} version=${1##*:}
    local jar=${path##*/}-$version.jar
    if [ ! -f "$OUT/lib/$jar" ]; then
        curl -sSfL -o "$OUT/lib/.$jar" "$CENTRAL/$path/$version/$jar"
        mv "$OUT/lib/.$jar" "$OUT/lib/$jar"
    fi
    echo "$OUT/lib/$jar"
}

arguments() { # WORDS: with `@ARTIFACT` replaced by its JAR
    local word words=()
    for word in $1; do
        case $word in
            @*) word=$(ls "$OUT"/lib/"${word#@}"-[0-9]*.jar) ;;
        esac
        words+=("\"$word\"")
    done
    local IFS=,
    echo "[${words[*]}]"
}

compile() { # NAME JARS…: $OUT/NAME/NAME.jar, which names its libraries
    local name=$1 jars=() jar entries
    shift
    if [ "$1" != - ]; then for jar in "$@"; do jars+=("$(fetch "$jar")"); done; fi
    local classes="$OUT/$name/classes"
    rm -rf "$classes"
    mkdir -p "$classes"
    "$GRAALVM_HOME/bin/javac" --release 17 -nowarn -d "$classes" -cp "$(IFS=:; echo "${jars[*]}")" "benches/corpus/common/Input.java" "benches/corpus/$name/Main.java" ||
        return 1
    if [ -d "benches/corpus/$name/resources" ]; then cp -R "benches/corpus/$name/resources/." "$classes"; fi
    {
        echo "Main-Class: corpus.Main"
        if [ ${#jars[@]} -gt 0 ]; then echo "Class-Path: $(for jar in "${jars[@]}"; do printf '../lib/%s ' "$(basename "$jar")"; done)"; fi
        if [ -f "benches/corpus/$name/manifest" ]; then cat "benches/corpus/$name/manifest"; fi
    } >"$OUT/$name/manifest"
    entries=$(cd "$classes" && find . -type f | sed 's|^\./||' | LC_ALL=C sort)
    # shellcheck disable=SC2086
    (cd "$classes" && "$GRAALVM_HOME/bin/jar" --create --file "$OUT/$name/$name.jar" --manifest "$OUT/$name/manifest" --date=2024-10-01T00:00:00Z $entries)
}

describe() { # NAME ARGUMENTS TRAINING: $OUT/NAME/pgoctl.toml; what the JVM answers is what every variant has to
    local name=$1 measured trained answer
    local file="$OUT/$name/pgoctl.toml"
    if [ -f "benches/corpus/$name/pgoctl.toml" ]; then cp "benches/corpus/$name/pgoctl.toml" "$file"; return; fi
    measured=$(arguments "$2")
    trained=$(arguments "$3")
    # shellcheck disable=SC2086
    answer=$(cd "$OUT/$name" && eval "\"$GRAALVM_HOME/bin/java\" -jar $name.jar $(tr -d '[]' <<<"$measured" | tr ',' ' ')" 2>/dev/null) || return 1
    [ -n "$answer" ] || return 1
    cat >"$file" <<EOF
[function.$name]
jar = "$name.jar"
native-image-args = ["-march=native"]

[function.$name.workload]
invoke = { args = $measured, expect-stdout = "$answer\n" }

[function.$name.train-workload]
invoke = { args = $trained }
EOF
}

build() {
    local name jars measured trained failed=()
    while IFS=$'\t' read -r name jars measured trained; do
        echo "== $name" >&2
        # shellcheck disable=SC2086
        if ! { compile "$name" $jars && describe "$name" "$measured" "$trained" &&
            "$PGOCTL" --config "$OUT/$name/pgoctl.toml" run --variant "$VARIANTS" --runs 2 --no-bench --format json </dev/null >"$OUT/$name/built.json"; }; then
            failed+=("$name")
        fi
    done < <(programs "$@")
    if [ ${#failed[@]} -gt 0 ]; then echo "not built: ${failed[*]}" >&2; return 4; fi
}

measure() {
    local name jars measured trained options
    while IFS=$'\t' read -r name jars measured trained; do
        echo "== $name" >&2
        options="--rounds ${ROUNDS:-6} --requests ${INVOCATIONS:-4} --warmup ${WARMUP:-1} --cold-starts 0 --dropped-cold-starts 0"
        if [ "$name" = jetty ]; then options="--rounds ${ROUNDS:-6} --requests 3000 --warmup 3000 --cold-starts 0 --dropped-cold-starts 0"; fi
        # shellcheck disable=SC2086
        "$PGOCTL" --config "$OUT/$name/pgoctl.toml" run --variant "$VARIANTS" --runs 2 $options --format json </dev/null >"$OUT/$name/measured.json" || echo "$name: exit $?" >&2
    done < <(programs "$@")
}

case ${1:-} in
    build | measure) "$@" ;;
    table) shift; python3 benches/corpus/table.py "$OUT" "$@" ;;
    all) shift; build "$@"; measure "$@"; python3 benches/corpus/table.py "$OUT" "$@" ;;
    *) sed -n '2,13p' "$0" | sed 's/^# \{0,1\}//' >&2; exit 2 ;;
esac
