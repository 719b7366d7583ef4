#!/usr/bin/env bash
# Says how many tests were skipped, and why: FILE has a line for each, the test's name and the reason with a tab between.
set -euo pipefail

file=$1
[ -s "$file" ] || exit 0
cut -f1 "$file" | sort -u | wc -l | sed 's/ *\([0-9]*\)/\n\1 tests skipped, at least in part:/'
cut -f2 "$file" | sort | uniq -c | sort -rn | sed -E 's/^ *([0-9]+) (.*)/  \2 × \1/'
