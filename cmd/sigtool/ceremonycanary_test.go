package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// canary is a secret of a ceremony, in every form in which it might turn up where it must not be.
type canary struct {
	name  string
	raw   [][]byte   // bytes as they are, wherever they stand
	plain [][]byte   // text, wherever white space may have been put into it
	words [][]string // words that follow each other, whatever stands between them but letters
}

// secretText is a canary of a text that was typed or read: a passphrase, throws of a die; with the hyphens between its groups or without.
func secretText(name, text string) canary {
	text = strings.Join(strings.Fields(text), "")
	return canary{name: name, plain: [][]byte{[]byte(text), []byte(strings.ReplaceAll(text, "-", ""))}}
}

// secretRows is a canary of the rows of a sheet. The first words of a share are its set's, and no secret; any four from there on are one.
func secretRows(name, text string) canary {
	const head, run = 4, 4
	c := canary{name: name}
	words := letters([]byte(text))
	for i := head; i+run <= len(words); i++ {
		c.words = append(c.words, words[i:i+run])
	}
	return c
}

// secretBytes is a canary of a seed or a key: as it is, in hexadecimal, and in base64 wherever in its groups of three bytes it begins.
func secretBytes(name string, secret []byte) canary {
	digits := hex.EncodeToString(secret)
	c := canary{name: name, raw: [][]byte{secret}, plain: [][]byte{[]byte(digits), []byte(strings.ToUpper(digits))}}
	for before := range 3 {
		for _, code := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := code.EncodeToString(append(make([]byte, before), secret...))
			c.plain = append(c.plain, []byte(text[(before*8+5)/6:len(text)-1])) // but the characters that neighbours have a part in
		}
	}
	return c
}

// in tells whether the secret is in data.
func (c canary) in(data []byte) bool {
	for _, raw := range c.raw {
		if bytes.Contains(data, raw) {
			return true
		}
	}
	if len(c.plain) > 0 {
		squeezed := bytes.Join(bytes.Fields(data), nil)
		for _, text := range c.plain {
			if bytes.Contains(squeezed, text) {
				return true
			}
		}
	}
	if len(c.words) == 0 {
		return false
	}
	all := " " + strings.Join(letters(data), " ") + " "
	for _, run := range c.words {
		if strings.Contains(all, " "+strings.Join(run, " ")+" ") {
			return true
		}
	}
	return false
}

// letters are the words of a text, in small letters.
func letters(data []byte) []string {
	return strings.FieldsFunc(strings.ToLower(string(data)), func(c rune) bool { return !unicode.IsLetter(c) })
}

// aviary keeps the canaries of a ceremony.
type aviary struct {
	t        testing.TB
	canaries []canary
	searched int // places
}

func (a *aviary) keep(c canary) { a.canaries = append(a.canaries, c) }

// look fails the test if a secret is in data.
func (a *aviary) look(where string, data []byte) {
	a.t.Helper()
	a.searched++
	for _, c := range a.canaries {
		if c.in(data) {
			a.t.Errorf("%s is in %s", c.name, where)
		}
	}
}

// files looks into every file below folders, and at their names.
func (a *aviary) files(folders ...string) {
	a.t.Helper()
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return ignoreGone(err)
			}
			data, err := os.ReadFile(path)
			a.look(path, append(data, path...))
			return ignoreGone(err)
		})
		if err != nil {
			a.t.Error(err)
		}
	}
}

// ignoreGone is for files of other programs in a folder that many use.
func ignoreGone(err error) error {
	if os.IsNotExist(err) || os.IsPermission(err) {
		return nil
	}
	return err
}

// process looks at what the kernel shows of a process to others: its arguments, its environment, the files that it has open, and whether
// any of it was swapped out.
func (a *aviary) process(pid int) {
	a.t.Helper()
	folder := fmt.Sprintf("/proc/%d", pid)
	for _, name := range []string{"cmdline", "environ", "comm", "status"} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil && !os.IsPermission(err) { // the kernel keeps others from looking: so much the better
			a.t.Error(err)
		}
		a.look(filepath.Join(folder, name), data)
		if name == "status" && !bytes.Contains(data, []byte("VmSwap:\t       0 kB")) {
			a.t.Errorf("process %d has memory in swap", pid)
		}
	}
	open, err := os.ReadDir(filepath.Join(folder, "fd"))
	if err != nil && !os.IsPermission(err) {
		a.t.Error(err)
	}
	for _, fd := range open {
		name := filepath.Join(folder, "fd", fd.Name())
		link, err := os.Readlink(name) // what is no file has no path
		if info, statErr := os.Stat(name); err != nil || statErr != nil || !info.Mode().IsRegular() || !filepath.IsAbs(link) {
			continue
		}
		data, err := os.ReadFile(name) // a file without a name is a file too
		if err := ignoreGone(err); err != nil {
			a.t.Error(err)
		}
		a.look(name, data)
	}
}

// The search finds what it is to find.
func TestCeremonyCanary(t *testing.T) {
	seed := []byte("\x00\xff0123456789abcdefghijklmnopqrst")
	c := secretBytes("seed", seed)
	for _, text := range []string{
		"..." + string(seed) + "...", hex.EncodeToString(seed), strings.ToUpper(hex.EncodeToString(seed)),
		base64.StdEncoding.EncodeToString(seed), base64.URLEncoding.EncodeToString(append([]byte("ab"), seed...)),
		base64.StdEncoding.EncodeToString(append(append([]byte("a"), seed...), "and more"...)),
	} {
		if !c.in([]byte(text[:len(text)/2]+"\n"+text[len(text)/2:])) && !c.in([]byte(text)) {
			t.Errorf("not found in %q", text)
		}
	}
	if !secretText("throws", "1234 5612").in([]byte("x12\n34 56 12")) || secretText("throws", "1234").in([]byte("124 3")) {
		t.Error("a text is found where it is not, or not found where it is")
	}
	rows := secretRows("share", "1 one 2 two 3 three 4 four 5 five 6 six 7 seven 8 eight")
	if !rows.in([]byte("5. FIVE 6. six\n7. seven  8. eight")) || rows.in([]byte("one two three four five six seven")) {
		t.Error("rows are found where they are not, or not found where they are")
	}
}
