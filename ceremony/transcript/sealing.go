package transcript

import (
	"crypto"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"

	"sigtool/internal/sigalg"
	"sigtool/keygen"
)

// Seal ends the transcript and returns all of it. A ceremony that is done is signed by every key that it made or brought back: signers,
// by label. Any other outcome is not, for then the keys made are void. The people whose own keys are given, by name, sign either.
// A seal that fails leaves the transcript as it was, so that another can be tried.
func (w *Writer) Seal(outcome, why string, signers, people map[string]crypto.Signer) ([]byte, error) {
	sealed := *w
	sealed.t.People = slices.Clone(w.t.People)
	if err := sealed.announce(people); err != nil {
		return nil, err
	}
	end := w.line("transcript", EventEnd, map[string]string{"outcome": outcome, "why": why, "lines": strconv.Itoa(len(sealed.t.Lines) + 2)})
	if err := sealed.add(end); err != nil {
		return nil, err
	}
	signatures, err := sealed.sign(signers, people)
	if err != nil {
		return nil, err
	}
	if err := sealed.add(Line{Time: end.Time, Step: end.Step, Event: EventSeal, Data: map[string]string{}, Signatures: signatures}); err != nil {
		return nil, err
	}
	*w = sealed
	clear(w.key)
	_ = w.Behind()
	return w.raw, nil
}

// announce adds a line for each person whose own key is going to sign, in the order in which they were named: the seal is not signed
// itself, so what it must hold stands before it.
func (w *Writer) announce(people map[string]crypto.Signer) error {
	for name := range people {
		if w.t.person(name) == nil {
			return fmt.Errorf("%q is to sign the transcript, and is nobody whom the plan names", name)
		}
	}
	for _, p := range w.t.People {
		key := people[p.Name]
		if key == nil {
			continue
		}
		der, err := keygen.MarshalPublic(key.Public())
		if err != nil {
			return err
		}
		data := map[string]string{"name": p.Name, "key": keygen.Fingerprint(key.Public()), "public": base64.StdEncoding.EncodeToString(der)}
		if err := w.add(w.line("transcript", EventSigner, data)); err != nil {
			return err
		}
	}
	return nil
}

// sign has all keys sign that the reader will ask for.
func (w *Writer) sign(signers, people map[string]crypto.Signer) ([]Signature, error) {
	keys := map[string]crypto.Signer{}
	for name, key := range people {
		keys[personKey(name)] = key
	}
	for label, key := range signers {
		keys[label] = key
	}
	keys[ceremonyKey] = w.key
	message := Message(w.raw)
	var signatures []Signature
	for _, by := range w.t.SealedBy() {
		key := keys[by.By]
		if key == nil {
			return nil, fmt.Errorf("key %s is not there to sign the transcript", by.By)
		}
		s, err := sign(by.By, key, message)
		if err == nil {
			err = checkSignature(by, s, message)
		}
		if err != nil {
			return nil, fmt.Errorf("key %s can't sign the transcript: %v", by.By, err)
		}
		signatures = append(signatures, s)
	}
	return signatures, nil
}

func sign(by string, key crypto.Signer, message []byte) (Signature, error) {
	der, err := keygen.MarshalPublic(key.Public())
	if err != nil {
		return Signature{}, err
	}
	sig, err := sigalg.SignMessage(key, crypto.SHA256, message)
	if err != nil {
		return Signature{}, err
	}
	return Signature{By: by, Alg: sigalg.Name(key.Public(), crypto.SHA256), Key: der, Sig: sig}, nil
}
