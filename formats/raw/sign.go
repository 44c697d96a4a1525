package raw

import (
	"context"
	"crypto"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/sigalg"
)

// Sign changes nothing in the source and puts the signature beside it.
func (Format) Sign(ctx context.Context, src formats.Source, req formats.Request) (*formats.Result, error) {
	if unsuited(req.Key.Public()) {
		return nil, fmt.Errorf("%w: %s takes RSA, ECDSA and Ed25519; ML-DSA keys are for kmod and imx-ahab here, and BLS keys for tezos", formats.ErrKey, Format{}.Name())
	}
	hash, err := hashOption(req.Options)
	if err == nil {
		err = unambiguous(src)
	}
	if err != nil {
		return nil, err
	}
	encoding := req.Options.String(optionEncoding, encodingDER)
	if err := encodable(req.Key.Public(), encoding); err != nil {
		return nil, err
	}
	suffix, sign := suffixSig, signPlain
	if req.Options.Bool(optionCMS) {
		if encoding != encodingDER {
			return nil, fmt.Errorf("%w: a CMS message (--cms) has an encoding of its own, so --encoding %s is for .sig files", formats.ErrOption, encoding)
		}
		suffix, sign = suffixCMS, signCMS
	}
	sig, err := sign(ctx, src, req, hash)
	if err == nil {
		sig, err = encode(req.Key.Public(), encoding, sig)
	}
	if err != nil {
		return nil, err
	}
	result := &formats.Result{Sidecars: []formats.Sidecar{{Suffix: suffix, Data: sig}}}
	if suffix == suffixCMS && isEd25519(req.Key.Public()) {
		result.Notes = append(result.Notes, "Ed25519 in CMS is RFC 8419, which not every tool knows: OpenSSL 3.0 can't check it")
	}
	if suffix == suffixSig && isEd25519(req.Key.Public()) && src.Size() == digestSize {
		result.Warnings = append(result.Warnings, "a file of 32 bytes may be a digest, and an Ed25519 signature of it passes for one of whatever has that digest (an operation of Tezos, say)")
	}
	return result, nil
}

// digestSize is what BLAKE2b-256 and SHA-256 give, which Tezos and others have Ed25519 keys sign.
const digestSize = 32

// signPlain makes what `openssl dgst -sign` makes, or for Ed25519 `openssl pkeyutl -sign -rawin`.
func signPlain(ctx context.Context, src formats.Source, req formats.Request, hash crypto.Hash) ([]byte, error) {
	var sig []byte
	if isEd25519(req.Key.Public()) {
		msg, err := message(src)
		if err != nil {
			return nil, err
		}
		sig, err = sigalg.SignMessage(req.Key, hash, msg)
		return sig, keyError(err)
	}
	sums, err := sigalg.Digest(ctx, src, src.Size(), hash)
	if err != nil {
		return nil, err
	}
	sig, err = sigalg.Sign(req.Key, hash, sums[hash])
	return sig, keyError(err)
}

// signCMS makes what `openssl cms -sign -binary -nosmimecap -outform DER` makes. Ed25519 goes with SHA-512 alone (RFC 8419 §3).
func signCMS(ctx context.Context, src formats.Source, req formats.Request, hash crypto.Hash) ([]byte, error) {
	cert, err := req.Certificate()
	if err != nil {
		return nil, err
	}
	if isEd25519(req.Key.Public()) {
		hash = crypto.SHA512
	}
	sums, err := sigalg.Digest(ctx, src, src.Size(), hash)
	if err != nil {
		return nil, err
	}
	sig, err := cms.SignDigest(req.Key, cert, sums[hash], cms.Options{Hash: hash, Attributes: true, Time: req.Time, Embed: req.Chain})
	return sig, keyError(err)
}

func keyError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %v", formats.ErrKey, err)
}
