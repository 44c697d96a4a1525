#!/usr/bin/env bash
# Starts the live system from an emulated stick, as a laptop of today would (QEMU and OVMF, emulated, on any machine), and has people work there:
# robots type at its serial line, and at its screen and keyboard. Pictures of the screen stay in build/live/screens. What is missing is named: a
# failure with CI=true, and a skip elsewhere. RUN=Screen runs one of the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
. hack/lib.sh
work=build/test-live
screens=build/live/screens

echo "== a live system"
tools=(qemu-system-x86_64 ovmf mcopy tmux xz)

package_of() {
  case $1 in
    qemu-system-x86_64) echo qemu-system-x86 ;;
    mcopy) echo mtools ;;
    xz) echo xz-utils ;;
    *) echo "$1" ;;
  esac
}

have() {
  case $1 in
    ovmf) [ -e /usr/share/OVMF/OVMF_CODE_4M.fd ] && [ -e /usr/share/OVMF/OVMF_VARS_4M.fd ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

find_missing() {
  missing=()
  for tool in "${tools[@]}"; do have "$tool" || missing+=("$tool"); done
}

# skip names what is missing.
skip() {
  echo "test-live: skipped: no $* here"
  [ "${CI:-}" != true ] || { echo "test-live: CI=true, and CI must have it" >&2; exit 1; }
}

find_missing
if [ ${#missing[@]} -gt 0 ] && can_install; then
  echo "test-live: installing ${missing[*]}"
  refresh_packages
  packages=()
  for tool in "${missing[@]}"; do packages+=("$(package_of "$tool")"); done
  quietly apt-get install -y --no-install-recommends "${packages[@]}" || true
  find_missing
fi
if [ ${#missing[@]} -gt 0 ]; then
  skip "${missing[@]}"
  exit 0
fi
if ! fetch_live; then
  skip "kernel for x86-64"
  exit 0
fi

# The program is for the machine that is emulated; the tests compare its digest with what the screen says.
parts=build/oracle/live
rm -rf $work
mkdir -p $work $screens
trap 'rm -rf $work' EXIT
export CGO_ENABLED=0
go build -o $work/console ./hack/live/console
GOARCH=amd64 go build -trimpath -tags=urfave_cli_no_docs -ldflags='-s -w -buildid=' -o $work/sigtool ./cmd/sigtool
cp $parts/boot/vmlinuz-* $work/vmlinuz
$work/sigtool live build --kernel $work/vmlinuz --modules $parts/lib/modules/* --stub $parts/efi/linuxx64.efi.stub \
  --plan testdata/ceremony/live.yaml -q -o $work/ceremony.img
go test -tags live -count=1 -timeout 9m -parallel "$(nproc)" -run "^TestLaptop${RUN:-}" -v ./cmd/sigtool | grep -v '^=== '
