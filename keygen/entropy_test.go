package keygen_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"sigtool/keygen"
)

// fixed is a kernel that can be foretold: the bytes count up from the start value.
type fixed struct{ next byte }

func (f *fixed) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = f.next
		f.next++
	}
	return len(b), nil
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func seed(t *testing.T, p *keygen.Pool, label string) []byte {
	t.Helper()
	s, err := p.Seed(label)
	if err != nil || len(s) != 32 {
		t.Fatalf("seed %q: %v, %d bytes", label, err, len(s))
	}
	return s
}

func pool(kernel io.Reader, additions ...string) *keygen.Pool {
	p := keygen.NewPool(kernel)
	for i := 0; i < len(additions); i += 2 {
		p.Add(additions[i], []byte(additions[i+1]))
	}
	return p
}

// Every change of what goes in changes what comes out, and nothing else does.
func TestPoolMixes(t *testing.T) {
	make := map[string]func() []byte{
		"nothing added":         func() []byte { return seed(t, pool(&fixed{}), "key") },
		"dice":                  func() []byte { return seed(t, pool(&fixed{}, "dice", "123456"), "key") },
		"other dice":            func() []byte { return seed(t, pool(&fixed{}, "dice", "123455"), "key") },
		"other kernel":          func() []byte { return seed(t, pool(&fixed{1}, "dice", "123456"), "key") },
		"other label":           func() []byte { return seed(t, pool(&fixed{}, "dice", "123456"), "passphrase") },
		"other source":          func() []byte { return seed(t, pool(&fixed{}, "coin", "123456"), "key") },
		"split elsewhere":       func() []byte { return seed(t, pool(&fixed{}, "dice1", "23456"), "key") },
		"two additions":         func() []byte { return seed(t, pool(&fixed{}, "dice", "123", "dice", "456"), "key") },
		"other order":           func() []byte { return seed(t, pool(&fixed{}, "dice", "456", "dice", "123"), "key") },
		"empty addition":        func() []byte { return seed(t, pool(&fixed{}, "dice", ""), "key") },
		"dead kernel":           func() []byte { return seed(t, pool(zeros{}), "key") },
		"dead kernel and dice":  func() []byte { return seed(t, pool(zeros{}, "dice", "123456"), "key") },
		"dead kernel, dice two": func() []byte { return seed(t, pool(zeros{}, "dice", "654321"), "key") },
		"dead kernel, again": func() []byte {
			p := pool(zeros{}, "dice", "123456")
			seed(t, p, "key")
			return seed(t, p, "key")
		},
	}
	seen := map[string]string{}
	for name, f := range make {
		first := f()
		if !bytes.Equal(first, f()) {
			t.Errorf("%s doesn't replay", name)
		}
		if other, twice := seen[string(first)]; twice {
			t.Errorf("%s gives the seed of %s", name, other)
		}
		seen[string(first)] = name
	}
}

// What the comment promises, computed with HMAC alone after RFC 5869.
func TestPoolLayout(t *testing.T) {
	mac := func(key, data []byte) []byte {
		h := hmac.New(sha512.New, key)
		h.Write(data)
		return h.Sum(nil)
	}
	material := make([]byte, 64)
	(&fixed{}).Read(material)
	material = binary.BigEndian.AppendUint64(material, 0)
	material = append(material, "\x00\x00\x00\x04dice\x00\x00\x00\x06123456"...)
	prk := mac(make([]byte, 64), material)
	if want := mac(prk, []byte("sigtool/v1/key\x01"))[:32]; !bytes.Equal(seed(t, pool(&fixed{}, "dice", "123456"), "key"), want) {
		t.Error("a seed isn't what the layout says")
	}
	var got [130]byte
	if _, err := io.ReadFull(pool(&fixed{}, "dice", "123456").Reader("words"), got[:]); err != nil {
		t.Fatal(err)
	}
	var want []byte
	for _, info := range []string{"sigtool/v1/words/stream/0\x01", "sigtool/v1/words/stream/1\x01", "sigtool/v1/words/stream/2\x01"} {
		want = append(want, mac(prk, []byte(info))...)
	}
	if !bytes.Equal(got[:], want[:130]) {
		t.Error("a stream isn't what the layout says")
	}
}

func TestPoolReader(t *testing.T) {
	whole := make([]byte, 1000)
	if _, err := io.ReadFull(pool(&fixed{}).Reader("a"), whole); err != nil {
		t.Fatal(err)
	}
	pieces, err := io.ReadAll(io.LimitReader(iotest.OneByteReader(pool(&fixed{}).Reader("a")), 1000))
	if err != nil || !bytes.Equal(whole, pieces) {
		t.Errorf("the stream depends on how it is read: %v", err)
	}
	p := pool(zeros{})
	a, b := make([]byte, 64), make([]byte, 64)
	io.ReadFull(p.Reader("a"), a)
	io.ReadFull(p.Reader("a"), b)
	if bytes.Equal(a, b) {
		t.Error("two streams of a dead kernel are the same")
	}
	p.Destroy()
	p.Destroy()
}

func TestPoolErrors(t *testing.T) {
	broken := errors.New("no random numbers today")
	for name, kernel := range map[string]io.Reader{
		"fails": iotest.ErrReader(broken), "ends": bytes.NewReader(make([]byte, 63)),
	} {
		if s, err := pool(kernel, "dice", "123").Seed("key"); err == nil || s != nil {
			t.Errorf("a kernel that %s: %x, %v", name, s, err)
		}
		if _, err := pool(kernel).Reader("key").Read(make([]byte, 1)); err == nil {
			t.Errorf("a kernel that %s feeds a stream", name)
		}
	}
	if _, err := pool(zeros{}).Seed(""); err == nil {
		t.Error("a seed without a label")
	}
}

// Generate's key is the one of the pool's next seed, which it returns with it.
func TestGenerate(t *testing.T) {
	for _, alg := range []keygen.Algorithm{keygen.Ed25519, keygen.P256, keygen.P384, keygen.Secp256k1} {
		key, made, err := keygen.Generate(pool(&fixed{}, "dice", "123456"), alg, "key")
		if err != nil {
			t.Fatalf("%s: %v", alg, err)
		}
		again, err := keygen.FromSeed(alg, made)
		if err != nil || keygen.Fingerprint(again.Public()) != keygen.Fingerprint(key.Public()) {
			t.Errorf("%s: the seed makes another key, %v", alg, err)
		}
		if !bytes.Equal(made, seed(t, pool(&fixed{}, "dice", "123456"), "key")) {
			t.Errorf("%s: the seed is not the pool's", alg)
		}
	}
	if key, made, err := keygen.Generate(pool(zeros{}), "dsa", "key"); !errors.Is(err, keygen.ErrUnsupported) || key != nil || made != nil {
		t.Errorf("dsa: %v", err)
	}
	if key, made, err := keygen.Generate(pool(iotest.ErrReader(io.ErrUnexpectedEOF)), keygen.P256, "key"); !errors.Is(err, io.ErrUnexpectedEOF) || key != nil || made != nil {
		t.Errorf("no random numbers: %v", err)
	}
}
