#!/usr/bin/env bash
# Writes the manual pages as roff, and packed as packages carry them: pages.sh FOLDER.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
rm -rf "$folder"
mkdir -p "$folder"
go build -o build/sigtool-pages ./cmd/sigtool
for page in $(build/sigtool-pages man --list); do
  build/sigtool-pages man --roff "$page" >"$folder/$page.1"
  gzip -9nk "$folder/$page.1"
done
rm build/sigtool-pages
