package backup_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/all"
	"sigtool/backup/backuptest"
)

// Whatever a torn or badly typed sheet looks like, what goes to logs has no word and no group of its secret.
func TestNothingOfTheSecretIsSaid(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	for _, name := range []string{"words", "shares", "codex32"} {
		codec, _ := all.ByName(name)
		for n := range 400 {
			p := backuptest.Payload(backup.KindSeed, 32, fmt.Sprint("secret ", n))
			sheets, err := codec.Encode(p, backup.Meta{}, backup.Split{Groups: groupsOf(name), Rand: rand.NewChaCha8([32]byte{byte(n)})})
			p.Secret.Destroy()
			if err != nil {
				t.Fatal(err)
			}
			text := mistyped(r, sheets[0])
			restored, err := codec.Decode([]byte(text))
			said := saidOf(restored, err)
			for _, row := range sheets[0].Rows {
				for _, token := range regexp.MustCompile(`[A-Za-z0-9]{4,}`).FindAllString(string(row), -1) {
					if regexp.MustCompile(`(?i)\b`+token+`\b`).MatchString(said) && !regexp.MustCompile(`(?i)\b`+token+`\b`).MatchString(harmlessTexts) {
						t.Errorf("%s: %q is in %q, of\n%s", name, token, said, text)
					}
				}
			}
			restored.Destroy()
		}
	}
}

func groupsOf(name string) []backup.Group {
	if name == "shares" {
		return []backup.Group{{Need: 2, Of: 3}}
	}
	return nil
}

// harmlessTexts are words that messages have anyway.
const harmlessTexts = "check label document share note list page word number head code line number other wrong swap swapped place they have them " +
	"more that says read paper sheet said real rows what more give restore another missing there twice first two three four " +
	"order rely leave type alone right help whole sound group groups forged"

// mistyped is a sheet as nobody should type it: rows torn, in one with a statement, cut into words, or behind a name.
func mistyped(r *rand.Rand, s *backup.Sheet) string {
	names := []string{"Label", "label", "Share", "share", "Document", "Note", "note:", "Holder", "Algorithm", "algorithm:", "Derivation", "Derivation: seed", "Fingerprint", "Fingerprint:",
		"Fingerprint SHA256:", "Contents", "Made", "Made 2026-01-01", "Set", "Check", "check:", "Lines", "Algorithm p256", "Companion"}
	var lines []string
	for _, f := range s.Head {
		if r.IntN(3) > 0 {
			lines = append(lines, f.Name+[]string{" ", ": ", "   "}[r.IntN(3)]+f.Value)
		}
	}
	for _, row := range s.Rows {
		line := string(row)
		switch r.IntN(6) {
		case 0:
			line = names[r.IntN(len(names))] + []string{" ", "  ", ": "}[r.IntN(3)] + strings.TrimSpace(line)
		case 1:
			line = names[r.IntN(len(names))] + strings.TrimLeft(line, " 0123456789/")
		case 2:
			line = strings.Join(strings.Fields(line), "\n")
		case 3:
			lines = append(lines[:max(0, len(lines)-1)], strings.Join(append(lines[max(0, len(lines)-1):], line), " "))
			continue
		case 4:
			line = strings.ToUpper(line)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n") + "\n"
}

// saidOf is all that a program would print of a reading, but for the label, which it shows to a person alone, and hints and corrections.
func saidOf(restored *backup.Restored, err error) string {
	var b strings.Builder
	var few *backup.Incomplete
	if errors.As(err, &few) {
		restored = &backup.Restored{Payload: few.Payload, HeaderDiffers: few.HeaderDiffers, Corrections: few.Corrections}
	}
	if restored != nil {
		fmt.Fprintln(&b, restored.Algorithm, restored.Derivation, restored.Fingerprint, restored.HeaderDiffers, restored.LeftOut)
		for _, c := range restored.Corrections {
			fmt.Fprintln(&b, c.Place(), c.Why)
		}
	}
	fmt.Fprintln(&b, err)
	return b.String()
}
