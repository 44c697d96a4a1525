package raw

import (
	"bytes"
	"crypto"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/sigalg"
	"sigtool/keygen"
	"sigtool/keygen/tezos"
)

// The encodings of a .sig file. RSA's and Ed25519's own bytes are what there is under encodingDER.
const (
	encodingDER   = "der"   // ECDSA: a SEQUENCE of r and s, as openssl writes it
	encodingP1363 = "p1363" // ECDSA: r || s, each as wide as the curve's order
	encodingTezos = "tezos" // the text of 64 bytes: edsig…, spsig1…, p2sig…
)

// encodable says why a key's signatures can't be written so; nil if they can.
func encodable(pub crypto.PublicKey, encoding string) error {
	switch encoding {
	case encodingDER:
		return nil
	case encodingP1363:
		if sigalg.ScalarSize(pub) > 0 {
			return nil
		}
		return fmt.Errorf("%w: --encoding p1363 writes r and s of ECDSA, and this is %s", formats.ErrOption, kindOf(pub))
	case encodingTezos:
		if tezosPrefix(pub) != nil {
			return nil
		}
		return fmt.Errorf("%w: --encoding tezos writes signatures of ed25519, secp256k1 and p256 keys, and this is %s", formats.ErrOption, kindOf(pub))
	}
	return fmt.Errorf("%w: --encoding %q is not one of der, p1363, tezos", formats.ErrOption, encoding)
}

func kindOf(pub crypto.PublicKey) string {
	algorithm, err := keygen.AlgorithmOf(pub)
	if err != nil {
		return "another kind of key"
	}
	return string(algorithm)
}

// tezosPrefix is how the text of a key's signature begins; nil where there is none, and for BLS12-381, which signs nothing here.
func tezosPrefix(pub crypto.PublicKey) *tezos.Prefix {
	curve, _ := keygen.TezosPublic(pub)
	if curve == tezos.BLS {
		return nil
	}
	return tezos.PrefixFor(curve, tezos.Signature)
}

// encode writes a signature as package sigalg makes it in the encoding asked for, which the key is encodable in.
func encode(pub crypto.PublicKey, encoding string, sig []byte) ([]byte, error) {
	if encoding == encodingDER {
		return sig, nil
	}
	if !isEd25519(pub) {
		var err error
		if sig, err = sigalg.FixedWidth(pub, sig); err != nil {
			return nil, err
		}
	}
	if encoding == encodingTezos {
		sig = []byte(tezos.Encode(tezosPrefix(pub), sig))
	}
	return sig, nil
}

// decode reads a .sig file in an encoding and returns the signature as package sigalg takes it. A text may begin as any of Tezos
// signatures do (sig…), and may end with its line. Error: ErrMismatch for what is not in this encoding.
func decode(pub crypto.PublicKey, encoding string, data []byte) ([]byte, error) {
	if encoding == encodingDER {
		return data, nil
	}
	if encoding == encodingTezos {
		prefix, raw, err := tezos.Decode(string(oneLine(data)))
		if err != nil {
			return nil, fmt.Errorf("%w: %v", formats.ErrMismatch, err)
		}
		if prefix != tezosPrefix(pub) && prefix != tezos.AnySig {
			return nil, fmt.Errorf("%w: %s… is no signature by such a key", formats.ErrMismatch, prefix.Letters)
		}
		data = raw
	}
	if isEd25519(pub) {
		return data, nil
	}
	return sigalg.FromFixedWidth(pub, data)
}

// oneLine is a text without the end of its line.
func oneLine(text []byte) []byte {
	text, _ = bytes.CutSuffix(text, []byte("\n"))
	text, _ = bytes.CutSuffix(text, []byte("\r"))
	return text
}

// looksLike says which --encoding to try for a signature that does not match, as a half sentence; "" for none.
func looksLike(pub crypto.PublicKey, encoding string, data []byte) string {
	found := encodingDER
	switch prefix := tezos.Looks(data); {
	case prefix != nil && prefix.Kind == tezos.Signature:
		found = encodingTezos
	case len(data) > 0 && len(data) == 2*sigalg.ScalarSize(pub):
		found = encodingP1363
	case len(data) == 0 || data[0] != 0x30 || sigalg.ScalarSize(pub) == 0:
		return ""
	}
	if found == encoding || encodable(pub, found) != nil {
		return ""
	}
	return fmt.Sprintf(" (it looks like --encoding %s)", found)
}
