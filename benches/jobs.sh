#!/usr/bin/env bash
# What the cluster engine adds: 1, 2, 4 and 8 Jobs at a time on a one-node Kubernetes, each of them a command that takes no time by
# itself. Prints seconds from command to result, seconds that a Job adds when several run, requests to the API server by the client and
# what the store has of each. Takes some three minutes; needs root and the cluster of the tools beside the project, assembled.
# `PGOCTL=path` takes another build, `AT_A_TIME='1 8'` other numbers.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:$HOME/.cargo/bin"
tools=${TOOLS:-$PWD/../shared/tools}
name=bench-$$
programs=${XDG_CACHE_HOME:-$HOME/.cache}/pgoctl-tools/kubernetes/bin
[ -x "$programs/kubectl" ] || { echo "no cluster is assembled: $tools/kubernetes/assemble.sh does, in minutes" >&2; exit 1; }
[ -n "${PGOCTL:-}" ] || { cargo build --quiet --release --locked; PGOCTL=$PWD/target/release/pgoctl; }
jar=$PWD/fixtures/functions/target/hello.jar
[ -f "$jar" ] || fixtures/functions/build.sh >&2
java=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
work=$(mktemp -d)
trap '"$tools/seaweedfs/down.sh" --wipe $name >&2 || true; "$tools/kubernetes/down.sh" $name >&2 || true; rm -rf "$work"' EXIT
export PORT=${PORT:-16643} NODE_IP=${NODE_IP:-10.89.0.1} PODS=10.89.16.0/20 SERVICES=10.89.32.0/20
KUBECONFIG=$("$tools/kubernetes/up.sh" $name); export KUBECONFIG
inside=("$tools/kubernetes/run.sh" -n $name)
eval "$(ADDRESS=$NODE_IP:19100 "${inside[@]}" "$tools/seaweedfs/up.sh" $name)"
kubectl() { "$programs/kubectl" "$@"; }

mkdir -p "$work"/image/{opt,tmp,home} "$work/project"
strip -o "$work/image/opt/pgoctl" "$PGOCTL"
"$tools/kubernetes/image.sh" -n $name -e /opt/pgoctl pgoctl.local/bench:1 "$work/image" >&2
kubectl create secret generic pgoctl-store --from-literal=AWS_ENDPOINT_URL="$AWS_ENDPOINT_URL" \
  --from-literal=AWS_ACCESS_KEY_ID="$AWS_ACCESS_KEY_ID" --from-literal=AWS_SECRET_ACCESS_KEY="$AWS_SECRET_ACCESS_KEY" \
  --from-literal=AWS_REGION="$AWS_REGION" --from-literal=AWS_ALLOW_HTTP=true >&2
# A bucket: SeaweedFS makes one of a folder.
"${inside[@]}" curl -sf -o /dev/null -X POST "http://$NODE_IP:19103/buckets/bench/" || true
cp "$jar" "$work/project/hello.jar"
{
  cat <<TOML
[function.hello]
jar = "hello.jar"
args = ["--port", "{port}"]
ready = "GET /health"
[function.hello.workload]
requests = [ { method = "POST", path = "/", body = '{}' } ]
[store]
url = "s3://bench"
[engine]
kind = "kubernetes"
image = "pgoctl.local/bench:1"
cpus = 1
memory = "256Mi"
[engine.pod]
TOML
  echo "volumes = ["
  for folder in usr lib lib64 bin etc; do echo "  { name = \"$folder\", hostPath = { path = \"/$folder\" } },"; done
  printf ']\n[[engine.pod.containers]]\nname = "pgoctl"\nimagePullPolicy = "Never"\ncommand = ["/opt/pgoctl"]\nenv = [ { name = "JAVA_HOME", value = "%s" } ]\nvolumeMounts = [\n' "$java"
  for folder in usr lib lib64 bin etc; do echo "  { name = \"$folder\", mountPath = \"/$folder\", readOnly = true },"; done
  echo "]"
} >"$work/project/pgoctl.toml"
run() { # a number that makes it another order
  (cd "$work/project" && "${inside[@]}" "$PGOCTL" build --variant hotspot --runs "$1" >"$work/out.$1" 2>&1) || { cat "$work/out.$1" >&2; exit 1; }
}
seconds() { date +%s.%N; }
requests() { # of this kind, by everybody
  kubectl get --raw /metrics | awk -v kind="$1" '/^apiserver_request_total/ && $0 ~ "resource=\"" kind "\"" { sum += $NF } END { print sum + 0 }'
}

run 1 # warms the cluster up
kubectl -n default get jobs >/dev/null
local_started=$(seconds)
(cd "$work/project" && "$PGOCTL" build --engine local --java-home "$java" --variant hotspot --runs 999 >/dev/null 2>&1)
printf 'the command itself: %.2f s\n\n' "$(echo "$(seconds) - $local_started" | bc)"
printf '%8s %14s %16s %22s %14s\n' 'at once' 'all done in s' 's for one Job' 'requests about Jobs' 'about pods'
next=100
for count in ${AT_A_TIME:-1 2 4 8}; do
  jobs_before=$(requests jobs) pods_before=$(requests pods) started=$(seconds)
  for _ in $(seq "$count"); do next=$((next + 1)); run $next & done
  wait
  took=$(echo "$(seconds) - $started" | bc)
  printf '%8s %14.2f %16.2f %22.1f %14.1f\n' "$count" "$took" "$(echo "$took / $count" | bc -l)" \
    "$(echo "($(requests jobs) - $jobs_before) / $count" | bc -l)" "$(echo "($(requests pods) - $pods_before) / $count" | bc -l)"
done
echo
"${inside[@]}" "$PGOCTL" store verify --store s3://bench --config "$work/project" 2>&1 | head -3
