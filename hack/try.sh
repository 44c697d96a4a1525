#!/usr/bin/env bash
# The whole way on real input, unattended: a ceremony makes a key, its passphrase and its sheet; the sheet brings the key back; the key signs
# a real kernel module; module and transcript are verified; the key is exported. The results stay in build/try.
set -euo pipefail
cd "$(dirname "$0")/.."
. hack/lib.sh
out=build/try

make -s build
sigtool=$PWD/build/sigtool

# A real module if there is one: this machine's, else Debian's (fetched if that is possible), else the small one in testdata.
find_module() {
  local found
  for folder in "/lib/modules/$(uname -r)" build/oracle/kernel; do
    found=$(find "$folder" -name '*.ko' -name 'dummy.ko*' 2>/dev/null | head -1)
    [ -n "$found" ] || found=$(find "$folder" \( -name '*.ko' -o -name '*.ko.xz' -o -name '*.ko.zst' \) 2>/dev/null | sort | head -1)
    [ -z "$found" ] || { echo "$found"; return; }
  done
  if fetch_modules >/dev/null 2>&1; then
    find build/oracle/kernel -name dummy.ko | head -1
  else
    echo testdata/kmod/sample.ko
  fi
}
module=$(find_module)
signed=$out/$(basename "$module")

rm -rf "$out"
start=$(date +%s.%N)
"$sigtool" ceremony run -q hack/try/plan.yaml -o "$out" \
  --answers hack/try/answers.yaml --new-passphrase-file "$out/passphrase.txt"
"$sigtool" backup restore -q --passphrase-file "$out/passphrase.txt" -o "$out/restored.pem" "$out/sheet.txt"
"$sigtool" sign kmod -q -k "$out/key.pem" -c "$out/key.crt" --passphrase-file "$out/passphrase.txt" -o "$signed" "$module"
"$sigtool" verify -q -c "$out/key.crt" "$signed"
"$sigtool" verify -q -k "$out/key.pub" "$out/transcript.jsonl"
"$sigtool" export pkcs12 -q -k "$out/key.pem" -c "$out/key.crt" --passphrase-file "$out/passphrase.txt" --new-passphrase-file "$out/p12.pass" -o "$out/key.p12"
"$sigtool" key check -q --passphrase-file "$out/p12.pass" "$out/key.p12"
! command -v openssl >/dev/null || openssl pkcs12 -in "$out/key.p12" -passin "file:$out/p12.pass" -noout
"$sigtool" ceremony report -q -o "$out/report.pdf" "$out/transcript.jsonl"
spent=$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')

cat <<END
make try: done in $spent s. A trial ceremony was held by itself, on whatever machine this is (so use none of this in earnest); in $out:
  key.pem          an RSA-4096 key, sealed by the passphrase in passphrase.txt; key.pub and key.crt are its public half and certificate
  sheet.txt        the key on paper; restored.pem is the key that the sheet brought back
  key.p12          the same key and its certificate, exported as PKCS#12 under a passphrase of its own, p12.pass
  transcript.jsonl what was done and answered, signed; it verifies against the files beside it; report.pdf is the same for people
  $(basename "$signed")  signed and verified; it was $module
Look at it: build/sigtool inspect $signed; build/sigtool man
END
