#!/usr/bin/env bash
# Renders every man page and fails when mandoc has anything at all to say about one.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "== mandoc -T lint"
if ! command -v mandoc >/dev/null; then
  [ "${CI:-}" != true ] || { echo "lint-man: no mandoc, and CI must have it" >&2; exit 1; }
  echo "lint-man: skipped: no mandoc here"
  exit 0
fi
hack/pages.sh build/man
said=$(cd build/man && mandoc -T lint -W all ./*.[1-8] 2>&1 || true)
if [ -n "$said" ]; then
  echo "$said"
  exit 1
fi
