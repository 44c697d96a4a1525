#!/usr/bin/env bash
# Signs 1,000 real kernel modules, by a loop of the kernel's sign-file and by one run of sigtool, and measures the cost of starting.
# The figures go to standard output and nowhere else. BENCH_ROUNDS (3) and BENCH_MODULES (1000) make it longer or shorter.
set -euo pipefail
cd "$(dirname "$0")/.."
. hack/lib.sh

sign_file=$(sign_file) || { echo "bench: no sign-file here: make oracles" >&2; exit 1; }
fetch_modules || { echo "bench: no kernel modules here: make oracles" >&2; exit 1; }
rm -rf build/bench
mkdir -p build/bench
trap 'rm -rf build/bench' EXIT
go build -o build/bench/bench ./hack/bench
go build -trimpath -ldflags='-s -w' -o build/bench/empty ./hack/bench/empty
build/bench/bench -sigtool build/sigtool -sign-file "$sign_file" -modules build/oracle/kernel -keys testdata/keys \
  -work build/bench -empty build/bench/empty -rounds "${BENCH_ROUNDS:-3}" -count "${BENCH_MODULES:-1000}"
