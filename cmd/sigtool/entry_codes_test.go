package main

import (
	"bytes"
	"crypto/rand"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sigtool/backup"
	backupall "sigtool/backup/all"
	"sigtool/backup/backuptest"
)

// Every code can be typed: what was typed restores the secret, and a slip in the middle is noticed and corrected in place.
func TestTypeEveryCode(t *testing.T) {
	for _, codec := range backupall.List() {
		t.Run(codec.Name(), func(t *testing.T) {
			payload, texts, rows := sheetRows(t, codec)
			for _, slip := range []bool{false, true} {
				s := startEntry(t, codec.Name(), "xterm")
				s.Type(strings.Repeat("\r", len(headFields(codec.Name()))))
				for i, row := range rows {
					if slip && i == len(rows)/2 {
						s.Type("zzzz\r")
						s.Expect("This does not check: ")
						s.Type("\x15")
					}
					s.Type(row + "\r")
				}
				s.Expect("\x1b[?1049l")
				s.Expect("typed ")
				s.Wait()
				got := typedText(t, s.Shown())
				restored, err := codec.Decode(got)
				if err != nil || !restored.Secret.Equal(payload.Secret) || len(restored.Corrections) > 0 {
					t.Errorf("typed was\n%s\nit gives %+v, %v; the sheets are\n%s", got, restored, err, bytes.Join(texts, nil))
				}
				restored.Destroy()
			}
		})
	}
}

// typedText is what the program printed.
func typedText(t *testing.T, shown string) []byte {
	t.Helper()
	_, printed, _ := strings.Cut(shown, "typed ")
	quoted, _, _ := strings.Cut(strings.ReplaceAll(printed, "\r\n", ""), ", <nil>")
	text, err := strconv.Unquote(quoted)
	if err != nil {
		t.Fatalf("%v: %q", err, printed)
	}
	return []byte(text)
}

// sheetRows makes sheets and finds out how they are typed: row by row, or word by word.
func sheetRows(t *testing.T, codec backup.Codec) (p backup.Payload, texts [][]byte, rows []string) {
	t.Helper()
	p = backuptest.Payload(backup.KindSeed, backup.SeedSize, "typed")
	split := backup.Split{Rand: rand.Reader}
	sheets, err := codec.Encode(p, backuptest.Meta(), backup.Split{Groups: []backup.Group{{Need: 2, Of: 3}}, Rand: rand.Reader})
	if err != nil {
		sheets, err = codec.Encode(p, backuptest.Meta(), split)
	}
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, sheet := range sheets[:min(2, len(sheets))] {
		texts = append(texts, sheet.Text)
		for _, row := range sheet.Rows {
			rows = append(rows, strings.TrimSpace(string(row)))
			words = append(words, slices.DeleteFunc(strings.Fields(string(row)), func(w string) bool {
				_, err := strconv.Atoi(w)
				return err == nil || w == "check"
			})...)
		}
	}
	for _, way := range [][]string{rows, words} {
		if taken(codec.Entry(), way) {
			return p, texts, way
		}
	}
	t.Fatalf("the entry takes neither the rows %q nor the words %q", rows, words)
	return p, texts, rows
}

func taken(entry backup.Entry, rows []string) bool {
	defer entry.Destroy()
	for _, row := range rows {
		if entry.Ask() == "" || entry.Take([]byte(row), false) != nil {
			return false
		}
	}
	return entry.Ask() == ""
}
