package keywrap_test

import (
	"bytes"
	"crypto/aes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sigtool/internal/keywrap"
	"sigtool/internal/oracle"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	data, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The two examples of RFC 5649 §6: 20 bytes, and 7 bytes, under a key of 192 bits.
func TestRFC5649(t *testing.T) {
	kek := unhex(t, "5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8")
	for data, wrapped := range map[string]string{
		"c37b7e6492584340bed12207808941155068f738": "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a",
		"466f7250617369": "afbeb0f07dfbf5419200f2ccb50bb24f",
	} {
		got, err := keywrap.WrapPadded(kek, unhex(t, data))
		if err != nil || hex.EncodeToString(got) != wrapped {
			t.Errorf("%s wraps to %x, %v", data, got, err)
		}
		back, err := keywrap.UnwrapPadded(kek, unhex(t, wrapped))
		if err != nil || hex.EncodeToString(back) != data {
			t.Errorf("%s unwraps to %x, %v", wrapped, back, err)
		}
	}
}

func TestWycheproof(t *testing.T) {
	var vectors struct {
		TestGroups []struct {
			Tests []struct {
				TcID                          int
				Comment, Key, Msg, CT, Result string
			}
		}
	}
	if err := json.Unmarshal(oracle.Wycheproof(t, "kwp_test.json"), &vectors); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, group := range vectors.TestGroups {
		for _, v := range group.Tests {
			if v.Msg == "" && v.Result == "acceptable" { // RFC 5649 §1: one byte or more
				v.Result = "invalid"
			}
			seen[v.Result]++
			key, msg, ct := unhex(t, v.Key), unhex(t, v.Msg), unhex(t, v.CT)
			back, err := keywrap.UnwrapPadded(key, ct)
			good := err == nil && bytes.Equal(back, msg)
			if good != (v.Result != "invalid") { // "acceptable" are keys of less than 16 bytes, and weaker wrapping keys
				t.Errorf("%d (%s, %s): unwraps to %x, %v", v.TcID, v.Comment, v.Result, back, err)
			}
			if wrapped, err := keywrap.WrapPadded(key, msg); v.Result != "invalid" && !bytes.Equal(wrapped, ct) {
				t.Errorf("%d (%s): wraps to %x, %v", v.TcID, v.Comment, wrapped, err)
			}
		}
	}
	if seen["valid"]+seen["acceptable"] < 70 || seen["invalid"] < 170 {
		t.Errorf("only %v were seen", seen)
	}
}

// OpenSSL opens what we wrap, and we what it wraps. (Of its command line the IV is the first half of the AIV.)
func TestOpenSSL(t *testing.T) {
	t.Parallel()
	openssl := oracle.Need(t, "openssl")
	folder := t.TempDir()
	in, out := filepath.Join(folder, "in"), filepath.Join(folder, "out")
	run := func(data []byte, args ...string) []byte {
		t.Helper()
		if err := os.WriteFile(in, data, 0o600); err != nil {
			t.Fatal(err)
		}
		oracle.Run(t, openssl, append([]string{"enc", "-iv", "A65959A6", "-in", in, "-out", out}, args...)...)
		got, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for size, name := range map[int]string{16: "-id-aes128-wrap-pad", 24: "-id-aes192-wrap-pad", 32: "-id-aes256-wrap-pad"} {
		key := bytes.Repeat([]byte{byte(size), 0x5a}, size/2)
		for _, length := range []int{1, 7, 8, 9, 138, 2375} {
			data := bytes.Repeat([]byte{0xa5, byte(length), 3}, length)[:length]
			ours, err := keywrap.WrapPadded(key, data)
			if err != nil {
				t.Fatal(err)
			}
			if back := run(ours, name, "-d", "-K", hex.EncodeToString(key)); !bytes.Equal(back, data) {
				t.Errorf("%s, %d bytes: openssl unwraps %x", name, length, back)
			}
			if theirs := run(data, name, "-K", hex.EncodeToString(key)); !bytes.Equal(theirs, ours) {
				t.Errorf("%s, %d bytes: openssl wraps otherwise", name, length)
			}
		}
	}
	// RFC 3394's wrap under the AIV of 8 bytes, with a whole semiblock behind them.
	key := bytes.Repeat([]byte{7}, 32)
	if back, err := keywrap.UnwrapPadded(key, run(make([]byte, 16), "-id-aes256-wrap", "-K", hex.EncodeToString(key), "-iv", "A65959A600000008")); err == nil {
		t.Errorf("a semiblock too many: %x", back)
	}
}

// Each bit counts, and each length that is not the one.
func TestDamage(t *testing.T) {
	key := bytes.Repeat([]byte{7}, 32)
	for _, length := range []int{1, 8, 9, 21, 40} {
		data := bytes.Repeat([]byte{1}, length)
		wrapped, err := keywrap.WrapPadded(key, data)
		if err != nil || len(wrapped) != 8+(length+7)/8*8 {
			t.Fatalf("%d bytes: %d wrapped, %v", length, len(wrapped), err)
		}
		for bit := range len(wrapped) * 8 {
			wrapped[bit/8] ^= 1 << (bit % 8)
			if _, err := keywrap.UnwrapPadded(key, wrapped); !errors.Is(err, keywrap.ErrUnwrap) {
				t.Fatalf("%d bytes, bit %d: %v", length, bit, err)
			}
			wrapped[bit/8] ^= 1 << (bit % 8)
		}
		for n := range wrapped {
			if _, err := keywrap.UnwrapPadded(key, wrapped[:n]); !errors.Is(err, keywrap.ErrUnwrap) {
				t.Fatalf("the first %d of %d bytes: %v", n, len(wrapped), err)
			}
		}
	}
}

// What the right key wrapped, but with something else where RFC 5649 §3 has its three checks, does not unwrap. One semiblock is one block of AES.
func TestChecks(t *testing.T) {
	key := bytes.Repeat([]byte{7}, 32)
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	for plain, want := range map[string]string{
		"a65959a6" + "00000005" + "0102030405000000": "0102030405",
		"a65959a6" + "00000008" + "0102030405060708": "0102030405060708",
		"a65959a7" + "00000005" + "0102030405000000": "", // the magic number
		"a6a6a6a6" + "a6a6a6a6" + "0102030405060708": "", // that of RFC 3394
		"a65959a6" + "00000000" + "0000000000000000": "", // a length of which all of the semiblock is left over
		"a65959a6" + "00000009" + "0102030405060708": "", // longer than there is
		"a65959a6" + "00100005" + "0102030405000000": "",
		"a65959a6" + "80000005" + "0102030405000000": "",
		"a65959a6" + "ffffffff" + "0102030405060708": "",
		"a65959a6" + "00000005" + "0102030405010000": "", // bytes behind it that are not zero
		"a65959a6" + "00000005" + "0102030405000080": "",
		"a65959a6" + "00000001" + "0102000000000000": "",
	} {
		wrapped := unhex(t, plain)
		block.Encrypt(wrapped, wrapped)
		back, err := keywrap.UnwrapPadded(key, wrapped)
		if hex.EncodeToString(back) != want || want == "" && !errors.Is(err, keywrap.ErrUnwrap) {
			t.Errorf("%s unwraps to %x, %v", plain, back, err)
		}
	}
}

func TestSizes(t *testing.T) {
	key := make([]byte, 32)
	for _, n := range []int{0, keywrap.MaxData + 1} {
		if _, err := keywrap.WrapPadded(key, make([]byte, n)); err == nil {
			t.Errorf("%d bytes are wrapped", n)
		}
	}
	if _, err := keywrap.UnwrapPadded(key, make([]byte, keywrap.MaxData+16)); !errors.Is(err, keywrap.ErrUnwrap) {
		t.Errorf("too long: %v", err)
	}
	wrapped, err := keywrap.WrapPadded(key, make([]byte, keywrap.MaxData))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := keywrap.UnwrapPadded(key, wrapped); err != nil || len(back) != keywrap.MaxData {
		t.Errorf("the longest: %d bytes, %v", len(back), err)
	}
	for _, n := range []int{0, 15, 31, 33} {
		if _, err := keywrap.WrapPadded(make([]byte, n), []byte{1}); err == nil {
			t.Errorf("a key of %d bytes wraps", n)
		}
		if _, err := keywrap.UnwrapPadded(make([]byte, n), wrapped); err == nil || errors.Is(err, keywrap.ErrUnwrap) {
			t.Errorf("a key of %d bytes unwraps: %v", n, err)
		}
	}
}

// FuzzUnwrap: what unwraps wraps to the same bytes again, and what wraps unwraps.
func FuzzUnwrap(f *testing.F) {
	f.Add([]byte{1, 2, 3}, []byte("0123456789abcdef"))
	f.Add(bytes.Repeat([]byte{9}, 40), bytes.Repeat([]byte{8}, 32))
	f.Fuzz(func(t *testing.T, data, kek []byte) {
		if back, err := keywrap.UnwrapPadded(kek, data); err == nil {
			if again, err := keywrap.WrapPadded(kek, back); err != nil || !bytes.Equal(again, data) {
				t.Errorf("%x unwraps to %x, which wraps to %x, %v", data, back, again, err)
			}
		}
		wrapped, err := keywrap.WrapPadded(kek, data)
		if err != nil {
			return
		}
		if back, err := keywrap.UnwrapPadded(kek, wrapped); err != nil || !bytes.Equal(back, data) {
			t.Errorf("%x comes back as %x, %v", data, back, err)
		}
	})
}
