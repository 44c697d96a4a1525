package transcript

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"maps"

	"sigtool/internal/sigalg"
	"sigtool/keygen"
)

const ceremonyKey = "ceremony key"

// Signer is a key that seals a transcript, by the name that its signature has.
type Signer struct {
	By     string
	Public crypto.PublicKey
}

// SealedBy lists whose signatures the seal has, in order: the ceremony's own key; the keys made or brought back, of a ceremony that
// was done; and the own keys of people. A journal is sealed by nobody.
func (t *Transcript) SealedBy() []Signer {
	if t.Outcome == "" {
		return nil
	}
	signers := []Signer{{ceremonyKey, t.Key}}
	if t.Outcome == Done {
		for _, k := range t.Keys {
			signers = append(signers, Signer{k.Label, k.Public})
		}
	}
	for _, name := range t.Signers {
		signers = append(signers, Signer{personKey(name), t.person(name).Public})
	}
	return signers
}

func personKey(name string) string { return "person: " + name }

// checkSeal checks the last line against all bytes before it: who must sign has signed, in order, and every signature matches.
func (t *Transcript) checkSeal(before []byte) error {
	n := len(t.Lines)
	seal, end := t.Lines[n-1], t.Lines[n-2]
	if seal.Time != end.Time || seal.Step != end.Step || !maps.Equal(seal.Data, map[string]string{}) {
		return changed(n, "the seal says something of its own")
	}
	signers := t.SealedBy()
	if len(seal.Signatures) != len(signers) {
		return changed(n, fmt.Sprintf("%d signatures, and %d keys that must sign", len(seal.Signatures), len(signers)))
	}
	message := Message(before)
	for i, s := range seal.Signatures {
		if err := checkSignature(signers[i], s, message); err != nil {
			return changed(n, fmt.Sprintf("signature %d, by %q: %v", i+1, signers[i].By, err))
		}
	}
	return nil
}

func checkSignature(by Signer, s Signature, message []byte) error {
	der, err := keygen.MarshalPublic(by.Public)
	if err != nil {
		return err
	}
	if s.By != by.By || s.Alg != sigalg.Name(by.Public, crypto.SHA256) || !bytes.Equal(s.Key, der) {
		return errors.New("it is in the name of another key")
	}
	return sigalg.VerifyMessage(by.Public, crypto.SHA256, message, s.Sig)
}
