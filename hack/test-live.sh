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
tools=(qemu-system-x86_64 ovmf mcopy tmux xz sbsign openssl kmod)

package_of() {
  case $1 in
    qemu-system-x86_64) echo qemu-system-x86 ;;
    mcopy) echo mtools ;;
    xz) echo xz-utils ;;
    sbsign) echo sbsigntool ;;
    *) echo "$1" ;;
  esac
}

have() {
  case $1 in
    ovmf) [ -e /usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd ] && [ -e /usr/share/ovmf/PkKek-1-snakeoil.key ] ;;
    *) on_path "$1" ;;
  esac
}

if [ "$(go env GOHOSTOS)/$(go env GOHOSTARCH)" != linux/amd64 ]; then
  skip "Linux on x86-64"
  exit 0
fi
install_missing test-live
if [ ${#missing[@]} -gt 0 ]; then
  skip "${missing[@]}"
  exit 0
fi
if ! fetch_live; then
  skip "kernel for x86-64"
  exit 0
fi

# Twice, of copies in two folders: the bytes are the same. The program is for the machine that is emulated.
parts=build/oracle/live
rm -rf $work
mkdir -p $work/again $screens
trap 'rm -rf $work' EXIT
export CGO_ENABLED=0
go build -o $work/console ./hack/live/console
GOARCH=amd64 go build -trimpath -tags=urfave_cli_no_docs -ldflags='-s -w -buildid=' -o $work/sigtool ./cmd/sigtool
cp $parts/boot/vmlinuz-* $work/vmlinuz

# image FOLDER PARTS builds a stick there, and says how long the processor took.
image() {
  TIMEFORMAT='%U %S'
  { time $work/sigtool live build --kernel $work/vmlinuz --modules "$2"/lib/modules/* --stub "$2"/efi/linuxx64.efi.stub \
    --plan testdata/ceremony/live.yaml --list -q -o "$1/ceremony.img" >"$1/ceremony.list"; } 2>"$1/times" || { cat "$1/times" >&2; return 1; }
  awk '{ took = $1 + $2 } END { printf "%s", took; exit took > 10 }' "$1/times" || { echo "test-live: building took more than 10 s" >&2; return 1; }
}

took=$(image $work $parts)
size=$(stat -c %s $work/ceremony.img)
echo "test-live: a stick of $size bytes, built in $took s"
[ "$size" -le 20000000 ] || { echo "test-live: more than 20,000,000 bytes" >&2; exit 1; }
cp -r $parts/lib $parts/efi $work/again/
image $work/again $work/again >/dev/null
cmp $work/ceremony.img $work/again/ceremony.img
rm -r $work/again

go test -count=1 -run '^TestDebian' ./ceremony/live/modules
go test -tags live -count=1 -timeout 4m ./hack/live/...
go test -tags live -count=1 -timeout 9m -parallel "$(nproc)" -run "^TestLaptop${RUN:-}" -v ./cmd/sigtool | grep -v '^=== '
