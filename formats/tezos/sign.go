package tezos

import (
	"context"
	"crypto"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/keygen"
	"sigtool/keygen/tezos"
)

// Sign changes nothing in the source and puts the signature's text beside it. Blocks and attestations it signs only where it is told that
// nobody looks at their levels.
func (Format) Sign(ctx context.Context, src formats.Source, req formats.Request) (*formats.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	mark, err := parseWatermark(req.Options)
	if err != nil {
		return nil, err
	}
	prefix, err := prefixOf(req.Key.Public(), req.Options.Bool(optionGeneric))
	if err != nil {
		return nil, err
	}
	if mark.baking && !req.Options.Bool(optionNoHigh) {
		return nil, issue.New("no-high-watermark", formats.ErrOption,
			"--watermark %s is for a signer that remembers each level it signed, and sigtool remembers none: two at one level are double baking, and the baker's stake is cut for it", mark).
			Advise("bake with a signer that keeps a high watermark (octez-signer, Signatory); --no-high-watermark signs this one all the same")
	}
	data, err := body(src, req.Options.Bool(optionHex))
	if err != nil {
		return nil, err
	}
	sig, err := sign(req.Key, append([]byte{mark.first}, data...))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", formats.ErrKey, err)
	}
	return &formats.Result{
		Sidecars: []formats.Sidecar{{Suffix: suffix, Data: []byte(tezos.Encode(prefix, sig))}},
		Warnings: warnings(mark, data),
	}, nil
}

// prefixOf is how the text of a key's signatures begins. Errors: ErrKey for keys that Tezos does not know, ErrOption for sig… of a BLS key.
func prefixOf(pub crypto.PublicKey, generic bool) (*tezos.Prefix, error) {
	curve, _ := keygen.TezosPublic(pub)
	prefix := tezos.PrefixFor(curve, tezos.Signature)
	switch {
	case prefix == nil:
		return nil, fmt.Errorf("%w: accounts of Tezos have ed25519, secp256k1, p256 or bls12381 keys", formats.ErrKey)
	case generic && prefix.Size != tezos.AnySig.Size:
		return nil, fmt.Errorf("%w: --generic: a signature sig… has %d bytes, and that of a BLS key %d", formats.ErrOption, tezos.AnySig.Size, prefix.Size)
	case generic:
		return tezos.AnySig, nil
	}
	return prefix, nil
}

// warnings says what of a file that was signed is probably not meant. An operation begins with the hash of a block, which may be any bytes, so
// that a watermark in the file is not told from one by chance: nothing is taken off.
func warnings(mark watermark, data []byte) []string {
	var list []string
	if mark.baking {
		list = append(list, fmt.Sprintf("signed as %s without a high watermark: make sure that nothing else ever signs at its level with this key", mark))
	}
	if data[0] == mark.first {
		list = append(list, fmt.Sprintf("the bytes begin with 0x%02x, as the watermark does that is signed before them: if it stands there already, take it off and sign again", mark.first))
	}
	return list
}
