#!/usr/bin/env bash
# Signs 1,000 real kernel modules, by a loop of the kernel's sign-file and by one run of sigtool, and measures the cost of starting; then signs and
# verifies Android packages, by apksigner and by sigtool. Rows whose tool or data is missing are named and left out.
# The figures go to standard output and nowhere else. BENCH_ROUNDS (3), BENCH_MODULES (1000) and BENCH_APK (500, in megabytes) make it longer or shorter;
# BENCH_ONLY=modules or =apk leaves the other out.
set -euo pipefail
cd "$(dirname "$0")/.."
. hack/lib.sh

rm -rf build/bench
mkdir -p build/bench
trap 'rm -rf build/bench' EXIT
go build -o build/bench/bench ./hack/bench
go build -trimpath -ldflags='-s -w' -o build/bench/empty ./hack/bench/empty
bench() { build/bench/bench -sigtool build/sigtool -keys testdata/keys -work build/bench -rounds "${BENCH_ROUNDS:-3}" "$@"; }

modules() {
  local sign_file
  sign_file=$(sign_file) || { echo "bench: no sign-file here: its rows are left out (make oracles)"; return; }
  fetch_modules || { echo "bench: no kernel modules here: their rows are left out (make oracles)"; return; }
  bench -sign-file "$sign_file" -modules build/oracle/kernel -empty build/bench/empty -count "${BENCH_MODULES:-1000}"
}

apks() {
  local package="${SIGTOOL_CORPUS:-../shared/data}/apk/apksig/golden-aligned-in.apk" tool
  for tool in apksigner zipalign; do
    command -v "$tool" >/dev/null || { echo "bench: no $tool here: the rows of APKs are left out (make oracles)"; return; }
  done
  [ -e "$package" ] || { echo "bench: no $package here: the rows of APKs are left out"; return; }
  bench -apk "$package" -large "${BENCH_APK:-500}"
}

[ "${BENCH_ONLY:-modules}" != modules ] || modules
[ "${BENCH_ONLY:-apk}" != apk ] || apks
