package ceremony

import (
	"strings"
	"testing"
)

// The plans that the rules are tried on: two people, and a key that there is already.
const (
	two = `version: 1
kind: restore
title: Test
people: [{name: Ada, role: operator}, {name: Ben, role: witness}]
keys:
  - label: a
    algorithm: p256
    fingerprint: ` + finger + `
    paper: shares
`
	signing    = two + "sign: [{key: a, file: x}]\n"
	destroying = two + "media: [a stick]\n"
	rotating   = two + `  - label: b
    algorithm: p256
    replaces: a
    exports: none
backups:
  - {code: shares, need: 2, of: 2, holders: [Ada, Ben]}
`
)

func TestKindRules(t *testing.T) {
	t.Parallel()
	sign, destroy, rotate := strings.Replace(signing, "restore", "sign", 1), strings.NewReplacer("restore", "destroy", "    paper: shares\n", "").Replace(destroying), strings.Replace(rotating, "restore", "rotate", 1)
	const key = "algorithm: p256=>algorithm: p256\n    "
	const cert = "certificate: {subject: CN=a, days: 100, not-before: 2027-01-01}"
	t.Run("generate", func(t *testing.T) {
		check(t, small, []row{
			{"", ""},
			{key + "fingerprint: " + finger, "line 9: a ceremony of kind generate makes keys, and nobody knows their fingerprints yet"},
			{key + "paper: lines", "line 9: key a is made here, so there is no paper yet"},
			{key + "replaces: a", "line 9: replaces is for ceremonies of kind rotate"},
			{"backups:\n  - code: lines=>", "line 1: a ceremony of kind generate needs backups"},
			{key + "exports: none;;code: lines=>code: words;;title=>passphrase: {style: bip39}\ntitle", "line 3: nothing is sealed by a passphrase in this plan: leave it out"},
		})
	})
	t.Run("restore", func(t *testing.T) {
		check(t, two, []row{
			{"", ""},
			{"    fingerprint: " + finger + "\n=>", "line 6: a ceremony of kind restore makes no keys: give the fingerprint of the key a"},
			{"    paper: shares\n=>", "line 6: key a comes back from paper: say which with paper: lines, words, codex32 or shares"},
			{key + "replaces: b", "line 8: key a is an old one, as it has a fingerprint"},
			{key + cert, ""},
			{"backups: [{code: shares, need: 2, of: 2, holders: [Ada, Ben]}]\n", ""},
			{"paper: shares=>paper: lines\nbackups: [{code: lines, holders: [Ada]}]\npassphrase: {style: bip39, holder: Ben}", ""},
			{"entropy: {dice: 50}\n", "line 10: nothing is made from randomness in this plan: leave entropy out"},
			{"passphrase: {style: bip39}\n", "line 10: nothing is sealed by a passphrase in this plan"},
			{"paper: shares=>paper: lines\npassphrase: {style: bip39}", ""}, // who types the old one
			{"  - {label: b, algorithm: p256, fingerprint: " + finger + ", paper: lines}\n", "line 10: the keys a and b have the same fingerprint"},
		})
	})
	t.Run("sign", func(t *testing.T) {
		check(t, sign, []row{
			{"", ""},
			{"sign: [{key: a, file: x}]=>", "line 1: a ceremony of kind sign needs the field sign: which key signs which file"},
			{key + "exports: [pkcs8]", "line 8: a ceremony of kind sign exports no keys that there are already"},
			{key + "exports: none", ""},
			{key + cert, "line 8: a ceremony of kind sign makes no certificates"},
			{"backups: [{code: lines}]\n", "line 11: a ceremony of kind sign makes no paper: leave backups out"},
		})
	})
	t.Run("rotate", func(t *testing.T) {
		check(t, rotate, []row{
			{"", ""},
			{"    replaces: a\n=>", "line 10: key b is new: say with replaces: LABEL which old key it replaces"},
			{"replaces: a=>replaces: c", "line 12: no key with a fingerprint is labelled c"},
			{"replaces: a=>replaces: b", "line 12: no key with a fingerprint is labelled b"},
			{"keys:=>keys:\n  - {label: c, algorithm: p256, fingerprint: " + other + ", paper: words}", "line 6: no key replaces c: add one with replaces: c, or leave this one out"},
			{"    fingerprint: " + finger + "\n    paper: shares\n=>", "line 6: key a is new: say with replaces: LABEL"},
			{"    replaces: a=>    fingerprint: " + other + "\n    paper: words", "line 6: no key replaces a"},
			{key + cert, "line 8: a ceremony of kind rotate makes no certificates for keys that there are already"},
		})
	})
	t.Run("destroy", func(t *testing.T) {
		check(t, destroy, []row{
			{"", ""},
			{"media: [a stick]=>    paper: shares\nmedia: [a stick]", "line 9: a ceremony of kind destroy reads no paper"},
			{"media: [a stick]=>backups: [{code: words}]", ""},
			{"media: [a stick]=>", "line 1: what is to be destroyed? backups lists the papers there are, media everything else"},
			{"sign: [{key: a, file: x}]\n", "line 10: a ceremony of kind destroy signs nothing: leave sign out"},
		})
	})
}

