#!/usr/bin/env bash
# Has a real kernel decide: boots Debian's under QEMU (emulated, on any machine) with Secure Boot, lockdown and enforced signatures, has it load
# modules that sigtool, sign-file and openssl signed, and compares each verdict with that of sigtool verify. FULL=1 does the same with a Linux
# 6.12, which knows ECDSA and unpacks modules itself. What is missing is named: a failure with CI=true, and a skip elsewhere.
set -euo pipefail
cd "$(dirname "$0")/.."
. hack/lib.sh
work=build/test-kernel

echo "== a real kernel"
tools=(qemu-system-x86_64 sbsign busybox kmod openssl xz zstd lz4 sign-file ovmf)

package_of() {
  case $1 in
    qemu-system-x86_64) echo qemu-system-x86 ;;
    sbsign) echo sbsigntool ;;
    busybox) echo busybox-static ;;
    xz) echo xz-utils ;;
    sign-file) newest_package '^linux-kbuild-6\.1$' || newest_package '^linux-kbuild-[0-9.]+$' ;;
    *) echo "$1" ;;
  esac
}

have() {
  case $1 in
    sign-file) sign_file >/dev/null ;;
    ovmf) [ -e /usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd ] && [ -e /usr/share/ovmf/PkKek-1-snakeoil.key ] ;;
    *) on_path "$1" ;;
  esac
}

# fetch_newer unpacks a Linux 6.12 of Debian 12 (34 MB to fetch) into build/oracle/kernel-6.12.
fetch_newer() {
  local folder=build/oracle/kernel-6.12 fetch=build/oracle/fetch-6.12 package
  [ -e $folder/.complete ] && return 0
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
  refresh_packages || true
  package=$(newest_package '^linux-image-6\.12\.[0-9]+\+deb1[0-9]-cloud-amd64-unsigned$') || return 1
  echo "test-kernel: fetching $package"
  rm -rf $folder $fetch
  mkdir -p $fetch
  (cd $fetch && quietly apt-get -o APT::Sandbox::User=root download "$package") || return 1
  dpkg-deb -x $fetch/*.deb $folder || return 1
  rm -rf $fetch
  touch $folder/.complete
}

install_missing test-kernel
if [ ${#missing[@]} -gt 0 ]; then
  skip "${missing[@]}"
  exit 0
fi
if ! fetch_modules || ! ls build/oracle/kernel/boot/vmlinuz-*amd64 >/dev/null 2>&1; then
  skip "kernel for x86-64"
  exit 0
fi

mkdir -p $work
trap 'rm -rf $work' EXIT
CGO_ENABLED=0 go build -o $work/ ./hack/kernel ./hack/kernel/finit
decide() { $work/kernel -sigtool build/sigtool -keys testdata/keys -sign-file "$(sign_file)" -finit $work/finit "$@"; }

decide -kernel build/oracle/kernel
[ -n "${FULL:-}" ] || exit 0
if fetch_newer; then decide -kernel build/oracle/kernel-6.12; else skip "Linux 6.12"; fi
