#!/usr/bin/env bash
# Makes a release twice without publishing it, by goreleaser, and looks into it: what is in the archives and packages, and that both
# times the bytes were the same.
set -euo pipefail
cd "$(dirname "$0")/.."

goreleaser=${GORELEASER:-$(command -v goreleaser || true)}
[ -n "$goreleaser" ] || { echo "release-check: no goreleaser (v2) here: GORELEASER=/path/to/it" >&2; exit 1; }
"$goreleaser" check goreleaser.yaml
export GOFLAGS=-mod=readonly

sums=()
for _ in 1 2; do
  "$goreleaser" release --snapshot --clean --config goreleaser.yaml
  sums+=("$(cd dist && sha256sum -- *.tar.gz *.deb *.rpm *.spdx.json)")
done
if [ "${sums[0]}" != "${sums[1]}" ]; then
  diff <(echo "${sums[0]}") <(echo "${sums[1]}") >&2 || true
  echo "release-check: two releases of one commit differ" >&2
  exit 1
fi

for arch in amd64 arm64; do
  echo "== linux/$arch"
  tar -tvzf dist/sigtool_*_linux_$arch.tar.gz
  dpkg-deb -c dist/sigtool_*_$arch.deb
done
if command -v rpm >/dev/null; then
  for package in dist/*.rpm; do rpm -qplv --nosignature "$package"; done
fi
(cd dist && sha256sum --quiet -c sigtool_*_checksums.txt)
echo "release-check: all is there, and the same both times"
