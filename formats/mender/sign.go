package mender

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
)

// Sign puts the signature of the manifest behind it, or with Force in the place of the one that is there; not a byte else changes. What is signed is read
// first: an artifact that is not what its manifest says is refused.
func (Format) Sign(ctx context.Context, src formats.Source, req formats.Request) (*formats.Result, error) {
	if err := checkKey(req.Key.Public()); err != nil {
		return nil, err
	}
	a, err := open(src)
	if err != nil {
		return nil, err
	}
	result := &formats.Result{}
	if a.signature != nil {
		if !req.Force {
			return nil, issue.New("already-signed", formats.ErrFormat, "it is signed already").Advise("-f replaces the signature")
		}
		result.Warnings = append(result.Warnings, "the signature that was there is replaced")
	}
	skip := req.Options.Bool(optionSkip)
	if err := a.whole(ctx, req.Memo, skip); err != nil {
		return nil, asFormat(err)
	}
	if skip {
		result.Notes = append(result.Notes, skipped)
	}
	member, err := signatureMember(req.Key, a.manifest)
	if err != nil {
		return nil, err
	}
	result.Edits = []patch.Edit{{Offset: a.behind, Remove: a.remove, Insert: member}}
	return result, nil
}

// skipped is what --skip-payload-check leaves to somebody else.
const skipped = "the payload was not read: whether it is what the manifest says is not known"

// minRSA is the smallest RSA key that signs, in bits.
const minRSA = 2048

// checkKey tells whether devices can check what the key signs, with the reason if they can't.
func checkKey(pub crypto.PublicKey) error {
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		if pub.N.BitLen() < minRSA {
			return fmt.Errorf("%w: an RSA key of %d bits, fewer than %d", formats.ErrKey, pub.N.BitLen(), minRSA)
		}
		return nil
	case *ecdsa.PublicKey:
		if pub.Curve == elliptic.P256() {
			return nil
		}
		return fmt.Errorf("%w: Mender checks ECDSA over P-256 alone, not over %s", formats.ErrKey, pub.Curve.Params().Name)
	case ed25519.PublicKey:
		return fmt.Errorf("%w: Mender checks RSA and ECDSA P-256 signatures, not Ed25519", formats.ErrKey)
	}
	return fmt.Errorf("%w: Mender checks RSA and ECDSA P-256 signatures, not %s", formats.ErrKey, sigalg.Name(pub, crypto.SHA256))
}

// signatureMember is manifest.sig with its header, as mender-artifact writes both.
func signatureMember(key crypto.Signer, manifest []byte) ([]byte, error) {
	sum := sha256.Sum256(manifest)
	signature, err := sigalg.Sign(key, crypto.SHA256, sum[:])
	if err != nil {
		return nil, err
	}
	if _, is := key.Public().(*ecdsa.PublicKey); is {
		if signature, err = toRaw(signature); err != nil {
			return nil, err
		}
	}
	text := base64.StdEncoding.EncodeToString(signature)
	const block = 512
	member := make([]byte, block+(len(text)+block-1)/block*block)
	header(member[:block], "manifest.sig", len(text))
	copy(member[block:], text)
	return member, nil
}

// header fills in a tar header; see untar for its fields. The fields that only devices have are "0000000" in it, as Go's archive/tar writes them, and so
// mender-artifact.
func header(b []byte, name string, size int) {
	copy(b, name)
	copy(b[100:], fmt.Sprintf("%07o\x00%07o\x00%07o\x00%011o\x00%011o\x00", 0o644, 0, 0, size, 0))
	b[156] = '0'
	copy(b[257:], "ustar\x0000")
	copy(b[329:], "0000000\x000000000\x00")
	sum := 8 * int(' ')
	for _, c := range b {
		sum += int(c)
	}
	copy(b[148:], fmt.Sprintf("%06o\x00 ", sum))
}

// rawSize is two numbers below the order of P-256.
const rawSize = 64

// toRaw makes of SEQUENCE{r, s} the two numbers one behind the other, each 32 bytes, which is what all versions of Mender read.
func toRaw(der []byte) ([]byte, error) {
	var seq cryptobyte.String
	var r, s big.Int
	in := cryptobyte.String(der)
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !in.Empty() || !seq.ReadASN1Integer(&r) || !seq.ReadASN1Integer(&s) || !seq.Empty() ||
		r.Sign() <= 0 || s.Sign() <= 0 || max(r.BitLen(), s.BitLen()) > rawSize/2*8 {
		return nil, fmt.Errorf("%w: what it made is no ECDSA signature", formats.ErrKey)
	}
	raw := make([]byte, rawSize)
	r.FillBytes(raw[:rawSize/2])
	s.FillBytes(raw[rawSize/2:])
	return raw, nil
}

// toDER is the reverse.
func toDER(raw []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(new(big.Int).SetBytes(raw[:rawSize/2]))
		b.AddASN1BigInt(new(big.Int).SetBytes(raw[rawSize/2:]))
	})
	return b.BytesOrPanic() // nothing in it can fail
}
