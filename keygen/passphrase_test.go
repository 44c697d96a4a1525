package keygen_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/tyler-smith/go-bip39"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

func passphrase(t *testing.T, style keygen.Style) *keygen.Passphrase {
	t.Helper()
	p, err := keygen.NewPassphrase(style, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Secret.Destroy)
	return p
}

func TestBase58Passphrase(t *testing.T) {
	form := regexp.MustCompile(`^([` + base58 + `]{4}-){6}[` + base58 + `]{4}$`)
	for range 50 {
		p := passphrase(t, keygen.Base58)
		text := string(p.Secret.Bytes())
		if !form.MatchString(text) {
			t.Fatalf("%q isn't seven groups of four", text)
		}
		// The check group as its comment says, written another way.
		sum := sha256.Sum256([]byte("sigtool/v1/passphrase/base58\x00" + strings.ReplaceAll(text[:29], "-", "")))
		n, check := binary.BigEndian.Uint64(sum[:8])%(58*58*58*58), ""
		for range 4 {
			check = string(base58[n%58]) + check
			n /= 58
		}
		if text[30:] != check {
			t.Errorf("the check group of %q is %q, not %q", text, text[30:], check)
		}
	}
	if bits := passphrase(t, keygen.Base58).Bits; math.Abs(bits-140.59) > 0.01 {
		t.Errorf("%v bits", bits)
	}
}

// The alphabet is used evenly: chi-squared with 57 degrees of freedom is beyond 140 once in 10^8 runs.
func TestBase58IsEven(t *testing.T) {
	counts, total := map[rune]float64{}, 0.0
	for range 2000 {
		p, err := keygen.NewPassphrase(keygen.Base58, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range string(p.Secret.Bytes()[:29]) {
			if r != '-' {
				counts[r]++
				total++
			}
		}
		p.Secret.Destroy()
	}
	chi := 0.0
	for _, r := range base58 {
		d := counts[r] - total/58
		chi += d * d / (total / 58)
	}
	if chi > 140 {
		t.Errorf("chi-squared is %.1f", chi)
	}
}

func TestBIP39Passphrase(t *testing.T) {
	for range 50 {
		if p := passphrase(t, keygen.BIP39); !bip39.IsMnemonicValid(string(p.Secret.Bytes())) || p.Bits != 128 {
			t.Errorf("the library refuses %q (%v bits)", p.Secret.Bytes(), p.Bits)
		}
		entropy := make([]byte, 16)
		rand.Read(entropy)
		p, err := keygen.NewPassphrase(keygen.BIP39, bytes.NewReader(entropy))
		if err != nil {
			t.Fatal(err)
		}
		if want, _ := bip39.NewMnemonic(entropy); string(p.Secret.Bytes()) != want {
			t.Errorf("%x makes %q, by the library %q", entropy, p.Secret.Bytes(), want)
		}
	}
}

func TestDicewarePassphrase(t *testing.T) {
	// The EFF numbers its words by five dice: number 0 is 11111 abacus, the last one 66666 zoom.
	random := append(make([]byte, 18), byte(7775>>8), byte(7775&255))
	p, err := keygen.NewPassphrase(keygen.Diceware, bytes.NewReader(random))
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Split(string(p.Secret.Bytes()), " ")
	if len(words) != 11 || strings.Join(words[:10], " ") != strings.Repeat("abacus ", 9)+"zoom" {
		t.Errorf("the words are %q", words)
	}
	if err := keygen.CheckGroups(p.Secret.Bytes()); err != nil || math.Abs(p.Bits-129.25) > 0.01 {
		t.Errorf("%v, %v bits", err, p.Bits)
	}
}

func TestPassphraseLines(t *testing.T) {
	for range 20 {
		p := passphrase(t, keygen.Base58)
		lines := strings.Split(p.Lines(), "\n")
		if len(lines) != 3 || lines[0] != string(p.Secret.Bytes()) || len(lines[0]) != len(lines[1]) || lines[2] != "" {
			t.Fatalf("the lines are %q", lines)
		}
		for i, c := range []byte(lines[0]) {
			want := byte('U')
			switch {
			case c == '-':
				want = ' '
			case c >= '0' && c <= '9':
				want = 'N'
			case c >= 'a':
				want = 'L'
			}
			if lines[1][i] != want {
				t.Errorf("the class of %q is %q", c, lines[1][i])
			}
		}
	}
	p := &keygen.Passphrase{Style: keygen.BIP39, Secret: secret.From([]byte("legal winner thank year wave sausage worth useful legal winner thank yellow"))}
	want := " 1 legal       2 winner      3 thank       4 year\n" +
		" 5 wave        6 sausage     7 worth       8 useful\n" +
		" 9 legal      10 winner     11 thank      12 yellow\n"
	if p.Lines() != want {
		t.Errorf("the words are shown as\n%s", p.Lines())
	}
	if got := passphrase(t, keygen.Diceware).Lines(); strings.Count(got, "\n") != 3 || !strings.Contains(got, "11 ") {
		t.Errorf("the words are shown as\n%s", got)
	}
}

func TestPassphraseErrors(t *testing.T) {
	for _, style := range []keygen.Style{keygen.Base58, keygen.BIP39, keygen.Diceware} {
		if p, err := keygen.NewPassphrase(style, bytes.NewReader(make([]byte, 15))); err == nil || p != nil {
			t.Errorf("%v of 15 random bytes: %v, %v", style, p, err)
		}
		if back, err := keygen.ParseStyle(style.String()); err != nil || back != style {
			t.Errorf("%v is read back as %v, %v", style, back, err)
		}
	}
	if _, err := keygen.NewPassphrase(keygen.Style(9), rand.Reader); err == nil {
		t.Error("style 9 exists")
	}
	if _, err := keygen.ParseStyle("BASE64"); err == nil {
		t.Error("base64 exists")
	}
}
