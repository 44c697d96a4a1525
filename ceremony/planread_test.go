package ceremony

import (
	"strings"
	"testing"
)

// TestYAMLRefused: what is wrong with the form of a plan, whatever it says.
func TestYAMLRefused(t *testing.T) {
	t.Parallel()
	check(t, small, []row{
		{"=", "line 1: there is nothing in it"},
		{"=# only a comment\n", "line 1: there is nothing in it"},
		{"=\n- a\n", "line 2: the plan takes fields, one a line"},
		{"=a: [", "line 1: did not find expected node content"},
		{"=\ufeff" + small, "line 1: not plain UTF-8 text: it begins with a byte order mark, which is invisible [text-encoding]"},
		{"=\xff\xfet\x00", `line 1: not plain UTF-8 text: it is UTF-16, which Windows calls "Unicode" [text-encoding]`},
		{"=\xfe\xff\x00t", `line 1: not plain UTF-8 text: it is UTF-16, which Windows calls "Unicode" [text-encoding]`},
		{"=v\x00e\x00", "line 1: not plain UTF-8 text: it has a zero byte: UTF-16 without its mark, or no text at all [text-encoding]"},
		{"title: Test=>title: Pr\xfcfung", "line 3: not plain UTF-8 text: the byte 0xFC stands alone, as for a letter with an accent in Latin-1 or Windows-1252 [text-encoding]"},
		{"=" + strings.Repeat("# more\n", 10000), "more than 65536 bytes"},
		{"---\nversion: 1\n", "line 11: a second document; there may be one alone"},
		{"--- [\n", "line 11: did not find expected node content"},
		{"extra: 1\n", `line 11: the plan has no field "extra"`},
		{"? [a]\n: b\n", `line 11: the plan has no field ""`},
		{"kind: generate\n", `line 11: field "kind" stands twice in the plan`},
		{"version: 1=>purpose: x", `line 1: the plan needs the field "version"`},
		{"title: Test=>purpose: x", `line 1: the plan needs the field "title"`},
		{"people: [{name: Ada, role: operator}]=>purpose: x", `line 1: the plan needs the field "people"`},
		{"    algorithm: p256=>    purpose: x", `line 7: a key needs the field "algorithm"`},
		{"version: 1=>version: 2", "line 1: version is a number from 1 to 1"},
		{"version: 1=>version: 01", "line 1: version is a number from 1 to 1"},
		{"version: 1=>version: 0x1", "line 1: version is a number from 1 to 1"},
		{"version: 1=>version: '1'", "line 1: version is a number from 1 to 1"},
		{"kind: generate=>kind: make", "line 2: kind is one of generate, restore, sign, rotate, destroy"},
		{"title: Test=>title: 2027", "line 3: title is text; put it in quotes if it looks like something else"},
		{"title: Test=>title: [a]", "line 3: title is text; put it in quotes if it looks like something else"},
		{"title: Test=>title:", "line 3: title is text; put it in quotes if it looks like something else"},
		{`title: Test=>title: ""`, "line 3: title has 1 to 64 bytes and no space too many"},
		{`title: Test=>title: " Test"`, "line 3: title has 1 to 64 bytes and no space too many"},
		{`title: Test=>title: "Test  it"`, "line 3: title has 1 to 64 bytes and no space too many"},
		{"title: Test=>title: " + strings.Repeat("word ", 13) + "x", "line 3: title has 1 to 64 bytes and no space too many"},
		{`title: Test=>title: "\e[2J"`, "line 3: title has a character that can't be printed"},
		{`title: Test=>title: "a \u202e b"`, "line 3: title has a character that can't be printed"},
		{"title: Test=>title: &a Test", "line 3: anchors and aliases are not taken; write it out"},
		{"purpose: *a\n", "unknown anchor 'a' referenced"},
		{"title: Test=>title: !!str 1", "line 3: tags are not taken"},
		{"title: Test=>title: !x Test", "line 3: tags are not taken"},
		{"<<: {purpose: x}\n", "line 11: merges are not taken; write it out"},
	})
}

// TestSecretsRefused: keys, what may be one, and places on a machine.
func TestSecretsRefused(t *testing.T) {
	t.Parallel()
	const path = "line 11: a path or device; a plan holds none, they are chosen on the day"
	const random = "line 11: long random text; a plan holds no keys and no passphrases"
	check(t, small, []row{
		{"label: a=>label: ../a", "line 7: a path or device; a plan holds none, they are chosen on the day"},
		{"purpose: see /home/ada/plan\n", path},
		{"purpose: /dev/sdb1\n", path},
		{"purpose: stick=/mnt/stick\n", path},
		{"purpose: ~ada\n", path},
		{`purpose: 'C:\keys'` + "\n", path},
		{"purpose: https://example.org/key\n", path},
		{"media: [the stick at /dev/sdb]\n", path},
		{"# -----BEGIN PRIVATE KEY-----\n", "line 11: a PEM block; a plan holds no keys"},
		{"purpose: |\n  -----END X-----\n", "line 12: a PEM block; a plan holds no keys"},
		{"# AGE-SECRET-KEY-1QQQ\n", "line 11: an age identity; a plan holds no keys, only recipients (age1...)"},
		{"purpose: age-secret-key-1qqq\n", "line 11: an age identity"},
		{"purpose: 59oER7LlKbJfNgmsPljYwg==\n", random},
		{"purpose: 'passphrase:59oER7LlKbJfNgmsPljYwg=='\n", random},
		{"# 7Yb2-kLm9-aaQ3-Zx81-pT5v-Ww2e-k9\n", random},
		{"purpose: 'code 0f3a9c1e7b2d4f6a8c0e1b3d5f7a9c2e'\n", random},
		{"# " + finger + "\n", random}, // a fingerprint is taken in its own field alone
		{"purpose: 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03\n", random},
		{"role: operator=>role: operator, key: '" + finger + "'", ""},
		{"role: operator=>role: operator, key: '" + finger[:20] + "'", "line 5: key is a fingerprint, SHA256: and 44 characters"},
		{"purpose: signs and/or counter-signs 24/7, see section 4.2 of the handbook\n", ""},
		{"purpose: sigtool-release-signing-key-2026-q4-rsa4096\n", ""},
		{"purpose: Prüfschlüssel für Geräte\n", ""},
	})
}

