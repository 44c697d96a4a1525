#!/usr/bin/env bash
# Writes the manual pages as roff, and packed as packages carry them: pages.sh FOLDER. Each is called after its section: sigtool.1, sigtool-live.7.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
rm -rf "$folder"
mkdir -p "$folder"
go build -o build/sigtool-pages ./cmd/sigtool
for page in $(build/sigtool-pages man --list); do
  build/sigtool-pages man --roff "$page" >"$folder/page"
  section=$(sed -n 's/^\.TH [^ ]* \([1-8]\) .*/\1/p' "$folder/page")
  mv "$folder/page" "$folder/$page.$section"
  gzip -9nk "$folder/$page.$section"
done
rm build/sigtool-pages
