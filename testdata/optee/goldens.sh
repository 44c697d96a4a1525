#!/bin/sh
# Makes the files of OP-TEE's script here: goldens.sh PATH/TO/sign_encrypt.py, of an OP-TEE that has subkeys, with python3-cryptography.
# An encrypted image and a PSS signature are others each time.
set -e
run() { python3 "$script" "$@"; }
script=$1 keys=../keys uuid=3f7a4c10-9d2e-4b51-8c60-1e5b27a9d483 v15=TEE_ALG_RSASSA_PKCS1_V1_5_SHA256
key=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
sign="run sign-enc --uuid $uuid --key $keys/rsa2048.pem --in stub64.elf"
$sign --enc-key $key --algo $v15 --ta-version 3 --out enc-dev.ta
$sign --enc-key $key --enc-key-type SHDR_ENC_KEY_CLASS_WIDE --out enc-class.ta
root=f4750faa-2c28-4f4d-8d52-1a2b3c4d5e6f mid=339ca71c-2273-5021-a5b3-d2c55e80b20c leaf=8389ca35-f4bf-5f9b-8184-6860fa54b520
run sign-subkey --uuid $root --key $keys/rsa4096.pem --in $keys/rsa3072.pub --name-size 32 --max-depth 3 --subkey-version 2 --algo $v15 --out subkey1.bin
run sign-subkey --uuid $mid --key $keys/rsa3072.pem --subkey subkey1.bin --name mid --in $keys/rsa2048.pub --name-size 64 --algo $v15 --out subkey2.bin
run sign-enc --uuid $leaf --key $keys/rsa2048.pem --subkey subkey2.bin --name my_ta --algo $v15 --in bare.elf --out below.ta
run sign-subkey --uuid $uuid --key $keys/rsa3072.pem --in $keys/rsa2048.pub --name-size 0 --out identity.bin
run sign-enc --uuid $uuid --key $keys/rsa2048.pem --subkey identity.bin --in stub64.elf --out identity.ta
