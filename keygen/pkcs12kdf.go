package keygen

import (
	"hash"
	"unicode/utf16"
	"unicode/utf8"

	"sigtool/internal/secret"
)

// What the derived bytes are for: the "ID" of RFC 7292 appendix B.3.
const (
	pkcs12Key = 1
	pkcs12IV  = 2
	pkcs12Mac = 3
)

// pkcs12Derive is the key derivation of RFC 7292 appendix B.2: hash, again and again, the purpose, the salt and the passphrase, each
// repeated to whole blocks.
func pkcs12Derive(newHash func() hash.Hash, pass, salt []byte, rounds int, purpose byte, size int) []byte {
	h := newHash()
	v := h.BlockSize()
	d := make([]byte, v)
	for i := range d {
		d[i] = purpose
	}
	i := append(repeated(salt, v), repeated(pass, v)...)
	defer secret.Wipe(i)
	out := make([]byte, 0, size+h.Size())
	for len(out) < size {
		h.Reset()
		h.Write(d)
		h.Write(i)
		a := h.Sum(nil)
		for range rounds - 1 {
			h.Reset()
			h.Write(a)
			a = h.Sum(a[:0])
		}
		out = append(out, a...)
		b := repeated(a, v)
		for block := i; len(block) > 0; block = block[v:] {
			addOne(block[:v], b[:v])
		}
		secret.Wipe(a)
		secret.Wipe(b)
	}
	return out[:size]
}

// repeated fills whole blocks of v bytes with a pattern; nothing makes no block.
func repeated(pattern []byte, v int) []byte {
	out := make([]byte, (len(pattern)+v-1)/v*v)
	for i := range out {
		out[i] = pattern[i%len(pattern)]
	}
	return out
}

// addOne sets a to a + b + 1, big-endian, without the carry out of it.
func addOne(a, b []byte) {
	carry := 1
	for i := len(a) - 1; i >= 0; i-- {
		carry += int(a[i]) + int(b[i])
		a[i] = byte(carry)
		carry >>= 8
	}
}

// bmpPassphrase is a passphrase as PKCS#12 wants it (RFC 7292 appendix B.1): UTF-16, big-endian, with a zero behind it. Bytes that are not
// UTF-8 are taken one by one, as OpenSSL does. nil is no passphrase at all, and has no zero either. The caller wipes it.
func bmpPassphrase(pass []byte) []byte {
	if pass == nil {
		return nil
	}
	out := make([]byte, 0, 2*len(pass)+2)
	valid := utf8.Valid(pass)
	for len(pass) > 0 {
		r, n := rune(pass[0]), 1
		if valid {
			r, n = utf8.DecodeRune(pass)
		}
		pass = pass[n:]
		if r1, r2 := utf16.EncodeRune(r); r > 0xffff {
			out = append(out, byte(r1>>8), byte(r1), byte(r2>>8), byte(r2))
		} else {
			out = append(out, byte(r>>8), byte(r))
		}
	}
	return append(out, 0, 0)
}
