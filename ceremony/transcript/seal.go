package transcript

import (
	"bytes"
	"crypto"
	"fmt"
	"maps"

	"sigtool/internal/sigalg"
	"sigtool/keygen"
)

// checkSeal checks the last line against all bytes before it: who must sign has signed, in order, and every signature matches.
func (t *Transcript) checkSeal(before []byte) error {
	n := len(t.Lines)
	seal, end := t.Lines[n-1], t.Lines[n-2]
	if seal.Time != end.Time || seal.Step != end.Step || !maps.Equal(seal.Data, map[string]string{}) {
		return changed(n, "the seal says something of its own")
	}
	signers := []Key{{Label: ceremonyKey, Public: crypto.PublicKey(t.Key)}}
	if t.Outcome == Done {
		signers = append(signers, t.Keys...)
	}
	if len(seal.Signatures) != len(signers) {
		return changed(n, fmt.Sprintf("%d signatures, and %d keys that must sign", len(seal.Signatures), len(signers)))
	}
	message := Message(before)
	for i, s := range seal.Signatures {
		if err := checkSignature(signers[i], s, message); err != nil {
			return changed(n, fmt.Sprintf("signature %d, by %q: %v", i+1, signers[i].Label, err))
		}
	}
	return nil
}

func checkSignature(by Key, s Signature, message []byte) error {
	der, err := keygen.MarshalPublic(by.Public)
	if err != nil {
		return err
	}
	if s.By != by.Label || s.Alg != sigalg.Name(by.Public, crypto.SHA256) || !bytes.Equal(s.Key, der) {
		return fmt.Errorf("it is in the name of another key")
	}
	return sigalg.VerifyMessage(by.Public, crypto.SHA256, message, s.Sig)
}
