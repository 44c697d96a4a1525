#!/usr/bin/env bash
# Gets what the tests compare with: the vendors' own tools (Debian packages), and a kernel's modules, published APKs, OpenSSL 3.5, NXP's CST 3.4.1,
# Wycheproof's vectors, Vault's import of keys, and what a live stick is built of (build/oracle).
# What can't be had is named. That is a failure with CI=true, and a skip elsewhere.
set -euo pipefail
cd "$(dirname "$0")/.."
. hack/lib.sh

# package_of TOOL: the Debian package that brings it.
package_of() {
  case $1 in
    sign-file) newest_package '^linux-kbuild-6\.1$' || newest_package '^linux-kbuild-[0-9.]+$' ;;
    xz) echo xz-utils ;;
    zbarimg) echo zbar-tools ;;
    pdftotext | pdftoppm) echo poppler-utils ;;
    ssh-keygen) echo openssh-client ;;
    rpm2cpio) echo rpm ;;
    mkfs.btrfs) echo btrfs-progs ;;
    srktool) echo imx-code-signing-tool ;;
    softhsm2-util) echo softhsm2 ;;
    pkcs11-tool) echo opensc ;;
    p11tool) echo gnutls-bin ;;
    tpm2_import) echo tpm2-tools ;;
    gpg) echo gnupg ;;
    loadkeys) echo kbd ;;
    ckbcomp) echo console-setup ;;
    sgdisk) echo gdisk ;;
    sfdisk) echo fdisk ;;
    fsck.fat) echo dosfstools ;;
    mcopy) echo mtools ;;
    objcopy) echo binutils ;;
    sbsign) echo sbsigntool ;;
    depmod) echo kmod ;;
    *) echo "$1" ;;
  esac
}

have() {
  case $1 in
    sign-file) sign_file >/dev/null ;;
    python3-cryptography) /usr/bin/python3 -c 'import cryptography' 2>/dev/null ;;
    python3-pykcs11) /usr/bin/python3 -c 'import PyKCS11' 2>/dev/null ;;
    console-data) [ -d /usr/share/keymaps/i386 ] ;;
    *) on_path "$1" ;;
  esac
}

# fetch_apks unpacks into build/oracle/apk what npm packages bring along: APKs that Google's own build tools made and signed, two with an .idsig.
fetch_apks() {
  [ -e build/oracle/apk/.complete ] && return 0
  command -v npm >/dev/null || return 1
  echo "== oracles: fetching APKs from npm"
  local work=build/oracle/fetch-apk package
  rm -rf "$work" build/oracle/apk
  mkdir -p "$work" build/oracle/apk
  for package in io.appium.settings@8.0.10 appium-uiautomator2-server@10.6.6; do
    (cd "$work" && quietly npm pack --silent --ignore-scripts "$package") || return 1
  done
  for package in "$work"/*.tgz; do tar -xzf "$package" -C "$work" package/apks || return 1; done
  mv "$work"/package/apks/*.apk* build/oracle/apk/ || return 1
  rm -rf "$work"
  touch build/oracle/apk/.complete
}

# own_apt WORK KIND SUITE sets apt to an apt-get with package lists of its own, below WORK, for packages (deb) or sources (deb-src) of a suite:
# what the system has stays as it is.
own_apt() {
  local work=$1 mirror here
  command -v apt-get >/dev/null || return 1
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -1)
  [ -n "$mirror" ] || return 1
  rm -rf "$work"
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial" || return 1
  echo "$2 [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $3 main" >"$work/sources.list"
  here=$PWD/$work
  apt=(apt-get -o "Dir::Etc::SourceList=$here/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$here/lists"
    -o "Dir::Cache=$here/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
  quietly "${apt[@]}" update
}

# unpack_trixie FOLDER PACKAGE... unpacks packages of Debian 13 into FOLDER: nothing of it is installed.
unpack_trixie() {
  local folder=$1 work=$1-fetch package apt
  shift
  command -v dpkg-deb >/dev/null && own_apt "$work" deb trixie || return 1
  rm -rf "$folder"
  mkdir -p "$folder" || return 1
  (cd "$work" && for package in "$@"; do quietly "${apt[@]}" download "$package/trixie" || exit 1; done) || return 1
  for package in "$work"/*.deb; do dpkg-deb -x "$package" "$folder" || return 1; done
  rm -rf "$work"
}

# fetch_openssl unpacks OpenSSL 3.5 of Debian 13 into build/oracle/openssl-3.5, with the loader and the libraries that it wants: it knows
# ML-DSA, which Debian 12's does not. It stands there for itself.
fetch_openssl() {
  local at=build/oracle/openssl-3.5 work=build/oracle/fetch-openssl
  [ -x $at/openssl ] && return 0
  echo "== oracles: fetching OpenSSL of Debian 13"
  unpack_trixie $work openssl libssl3t64 libzstd1 zlib1g libc6 || return 1
  rm -rf $at
  mkdir -p $at/usr && mv $work/usr/bin $work/usr/lib $at/usr/ || return 1
  cat >$at/openssl <<'END' || return 1
#!/bin/sh
# OpenSSL 3.5 with its own loader and libraries, beside whatever the system has.
at=$(dirname "$(readlink -f "$0")")
libraries=$(echo "$at"/usr/lib/*-linux-gnu*)
OPENSSL_CONF=/dev/null exec "$(ls "$libraries"/ld-linux*.so* | head -1)" --library-path "$libraries" "$at/usr/bin/openssl" "$@"
END
  chmod +x $at/openssl
  if ! $at/openssl version >/dev/null; then
    rm -f $at/openssl
    return 1
  fi
  rm -rf $work
}

# fetch_cst unpacks NXP's code signing tool 3.4.1 of Debian 13 into build/oracle/cst-3.4.1: Debian 12's cst crashes, and this one runs there.
fetch_cst() {
  local at=build/oracle/cst-3.4.1 work=build/oracle/fetch-cst
  [ -x $at/cst ] && return 0
  echo "== oracles: fetching NXP's code signing tool of Debian 13"
  unpack_trixie $work imx-code-signing-tool || return 1
  $work/usr/bin/cst --version >/dev/null || return 1
  rm -rf $at
  mv $work/usr/bin $at || return 1
  rm -rf $work
}

# fetch_wycheproof takes the vectors of Project Wycheproof that the tests replay out of the source of Debian's package of BoringSSL.
fetch_wycheproof() {
  local at=build/oracle/wycheproof work=build/oracle/fetch-wycheproof apt
  [ -e $at/.complete ] && return 0
  echo "== oracles: fetching Wycheproof's vectors"
  own_apt $work deb-src bookworm || return 1
  (cd $work && quietly "${apt[@]}" source --download-only android-platform-external-boringssl) || return 1
  rm -rf $at
  mkdir -p $at || return 1
  tar -xJf $work/*.orig.tar.xz -C $at --strip-components=4 --wildcards '*/wycheproof_testvectors/kwp_test.json' '*/wycheproof_testvectors/aes_ccm_test.json' \
    '*/wycheproof_testvectors/ecdsa_secp256k1_sha256*test.json' '*/wycheproof_testvectors/ecdsa_secp256r1_sha256*test.json' || return 1
  rm -rf $work
  touch $at/.complete
}

