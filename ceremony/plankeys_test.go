package ceremony

import "testing"

func TestKeysRefused(t *testing.T) {
	t.Parallel()
	const (
		cert   = "algorithm: p256=>algorithm: p256\n    certificate: "
		export = "algorithm: p256=>algorithm: p256\n    exports: "
		age    = "age1szaw2acmwa24yfgpudvncywj6wafn65s8k5j48msfndlrjv9n9yq9pp904"
	)
	check(t, small, []row{
		{cert + "{subject: CN=a, days: 1}", `line 9: certificate needs the field "not-before"`},
		{cert + "{subject: a, days: 1, not-before: 2027-01-01}", "line 9: subject is written as CN=name, with what else there is after a comma"},
		{cert + "{subject: 'CN=a,C=Germany', days: 1, not-before: 2027-01-01}", "line 9: subject:"},
		{cert + "{subject: CN=a, days: 0, not-before: 2027-01-01}", "line 9: days is a number from 1 to 36525"},
		{cert + "{subject: CN=a, days: 1, not-before: today}", "line 9: not-before is a day such as 2027-01-01"},
		{cert + "{subject: CN=a, days: 1, not-before: 1970-01-01}", "line 9: not-before is a day such as 2027-01-01"},
		{cert + "{subject: CN=a, days: 1, not-before: 2027-01-01, ca: yes}", "line 9: ca is one of true, false"},
		{cert + "{subject: CN=a, days: 1, not-before: 2027-01-01, profile: x}", `line 9: profile is one of imx-srk`},
		{cert + "{subject: CN=a, days: 1, not-before: 2027-01-01, profile: imx-srk}", ""},
		{cert + "{subject: CN=a, days: 1, not-before: 2027-01-01, profile: imx-srk, ca: false}", ""},
		{cert + "{subject: CN=a, days: 1, not-before: 2027-01-01, profile: imx-srk};;p256=>ed25519", "line 9: key a: no i.MX processor knows Ed25519"},
		{cert + "{subject: CN=a, days: 1, not-before: 2027-01-01, ca: true}", ""},
		{cert + "{subject: CN=a, days: 1, not-before: 2027-01-01};;p256=>secp256k1", "line 9: key a: certificates can't be made for secp256k1 keys; leave it out"},
		{export + "none", ""}, {export + "[pkcs8]", ""}, {export + "[{age: [" + age + "]}]", ""}, {export + "[pkcs8, {age: [" + age + "]}]", ""},
		{export + "all", "line 9: exports is the word none, or a list: pkcs8, {age: [age1...]}"},
		{export + "[]", "line 9: exports is a list of 1 to 16 entries"},
		{export + "[[pkcs8]]", "line 9: exports is the word none, or a list: pkcs8, {age: [age1...]}"},
		{export + "[pkcs8, pkcs8]", "line 9: the export pkcs8 stands here twice"},
		{export + "[{gpg: [x]}]", `line 9: an export has no field "gpg"`},
		{export + "[{age: []}]", "line 9: age is a list of 1 to 16 entries"},
		{export + "[{age: [[x]]}]", "line 9: an age recipient is text"},
		{export + "[{age: [ada]}]", "line 9: not an age recipient"},
		{export + "[{age: [" + age[:61] + "5]}]", "line 9: not an age recipient"}, // its checksum is wrong
		{export + "[{age: [" + age + ", " + age + "]}]", "line 9: this age recipient stands here twice"},
		{"algorithm: p256=>algorithm: p256\n    fingerprint: SHA256:abc", "line 9: fingerprint is a fingerprint, SHA256: and 44 characters"},
		{"algorithm: p256=>algorithm: p256\n    paper: qr", "line 9: paper is one of lines, words, codex32, shares"},
	})
}

func TestSignRefused(t *testing.T) {
	t.Parallel()
	const sha = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
	const plain = "line 11: file is the plain name of a file"
	check(t, small, []row{
		{"sign: [{key: a, file: x.bin}]\n", ""},
		{"sign: [{key: a, file: x.bin, format: kmod, sha256: " + sha + "}, {key: a, file: x.bin}]\n", ""},
		{"sign: [{key: a, file: x.bin, sha256: '" + sha[:63] + "'}]\n", "line 11: long random text"},
		{"sign: [{key: a, file: x.bin, sha256: abcd}]\n", "line 11: sha256 is 64 small hexadecimal digits, as sha256sum prints them"},
		{"sign: [{key: b, file: x.bin}]\n", "line 11: no key of this plan is labelled b"},
		{"sign: [{file: x.bin}]\n", `line 11: a file to sign needs the field "key"`},
		{"sign: [{key: a, file: a/x.bin}]\n", plain},
		{"sign: [{key: a, file: .bashrc}]\n", plain},
		{"sign: [{key: a, file: -rf}]\n", plain},
		{"sign: [{key: a, file: 'x y'}]\n", plain},
		{"sign: [{key: a, file: ..}]\n", plain},
		{"sign: [{key: a, file: x.bin}, {key: a, file: x.bin}]\n", "line 11: x.bin is signed twice as raw; the two results would have one name"},
		{"sign: [{key: a, file: key.pem}]\n", "line 11: key.pem is the name of a file that this ceremony makes"},
		{"sign: [{key: a, file: transcript.jsonl}]\n", "line 11: transcript.jsonl is the name of a file that this ceremony makes"},
		{"sign: []\n", "line 11: sign is a list of 1 to 64 entries"},
	})
}
