package sigblk

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
	"sigtool/internal/sigalg"
)

const signatureHeader = 8

// readSignatures reads as many signatures as there are tables, which stand without gaps.
func (b *Block) readSignatures(data []byte) (int, error) {
	var err error
	b.Signatures, err = readSignatures(data, len(b.Tables))
	return sizeOf(b.Signatures), err
}

// readSignatures reads n signatures.
//
//	0  00 | length 2 | D8
//	4  00 00 00 00
//	8  the signature: r and s, each as long as the curve's field; RSA's number; ML-DSA's encoding
func readSignatures(data []byte, n int) ([]Signature, error) {
	var list []Signature
	for range n {
		size, err := header(data, tagSignature, 0, "signature")
		if err != nil {
			return nil, err
		}
		if size == signatureHeader || !zero(data[4:signatureHeader]) {
			return nil, fmt.Errorf("a signature that is empty, or says more than it should")
		}
		list = append(list, Signature{Value: data[signatureHeader:size:size], Raw: data[:size:size]})
		data = data[size:]
	}
	return list, nil
}

func sizeOf(list []Signature) int {
	n := 0
	for _, s := range list {
		n += len(s.Raw)
	}
	return n
}

// verify tells whether the key, of which the record says how it signs, made the signature over message. ML-DSA signs the message's hash as
// its message, with an empty context: so CST 4 and SPSDK do it. The second result says how, where that is worth saying.
func verify(r srk.Record, key crypto.PublicKey, message, sig []byte) (string, error) {
	if key == nil || r.Hash == 0 {
		return "", unknown(r)
	}
	digest := sum(r.Hash, message)
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		der, err := toDER(key, sig)
		if err != nil {
			return "", err
		}
		return "", sigalg.Verify(key, r.Hash, digest, der)
	case *rsa.PublicKey:
		if !r.PSS {
			return notePKCS1, sigalg.Verify(key, r.Hash, digest, sig)
		}
		if sigalg.VerifyPSS(key, r.Hash, digest, sig) == nil {
			return "", nil
		}
		return notePSS, sigalg.VerifyPSSAnySalt(key, r.Hash, digest, sig)
	}
	return "", sigalg.VerifyMessage(key, 0, digest, sig)
}

// notePKCS1 is what CST 4's ahab_pki_tree says of RSA keys.
const notePKCS1 = "RSA with PKCS#1 v1.5: of RSA, NXP's tool says, i.MX 91, 93, 95 and RT1180 take only RSA-PSS, and 8ULP nothing"

// notePSS: which salt the firmware wants is not documented.
const notePSS = "the salt of the RSA-PSS signature is not as long as the hash, as SPSDK makes it; CST takes the longest salt that fits"

// Hashes of an SRK record that nothing here calculates.
const (
	hashSM3      = 3
	hashSHAKE128 = 8
	hashSHAKE256 = 9
)

// unknown says why a signature can't be verified: what others verify, and nobody can tell here, is told from what nobody knows.
func unknown(r srk.Record) error {
	hash := r.Raw[4]
	text := "signatures of this kind can't be verified here"
	switch {
	case r.SignatureSize() == 0, r.Hash == 0 && hash != hashSM3 && hash != hashSHAKE128 && hash != hashSHAKE256:
		return issue.New("unknown-algorithm", formats.ErrMismatch, "no firmware is known to have such signatures: %s, hash number %#02x", r.Alg, hash)
	case strings.HasPrefix(r.Alg, "dilithium"):
		text = "Dilithium of the third round is not ML-DSA of FIPS 204, and only the latter is verified here"
	case r.Alg != "sm2" && r.Hash != 0:
		return issue.New("bad-key", formats.ErrMismatch, "the bytes of the %s key are none (the firmware would say ELE_INVALID_KEY_FAILURE)", r.Alg)
	}
	return issue.New("unknown-algorithm", formats.ErrNoKey, "%s: %s, hash number %#02x", text, r.Alg, hash).
		Advise("no key helps: sigtool can tell neither that it is good nor that it is wrong")
}

// toDER makes of r and s the SEQUENCE that sigalg takes (RFC 3279 §2.2.3).
func toDER(key *ecdsa.PublicKey, sig []byte) ([]byte, error) {
	n := (key.Curve.Params().BitSize + 7) / 8
	if len(sig) != 2*n {
		return nil, sigalg.ErrMismatch
	}
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(new(big.Int).SetBytes(sig[:n]))
		b.AddASN1BigInt(new(big.Int).SetBytes(sig[n:]))
	})
	return b.Bytes()
}

// fromDER is the reverse, for a curve whose field has n bytes.
func fromDER(der []byte, n int) ([]byte, error) {
	r, s := new(big.Int), new(big.Int)
	input, inner := cryptobyte.String(der), cryptobyte.String(nil)
	if !input.ReadASN1(&inner, cbasn1.SEQUENCE) || !input.Empty() || !inner.ReadASN1Integer(r) || !inner.ReadASN1Integer(s) || !inner.Empty() ||
		r.Sign() <= 0 || s.Sign() <= 0 || r.BitLen() > 8*n || s.BitLen() > 8*n {
		return nil, errors.New("the key gave no ECDSA signature of its curve")
	}
	sig := make([]byte, 2*n)
	r.FillBytes(sig[:n])
	s.FillBytes(sig[n:])
	return sig, nil
}

// algorithm is the signature's name in reports.
func algorithm(r srk.Record, key crypto.PublicKey) string {
	if r.Hash == 0 {
		return r.Alg + "-unknown"
	}
	if key == nil {
		return r.Alg + "-" + sigalg.HashName(r.Hash)
	}
	if r.PSS {
		return sigalg.NamePSS(r.Hash)
	}
	if sigalg.SignsMessages(key) {
		return sigalg.Name(key, 0) + "-" + sigalg.HashName(r.Hash) // the hash is what it signs
	}
	return sigalg.Name(key, r.Hash)
}
