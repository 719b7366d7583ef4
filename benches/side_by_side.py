"""Measures pgoctl's profile commands beside their floor and beside what one would do today. `benches/iprof.sh` calls it.

Commands of one table run in turn, round after round, so that a busy machine slows all of them. A ratio is the median over the
rounds of (command / floor in the same round): of the time on the clock, which counts, and of CPU time, which a busy machine
disturbs less.
"""
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

pgoctl, corpus, profile, work, files, rounds = sys.argv[1:7]
files, rounds = int(files), int(rounds)
work = Path(work)
threads = os.cpu_count()
out = work / "out.iprof"
by_name = Path(__file__).with_name("merge_by_name.py")
TOP_CALLS = (
    # jq's own INDEX takes minutes here: it copies the object for every method.
    "(reduce .methods[] as $m ({}; .[$m.id | tostring] = $m.name)) as $names"
    ' | [.callCountProfiles[] | {method: (.ctx | split(":")[0]), calls: .records[0]}]'
    " | group_by(.method) | map({method: $names[.[0].method], calls: (map(.calls) | add)}) | sort_by(-.calls)[:10]"
)


def run(argv):
    """Seconds on the clock, CPU seconds, peak MB of one command; it has to end with 0 (pgoctl refusing something: 5)."""
    start = time.perf_counter()
    child = subprocess.Popen([str(word) for word in argv], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 5):
        sys.exit(f"failed with {child.returncode}: {argv}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def table(title, limit, floor, commands, rounds=rounds):
    """Runs `floor` and `commands` (name to argv) in turn and prints a line for each; `limit` is what pgoctl may take."""
    results = {name: [] for name in ["floor", *commands]}
    run(floor)
    for _ in range(rounds):
        for name, argv in {"floor": floor, **commands}.items():
            results[name].append(run(argv))
    print(f"\n{title}" + (f" (pgoctl: at most {limit} x the floor)" if limit else ""))
    print(f"  {'':<28}{'clock':>9}  {'ratio':>9}{'CPU ratio':>12}{'peak':>9}")
    for name, measured in results.items():
        clock, cpu = (median(m[i] / base[i] for m, base in zip(measured, results["floor"])) for i in (0, 1))
        seconds, peak = median(m[0] for m in measured), max(m[2] for m in measured)
        print(f"  {name:<28}{seconds:>9.3f} s{clock:>9.2f} x{cpu:>9.2f} x{peak:>9.0f} MB", flush=True)


def skim(*paths):
    return [corpus, "floor", threads, *paths]


def make(kind, count):
    folder = work / kind
    subprocess.run([corpus, kind, profile, folder, str(count)], check=True)
    return folder, sorted(folder.iterdir())


merge = [pgoctl, "profile", "merge", "-o", out]
jq = shutil.which("jq")
print(f"{threads} threads, {rounds} rounds, copies of a profile of {os.path.getsize(profile) / 1e6:.1f} MB")

commands = {"pgoctl profile show": [pgoctl, "profile", "show", profile], "true": ["true"]}
if jq:
    commands["jq, ten most called only"] = [jq, TOP_CALLS, profile]
table("show one file, whole process", None, [corpus, "floor", 1, profile], commands, max(rounds, 15))

for kind, limit in (("different", 3), ("same", 1)):
    folder, paths = make(kind, files)
    few = paths[:20]
    if kind == "different":
        table(f"check {len(few)} files", 2.5, skim(*few), {
            "pgoctl profile check": [pgoctl, "profile", "check", *few],
            **({"jq empty, one thread": [jq, "empty", *few]} if jq else {}),
        })
        table(f"check {files} files", 2.5, skim(folder), {"pgoctl profile check": [pgoctl, "profile", "check", folder]})
        table(f"merge {len(few)} files by name", limit, skim(*few), {
            "pgoctl profile merge": [*merge, *few],
            "Python": ["python3", by_name, work / "python.iprof", *few],
        }, 1)
    builds = "of one build" if kind == "same" else "of different builds"
    table(f"merge {files} files {builds}", limit, skim(folder), {"pgoctl profile merge": [*merge, folder]})
    for count in (files // 10, files):
        peaks = [run([*merge, "--threads", n, *paths[:count]])[2] for n in (1, 2, 4)]
        print(f"  peak of {count} files on 1, 2, 4 threads:{''.join(f'{peak:>9.0f} MB' for peak in peaks)}", flush=True)
    shutil.rmtree(folder)

huge = work / "huge.iprof"
subprocess.run([corpus, "huge", profile, huge, str(500 << 20)], check=True)
allow = ["--max-size", 600]
table(f"one profile of {os.path.getsize(huge) >> 20} MiB", None, [corpus, "floor", 1, huge], {
    "check, refused": [pgoctl, "profile", "check", huge],
    "check --max-size 600": [pgoctl, "profile", "check", huge, *allow],
    "show --max-size 600": [pgoctl, "profile", "show", huge, *allow],
    "merge --max-size 600": [*merge, huge, *allow],
}, 1)
