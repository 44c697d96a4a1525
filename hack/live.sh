#!/usr/bin/env bash
# Builds build/live/ceremony.img, the stick that is nothing but the ceremony, and build/live/ceremony.list, what is in it, of Debian's kernel and systemd's
# EFI stub (build/oracle/live). Arguments go to sigtool live build: hack/live.sh --plan plan.yaml --keymap de
set -euo pipefail
cd "$(dirname "$0")/.."
. hack/lib.sh

if [ "$(go env GOOS)/$(go env GOARCH)" != linux/amd64 ]; then
  echo "live: a live stick has the program in it that builds it, and that has to be one for Linux on x86-64" >&2
  exit 1
fi
if ! fetch_live; then
  echo "live: no kernel here: apt and dpkg-deb (Debian) fetch and unpack linux-image-amd64 and systemd-boot-efi" >&2
  exit 1
fi
parts=build/oracle/live
mkdir -p build/live
begin=$EPOCHREALTIME
build/sigtool live build --kernel $parts/boot/vmlinuz-* --modules $parts/lib/modules/* --stub $parts/efi/linuxx64.efi.stub \
  --list -f -o build/live/ceremony.img "$@" >build/live/ceremony.list.new
mv build/live/ceremony.list.new build/live/ceremony.list
microseconds=$((${EPOCHREALTIME/[.,]/} - ${begin/[.,]/}))
echo "build/live/ceremony.img: $(stat -c %s build/live/ceremony.img) bytes in $((microseconds / 1000000)).$(printf %03d $((microseconds / 1000 % 1000))) s; what is in it: build/live/ceremony.list"
echo "on a stick: sudo dd if=build/live/ceremony.img of=/dev/sdX bs=4M conv=nocreat,fsync; then: sigtool man live"
