#!/usr/bin/env bash
# Runs staticcheck at the version this tree is clean under. It is no dependency: go.mod never hears of it.
set -euo pipefail
cd "$(dirname "$0")/.."
version=0.8.2

echo "== staticcheck $version"
for tool in "$(command -v staticcheck || true)" "$(go env GOPATH)/bin/staticcheck"; do
  if [ -x "$tool" ] && "$tool" -version | grep -qF "($version)"; then
    exec "$tool" -tags live ./...
  fi
done
if [ "${CI:-}" != true ] && ! go mod download "honnef.co/go/tools@v$version" 2>/dev/null; then
  echo "staticcheck: skipped: it is not here and can't be fetched"
  exit 0
fi
exec go run "honnef.co/go/tools/cmd/staticcheck@v$version" -tags live ./...
