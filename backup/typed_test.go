package backup_test

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/all"
	"sigtool/backup/backuptest"
)

// sheetOf is a sheet of a seed: the first of 2 of 3 for shares.
func sheetOf(t *testing.T, code, label string) *backup.Sheet {
	t.Helper()
	codec, _ := all.ByName(code)
	split := backup.Split{Rand: strings.NewReader(strings.Repeat(label, 1000))}
	if code == "shares" {
		split.Groups = []backup.Group{{Need: 2, Of: 3}}
	}
	p := backuptest.Payload(backup.KindSeed, 32, label)
	defer p.Secret.Destroy()
	sheets, err := codec.Encode(p, backuptest.Meta(), split)
	if err != nil {
		t.Fatal(err)
	}
	return sheets[0]
}

// typed are ways to type a sheet by hand: the statements of its head, and its rows.
var typed = map[string]func(head, rows string) string{
	"rows alone":    func(_, rows string) string { return rows },
	"from Label on": func(head, rows string) string { return head + "\n" + rows },
	"one space":     func(head, rows string) string { return oneSpace(head) + oneSpace(rows) },
	"capitals":      func(head, rows string) string { return strings.ToUpper(oneSpace(head) + rows) },
	"small":         func(head, rows string) string { return strings.ToLower(oneSpace(head) + rows) },
	"a wrong document": func(head, rows string) string {
		return document.ReplaceAllString(oneSpace(head), "Document QPZR-Y9XO") + rows
	},
	"head below": func(head, rows string) string { return rows + oneSpace(head) },
	"prose around": func(head, rows string) string {
		return "Typed by Ann, in a hurry.\n" + head + rows + "this is the end\n"
	},
	"a row lost":        func(_, rows string) string { return rows[strings.Index(rows, "\n")+1:] },
	"last row lost":     func(_, rows string) string { return rows[:strings.LastIndex(rows[:len(rows)-1], "\n")+1] },
	"the middle lost":   func(_, rows string) string { return dropLine(rows, strings.Count(rows, "\n")/2) },
	"title as on pages": func(head, rows string) string { return "SIGTOOL PAPER BACKUP    DOCUMENT\n" + head + rows },
}

var (
	document = regexp.MustCompile(`(?m)^Document .*`)
	spaces   = regexp.MustCompile(` +`)
)

func oneSpace(s string) string { return spaces.ReplaceAllString(s, " ") }

func dropLine(text string, n int) string {
	lines := strings.SplitAfter(text, "\n")
	return strings.Join(append(lines[:n:n], lines[n+1:]...), "")
}

// What a person types is known for what it is, whatever the words are.
func TestSniffKnowsWhatIsTyped(t *testing.T) {
	for _, code := range []string{"lines", "words", "codex32", "shares"} {
		for n := range 40 {
			s := sheetOf(t, code, fmt.Sprint("Kernel modules ", n))
			text := string(s.Text)
			head := text[strings.Index(text, "Label"):strings.Index(text, "\n\nTO RESTORE")] + "\n"
			rows := string(bytes.Join(s.Rows, []byte("\n"))) + "\n"
			for name, way := range typed {
				if got := backup.Sniff([]byte(way(head, rows))); got != code {
					t.Fatalf("%s, %s: is taken for %q:\n%s", code, name, got, way(head, rows))
				}
			}
		}
	}
}

// Words that can't be read, and words without numbers.
func TestSniffKnowsWords(t *testing.T) {
	word := regexp.MustCompile(`[a-z]{3,8}`)
	for code, lost := range map[string]int{"words": 3, "shares": 3} {
		for n := range 40 {
			rows := string(bytes.Join(sheetOf(t, code, fmt.Sprint("x", n)).Rows, []byte("\n"))) + "\n"
			unread := rows
			for range lost {
				all := word.FindAllStringIndex(unread, -1)
				at := all[len(all)/2]
				unread = unread[:at[0]] + "?" + unread[at[1]:]
			}
			bare := regexp.MustCompile(` *\d+ `).ReplaceAllString(rows, " ")
			first := word.ReplaceAllStringFunc(rows, func(s string) string { return s[:min(4, len(s))] })
			for _, text := range []string{unread, bare, strings.Join(strings.Fields(bare), "\n"), first, strings.ToUpper(first)} {
				if got := backup.Sniff([]byte(text)); got != code {
					t.Fatalf("%s: is taken for %q:\n%s", code, got, text)
				}
			}
		}
	}
}

// A string whose beginning was misread, or whose row is lost.
func TestSniffKnowsStrings(t *testing.T) {
	rows := []string{"1/3  MS10 LEET SLLH DMN9 M42V CSAM X24Z\n", "2/3  RXGS 3QRL 7AHW VHW4 FNZR HVE2 5GVE\n", "3/3  ZZYQ QTUM 9PGV 99YC MA\n"}
	all := strings.Join(rows, "")
	for _, text := range []string{
		strings.Replace(all, "MS10", "MSl0", 1), strings.Replace(all, "MS10", "M510", 1), strings.Replace(all, "MS10", "NS10", 1),
		strings.ToLower(strings.Replace(all, "MS10", "nSi0", 1)), strings.Replace(all, "1/3  MS10", "l/3  ????", 1),
		rows[0] + rows[2], rows[1] + rows[2], rows[0] + rows[1], rows[0],
		strings.Join(strings.Fields(strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(all, "1/3", ""), "2/3", ""), "3/3", "")), ""),
	} {
		if got := backup.Sniff([]byte(text)); got != "codex32" {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
}

// What is no sheet is not taken for one.
func TestSniffTakesNoProse(t *testing.T) {
	hex, spoken := backup.Fingerprint(backup.FingerprintOf(backuptest.Bytes(32, "x")))
	fingerprint := strings.Join(hex, " ") + "\n" + strings.Join(spoken, " ")
	for _, text := range []string{
		fingerprint, strings.Repeat(fingerprint+"\n", 8),
		"#!/bin/sh\nset -e\ncheck foo\necho installed\n",
		strings.Repeat("the 1 way to go 2 far is 3 fold\n", 20),
		"1/3 of the price\n2/3 of the time\n3/3 of all\n",
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: backuptest.Bytes(900, "certificate")})),
		"// Package able has the ability to act.\nfunc act(acid, actor string) { return art(acid) }\n" + strings.Repeat("\tif able { about(above, absent) }\n", 30),
		"Whoever reads this should know that the key was made on a rainy day in March, by two people, of whom one has since moved to the coast.\n",
	} {
		if got := backup.Sniff([]byte(text)); got != "" {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
}
