package tezos

import (
	"context"
	"crypto"
	"fmt"

	"sigtool/formats"
	"sigtool/keygen"
	"sigtool/keygen/tezos"
)

// maxText bounds a signature's file: the longest text has 142 letters.
const maxText = 1 << 10

// Verify checks the signature given as an option, or the one beside the source, with the keys given and the watermark named. Errors:
// ErrUnsigned, ErrOption, and ErrFormat for bytes that Sign would not take.
func (Format) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	mark, err := parseWatermark(keys.Options)
	if err != nil {
		return nil, err
	}
	text, err := signatureText(keys)
	if err != nil {
		return nil, err
	}
	data, err := body(src, keys.Options.Bool(optionHex))
	if err != nil {
		return nil, err
	}
	sig := formats.Signature{Scheme: "detached", Covers: fmt.Sprintf("the watermark %s and the whole file", mark)}
	check(&sig, keys, text, append([]byte{mark.first}, data...), mark)
	return []formats.Signature{sig}, nil
}

// signatureText is the signature given, or the one beside the source.
func signatureText(keys formats.Keys) ([]byte, error) {
	if text := keys.Options.Bytes(optionSignature); text != nil {
		return text, nil
	}
	if keys.Sidecar != nil {
		text, err := keys.Sidecar(suffix, "", maxText)
		if err != nil || text != nil {
			return text, err
		}
	}
	return nil, fmt.Errorf("%w: no %s is beside the file", formats.ErrUnsigned, suffix)
}

// check tries each key, and fills in who signed, or why nobody that is known did.
func check(sig *formats.Signature, keys formats.Keys, text, message []byte, mark watermark) {
	candidates := append([]crypto.PublicKey(nil), keys.Public...)
	for _, cert := range keys.Certs {
		candidates = append(candidates, cert.PublicKey)
	}
	sig.Err = fmt.Errorf("%w: a signature of Tezos carries none, so one must be given", formats.ErrNoKey)
	for _, pub := range candidates {
		own, err := prefixOf(pub, false)
		if err != nil {
			sig.Err = fmt.Errorf("%w: no key of Tezos was given", formats.ErrNoKey)
			continue
		}
		raw, err := readSignature(text, own)
		if err == nil && verify(pub, message, raw) == nil {
			sig.Key, sig.Alg, sig.Signer, sig.Err = pub, algName(pub), address(pub), nil
			sig.Notes = []string{"the account that signed is " + sig.Signer}
			return
		}
		if err == nil {
			err = fmt.Errorf("%w with the key given: the file was changed, or another key or watermark than %s was used", formats.ErrMismatch, mark)
		}
		sig.Err = err
	}
}

// address is that of a key's account.
func address(pub crypto.PublicKey) string {
	curve, public := keygen.TezosPublic(pub)
	return tezos.AddressOf(curve, public)
}
