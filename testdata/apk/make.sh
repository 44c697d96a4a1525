#!/bin/sh
# Makes the samples of this folder, in Debian 12 with aapt, zipalign, apksigner, android-framework-res and openssl.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)

mkdir -p "$work/sample/assets" "$work/nested/assets/a/b" "$work/nested/lib/arm64-v8a"
echo stored >"$work/sample/assets/stored.bin"
seq 100 >"$work/sample/assets/deflated.txt"
seq 200 >"$work/nested/assets/a/b/deep.txt"
echo "not really a library" >"$work/nested/lib/arm64-v8a/libsample.so"

# package NAME: NAME.xml and its files become NAME.apk. What ends in .bin or .so is stored.
package() {
  mkdir "$work/$1-manifest"
  cp "$1.xml" "$work/$1-manifest/AndroidManifest.xml"
  aapt package -f -M "$work/$1-manifest/AndroidManifest.xml" -I /usr/share/android-framework-res/framework-res.apk -0 bin -0 so \
    -F "$work/$1.apk" "$work/$1"
  zipalign -f -p 4 "$work/$1.apk" "$1.apk"
}
package sample
package nested

# sign NAME KEY V1 OUT: by all other schemes that this apksigner has, and by v1 where V1 is true; v4 is OUT.apk.idsig.
sign() {
  openssl pkcs8 -topk8 -nocrypt -in "../keys/$2.pem" -outform DER -out "$work/$2.pk8"
  apksigner sign --key "$work/$2.pk8" --cert "../keys/$2.crt" --v1-signer-name CERT \
    --v1-signing-enabled "$3" --v2-signing-enabled true --v3-signing-enabled true --v4-signing-enabled true \
    --in "$1.apk" --out "$4.apk"
}
sign sample rsa2048 true sample-rsa2048
sign sample rsa2048 false sample-rsa2048-v2v3
sign sample p256 true sample-p256
sign nested rsa2048 true nested-rsa2048

rm -r "$work"
