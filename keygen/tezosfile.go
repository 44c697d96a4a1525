package keygen

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"slices"

	"sigtool/internal/secret"
	"sigtool/keygen/tezos"
)

// maxTezosFile is more than the longest text of a key has, with what may stand around it.
const maxTezosFile = 256

// tezosSchemes are what octez-client puts before a key in its files; those of aggregates it wrote until tz4 accounts came.
var tezosSchemes = []string{"unencrypted:", "encrypted:", "aggregate_unencrypted:", "aggregate_encrypted:"}

// tezosText finds the text of a Tezos key that is all there is in a file, and what it begins like; nil where there is none.
func tezosText(data []byte) (*tezos.Prefix, []byte) {
	text := bytes.TrimSpace(data)
	if len(data) > maxTezosFile || bytes.ContainsAny(text, " \t\r\n") {
		return nil, nil
	}
	for _, scheme := range tezosSchemes {
		if rest, is := bytes.CutPrefix(text, []byte(scheme)); is {
			text = rest
			break
		}
	}
	return tezos.Looks(text), text
}

// tezosBlock gives such a text the type of a private key or of a public one; nil for a text of something else.
func tezosBlock(data []byte) *pem.Block {
	p, text := tezosText(data)
	switch {
	case p == nil:
		return nil
	case p.Kind == tezos.Secret || p.Kind == tezos.Encrypted:
		return &pem.Block{Type: typeTezos, Bytes: bytes.Clone(text)}
	case p.Kind == tezos.Public:
		return &pem.Block{Type: typeTezosPub, Bytes: bytes.Clone(text)}
	}
	return nil
}

// describeTezos says what a text of Tezos is that is no key, or a list of octez-client's; nil for anything else.
func describeTezos(data []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) && bytes.Contains(data, []byte(`encrypted:`)) {
		return unsupported("the list of keys of octez-client (put the value of the one that is meant, unencrypted:… or encrypted:…, into a file of its own)")
	}
	if p, text := tezosText(data); p != nil {
		if _, _, err := tezos.Decode(string(text)); err == nil {
			return notKey("a Tezos %s", p.Kind)
		}
	}
	return nil
}

// openTezos makes the key of a text, which is opened by the passphrase where it is encrypted. A mistyped text is told before anybody is asked.
func openTezos(text []byte, ask func() (*secret.Bytes, error)) (*Key, error) {
	p, payload, err := tezos.Decode(string(text))
	if err != nil {
		return nil, damaged("%v", err)
	}
	defer func() { secret.Wipe(payload) }()
	sealed := p.Kind == tezos.Encrypted
	if sealed {
		pass, err := askFor(ask)
		if err != nil {
			return nil, err
		}
		payload, err = tezos.Open(payload, pass.Bytes())
		if errors.Is(err, tezos.ErrPassphrase) {
			return nil, ErrPassphrase
		}
		if err != nil {
			return nil, damaged("%v", err)
		}
	}
	signer, err := tezosPrivate(p.Curve, payload)
	if err != nil {
		return nil, err
	}
	return &Key{Signer: signer, Sealed: sealed, Form: FormTezos}, nil
}

// tezosPrivate makes the key of what a text of Tezos holds: 32 bytes (see tezos.Secret), or of Ed25519 the public key behind them.
func tezosPrivate(curve tezos.Curve, payload []byte) (crypto.Signer, error) {
	switch curve {
	case tezos.Ed25519:
		key := ed25519.NewKeyFromSeed(payload[:ed25519.SeedSize])
		if len(payload) > ed25519.SeedSize && !bytes.Equal(key, payload) {
			return nil, damaged("the public half does not belong to the secret one")
		}
		return key, nil
	case tezos.BLS:
		payload = bytes.Clone(payload)
		defer secret.Wipe(payload)
		slices.Reverse(payload)
	}
	key, err := FromSeed(Algorithm(curve), payload) // of these curves the seed is the scalar
	if errors.Is(err, ErrSeed) {
		return nil, damaged("the secret scalar is not between 1 and the order of %s", curve)
	}
	return key, err
}

// TezosSecret returns the kind of Tezos account that a key is of, and its secret half as texts of Tezos hold it (see tezos.Secret), which
// the caller wipes. "" and nil for keys that Tezos doesn't know.
func TezosSecret(key crypto.Signer) (tezos.Curve, []byte) {
	switch key := key.(type) {
	case ed25519.PrivateKey:
		return tezos.Ed25519, key.Seed()
	case *Secp256k1PrivateKey:
		return tezos.Secp256k1, key.Bytes()
	case *BLSPrivateKey:
		scalar := key.Bytes()
		slices.Reverse(scalar)
		return tezos.BLS, scalar
	case *ecdsa.PrivateKey:
		if scalar, shown := Seed(key); shown { // P-256 alone shows it
			return tezos.P256, scalar
		}
	}
	return "", nil
}

// parseTezosPublic makes the public key of a text: edpk…, sppk…, p2pk… or BLpk….
func parseTezosPublic(text []byte) (crypto.PublicKey, error) {
	p, payload, err := tezos.Decode(string(text))
	if err != nil {
		return nil, damaged("%v", err)
	}
	switch p.Curve {
	case tezos.Ed25519:
		return ed25519.PublicKey(payload), nil
	case tezos.BLS:
		return parseBLSPublic(payload)
	}
	return curveByAlgorithm(Algorithm(p.Curve)).public(payload)
}
