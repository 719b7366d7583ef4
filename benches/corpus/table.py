"""Prints what `benches/corpus.sh` measured, as a Markdown table: `table.py OUT [PROGRAM…]`.

CPU time and time on the clock are those of native-pgo against native, with the 95 % interval of pgoctl's own report; so is the
verdict. `hotspot-aot` is the JVM's own route from a profile, its start included, against native too. Means are geometric.
"""
import json
import math
import sys
from pathlib import Path

out, chosen = Path(sys.argv[1]), sys.argv[2:]
PLAIN, OPTIMIZED, PEER = "native", "native-pgo", "hotspot-aot"


def name_of(side):
    return side if isinstance(side, str) else side["name"]


def change(report, candidate, metric, baseline=PLAIN):
    """The comparison of that candidate with the plain image in that metric."""
    for one in report["comparisons"]:
        if (name_of(one["baseline"]), name_of(one["candidate"]), one["metric"]) == (baseline, candidate, metric):
            return one
    return None


def figure(report, variant, metric):
    for one in report["variants"]:
        if one["variant"] == variant:
            return (one["metrics"].get(metric) or {}).get("value")
    return None


def ratio(report, candidate, metric):
    """How much the candidate takes of what the plain image takes."""
    of, against = figure(report, candidate, metric), figure(report, PLAIN, metric)
    return of / against if of and against else None


def words(one):
    if one is None:
        return "–"
    interval = "" if one["low"] is None else f" [{one['low']:+.1f}, {one['high']:+.1f}]"
    return f"{one['change_percent']:+.1f} %{interval}"


def percent(value):
    return "–" if value is None else f"{(value - 1) * 100:+.1f} %"


rows, ratios = [], {key: [] for key in ["cpu", "clock", "size", "build", "peer"]}
for measured in sorted(out.glob("*/measured.json")):
    program = measured.parent.name
    if (chosen and program not in chosen) or not measured.stat().st_size:
        continue
    report = json.loads(measured.read_text())
    cpu, clock = (change(report, OPTIMIZED, metric) for metric in ("cpu_ms_per_request", "latency_ms_mean"))
    ratios_here = {
        "cpu": 1 + cpu["change_percent"] / 100 if cpu else None,
        "clock": 1 + clock["change_percent"] / 100 if clock else None,
        "size": ratio(report, OPTIMIZED, "image_size_bytes"),
        "build": ratio(report, OPTIMIZED, "build_seconds"),
        "peer": ratio(report, PEER, "cpu_ms_per_request"),
    }
    for key, value in ratios_here.items():
        if value is not None:
            ratios[key].append(value)
    plain = figure(report, PLAIN, "cpu_ms_per_request")
    used = next((one["image"]["profile_use"] for one in report["variants"] if one["variant"] == OPTIMIZED), None)
    if used is None:
        print(f"{program}: has no {OPTIMIZED}", file=sys.stderr)
        continue
    rows.append(
        [
            program,
            "–" if plain is None else f"{plain:.4g} ms",
            words(cpu),
            (cpu or {}).get("verdict") or "–",
            words(clock),
            percent(ratios_here["size"]),
            percent(ratios_here["build"]),
            percent(ratios_here["peer"]),
            f"{used['branches']}, {used['devirtualized']}, {used['inlined']}",
        ]
    )

if not rows:
    sys.exit(f"nothing was measured in {out}: `benches/corpus.sh measure`")


def mean(key):
    values = ratios[key]
    return percent(math.exp(sum(map(math.log, values)) / len(values))) if values else "–"


rows.append([f"**all {len(rows)}**", "", mean("cpu"), "", mean("clock"), mean("size"), mean("build"), mean("peer"), ""])
header = ["program", "CPU, plain", "CPU, optimized", "verdict", "clock, optimized", "size", "build time", "CPU, hotspot-aot", "branches, calls split, inlined"]
print("| " + " | ".join(header) + " |")
print("|" + "---|" * len(header))
for row in rows:
    print("| " + " | ".join(row) + " |")
