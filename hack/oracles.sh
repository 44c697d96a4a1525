#!/usr/bin/env bash
# Gets what the tests compare with: the vendors' own tools (Debian packages) and a kernel's modules (build/oracle).
# What can't be had is named. That is a failure with CI=true, and a skip elsewhere.
set -euo pipefail
cd "$(dirname "$0")/.."
. hack/lib.sh

missing=()

# package_of TOOL: the Debian package that brings it.
package_of() {
  case $1 in
    sign-file) newest_package '^linux-kbuild-6\.1$' || newest_package '^linux-kbuild-[0-9.]+$' ;;
    xz) echo xz-utils ;;
    zbarimg) echo zbar-tools ;;
    pdftotext | pdftoppm) echo poppler-utils ;;
    ssh-keygen) echo openssh-client ;;
    rpm2cpio) echo rpm ;;
    *) echo "$1" ;;
  esac
}

have() {
  case $1 in
    sign-file) sign_file >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

tools=(sign-file kmod openssl mandoc age xz zstd gzip ssh-keygen zbarimg pdftotext pdftoppm img2pdf tmux)
for tool in "${tools[@]}"; do
  have "$tool" || missing+=("$tool")
done

if [ ${#missing[@]} -gt 0 ] && can_install; then
  echo "== oracles: installing ${missing[*]}"
  refresh_packages
  packages=()
  for tool in "${missing[@]}"; do packages+=("$(package_of "$tool")"); done
  quietly apt-get install -y --no-install-recommends "${packages[@]}" || true
  missing=()
  for tool in "${tools[@]}"; do have "$tool" || missing+=("$tool"); done
fi

fetch_modules || missing+=("kernel modules")

if [ ${#missing[@]} -eq 0 ]; then
  echo "== oracles: ${tools[*]}, $(find build/oracle -name '*.ko' | wc -l) kernel modules"
  exit 0
fi
for what in "${missing[@]}"; do echo "oracles: skipped: no $what here; the tests that need it are skipped too"; done
if [ "${CI:-}" = true ]; then
  echo "oracles: CI=true, and CI must have them all" >&2
  exit 1
fi
