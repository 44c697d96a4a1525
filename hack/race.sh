#!/usr/bin/env bash
# The race detector needs cgo and a C compiler, so it is for the packages that start goroutines only.
set -euo pipefail
cd "$(dirname "$0")/.."
packages=(./internal/fileio ./internal/patch ./internal/secret ./formats/kmod ./cmd/sigtool/...)

echo "== go test -race ${packages[*]}"
if ! command -v "$(go env CC)" >/dev/null; then
  [ "${CI:-}" != true ] || { echo "race: no C compiler, and CI must have one" >&2; exit 1; }
  echo "race: skipped: no C compiler here"
  exit 0
fi
CGO_ENABLED=1 go test -race -short -timeout 10m "${packages[@]}"
