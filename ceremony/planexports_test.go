package ceremony

import "testing"

func TestExportRows(t *testing.T) {
	t.Parallel()
	const (
		to   = "algorithm: p256=>algorithm: p256\n    exports: "
		wrap = "wrap: kek.pem, wrap-fingerprint: '" + finger + "'"
		kid  = "https://v.vault.azure.net/keys/kek/0123456789abcdef0a1b2c3d4e5f6789"
	)
	check(t, small, []row{
		{to + "[pkcs8, ssh, tezos, azure, pkcs11]", ""},
		{to + "[{target: azure-byok, " + wrap + ", options: {kid: '" + kid + "'}}]", ""},
		{to + "[{target: vault, " + wrap + "}, {target: tpm2, " + wrap + "}]", ""},
		{to + "[{target: pkcs8, kdf: scrypt}]", ""},
		{to + "[{target: pkcs11, " + wrap + ", options: {id: 01ff}}]", ""},
		{to + "[safe]", "line 9: key a: export safe: there is no such target"},
		{to + "[{target: safe}]", "line 9: key a: export safe: there is no such target"},
		{to + "[{target: ../x}]", "line 9: a path or device"},
		{to + "[age]", "line 9: who is it for? {age: [age1...]}"},
		{to + "[{wrap: kek.pem}]", `line 9: an export needs the field "target"`},
		{to + "[pkcs1]", "line 9: key a: export pkcs1: what seals this old form is a single MD5 of the passphrase"},
		{to + "[sec1]", "line 9: key a: export sec1: what seals this old form is a single MD5 of the passphrase"},
		{to + "[jwk]", "line 9: key a: export jwk: it is the key in the clear, which no ceremony writes"},
		{to + "[{target: ssh, plain: true}]", `line 9: an export has no field "plain"`},
		{to + "[vault]", `line 9: key a: export vault: it needs the field "wrap", the name of a file in the folder of inputs: `},
		{to + "[{target: vault, wrap: kek.pem}]", `line 9: key a: export vault: it needs the field "wrap-fingerprint"`},
		{to + "[{target: pkcs11, wrap-fingerprint: '" + finger + "'}]", "line 9: key a: export pkcs11: there is a fingerprint and no wrapping key"},
		{to + "[{target: vault, wrap: a/kek.pem, wrap-fingerprint: '" + finger + "'}]", "line 9: wrap is the plain name of a file"},
		{to + "[{target: vault, wrap: kek.pem, wrap-fingerprint: SHA256:abc}]", "line 9: wrap-fingerprint is a fingerprint"},
		{to + "[{target: pkcs8, " + wrap + "}]", "line 9: key a: export pkcs8: it wraps nothing"},
		{to + "[{target: pkcs8, wrap-fingerprint: '" + finger + "'}]", "line 9: key a: export pkcs8: it wraps nothing"},
		{to + "[{target: ssh, " + wrap + "}]", "line 9: key a: export ssh: it wraps nothing: leave wrap out"},
		{to + "[ssh, {target: ssh}]", "line 9: the export ssh stands here twice"},
		{to + "[{target: vault, " + wrap + ", kdf: scrypt}]", "line 9: export vault: no passphrase seals it"},
		{to + "[{target: tezos, kdf: md5}]", "line 9: kdf is one of pbkdf2, scrypt"},
		{to + "[pkcs12]", "line 9: key a: export pkcs12: it carries the certificate of the key, and the plan has none"},
		{to + "[{target: azure-byok, " + wrap + ", options: {kek: x}}]", `line 9: options of azure-byok has no field "kek"`},
		{to + "[{target: azure-byok, " + wrap + ", options: {kid: [x]}}]", "line 9: kid is a text of 1 to 500 bytes"},
		{to + "[{target: azure-byok, " + wrap + ", options: {kid: /dev/sda}}]", "line 9: a path or device"},
		{to + "[{target: ssh, options: x}]", "line 9: options of ssh takes fields, one a line"},
		{to + "[azure-byok];;p256=>ed25519", `line 9: key a: export azure-byok: it needs the field "wrap"`},
		{to + "[{target: azure-byok, " + wrap + "}];;p256=>ed25519", "line 9: key a: export azure-byok: "},
		{to + "[azure];;p256=>secp256k1", "line 9: key a: export azure: secp256k1 keys go to Azure's tools in the clear only"},
		{to + "[ssh];;p256=>bls12381", "line 9: key a: export ssh: "},
	})
}
