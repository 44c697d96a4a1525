#!/usr/bin/env bash
# Hurts sheets of every paper code at random, a million times each, beside paperkey and bare BIP-39 on the same damage, and prints the
# table that sigtool-backup(1) has. A wrong secret fails. DAMAGE_TRIALS (1000000) and DAMAGE_PAPERKEY (10000) make it longer or shorter.
set -euo pipefail
cd "$(dirname "$0")/.."
. hack/lib.sh

for tool in paperkey gpg; do
  command -v $tool >/dev/null || { echo "damage: no $tool here: apt-get install paperkey gnupg" >&2; exit 1; }
done
go run ./hack/damage -n "${DAMAGE_TRIALS:-1000000}" -paperkey "${DAMAGE_PAPERKEY:-10000}"
