#!/usr/bin/env python3
"""What one would write today: merges .iprof files (0.4.0 and later) by name, counts added. `benches/iprof.sh` runs it beside pgoctl.

merge_by_name.py OUT FILE...
"""
import json
import sys

PAIRS = ("virtualInvokeProfiles", "instanceofProfiles", "monitorProfiles")
SECTIONS = ("callCountProfiles", "conditionalProfiles", *PAIRS, "samplingProfiles")

types, methods = {}, {}
sums = {section: {} for section in SECTIONS}
for path in sys.argv[2:]:
    with open(path) as file:
        profile = json.load(file)
    type_ids = {t["id"]: types.setdefault(t["name"], len(types)) for t in profile["types"]}
    method_ids = {
        str(m["id"]): methods.setdefault((m["name"], *(type_ids[t] for t in m["signature"])), len(methods))
        for m in profile["methods"]
    }
    for section in SECTIONS:
        into = sums[section]
        for entry in profile.get(section, ()):
            context, record = entry["ctx"], entry["records"]
            if section != "monitorProfiles":
                frames = (frame.split(":") for frame in context.split("<"))
                context = "<".join(f"{method_ids[method]}:{bci}" for method, bci in frames)
            cells = into.setdefault(context, {})
            if section in PAIRS:
                for at in range(0, len(record), 2):
                    key = type_ids[record[at]]
                    cells[key] = cells.get(key, 0) + record[at + 1]
            elif section == "conditionalProfiles":
                seen = {}
                for at in range(0, len(record), 3):
                    place = record[at], record[at + 1]
                    seen[place] = seen.get(place, -1) + 1
                    key = *place, seen[place]
                    cells[key] = cells.get(key, 0) + record[at + 2]
            else:
                cells[0] = cells.get(0, 0) + record[0]


def record(section, cells):
    if section in PAIRS:
        return [number for pair in cells.items() for number in pair]
    if section == "conditionalProfiles":
        return [number for (bci, index, _), count in cells.items() for number in (bci, index, count)]
    return list(cells.values())


merged = {
    "version": "1.0.0",
    "types": [{"id": id, "name": name} for name, id in types.items()],
    "methods": [{"id": id, "name": m[0], "signature": m[1:]} for m, id in methods.items()],
}
for section in SECTIONS:
    merged[section] = [{"ctx": c, "records": record(section, cells)} for c, cells in sums[section].items()]
with open(sys.argv[1], "w") as out:
    json.dump(merged, out, separators=(",", ":"))
