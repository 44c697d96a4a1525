package keygen_test

import (
	"bytes"
	"strings"
	"testing"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

// Every way in which a typed passphrase may differ from the one that was shown.
func TestCompareBase58(t *testing.T) {
	p := &keygen.Passphrase{Style: keygen.Base58, Secret: secret.From([]byte("7Yb2-kLm9-Pq4r-sT5u-vW6x-yZ8A-bC3d"))}
	cases := []struct{ typed, wrong string }{
		{"7Yb2-kLm9-Pq4r-sT5u-vW6x-yZ8A-bC3d", ""},
		{" 7Yb2-kLm9-Pq4r-sT5u-vW6x-yZ8A-bC3d\r\n", ""},
		{"7Yb2 kLm9 Pq4r sT5u  vW6x yZ8A bC3d", ""},
		{"", "nothing was typed"},
		{" - ", "nothing was typed"},
		{"7Yb3-kLm9-Pq4r-sT5u-vW6x-yZ8A-bC3d", "group 1 differs from what was shown"},
		{"7Yb2-kLm9-PqAr-sT5u-vW6x-yZ8A-bC3d", "group 3 differs from what was shown: its character 3 is a digit"},
		{"7Yb2-kLm9-Pq4r-st5u-vW6x-yZ8A-bC3d", "group 4 differs from what was shown: its character 2 is an upper-case letter"},
		{"7Yb2-kLm9-Pq4r-sT5u-vW6x-YZ8A-bC3d", "group 6 differs from what was shown: its character 1 is a lower-case letter"},
		{"7Yb2-kLm9-Pq4r-sT5u-vW6x-yZ8A-bC\u00e9", "group 7 differs from what was shown: its character 3 is a digit"},
		{"7Yb2-kLm9-Pq4r-sT5u-vW6x-yZ8A-bC3", "group 7 differs from what was shown: it has 4 characters, not 3"},
		{"7Yb2-kLm9-Pq4r-sT5u-vW6x-yZ8A", "7 groups were shown and 6 typed"},
		{"7Yb2-kLm9-Pq4r-sT5u-vW6x-yZ8A-bC3d-1", "7 groups were shown and 8 typed"},
		{"7Yb2kLm9Pq4rsT5uvW6xyZ8AbC3d", "group 1 differs from what was shown: it has 4 characters, not 28"},
		{"7Yb2-Pq4r-kLm9-sT5u-vW6x-yZ8A-bC3d", "group 2 differs from what was shown: its character 1 is a lower-case letter"},
	}
	compareAll(t, p, cases)
}

func TestCompareWords(t *testing.T) {
	p := &keygen.Passphrase{Style: keygen.BIP39, Secret: secret.From([]byte("legal winner thank year wave sausage worth useful legal winner thank yellow"))}
	right := string(p.Secret.Bytes())
	compareAll(t, p, []struct{ typed, wrong string }{
		{right, ""},
		{"\n" + strings.ReplaceAll(right, " ", "\n  ") + "\n", ""},
		{strings.Replace(right, "year", "yeer", 1), "word 4 differs from what was shown"},
		{strings.Replace(right, "year", "Year", 1), "word 4 differs from what was shown"},
		{strings.Replace(right, " yellow", "", 1), "12 words were shown and 11 typed"},
		{strings.ReplaceAll(right, " ", "-"), "word 1 differs from what was shown"},
	})
}

func compareAll(t *testing.T, p *keygen.Passphrase, cases []struct{ typed, wrong string }) {
	t.Helper()
	for _, c := range cases {
		typed := []byte(c.typed)
		err := keygen.Compare(p, typed)
		if c.wrong == "" && err != nil || c.wrong != "" && (err == nil || err.Error() != c.wrong) {
			t.Errorf("%q: %v, not %q", c.typed, err, c.wrong)
		}
		if string(typed) != c.typed {
			t.Errorf("%q was changed", c.typed)
		}
	}
}

func TestCheckGroupsAndCanonical(t *testing.T) {
	for _, style := range []keygen.Style{keygen.Base58, keygen.BIP39, keygen.Diceware} {
		p := passphrase(t, style)
		right := p.Secret.Bytes()
		otherwise := bytes.ReplaceAll(bytes.ReplaceAll(right, []byte(" "), []byte("  ")), []byte("\n"), nil)
		if style == keygen.Base58 {
			otherwise = bytes.ReplaceAll(right, []byte("-"), []byte(" "))
		}
		for _, typed := range [][]byte{right, otherwise, append([]byte("\t"), append(otherwise, '\n')...)} {
			if err := keygen.CheckGroups(typed); err != nil {
				t.Errorf("%q: %v", typed, err)
			}
			if s, ours := keygen.Canonical(typed); !ours || !s.Equal(p.Secret) {
				t.Errorf("%q isn't taken for %q", typed, right)
			}
		}
	}
	slipped := 0
	for range 200 { // a wrong word passes BIP-39's own 4 bits once in 16
		p := passphrase(t, keygen.BIP39)
		fields := strings.Fields(string(p.Secret.Bytes()))
		fields[3] = "zoo"
		if keygen.CheckGroups([]byte(strings.Join(fields, " "))) == nil {
			slipped++
		}
	}
	if slipped > 40 {
		t.Errorf("%d of 200 wrong words pass the checksum", slipped)
	}
	p := passphrase(t, keygen.Base58)
	for i := range p.Secret.Bytes() { // every single slip is noticed
		typed := bytes.Clone(p.Secret.Bytes())
		switch typed[i] {
		case '-':
			continue
		case 'x':
			typed[i] = 'y'
		default:
			typed[i] = 'x'
		}
		if err := keygen.CheckGroups(typed); err == nil || bytes.Contains([]byte(err.Error()), typed[:4]) {
			t.Errorf("%q for %q: %v", typed, p.Secret.Bytes(), err)
		}
		if _, ours := keygen.Canonical(typed); ours {
			t.Errorf("%q is taken for ours", typed)
		}
	}
	for _, foreign := range []string{"", "hunter2", "correct horse battery staple", "7Yb2-kLm9-Pq4r-sT5u-vW6x-yZ8A", "0OIl-kLm9-Pq4r-sT5u-vW6x-yZ8A-bC3d", strings.Repeat("a ", 12), "\xff\xfe"} {
		if err := keygen.CheckGroups([]byte(foreign)); err != nil {
			t.Errorf("%q: %v", foreign, err)
		}
		if _, ours := keygen.Canonical([]byte(foreign)); ours {
			t.Errorf("%q is taken for ours", foreign)
		}
	}
}

func FuzzCheckGroups(f *testing.F) {
	for _, seed := range []string{"", "7Yb2-kLm9-Pq4r-sT5u-vW6x-yZ8A-bC3d", "7Yb2 kLm9 Pq4r", strings.Repeat("abandon ", 11) + "about", strings.Repeat("abacus ", 11), "\xff-\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, typed []byte) {
		err := keygen.CheckGroups(typed)
		s, ours := keygen.Canonical(typed)
		if !ours {
			return
		}
		defer s.Destroy()
		again, still := keygen.Canonical(s.Bytes())
		if err != nil || !still || !again.Equal(s) {
			t.Errorf("%q: %v, and its canonical form isn't taken for ours", typed, err)
		}
		again.Destroy()
	})
}
