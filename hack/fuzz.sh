#!/usr/bin/env bash
# Runs every fuzz target of every package, one after the other: fuzz.sh TIME. Go runs one target at a time.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-60s}
count=0
failed=()

for package in $(go list ./...); do
  for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    echo "== $package $target ($time)"
    count=$((count + 1))
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 5x "$package" || failed+=("$package $target")
  done
done

echo
echo "fuzz: $count targets, $time each, ${#failed[@]} failed"
for f in "${failed[@]}"; do echo "fuzz: failed: $f"; done
[ ${#failed[@]} -eq 0 ]
