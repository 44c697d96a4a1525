package codex32

import (
	"encoding/hex"
	"strings"
	"testing"
)

func mustParse(t testing.TB, text string) word {
	t.Helper()
	w, err := parse([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return w
}

// The secrets of BIP-93's vectors 1, 4 and 5. The longest has the long checksum.
func TestVectorsOfSecrets(t *testing.T) {
	for text, want := range map[string]string{
		"ms10testsxxxxxxxxxxxxxxxxxxxxxxxxxx4nzvca9cmczlw":                           "318c6318c6318c6318c6318c6318c631",
		"ms10leetsllhdmn9m42vcsamx24zrxgs3qrl7ahwvhw4fnzrhve25gvezzyqqtum9pgv99ycma": "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100",
		"ms10leetsllhdmn9m42vcsamx24zrxgs3qrl7ahwvhw4fnzrhve25gvezzyqpj82dp34u6lqtd": "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100",
		"ms10leetsllhdmn9m42vcsamx24zrxgs3qrl7ahwvhw4fnzrhve25gvezzyq0pgjxpzx0ysaam": "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100",
		"MS100C8VSM32ZXFGUHPCHTLUPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZYGSFJD6AN074RXVCEMLH8WU3TK925ACDEFGHJKLMNPQRSTUVWXY06FHPV80UNDVARHRAK": "" +
			"dc5423251cb87175ff8110c8531d0952d8d73e1194e95b5f19d6f9df7c01111104c9baecdfea8cccc677fb9ddc8aec5553b86e528bcadfdcc201c17c638c47e9",
	} {
		w := mustParse(t, text)
		if got := hex.EncodeToString(w.bytes()); got != want || w.index() != secretIndex || w.threshold() != 0 {
			t.Errorf("%s: %s, threshold %d", text, got, w.threshold())
		}
		if string(w.text()) != strings.ToUpper(text) {
			t.Errorf("%s is written %s", text, w.text())
		}
		if made := newWord(0, w.identifier(), secretIndex, w.payload()); string(made) != string(w) {
			t.Errorf("%s is made as %s", text, made.text())
		}
	}
}

// Vectors 2 and 3: any threshold of the strings makes all the others.
func TestVectorsOfShares(t *testing.T) {
	for _, set := range [][]string{
		{"MS12NAMEA320ZYXWVUTSRQPNMLKJHGFEDCAXRPP870HKKQRM", "MS12NAMECACDEFGHJKLMNPQRSTUVWXYZ023FTR2GDZMPY6PN",
			"MS12NAMEDLL4F8JLH4E5VDVULDLFXU2JHDNLSM97XVENRXEG", "MS12NAMES6XQGUZTTXKEQNJSJZV4JV3NZ5K3KWGSPHUH6EVW"},
		{"ms13cashsllhdmn9m42vcsamx24zrxgs3qqjzqud4m0d6nln", "ms13casha320zyxwvutsrqpnmlkjhgfedca2a8d0zehn8a0t",
			"ms13cashcacdefghjklmnpqrstuvwxyz023949xq35my48dr", "ms13cashd0wsedstcdcts64cd7wvy4m90lm28w4ffupqs7rm",
			"ms13casheekgpemxzshcrmqhaydlp6yhms3ws7320xyxsar9", "ms13cashf8jh6sdrkpyrsp5ut94pj8ktehhw2hfvyrj48704"},
	} {
		var words []word
		for _, text := range set {
			words = append(words, mustParse(t, text))
		}
		for range words {
			words = append(words[1:], words[0])
			need := words[0].threshold()
			for _, w := range words[need:] {
				if got := interpolate(words[:need], w.index()); string(got) != string(w) {
					t.Errorf("%s came out as %s", w.text(), got.text())
				}
			}
			if !agree(words) {
				t.Error("the strings of a set do not agree")
			}
		}
	}
	if got := hex.EncodeToString(mustParse(t, "MS12NAMES6XQGUZTTXKEQNJSJZV4JV3NZ5K3KWGSPHUH6EVW").bytes()); got != "d1808e096b35b209ca12132b264662a5" {
		t.Errorf("vector 2 is %s", got)
	}
}

// BIP-93's invalid vectors. The letter x fills their payloads: here they are the ends of the string and how many x stand between.
var invalid = []struct {
	why, begin string
	count      int
	end        string
}{
	{"checksum", "ms10fauxs", 26, "ve740yyge2ghq"}, {"checksum", "ms10fauxs", 26, "ve740yyge2ghp"},
	{"another checksum's size", "ms10fauxs", 24, "urfvwmdcmymdufv"}, {"another checksum's size", "ms10fauxs", 26, "csyppjkd8lz4hx3"},
	{"another checksum's size", "ms10fauxs", 72, "u6hwvl5p0l9xf3c"}, {"another checksum's size", "ms10fauxs", 73, "wqey9rfs6smenxa"},
	{"another checksum's size", "ms10fauxs", 74, "v70wkzrjr4ntqet"}, {"another checksum's size", "ms10fauxs", 75, "3hmlrmpa4zl0v"},
	{"another checksum's size", "ms10fauxs", 76, "rfggf88znkaup"}, {"another checksum's size", "ms10fauxs", 77, "pt7l4aycv9qzj"},
	{"another checksum's size", "ms10fauxs", 103, "us27z9xtyxyw3"}, {"another checksum's size", "ms10fauxs", 105, "cwm4re8fs78vn"},
	{"length", "ms10fauxs", 24, "w0a4c70rfefn4"}, {"length", "ms10fauxs", 25, "k4pavy5n46nea"}, {"length", "ms10fauxs", 27, "9lrwar5zwng4w"},
	{"length", "ms10fauxs", 73, "r335l5tv88js3"}, {"length", "ms10fauxs", 75, "vu7q9nz8p7dj68v"}, {"length", "ms10fauxs", 102, "pq6k542scdxndq3"},
	{"length", "ms10fauxs", 104, "kmfw6jm270mz6ej"}, {"length", "ms12fauxx", 24, "zhddxw99w7xws"}, {"length", "ms12fauxx", 25, "x42cux6um92rz"},
	{"length", "ms12fauxx", 27, "arja5kqukdhy9"}, {"length", "ms12fauxx", 73, "ky0ua3ha84qk8"}, {"length", "ms12fauxx", 75, "9eheesxadh2n2n9"},
	{"length", "ms12fauxx", 102, "9llwmgesfulcj2z"}, {"length", "ms12fauxx", 104, "02ev7caq6n9fgkf"},
	{"share of threshold 0", "ms10fauxx", 26, "0z26tfn0ulw3p"}, {"threshold no digit", "ms1fauxxx", 26, "da3kr3s0s2swg"},
	{"prefix", "0fauxs", 26, "uqxkk05lyf3x2"}, {"prefix", "10fauxs", 26, "uqxkk05lyf3x2"}, {"prefix", "ms0fauxs", 26, "uqxkk05lyf3x2"},
	{"prefix", "m10fauxs", 26, "uqxkk05lyf3x2"}, {"prefix", "s10fauxs", 26, "uqxkk05lyf3x2"}, {"prefix", "0fauxs", 26, "hkd4f70m8lgws"},
	{"prefix", "10fauxs", 26, "hkd4f70m8lgws"}, {"prefix", "m10fauxs", 26, "x8t28z74x8hs4l"}, {"prefix", "s10fauxs", 26, "h9d0fhnvfyx3x"},
	{"case", "Ms10fauxs", 26, "uqxkk05lyf3x2"}, {"case", "mS10fauxs", 26, "uqxkk05lyf3x2"}, {"case", "MS10fauxs", 26, "uqxkk05lyf3x2"},
	{"case", "ms10FAUXs", 26, "uqxkk05lyf3x2"}, {"case", "ms10fauxS", 26, "uqxkk05lyf3x2"}, {"case", "ms10fauxs", 26, "UQXKK05LYF3X2"},
}

func TestInvalidVectors(t *testing.T) {
	for _, v := range invalid {
		text := v.begin + strings.Repeat("x", v.count) + v.end
		if _, err := parse([]byte(text)); err == nil {
			t.Errorf("%s is wrong in its %s, and was taken", text, v.why)
		}
	}
	mustParse(t, "ms10fauxs"+strings.Repeat("x", 26)+"uqxkk05lyf3x2") // what was mixed above, unmixed
	if _, err := parse([]byte("ms10fauxs" + strings.Repeat("X", 26) + "uqxkk05lyf3x2")); err == nil {
		t.Error("a payload of capitals in small letters was taken")
	}
}

// The rest of those whose checksum is wrong: these ends fit behind no number of x.
func TestInvalidChecksums(t *testing.T) {
	for _, end := range []string{
		"lk3yepcstwr", "6pgnv7jnpcsp", "0cpvr7n4geq", "m5252y7d3lr", "rd9sukzl05ej", "c55srw5jrm0", "gc7rwhtudwc", "4gy22afwghvs", "e8yfm0", "vm597d",
		"me084q0vpht7pe0", "me084q0vpht7pew", "qyadsp3nywm8a", "zvg7ar4hgaejk", "cznau0advgxqe", "jrc6j5040j", "52gxl6ppv40mcv", "7g4g2nhhle8fk",
		"63m45uj8ss4x8", "4r708q7kg65x",
	} {
		for n := range 120 {
			if _, err := parse([]byte("ms10fauxs" + strings.Repeat("x", n) + end)); err == nil {
				t.Errorf("%d times x and %s was taken", n, end)
			}
		}
	}
}
