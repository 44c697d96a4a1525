package keygen

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/asn1"
	"hash"
	"math/big"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

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
// UTF-8 are taken one by one, as OpenSSL does. The caller wipes it.
func bmpPassphrase(pass []byte) []byte {
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

// pkcs12PBE is triple DES in CBC, its key and IV derived as PKCS#12 does, with SHA-1.
type pkcs12PBE struct {
	salt    []byte
	rounds  int
	keySize int // 24, or 16 for the first key being the third as well
	data    []byte
}

func (s *pkcs12PBE) open(pass []byte) (text []byte, ok bool, err error) {
	wide := bmpPassphrase(pass)
	defer secret.Wipe(wide)
	cbc := &pbes2{cipher: cbcCiphers[3], iv: pkcs12Derive(sha1.New, wide, s.salt, s.rounds, pkcs12IV, 8), data: s.data}
	cbc.derive = func([]byte, int) ([]byte, error) {
		key := pkcs12Derive(sha1.New, wide, s.salt, s.rounds, pkcs12Key, s.keySize)
		return append(key, key[:24-s.keySize]...), nil
	}
	return cbc.open(nil)
}

// pkcs12MAC is the checksum over the contents, under the passphrase.
//
//	SEQUENCE { SEQUENCE { SEQUENCE { OID hash, parameters }, OCTET STRING sum }, OCTET STRING salt, INTEGER iterations DEFAULT 1 }
//
// or with PBMAC1 in the place of the hash (RFC 9579 §4), whose parameters make salt and iterations meaningless:
//
//	SEQUENCE { SEQUENCE { PBKDF2, parameters }, SEQUENCE { HMAC, NULL } }
type pkcs12MAC struct {
	sum    []byte
	hash   func() hash.Hash
	derive func(pass []byte) ([]byte, error)
}

var macHashes = []struct {
	oid asn1.ObjectIdentifier
	new func() hash.Hash
}{
	{asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, sha1.New}, {asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 4}, sha256.New224},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, sha256.New}, {asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, sha512.New384},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, sha512.New},
}

func parsePKCS12MAC(mac cryptobyte.String) (*pkcs12MAC, error) {
	var digest, alg, sum, salt cryptobyte.String
	var oid asn1.ObjectIdentifier
	rounds := big.NewInt(1)
	if !mac.ReadASN1(&digest, cbasn1.SEQUENCE) || !digest.ReadASN1(&alg, cbasn1.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&oid) ||
		!digest.ReadASN1(&sum, cbasn1.OCTET_STRING) || !digest.Empty() || !mac.ReadASN1(&salt, cbasn1.OCTET_STRING) ||
		!mac.Empty() && !mac.ReadASN1Integer(rounds) || !mac.Empty() {
		return nil, damaged("the MAC of the PKCS#12 can't be read")
	}
	if oid.Equal(oidPBMAC1) {
		return parsePBMAC1(alg, sum)
	}
	m := &pkcs12MAC{sum: sum}
	for _, known := range macHashes {
		if known.oid.Equal(oid) {
			m.hash = known.new
		}
	}
	if m.hash == nil || !noParams(alg) {
		return nil, unsupported("a PKCS#12 file with a MAC over %s", nameOf(oid))
	}
	m.derive = func(pass []byte) ([]byte, error) {
		wide := bmpPassphrase(pass)
		defer secret.Wipe(wide)
		return pkcs12Derive(m.hash, wide, salt, int(rounds.Int64()), pkcs12Mac, m.hash().Size()), nil
	}
	return m, checkRounds(rounds)
}

// parsePBMAC1 reads the parameters of RFC 8018 A.5. The key's length, which RFC 9579 §5 wants to be there, is that of a hash.
func parsePBMAC1(alg, sum cryptobyte.String) (*pkcs12MAC, error) {
	var params, kdf, scheme cryptobyte.String
	var kdfOID, macOID asn1.ObjectIdentifier
	if !alg.ReadASN1(&params, cbasn1.SEQUENCE) || !alg.Empty() || !params.ReadASN1(&kdf, cbasn1.SEQUENCE) ||
		!params.ReadASN1(&scheme, cbasn1.SEQUENCE) || !params.Empty() || !kdf.ReadASN1ObjectIdentifier(&kdfOID) ||
		!scheme.ReadASN1ObjectIdentifier(&macOID) || !noParams(scheme) {
		return nil, damaged("the MAC of the PKCS#12 can't be read")
	}
	m := &pkcs12MAC{sum: sum}
	for _, prf := range prfs {
		if prf.oid.Equal(macOID) {
			m.hash = prf.new
		}
	}
	if m.hash == nil || !kdfOID.Equal(oidPBKDF2) {
		return nil, unsupported("a PKCS#12 file with a MAC by %s over %s", nameOf(kdfOID), nameOf(macOID))
	}
	size := m.hash().Size()
	s := &pbes2{cipher: &cbcCipher{keySize: size}}
	if err := s.readPBKDF2(kdf); err != nil {
		return nil, err
	}
	m.derive = func(pass []byte) ([]byte, error) { return s.derive(pass, size) }
	return m, nil
}

// verify tells whether the contents have this sum under the passphrase.
func (m *pkcs12MAC) verify(pass, content []byte) (bool, error) {
	key, err := m.derive(pass)
	if err != nil {
		return false, err
	}
	defer secret.Wipe(key)
	h := hmac.New(m.hash, key)
	h.Write(content)
	return subtle.ConstantTimeCompare(h.Sum(nil), m.sum) == 1, nil
}
