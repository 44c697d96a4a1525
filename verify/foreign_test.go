package verify_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/all"
	"sigtool/backup/backuptest"
	"sigtool/verify"
)

// typings are ways in which a person types a sheet.
func typings(head, rows string) map[string]string {
	one := regexp.MustCompile(` +`).ReplaceAllString(head, " ")
	small, capital := strings.ToLower(rows), strings.ToUpper(rows)
	lines := strings.SplitAfter(strings.TrimSuffix(head, "\n"), "\n")
	other := strings.Join(append(lines[3:], lines[:3]...), "\n")
	return map[string]string{
		"as printed": head + rows, "rows alone": rows, "one space": one + rows, "small rows": head + small, "capital rows": head + capital,
		"other order": other + "\n" + rows, "below": rows + head,
		"colons":            regexp.MustCompile(`(?m)^([A-Z][a-z]+) +`).ReplaceAllString(head, "$1: ") + rows,
		"capital names":     regexp.MustCompile(`(?m)^[A-Z][a-z]+ `).ReplaceAllStringFunc(head, strings.ToUpper) + rows,
		"two in a row":      regexp.MustCompile(`\nMade +`).ReplaceAllString(removed(head), "   Made   ") + rows,
		"no remarks":        regexp.MustCompile(` \([^\n]*\)`).ReplaceAllString(head, "") + rows,
		"pages":             "SIGTOOL PAPER BACKUP    DOCUMENT\n" + strings.Replace(head, "              ", "in hex    ", 1) + rows,
		"CRLF":              strings.ReplaceAll(head+rows, "\n", "\r\n"),
		"hard spaces":       strings.ReplaceAll(head+rows, "  ", "\u00a0 "),
		"a wrong print":     strings.Replace(head, "SHA256:", "SHA256:x", 1) + rows,
		"a wrong number":    strings.Replace(head, "Document      ", "Document      ZZ", 1) + rows,
		"a wrong algorithm": strings.Replace(head, "p384", "p385", 1) + rows,
	}
}

// removed is a head without the lines of the fingerprint, so that Derivation and Made are neighbours.
func removed(head string) string {
	return regexp.MustCompile(`\nFingerprint[^\n]*(\n   [^\n]*)*`).ReplaceAllString(head, "")
}

// What a person types from a sheet is part of it; what a shell would do is not.
func TestForeign(t *testing.T) {
	for n, code := range slices.Repeat([]string{"lines", "words", "codex32", "shares"}, 5) {
		codec, _ := all.ByName(code)
		p := backuptest.Payload(backup.KindSeed, 32, fmt.Sprint("Kernel modules ", n))
		defer p.Secret.Destroy()
		sheets, err := codec.Encode(p, backuptest.Meta(), backup.Split{Rand: strings.NewReader(strings.Repeat("x", 999))})
		if err != nil {
			t.Fatal(err)
		}
		restored, err := codec.Decode(sheets[0].Text)
		if err != nil {
			t.Fatal(err)
		}
		text := string(sheets[0].Text)
		if n := verify.Foreign([]byte(text), restored, codec); n != 0 {
			t.Errorf("%s: line %d of the sheet itself", code, n)
		}
		head := text[strings.Index(text, "Label"):strings.Index(text, "\n\nTO RESTORE")] + "\n"
		rows := ""
		for _, row := range sheets[0].Rows {
			rows += string(row) + "\n"
		}
		for name, typed := range typings(head, rows) {
			if n := verify.Foreign([]byte(typed), restored, codec); n != 0 {
				t.Errorf("%s, %s: line %d of\n%s", code, name, n, typed)
			}
		}
		for _, line := range []string{
			"#!/bin/sh", "set -e", "echo installed", "rm -rf /", "Label; rm -rf /", "Algorithm p384; rm -rf /", "check || rm -rf /", "check; reboot",
			"Made `reboot`", "Derivation $(reboot)", "Note   x; reboot", "Fingerprint  SHA256:x && reboot", "01 x | sh", "in hex | sh", "1/3;reboot",
			"label() { reboot; }", "share ; reboot", "Document QPZR-Y9X8;reboot", "reboot", "curl x.y", "Holder x > /etc/passwd", "alias ls=reboot",
			"check reboot now", "l rm -rf home", "0 0 1 1 0 root reboot",
		} {
			if n := verify.Foreign([]byte(rows+line+"\n"), restored, codec); n != len(sheets[0].Rows)+1 {
				t.Errorf("%s: %q is taken for a part of the sheet (%d)", code, line, n)
			}
		}
		restored.Destroy()
	}
}
