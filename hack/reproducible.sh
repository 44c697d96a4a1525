#!/usr/bin/env bash
# Builds the last commit from two clones, in two folders of different depth and with two build caches, and compares.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "== reproducible build"
if ! git rev-parse HEAD >/dev/null 2>&1; then
  [ "${CI:-}" != true ] || { echo "reproducible: no git history, and CI must have it" >&2; exit 1; }
  echo "reproducible: skipped: this is not a git clone"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/one" "$work/a/much/longer/way/to"
git clone -q . "$work/one/sigtool"
git clone -q . "$work/a/much/longer/way/to/sigtool"

# build FOLDER ARCH prints the digest of the binary that this clone makes.
build() {
  make -s -C "$1" build GOARCH="$2" >&2
  sha256sum <"$1/build/sigtool" | cut -d' ' -f1
}
export GOFLAGS=-mod=readonly GOOS=linux
# The second build starts from an empty cache: else it would be handed what the first one compiled.
for arch in amd64 arm64; do
  export GOARCH=$arch
  one=$(build "$work/one/sigtool" $arch)
  two=$(GOCACHE="$work/cache" build "$work/a/much/longer/way/to/sigtool" $arch)
  if [ "$one" != "$two" ]; then
    echo "linux/$arch: two builds of $(git rev-parse --short HEAD) differ: $one $two" >&2
    exit 1
  fi
  echo "linux/$arch $one"
done
