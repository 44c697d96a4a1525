package cms

import (
	"crypto"
	"crypto/rsa"
	"encoding/asn1"
	"errors"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/sigalg"
)

var (
	oidPSS  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidMGF1 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
)

// pssParams are the parameters of RSASSA-PSS (RFC 8017 §A.2.3, RFC 4055 §3.1), each with its own tag and a default where it is left out:
//
//	SEQUENCE{ [0] hash: SHA-1 | [1] mask: MGF1 with SHA-1 | [2] length of the salt: 20 | [3] trailer: 1 }
type pssParams struct {
	hash, mask crypto.Hash // 0 when not known
	salt       int64       // bytes
}

// maxSalt is more than the longest salt that a key of 16,384 bits has room for.
const maxSalt = 2048

// readPSS reads a SignerInfo's signature algorithm when it is RSASSA-PSS; nil for any other, or for parameters that can't be read.
func readPSS(algorithm cryptobyte.String) *pssParams {
	var oid asn1.ObjectIdentifier
	var in cryptobyte.String
	if !algorithm.ReadASN1(&algorithm, cbasn1.SEQUENCE) || !algorithm.ReadASN1ObjectIdentifier(&oid) || !oid.Equal(oidPSS) ||
		!algorithm.ReadASN1(&in, cbasn1.SEQUENCE) {
		return nil
	}
	p := &pssParams{hash: crypto.SHA1, mask: crypto.SHA1, salt: 20}
	trailer := int64(1)
	if !readHash(&in, tagContext0, &p.hash) || !readMask(&in, &p.mask) || !readNumber(&in, 2, &p.salt) || !readNumber(&in, 3, &trailer) {
		return nil
	}
	if !in.Empty() || trailer != 1 || p.salt < 0 || p.salt > maxSalt {
		return nil
	}
	return p
}

// readHash reads an AlgorithmIdentifier of a hash under an explicit tag, if it is there.
func readHash(in *cryptobyte.String, tag cbasn1.Tag, hash *crypto.Hash) bool {
	var explicit cryptobyte.String
	var present bool
	if !in.ReadOptionalASN1(&explicit, &present, tag) || !present {
		return !present
	}
	return readHashOID(&explicit, hash)
}

// readHashOID reads an AlgorithmIdentifier of a hash with nothing behind it.
func readHashOID(in *cryptobyte.String, hash *crypto.Hash) bool {
	oid, params, err := readAlgorithm(in)
	*hash = 0
	for _, d := range digests {
		if d.oid.Equal(oid) {
			*hash = d.hash
		}
	}
	return err == nil && !params && in.Empty()
}

// readMask reads [1] AlgorithmIdentifier{MGF1, AlgorithmIdentifier of its hash}, if it is there.
func readMask(in *cryptobyte.String, hash *crypto.Hash) bool {
	var explicit, mask cryptobyte.String
	var present bool
	var oid asn1.ObjectIdentifier
	if !in.ReadOptionalASN1(&explicit, &present, tagContext1) || !present {
		return !present
	}
	return explicit.ReadASN1(&mask, cbasn1.SEQUENCE) && explicit.Empty() && mask.ReadASN1ObjectIdentifier(&oid) && oid.Equal(oidMGF1) &&
		readHashOID(&mask, hash)
}

// readNumber reads an INTEGER under an explicit tag, if it is there.
func readNumber(in *cryptobyte.String, tag uint8, number *int64) bool {
	var explicit cryptobyte.String
	var present bool
	if !in.ReadOptionalASN1(&explicit, &present, cbasn1.Tag(tag).ContextSpecific().Constructed()) || !present {
		return !present
	}
	return explicit.ReadASN1Integer(number) && explicit.Empty()
}

// TakePSS makes the message's signers verify RSA-PSS too, as OpenSSL does (RFC 4056). A reader that does not ask for it has a signature of
// an algorithm that is not known, as kernels have.
func (sd *SignedData) TakePSS() {
	for i := range sd.Signers {
		if s := &sd.Signers[i]; s.pss != nil {
			s.Kind, s.takesPSS = RSA, true
		}
	}
}

// Alg is sigalg.Name of the signature by that key.
func (s *SignerInfo) Alg(pub crypto.PublicKey) string {
	if s.takesPSS {
		return sigalg.NamePSS(s.Hash)
	}
	return sigalg.Name(pub, s.Hash)
}

// check is nil when one hash is used throughout, as RFC 4056 §3 wants it of the digest and OpenSSL's own writer has it of the mask.
func (p *pssParams) check(h crypto.Hash) error {
	if p.hash != h || p.mask != h {
		return errors.New("an RSA-PSS signature with another hash than the digest's is not supported")
	}
	return nil
}

// verifyPSS is sigalg.VerifyPSS with the salt that the parameters give.
func (s *SignerInfo) verifyPSS(pub crypto.PublicKey, digest []byte) error {
	key, ok := pub.(*rsa.PublicKey)
	if !ok {
		return sigalg.ErrMismatch
	}
	return sigalg.VerifyPSSSalt(key, s.Hash, digest, s.Signature, int(s.pss.salt))
}
