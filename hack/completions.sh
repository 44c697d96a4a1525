#!/usr/bin/env bash
# Writes the completion scripts, by the names that shells look for: completions.sh FOLDER.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
rm -rf "$folder"
mkdir -p "$folder"
go build -o build/sigtool-pages ./cmd/sigtool
build/sigtool-pages completion bash >"$folder/sigtool.bash"
build/sigtool-pages completion zsh >"$folder/_sigtool"
build/sigtool-pages completion fish >"$folder/sigtool.fish"
rm build/sigtool-pages
