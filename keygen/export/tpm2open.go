package export

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"math/big"

	gotpm "github.com/google/go-tpm/tpm2"

	"sigtool/internal/secret"
)

// opensTo proves, by what is written here and not by what made it, that the blob holds the private half of this very key.
func (b *tpmBlob) opensTo(parent *tpmParent, seed []byte, public crypto.PublicKey) error {
	body, ok := unsized(b.public)
	duplicate, ok2 := unsized(b.duplicate)
	if !ok || !ok2 {
		return errors.New("what was made is not as long as it says")
	}
	area, err := gotpm.Unmarshal[gotpm.TPMTPublic](body)
	if err != nil {
		return err
	}
	shown, err := gotpm.Pub(*area)
	if err != nil {
		return err
	}
	sum := crypto.SHA256.New()
	sum.Write(body)
	sensitive, err := openTPM(parent, seed, sum.Sum([]byte{0, 0x0b}), duplicate)
	if err != nil {
		return err
	}
	defer secret.Wipe(sensitive)
	if same, ok := shown.(interface{ Equal(crypto.PublicKey) bool }); !ok || !same.Equal(public) || !tpmBelongs(sensitive, public) {
		return errors.New("what was made opens as another key")
	}
	return nil
}

// openTPM opens a duplicate by its seed (TPM 2.0 Part 1, "Outer Duplication Wrapper"). The caller wipes what it returns, a TPMT_SENSITIVE.
//
//	0  length of the HMAC, 2 bytes
//	2  HMAC by the parent's hash, of all that follows and the object's name
//	   AES-CFB, IV 0, of: length of the rest, 2 bytes, and the TPMT_SENSITIVE
func openTPM(parent *tpmParent, seed, name, duplicate []byte) ([]byte, error) {
	size := parent.hash.Size()
	if len(duplicate) < 2+size+2 || int(binary.BigEndian.Uint16(duplicate)) != size {
		return nil, errors.New("the duplicate is too short")
	}
	sealed := duplicate[2+size:]
	check := hmac.New(parent.hash.New, kdfa(parent.hash, seed, "INTEGRITY", nil, size))
	check.Write(sealed)
	check.Write(name)
	if !hmac.Equal(check.Sum(nil), duplicate[2:2+size]) {
		return nil, errors.New("the duplicate does not open: another seed or name, or damaged")
	}
	key := kdfa(parent.hash, seed, "STORAGE", name, parent.aes/8)
	defer secret.Wipe(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	plain := decryptCFB(block, sealed)
	defer secret.Wipe(plain)
	sensitive, ok := unsized(plain)
	if !ok {
		return nil, errors.New("the duplicate is not as long as it says")
	}
	return bytes.Clone(sensitive), nil
}

// tpmBelongs tells whether a TPMT_SENSITIVE without a passphrase is the private half of this key.
func tpmBelongs(sensitive []byte, public crypto.PublicKey) bool {
	if len(sensitive) < 8 || !bytes.Equal(sensitive[2:6], make([]byte, 4)) {
		return false
	}
	number, ok := unsized(sensitive[6:])
	if !ok {
		return false
	}
	switch public := public.(type) {
	case *ecdsa.PublicKey:
		return sensitive[1] == 0x23 && tpmScalar(public.Curve, number, public)
	case *rsa.PublicKey:
		p := new(big.Int).SetBytes(number)
		if sensitive[1] != 1 || len(number) != public.Size()/2 || p.BitLen() < 2 {
			return false
		}
		q, rest := new(big.Int).QuoRem(public.N, p, new(big.Int))
		return rest.Sign() == 0 && p.ProbablyPrime(20) && q.ProbablyPrime(20)
	}
	return false
}

func tpmScalar(curve elliptic.Curve, scalar []byte, public *ecdsa.PublicKey) bool {
	key, err := ecdsa.ParseRawPrivateKey(curve, scalar)
	return err == nil && key.PublicKey.Equal(public)
}

// decryptCFB undoes CFB with full blocks and a zero IV (NIST SP 800-38A §6.3).
func decryptCFB(block cipher.Block, sealed []byte) []byte {
	plain, last := make([]byte, len(sealed)), make([]byte, aes.BlockSize)
	for at := 0; at < len(sealed); at += aes.BlockSize {
		block.Encrypt(last, last)
		n := subtle.XORBytes(plain[at:], sealed[at:], last)
		copy(last, sealed[at:at+n])
	}
	return plain
}

// kdfa derives bytes, at most as many as a hash has (TPM 2.0 Part 1 §11.4.10.2): HMAC of 1, the label, a zero byte, the context and the number of bits.
func kdfa(hash crypto.Hash, key []byte, label string, context []byte, size int) []byte {
	mac := hmac.New(hash.New, key)
	mac.Write(append([]byte{0, 0, 0, 1}, label...))
	mac.Write(append([]byte{0}, context...))
	mac.Write(binary.BigEndian.AppendUint32(nil, uint32(8*size)))
	return mac.Sum(nil)[:size]
}

// kdfe derives as many bytes as a hash has from a common point (TPM 2.0 Part 1 §11.4.10.3): the hash of 1, the point's x, the label, a zero byte, and
// the x of both public points.
func kdfe(hash crypto.Hash, z []byte, label string, theirs, ours []byte) []byte {
	sum := hash.New()
	for _, part := range [][]byte{{0, 0, 0, 1}, z, []byte(label), {0}, theirs, ours} {
		sum.Write(part)
	}
	return sum.Sum(nil)
}

// sized puts the length of 2 bytes in front that the TPM's own structures (TPM2B) have.
func sized(body []byte) []byte {
	return append(binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(body)), uint16(len(body))), body...)
}

// unsized takes it off.
func unsized(data []byte) ([]byte, bool) {
	if len(data) < 2 || int(binary.BigEndian.Uint16(data)) != len(data)-2 {
		return nil, false
	}
	return data[2:], true
}
