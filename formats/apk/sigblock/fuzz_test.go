package sigblock

import (
	"bytes"
	"crypto/x509"
	"errors"
	"math"
	"testing"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/lp"
	"sigtool/internal/issue"
	"sigtool/internal/keytest"
)

// FuzzFind: whatever stands before the directory, what is found lies in it and is what is in the bytes.
func FuzzFind(f *testing.F) {
	f.Add(Build([]Pair{{V2, []byte("value")}, {Frosting, nil}}))
	f.Add(Build(nil)[:4096])
	_, _, b := sample(f, "sample-p256.apk")
	f.Add(Build(b.Pairs))
	f.Fuzz(func(t *testing.T, data []byte) {
		src, zip := around(data)
		b, err := Find(src, zip)
		if b == nil {
			return
		}
		if b.Offset < 0 || b.Offset+b.Size != int64(len(data)) {
			t.Fatalf("%d bytes at %d of %d", b.Size, b.Offset, len(data))
		}
		total := 0
		for _, p := range b.Pairs {
			total += 12 + len(p.Value)
			if !bytes.Contains(data, p.Value) {
				t.Fatal("a value that is not there")
			}
		}
		if total > len(data) {
			t.Fatalf("values of %d bytes in %d, %v", total, len(data), err)
		}
	})
}

// FuzzSigners: whatever the value, each signer is bad or has all that a caller needs.
func FuzzSigners(f *testing.F) {
	for _, name := range []string{"sample-p256.apk", "sample-rsa2048-v2v3.apk"} {
		_, _, b := sample(f, name)
		for id, scheme := range map[uint32]uint8{V2: 2, V3: 3} {
			value, _ := b.Value(id)
			f.Add(value, scheme, int32(24), int32(math.MaxInt32))
		}
	}
	f.Add([]byte{4, 0, 0, 0, 0, 0, 0, 0}, uint8(31), int32(1), int32(33))
	f.Fuzz(func(t *testing.T, value []byte, scheme uint8, low, high int32) {
		checkSigners(t, schemeOf(scheme), value, int(low), int(high))
	})
}

// FuzzSigned is FuzzSigners for what comes behind a good signature: a signer may sign anything.
func FuzzSigned(f *testing.F) {
	for id, scheme := range map[uint32]uint8{V2: 2, V3: 3} {
		_, _, b := sample(f, "sample-p256.apk")
		value, _ := b.Value(id)
		var all, list, one, signed lp.Bytes = value, nil, nil, nil
		if !all.Prefixed(&list) || !list.Prefixed(&one) || !one.Prefixed(&signed) {
			f.Fatal("the sample is none")
		}
		f.Add([]byte(signed), scheme, int32(24), int32(math.MaxInt32))
	}
	key := keytest.Key(f, "p256")
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, signed []byte, scheme uint8, low, high int32) {
		sig, err := alg.Sign(alg.ECDSASHA256, key, signed)
		if err != nil {
			t.Fatal(err)
		}
		signer := lp.Append(nil, signed)
		if schemeOf(scheme) != 2 {
			signer = lp.Uint32(lp.Uint32(signer, uint32(low)), uint32(high))
		}
		signer = lp.Append(lp.Append(signer, pair(nil, uint32(alg.ECDSASHA256), sig)), spki)
		value := lp.Append(nil, lp.Append(nil, signer))
		checkSigners(t, schemeOf(scheme), value, int(low), int(high))
	})
}

func schemeOf(n uint8) Scheme {
	if n == 2 || n == 3 {
		return Scheme(n)
	}
	return 31
}

// checkSigners checks what callers rely on: errors with a name, and good signers with all they need.
func checkSigners(t *testing.T, scheme Scheme, value []byte, low, high int) {
	t.Helper()
	signers, err := Signers(scheme, value, low, high)
	errs := []error{err}
	bad := err != nil
	for _, s := range signers {
		errs = append(errs, s.Err)
		bad = bad || s.Err != nil
	}
	for _, err := range errs {
		if err != nil && (issue.ID(err) == "" || !errors.Is(err, formats.ErrMismatch)) {
			t.Fatal(err)
		}
	}
	if !bad && len(signers) == 0 {
		t.Fatal("neither signers nor an error")
	}
	for _, s := range signers {
		if !bad && (len(s.Certs) == 0 || s.Key == nil || len(s.Digests) == 0 || s.Alg == 0) {
			t.Fatalf("a good signer lacks something: %+v", s)
		}
	}
}
