#!/usr/bin/env bash
# Signs 1,000 real kernel modules, by loops of the kernel's sign-file and by one run of sigtool, and measures the cost of starting; signs and verifies
# Android packages beside apksigner and Mender artifacts beside mender-artifact, and verifies SWUpdate packages beside swupdate; signs i.MX
# boot images beside CST. Rows whose tool or data is missing are named and left out. The figures go to standard output and nowhere else. BENCH_ROUNDS (3), BENCH_MODULES (1000), BENCH_APK, BENCH_MENDER and
# BENCH_SWUPDATE (500, in megabytes) and BENCH_IMX (200) make it longer or shorter; BENCH_ONLY=modules, apk, mender, swupdate or imx leaves the others out.
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

# Artifacts take minutes to pack with xz, so they are kept in build/bench-data.
menders() {
  command -v mender-artifact >/dev/null || { echo "bench: no mender-artifact here: its rows are left out (make oracles)"; return; }
  bench -mender build/bench-data -large "${BENCH_MENDER:-500}"
}

swupdates() {
  local tool
  for tool in swupdate cpio openssl; do
    command -v "$tool" >/dev/null || { echo "bench: no $tool here: the rows of SWUpdate are left out (make oracles)"; return; }
  done
  bench -swupdate -large "${BENCH_SWUPDATE:-500}"
}

imx() {
  local data="${SIGTOOL_CORPUS:-../shared/data}/imx" cst=$PWD/build/oracle/cst-3.4.1/cst
  [ -x "$cst" ] || { echo "bench: no CST here: the rows of i.MX are left out (make oracles)"; return; }
  [ -e "$data" ] || { echo "bench: no $data here: the rows of i.MX are left out"; return; }
  bench -imx "$data" -cst "$cst" -images "${BENCH_IMX:-200}"
}

[ "${BENCH_ONLY:-modules}" != modules ] || modules
[ "${BENCH_ONLY:-apk}" != apk ] || apks
[ "${BENCH_ONLY:-mender}" != mender ] || menders
[ "${BENCH_ONLY:-swupdate}" != swupdate ] || swupdates
[ "${BENCH_ONLY:-imx}" != imx ] || imx