// TestFieldsRefused: each field on its own.
func TestFieldsRefused(t *testing.T) {
	t.Parallel()
	const person = "people: [{name: Ada, role: operator}]=>people: "
	check(t, small, []row{
		{person + "[]", "line 5: people is a list of 1 to 32 entries"},
		{person + "[{name: Ada, role: operator}, {name: ada, role: witness}]", "line 5: Ada and ada: one person has one spelling, and two have names that can be told apart"},
		{person + "[{name: \u0410da, role: operator}]", "line 5: name has letters of several scripts, which can look the same; write it in one"},
		{person + "[{name: Zoe\u0308, role: operator}]", "line 5: name has a mark that stands by itself; write the letter and its mark as one character"},
		{person + "[{name: A}]", `line 5: a person needs the field "role"`},
		{person + "[{name: A, role: king}]", "line 5: role is one of administrator, operator, witness, holder, auditor"},
		{person + "[{name: A, role: operator}, {name: A, role: operator}]", "line 5: A stands here twice as operator"},
		{person + "[{name: A, role: operator, key: '" + finger + "'}, {name: A, role: witness, key: '" + other + "'}]", "line 5: the key of A stands with the first role of A"},
		{person + "[{name: A, role: operator, key: '" + finger + "'}, {name: B, role: witness, key: '" + finger + "'}]", "line 5: A and B have the same key"},
		{"dual-control: waived=>dual-control: no", "line 4: dual-control is one of required, waived"},
		{"keys:\n  - label: a\n    algorithm: p256=>keys: []", "line 6: keys is a list of 1 to 16 entries"},
		{"keys:\n  - label: a\n    algorithm: p256=>keys: [a]", "line 6: a key takes fields, one a line"},
		{"keys:=>keys:\n  - {label: a, algorithm: p256}", "line 8: two keys are labelled a"},
		{"label: a=>label: A", "line 7: label has 1 to 32 of a-z, 0-9 and hyphens, and no hyphen first"},
		{"label: a=>label: -a", "line 7: label has 1 to 32 of a-z, 0-9 and hyphens, and no hyphen first"},
		{"label: a=>label: " + strings.Repeat("a", 33), "line 7: label has 1 to 32 of a-z, 0-9 and hyphens, and no hyphen first"},
		{"algorithm: p256=>algorithm: mldsa65", "line 8: ceremonies make no ML-DSA keys; sigtool keygen -a mldsa65 makes one, and sigtool backup its paper"},
		{"algorithm: p256=>algorithm: dsa", "line 8: algorithm is one of ed25519, p256, p384, p521, secp256k1, rsa2048, rsa3072, rsa4096"},
		{"backups:=>passphrase: {style: short}\nbackups:", "line 9: style is one of base58, bip39, diceware"},
		{"passphrase: {}\n", `line 11: passphrase needs the field "style"`},
		{"entropy: {dice: -1}\n", "line 11: dice is a number from 0 to 1000"},
		{"entropy: {coins: 2001}\n", "line 11: coins is a number from 0 to 2000"},
		{"entropy: {dice: 49}\n", "line 11: dice is 0 or at least 50: fewer hold less than 128 bits"},
		{"entropy:\n  dice: 100\n  coins: 127\n", "line 13: coins is 0 or at least 128: fewer hold less than 128 bits"},
		{"entropy: {dice: 1e2}\n", "line 11: dice is a number from 0 to 1000"},
		{"machine: {links: ignore}\n", "line 11: links is one of block, warn, strict"},
		{"machine: {camera: warn}\n", `line 11: machine has no field "camera"`},
		{"media: []\n", "line 11: media is a list of 1 to 32 entries"},
		{"media: [a stick, a stick]\n", "line 11: a stick stands here twice"},
		{"answers: true\n", "line 11: answers is one of rehearsal, allowed"},
		{"steps: [dance]\n", "line 11: a step is one of identity, roll-call, machine, clock, restore"},
		{"entropy: {}\n", ""}, {"entropy: {dice: 50, coins: 0}\n", ""}, {"entropy: {dice: 0, coins: 128}\n", ""},
		{"machine: {usb: strict, swap: warn}\n", ""}, {"passphrase: {style: bip39}\n", ""}, {"answers: allowed\n", ""},
		{"algorithm: p256=>algorithm: rsa4096", ""}, {"title: Test=>title: '2027'", ""},
	})
}
