#!/usr/bin/env bash
# Writes a binary's bill of materials: sbom.sh BINARY OUT, relative to the folder it is called from.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
exec env GOOS= GOARCH= go run -C "$root" ./hack/sbom "$(realpath "$1")" "$(realpath -m "$2")"
