#!/usr/bin/env bash
# The race detector needs cgo and a C compiler, and is slow, so it is for the packages that start goroutines, and of the command line
# for the stories in which many files are worked on at a time.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "== go test -race"
if ! command -v "$(go env CC)" >/dev/null; then
  [ "${CI:-}" != true ] || { echo "race: no C compiler, and CI must have one" >&2; exit 1; }
  echo "race: skipped: no C compiler here"
  exit 0
fi
export CGO_ENABLED=1
go test -race -short -timeout 10m ./internal/{fileio,patch,secret,sigalg} ./formats/kmod
go test -race -short -timeout 10m ./internal/jarsig ./formats/apk/{content,idsig}
go test -race -short -timeout 10m -run '^(TestVerdicts|TestSuite)$/^(RSA|ECDSA)/^(signs|side by side)' ./formats/apk
go test -race -short -timeout 10m -run Working ./ceremony/plain
go test -race -short -timeout 10m -run '^TestStories$/^(sign_tree|sign_raw|bad_input)$' ./cmd/sigtool