func TestBackupsRefused(t *testing.T) {
	t.Parallel()
	const code = "code: lines=>code: "
	check(t, small, []row{
		{code + "qr", "line 10: code is one of lines, words, codex32, shares"},
		{code + "lines\n    copies: 0", "line 11: copies is a number from 1 to 16"},
		{code + "lines\n    holders: ['']", "line 11: a holder has 1 to 64 bytes and no space too many"},
		{code + "lines\n    holders: [Ada, Ada]", "line 11: 2 holders for 1 sheets: name one for each sheet, in order, or none"},
		{code + "lines\n    printer: lp0", `line 11: a backup has no field "printer"`},
		{code + "lines\n    need: 2\n    of: 3", "line 10: code lines is a single sheet: leave need and of out, or take shares or codex32"},
		{code + "words\n    need: 2\n    of: 3", "line 10: code words is a single sheet"},
		{code + "shares\n    need: 2", "line 10: need and of stand together: need: 3, of: 5 for any three of five sheets"},
		{code + "shares\n    of: 2", "line 10: need and of stand together"},
		{code + "shares\n    need: 1\n    of: 3", "line 11: need is a number from 2 to 16"},
		{code + "shares\n    need: 4\n    of: 3", "line 10: 4 of 3 sheets: no more can be needed than there are"},
		{code + "shares\n    need: 2\n    of: 17", "line 10: code shares spreads a key over at most 16 sheets, of which at most 16 are needed"},
		{code + "codex32\n    need: 10\n    of: 11", "line 10: code codex32 spreads a key over at most 31 sheets, of which at most 9 are needed"},
		{code + "codex32\n    need: 2\n    of: 32", "line 12: of is a number from 2 to 31"},
		{"  - code: lines\n", "line 11: two backups of code lines"},
		{code + "shares\n    need: 2\n    of: 3\n    holders: [Ada, Ada]", "line 13: 2 holders for 3 sheets"},
		{code + "shares\n    need: 2\n    of: 3\n    holders: [Ada, Ada, Eve]", "line 13: Eve is not among the people, and a sheet in the clear is shown to its holder alone"},
		{code + "shares\n    need: 16\n    of: 16", ""}, {code + "codex32\n    need: 9\n    of: 31", ""}, {code + "codex32", ""}, {code + "words", ""},
		{code + "shares\n    need: 2\n    of: 3\n    holders: [Ada, Ada, Ada]", ""}, // dual control is waived
		{code + "lines\n    holders: [the notary]", ""},                             // sealed
	})
}

func TestDualControl(t *testing.T) {
	t.Parallel()
	rotate := strings.Replace(rotating, "restore", "rotate", 1)
	const people = "[{name: Ada, role: operator}, {name: Ben, role: witness}]=>"
	const backup = "{code: shares, need: 2, of: 2, holders: [Ada, Ben]}=>"
	const waive = "; if one person alone may have it, say dual-control: waived"
	check(t, rotate, []row{
		{people + "[{name: Ada, role: operator}]", "line 4: one person alone: dual control needs a witness, and an administrator or operator who is somebody else"},
		{people + "[{name: Ada, role: operator}, {name: Ben, role: administrator}]", "line 4: nobody is witness"},
		{people + "[{name: Ada, role: holder}, {name: Ben, role: witness}]", "line 4: nobody is administrator or operator: somebody has to sit at the keyboard"},
		{people + "[{name: Ada, role: operator}, {name: Ada, role: witness}, {name: Ben, role: holder}]", "line 4: Ada is operator and witness: have somebody else do one of them"},
		{people + "[{name: Ada, role: operator}, {name: Ben, role: witness}, {name: Ben, role: auditor}]", "line 4: Ben is witness and auditor"},
		{people + "[{name: Ada, role: administrator}, {name: Ada, role: operator}, {name: Ben, role: witness}]", "line 4: Ada is administrator and operator"},
		{people + "[{name: Ada, role: operator}, {name: Ada, role: holder}, {name: Ben, role: holder}, {name: Ben, role: witness}]", ""},
		{backup + "{code: words}", "line 15: a single sheet of words is the key in the clear: take shares with need and of, or lines" + waive},
		{backup + "{code: codex32}", "line 15: a single sheet of codex32 is the key in the clear"},
		{backup + "{code: shares}", "line 15: a single sheet of shares is the key in the clear"},
		{backup + "{code: shares, need: 2, of: 3}", "line 15: who keeps these sheets? name the holders" + waive},
		{backup + "{code: shares, need: 2, of: 3, holders: [Ada, Ben, Ada]}", "line 15: Ada has 2 of the sheets, and 2 restore: spread them over more people" + waive},
		{backup + "{code: shares, need: 3, of: 4, holders: [Ada, Ben, Ada, Ben]}", ""},
		{backup + "{code: lines, holders: [Ada]}", "line 1: who keeps the passphrase? name the holder"},
		{"exports: none=>exports: [pkcs8]", "line 1: who keeps the passphrase? name the holder"},
		{"exports: none=>exports: [pkcs8];;backups:=>passphrase: {style: bip39}\nbackups:", "line 14: who keeps the passphrase? name the holder"},
		{backup + "{code: lines, holders: [Ada]};;backups:=>passphrase: {style: bip39, holder: Ada}\nbackups:", "line 16: Ada has the sheet and the passphrase, which are the key together"},
		{backup + "{code: lines};;backups:=>passphrase: {style: bip39, holder: Ada}\nbackups:", "line 16: who keeps these sheets?"},
		{backup + "{code: lines, holders: [Ada]};;backups:=>passphrase: {style: bip39, holder: Ben}\nbackups:", ""},
		{backup + "{code: lines, holders: [the notary]};;backups:=>passphrase: {style: bip39, holder: Ben}\nbackups:", ""},
		{backup + "{code: lines, holders: [Ada]};;backups:=>passphrase: {style: bip39, holder: Eve}\nbackups:", "line 14: Eve is not among the people, and the passphrase is shown to its holder alone"},
		{"title: Test=>title: Test\ndual-control: waived;;" + people + "[{name: Ada, role: operator}];;" + backup + "{code: words}", ""},
		{"title: Test=>title: Test\ndual-control: waived;;" + people + "[{name: Ada, role: witness}]", "line 5: nobody is administrator or operator"},
	})
}
