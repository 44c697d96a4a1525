#!/usr/bin/env bash
# Writes the man pages as roff into a folder: pages.sh FOLDER.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
rm -rf "$folder"
mkdir -p "$folder"
for page in man/*.md; do
  name=$(basename "$page" .md)
  go run ./cmd/sigtool man --roff "$name" >"$folder/$name.1"
done
