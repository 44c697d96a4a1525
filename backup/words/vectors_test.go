package words

import (
	"bytes"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"

	"github.com/tyler-smith/go-bip39"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/internal/secret"
)

// The 256-bit vectors of BIP-39 (github.com/trezor/python-mnemonic, vectors.json).
var vectors = [][2]string{
	{"0000000000000000000000000000000000000000000000000000000000000000", strings.Repeat("abandon ", 23) + "art"},
	{"7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f", strings.Repeat("legal winner thank year wave sausage worth useful ", 2) + "legal winner thank year wave sausage worth title"},
	{"8080808080808080808080808080808080808080808080808080808080808080", strings.Repeat("letter advice cage absurd amount doctor acoustic avoid ", 2) + "letter advice cage absurd amount doctor acoustic bless"},
	{"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", strings.Repeat("zoo ", 23) + "vote"},
	{"68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c", "hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis maple dilemma loan word shrug inflict delay length"},
	{"9f6a2878b2520799a44ef18bc7df394e7061a224d2c33cd015b157d746869863", "panda eyebrow bullet gorilla call smoke muffin taste mesh discover soft ostrich alcohol speed nation flash devote level hobby quick inner drive ghost inside"},
	{"066dca1a2bb7e8a1db2832148ce9933eea0f3ac9548d793112d9a95c9407efad", "all hour make first leader extend hole alien behind guard gospel lava path output census museum junior mass reopen famous sing advance salt reform"},
	{"f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f", "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold"},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		seed, _ := hex.DecodeString(v[0])
		r, err := Codec{}.Decode([]byte(v[1]))
		if err != nil || !bytes.Equal(r.Secret.Bytes(), seed) || r.Algorithm != "" || r.Label != "" || !r.Sound() {
			t.Errorf("%s: %+v, %v", v[1], r, err)
		}
		s, err := Codec{}.Encode(backup.Payload{Kind: backup.KindSeed, Secret: secret.From(seed)}, backup.Meta{}, backup.Split{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(regexp.MustCompile(`[a-z]+`).FindAllString(string(bytes.Join(s[0].Rows[:6], []byte(" "))), -1), " "); got != v[1] {
			t.Errorf("%s\nis printed as %s", v[1], got)
		}
	}
}

// The library agrees on what we print, and we on what it prints.
func TestLibraryAgrees(t *testing.T) {
	for i := range 200 {
		seed := backuptest.Bytes(32, strings.Repeat("i", i))
		mnemonic, err := bip39.NewMnemonic(seed)
		if err != nil {
			t.Fatal(err)
		}
		p := pack(seed)
		for n, word := range strings.Fields(mnemonic) {
			if list.Words()[p.word(n)] != word {
				t.Fatalf("word %d of %s is %s", n+1, mnemonic, list.Words()[p.word(n)])
			}
		}
		if r, err := (Codec{}).Decode([]byte(mnemonic)); err != nil || !bytes.Equal(r.Secret.Bytes(), seed) {
			t.Fatalf("%s: %v", mnemonic, err)
		}
	}
}