# build_vault builds hack/vault, by whose code of Vault's own a wrapped key is imported, into build/oracle/vault-import. What it depends on is not
# optimised: that halves the time, and it runs a few times only.
build_vault() {
  local at=build/oracle/vault-import quick='-N -l -dwarf=false' sum
  sum=$(cat hack/vault/* | sha256sum)
  [ -x $at ] && [ "$(cat $at.sum 2>/dev/null)" = "$sum" ] && return 0
  command -v go >/dev/null || return 1
  echo "== oracles: building Vault's import of keys"
  mkdir -p build/oracle
  quietly env CGO_ENABLED=0 go build -C hack/vault -buildvcs=false -gcflags="github.com/...=$quick" -gcflags="google.golang.org/...=$quick" \
    -gcflags="golang.org/...=$quick" -gcflags="go.opentelemetry.io/...=$quick" -ldflags='-s -w' -o ../../$at . || return 1
  echo "$sum" >$at.sum
}

tools=(sign-file kmod openssl mandoc age xz zstd gzip ssh-keygen zbarimg pdftotext pdftoppm img2pdf tmux apksigner zipalign apksigcopier aapt mkfs.btrfs mender-artifact swupdate cpio srktool softhsm2-util pkcs11-tool p11tool swtpm tpm2_import gpg python3-cryptography python3-pykcs11 loadkeys console-data ckbcomp sgdisk sfdisk fsck.fat mcopy objcopy sbsign depmod)
[ -e build/oracle/apk/.complete ] || tools+=(npm)
install_missing "== oracles"

build_vault & # while the network is waited for
vault=$!
fetch_modules || missing+=("kernel modules")
fetch_apks || missing+=("APKs of npm packages")
fetch_openssl || missing+=("OpenSSL 3.5")
fetch_cst || missing+=("NXP's CST 3.4.1")
fetch_wycheproof || missing+=("Wycheproof's vectors")
fetch_live || missing+=("Debian's kernel for the live stick")
wait $vault || missing+=("Vault's import of keys (hack/vault)")

if [ ${#missing[@]} -eq 0 ]; then
  echo "== oracles: ${tools[*]}, $(find build/oracle -name '*.ko' | wc -l) kernel modules, $(find build/oracle/apk -name '*.apk' | wc -l) APKs"
  exit 0
fi
for what in "${missing[@]}"; do echo "oracles: skipped: no $what here; the tests that need it are skipped too"; done
if [ "${CI:-}" = true ]; then
  echo "oracles: CI=true, and CI must have them all" >&2
  exit 1
fi
