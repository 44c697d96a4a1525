package ccm

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// The packet vectors of RFC 3610 §8, those that differ in kind: tags of 8 and 10 bytes, 8 and 12 bytes in the clear, blocks full and not.
var rfc3610 = []struct{ key, nonce, plain, sealed string }{
	{"C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF", "00000003020100A0A1A2A3A4A5",
		"0001020304050607|08090A0B0C0D0E0F101112131415161718191A1B1C1D1E",
		"588C979A61C663D2F066D0C2C0F989806D5F6B61DAC384|17E8D12CFDF926E0"},
	{"C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF", "00000004030201A0A1A2A3A4A5",
		"0001020304050607|08090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
		"72C91A36E135F8CF291CA894085C87E3CC15C439C9E43A3B|A091D56E10400916"},
	{"C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF", "00000005040302A0A1A2A3A4A5",
		"0001020304050607|08090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20",
		"51B1E5F44A197D1DA46B0F8E2D282AE871E838BB64DA859657|4ADAA76FBD9FB0C5"},
	{"C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF", "00000006050403A0A1A2A3A4A5",
		"000102030405060708090A0B|0C0D0E0F101112131415161718191A1B1C1D1E",
		"A28C6865939A9A79FAAA5C4C2A9D4A91CDAC8C|96C861B9C9E61EF1"},
	{"C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF", "00000009080706A0A1A2A3A4A5",
		"0001020304050607|08090A0B0C0D0E0F101112131415161718191A1B1C1D1E",
		"0135D1B2C95F41D5D1D4FEC185D166B8094E999DFED96C|048C56602C97ACBB7490"},
	{"D7828D13B2B0BDC325A76236DF93CC6B", "00412B4EA9CDBE3C9696766CFA",
		"0BE1A88BACE018B1|08E8CF97D820EA258460E96AD9CF5289054D895CEAC47C",
		"4CB97F86A2A4689A877947AB8091EF5386A6FFBDD080F8E78CF7CB0CDDD7B3"},
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(strings.ReplaceAll(text, "|", ""))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestRFC3610(t *testing.T) {
	for i, v := range rfc3610 {
		extra, plain, _ := strings.Cut(v.plain, "|")
		want := unhex(t, v.sealed)
		c, err := New(unhex(t, v.key), 13, len(want)-len(plain)/2)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Seal([]byte("x"), unhex(t, v.nonce), unhex(t, plain), unhex(t, extra)); !bytes.Equal(got[1:], want) || got[0] != 'x' {
			t.Errorf("%d: sealed\n%X\nwant\n%X", i, got, want)
		}
		if got, err := c.Open([]byte("x"), unhex(t, v.nonce), want, unhex(t, extra)); err != nil || !bytes.Equal(got[1:], unhex(t, plain)) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// All of Project Wycheproof's vectors run: nonces and tags of other sizes than RFC 3610 has are refused by New, and are invalid there, too.
func TestWycheproof(t *testing.T) {
	t.Parallel()
	var file struct {
		NumberOfTests int
		TestGroups    []struct {
			IVSize, TagSize int
			Tests           []struct {
				TcID                                        int
				Comment, Key, IV, AAD, Msg, Ct, Tag, Result string
			}
		}
	}
	if err := json.Unmarshal(oracle.Wycheproof(t, "aes_ccm_test.json"), &file); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, group := range file.TestGroups {
		for _, v := range group.Tests {
			ran++
			c, err := New(unhex(t, v.Key), group.IVSize/8, group.TagSize/8)
			if err != nil || group.TagSize%8 != 0 {
				if v.Result != "invalid" {
					t.Errorf("%d: %v", v.TcID, err)
				}
				continue
			}
			iv, extra, sealed := unhex(t, v.IV), unhex(t, v.AAD), unhex(t, v.Ct+v.Tag)
			plain, err := c.Open(nil, iv, sealed, extra)
			if valid := v.Result == "valid"; valid != (err == nil) {
				t.Errorf("%d (%s): %v", v.TcID, v.Comment, err)
			}
			if err == nil && (!bytes.Equal(plain, unhex(t, v.Msg)) || !bytes.Equal(c.Seal(nil, iv, plain, extra), sealed)) {
				t.Errorf("%d (%s): another text", v.TcID, v.Comment)
			}
		}
	}
	if ran != file.NumberOfTests || ran == 0 {
		t.Errorf("%d of %d vectors ran", ran, file.NumberOfTests)
	}
}

// pythonCCM seals with Python's cryptography (OpenSSL), and prints what it opens of what was sealed here: lines of key, nonce, tag, text, extra, sealed.
const pythonCCM = `
import sys
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
for line in sys.stdin:
    key, nonce, tag, text, extra, sealed = line.rstrip("\n").split(",")
    c, h = AESCCM(bytes.fromhex(key), int(tag)), bytes.fromhex
    print(c.encrypt(h(nonce), h(text), h(extra)).hex() + "," + c.decrypt(h(nonce), h(sealed), h(extra)).hex())
`

func TestPython(t *testing.T) {
	t.Parallel()
	python := oracle.Python(t, "cryptography")
	var in strings.Builder
	var want []string
	for _, key := range []int{16, 24, 32} {
		for _, nonce := range []int{7, 12, 13} {
			for i, size := range []int{0, 1, 16, 155, 1403, 65535} {
				tag, extra := []int{4, 6, 16}[i%3], bytes.Repeat([]byte{7}, []int{0, 1, 14, 16, 0xff00, 65535}[i])
				k, n, plain := bytes.Repeat([]byte{1}, key), bytes.Repeat([]byte{2}, nonce), bytes.Repeat([]byte{3}, size)
				c, err := New(k, nonce, tag)
				if err != nil {
					t.Fatal(err)
				}
				sealed := c.Seal(nil, n, plain, extra)
				fmt.Fprintf(&in, "%x,%x,%d,%x,%x,%x\n", k, n, tag, plain, extra, sealed)
				want = append(want, fmt.Sprintf("%x,%x", sealed, plain))
			}
		}
	}
	cmd := exec.Command(python, "-c", pythonCCM)
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if string(out) != strings.Join(want, "\n")+"\n" {
		t.Error("Python seals or opens otherwise")
	}
}

func TestRefused(t *testing.T) {
	for _, size := range [][3]int{{15, 13, 16}, {64, 13, 16}, {16, 6, 16}, {16, 14, 16}, {16, 13, 2}, {16, 13, 5}, {16, 13, 18}} {
		if _, err := New(make([]byte, size[0]), size[1], size[2]); err == nil {
			t.Errorf("%v was taken", size)
		}
	}
	c, err := New(make([]byte, 16), 13, 16)
	if err != nil {
		t.Fatal(err)
	}
	sealed := c.Seal(nil, make([]byte, 13), []byte("text"), []byte("extra"))
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := c.Open(nil, make([]byte, 13), bad, []byte("extra")); !errors.Is(err, ErrOpen) {
			t.Errorf("byte %d was changed, and nobody saw it", i)
		}
	}
	for name, open := range map[string]func() ([]byte, error){
		"short":         func() ([]byte, error) { return c.Open(nil, make([]byte, 13), sealed[:15], []byte("extra")) },
		"long":          func() ([]byte, error) { return c.Open(nil, make([]byte, 13), make([]byte, 65536+16), nil) },
		"nonce's size":  func() ([]byte, error) { return c.Open(nil, make([]byte, 12), sealed, []byte("extra")) },
		"another extra": func() ([]byte, error) { return c.Open(nil, make([]byte, 13), sealed, []byte("Extra")) },
	} {
		if _, err := open(); !errors.Is(err, ErrOpen) {
			t.Errorf("%s: %v", name, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("65,536 bytes have no length in two bytes")
		}
	}()
	c.Seal(nil, make([]byte, 13), make([]byte, 65536), nil)
}

// FuzzOpen holds Open to Seal: what opens is what sealing makes.
func FuzzOpen(f *testing.F) {
	c, err := New(make([]byte, 16), 13, 4)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(make([]byte, 13), c.Seal(nil, make([]byte, 13), []byte("text"), []byte("extra")), []byte("extra"))
	f.Add([]byte{}, []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, nonce, sealed, extra []byte) {
		plain, err := c.Open(nil, nonce, sealed, extra)
		if err == nil && !bytes.Equal(c.Seal(nil, nonce, plain, extra), sealed) {
			t.Error("another text seals to the same")
		}
		if len(nonce) == 13 && len(sealed) < 65536 {
			if back, err := c.Open(nil, nonce, c.Seal(nil, nonce, sealed, extra), extra); err != nil || !bytes.Equal(back, sealed) {
				t.Errorf("what was sealed does not open: %v", err)
			}
		}
	})
}
