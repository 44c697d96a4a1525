# shellcheck shell=bash
# What the scripts in this folder share. To be sourced with the root of the tree as the working folder.

# sign_file prints the path of the kernel's sign-file, the newest one here.
sign_file() {
  local found
  found=$(ls -d /usr/lib/linux-kbuild-*/scripts/sign-file /usr/src/linux-headers-*/scripts/sign-file 2>/dev/null | sort -V | tail -1)
  [ -n "$found" ] && echo "$found"
}

# quietly runs a command and shows its output only when it fails.
quietly() {
  local log rc=0
  log=$(mktemp)
  DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1 </dev/null || rc=$?
  [ $rc -eq 0 ] || cat "$log" >&2
  rm -f "$log"
  return $rc
}

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# on_path tells whether there is a program, among the administrator's too.
on_path() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ]; }

# find_missing has $missing be those of $tools that are not there, by the script's own `have TOOL`.
find_missing() {
  local tool
  missing=()
  for tool in "${tools[@]}"; do have "$tool" || missing+=("$tool"); done
}

# install_missing NAME does the same, after it has installed what it can, as the script's own `package_of TOOL` calls it.
install_missing() {
  local tool packages=()
  find_missing
  [ ${#missing[@]} -gt 0 ] && can_install || return 0
  echo "$1: installing ${missing[*]}"
  refresh_packages
  for tool in "${missing[@]}"; do packages+=("$(package_of "$tool")"); done
  quietly apt-get install -y --no-install-recommends "${packages[@]}" || true
  find_missing
}

# skip names what is missing. That ends a script in CI.
skip() {
  local name
  name=$(basename "$0" .sh)
  echo "$name: skipped: no $* here"
  [ "${CI:-}" != true ] || { echo "$name: CI=true, and CI must have it" >&2; exit 1; }
}

# newest_package REGEX prints the newest Debian package so named, by version order of the names.
newest_package() {
  local found
  found=$(apt-cache search --names-only "$1" 2>/dev/null | cut -d' ' -f1 | sort -V | tail -1)
  [ -n "$found" ] && echo "$found"
}

# refresh_packages brings the package lists up to date once per hour: old lists name files that are gone.
refresh_packages() {
  can_install || return 0
  local stamp=build/oracle/.lists
  mkdir -p build/oracle
  [ -z "$(find "$stamp" -mmin -60 2>/dev/null)" ] || return 0
  quietly apt-get -o DPkg::Lock::Timeout=120 update && touch "$stamp"
}

# fetch_modules unpacks a Debian kernel into build/oracle/kernel, so that there are real modules to sign.
# The 6.1 line keeps its modules uncompressed; point releases come and go, so the newest is asked for by pattern.
fetch_modules() {
  [ -e build/oracle/kernel/.complete ] && return 0
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
  refresh_packages || true
  local arch package deb work=build/oracle/fetch
  arch=$(dpkg --print-architecture)
  package=$(newest_package "^linux-image-6\\.1\\.[0-9-]+-cloud-$arch-unsigned\$") ||
    package=$(newest_package "^linux-image-[0-9].*-cloud-$arch-unsigned\$") || return 1
  echo "== oracles: fetching $package for its kernel modules"
  rm -rf "$work" build/oracle/kernel
  mkdir -p "$work"
  (cd "$work" && quietly apt-get -o APT::Sandbox::User=root download "$package") || return 1
  deb=$(ls "$work"/*.deb)
  dpkg-deb -x "$deb" build/oracle/kernel || return 1
  find build/oracle/kernel -name '*.ko.xz' -exec xz -d {} + || return 1
  rm -rf "$work"
  touch build/oracle/kernel/.complete
}

# fetch_live unpacks what a live stick is built of, the kernel that linux-image-amd64 stands for and the EFI stub of systemd, into build/oracle/live:
# boot/vmlinuz-RELEASE, boot/config-RELEASE, lib/modules/RELEASE and efi/linuxx64.efi.stub. Nothing of it is installed.
fetch_live() {
  local at=build/oracle/live work=build/oracle/fetch-live package part
  [ -e $at/.complete ] && return 0
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
  refresh_packages || true
  package=$(apt-cache depends linux-image-amd64 2>/dev/null | awk '/^ *Depends: linux-image-[0-9]/ {print $2; exit}')
  [ -n "$package" ] || return 1
  echo "== oracles: fetching $package and systemd-boot-efi for the live stick"
  rm -rf $work $at
  mkdir -p $work/tree $at/efi || return 1
  (cd $work && quietly apt-get -o APT::Sandbox::User=root download "$package" systemd-boot-efi) || return 1
  for part in "$work"/*.deb; do
    dpkg-deb --fsys-tarfile "$part" | tar -x -C $work/tree --wildcards './boot/vmlinuz*' './boot/config*' './lib/modules' './usr/lib/modules' \
      './usr/lib/systemd/boot/efi/linuxx64.efi.stub' 2>/dev/null || true # no package has all of them
  done
  [ ! -d $work/tree/usr/lib/modules ] || mv $work/tree/usr/lib/modules $work/tree/lib/ || return 1
  mv $work/tree/boot $work/tree/lib $at/ && mv $work/tree/usr/lib/systemd/boot/efi/linuxx64.efi.stub $at/efi/ || return 1
  rm -rf $work
  touch $at/.complete
}
