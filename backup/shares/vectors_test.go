package shares

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// corpus reads a file of the shared test data, or ends the test.
func corpus(t testing.TB, parts ...string) []byte {
	t.Helper()
	root := os.Getenv("SIGTOOL_CORPUS")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	data, err := os.ReadFile(filepath.Join(append([]string{root}, parts...)...))
	if errors.Is(err, os.ErrNotExist) {
		oracle.Missing(t, "the test data "+filepath.Join(parts...)+" ($SIGTOOL_CORPUS)")
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// vector is one of the standard's: what it is about, its mnemonics, and the master secret, none where they have to be refused.
type vector struct {
	name      string
	mnemonics []string
	master    string
}

func vectors(t testing.TB) (all []vector) {
	var raw [][]json.RawMessage
	if err := json.Unmarshal(corpus(t, "slip39", "vectors.json"), &raw); err != nil {
		t.Fatal(err)
	}
	for _, r := range raw {
		var v vector
		if err := errors.Join(json.Unmarshal(r[0], &v.name), json.Unmarshal(r[1], &v.mnemonics), json.Unmarshal(r[2], &v.master)); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

// indices looks words up that are written in full.
func indices(t testing.TB, mnemonic string) (words []uint16) {
	for _, w := range strings.Fields(mnemonic) {
		i, ok := list.Index(w)
		if !ok {
			t.Fatalf("%s is no word", w)
		}
		words = append(words, uint16(i))
	}
	return words
}

func restoreVector(t testing.TB, mnemonics []string, passphrase string) ([]byte, error) {
	var all []*share
	for _, m := range mnemonics {
		s, err := unpack(indices(t, m))
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	encrypted, err := combine(all)
	if err != nil {
		return nil, err
	}
	return decrypt(encrypted, passphrase, all[0].set)
}

func TestVectors(t *testing.T) {
	valid, invalid := 0, 0
	for _, v := range vectors(t) {
		master, err := restoreVector(t, v.mnemonics, "TREZOR")
		if v.master == "" {
			if invalid++; err == nil {
				t.Errorf("%s: gives %x", v.name, master)
			}
			t.Logf("%s: %v", v.name, err)
			continue
		}
		if valid++; err != nil || hex.EncodeToString(master) != v.master {
			t.Errorf("%s: %x, not %s, %v", v.name, master, v.master, err)
		}
		for _, m := range v.mnemonics {
			words := indices(t, m)
			s, err := unpack(words)
			if err != nil || !bytes.Equal(wordBytes(s.pack()), wordBytes(words)) {
				t.Errorf("%s: %s is written as other words (%v)", v.name, m, err)
			}
		}
		if other, err := restoreVector(t, v.mnemonics, ""); err != nil || bytes.Equal(other, master) {
			t.Errorf("%s: a wrong passphrase gives no other secret (%v)", v.name, err)
		}
	}
	if valid < 8 || invalid < 15 {
		t.Errorf("%d valid and %d invalid vectors ran", valid, invalid)
	}
}

func wordBytes(words []uint16) (b []byte) {
	for _, w := range words {
		b = append(b, byte(w>>8), byte(w))
	}
	return b
}
