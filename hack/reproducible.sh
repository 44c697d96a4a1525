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
# The second build has a cache of its own: else it would be handed what the first one compiled. In it is the standard library alone, from
# the run before, which saves half of the time; all else is compiled anew.
std="$PWD/build/cache-std"
mkdir -p "$std"
for arch in amd64 arm64; do
  export GOARCH=$arch
  one=$(build "$work/one/sigtool" $arch)
  (
    export GOCACHE="$std" CGO_ENABLED=0
    go list -deps -f '{{if .Standard}}{{.ImportPath}}{{end}}' ./cmd/sigtool | grep -v '^unsafe$' | xargs go build -trimpath -tags=urfave_cli_no_docs
  )
  rm -rf "$work/cache"
  cp -r "$std" "$work/cache"
  two=$(GOCACHE="$work/cache" build "$work/a/much/longer/way/to/sigtool" $arch)
  if [ "$one" != "$two" ]; then
    echo "linux/$arch: two builds of $(git rev-parse --short HEAD) differ: $one $two" >&2
    exit 1
  fi
  echo "linux/$arch $one"
done
