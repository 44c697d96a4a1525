package transcript

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"sigtool/keygen"
)

// take reads what line n says.
func (t *Transcript) take(n int, l Line) error {
	last := len(t.Lines)
	switch {
	case (l.Event == EventBegin) != (n == 1), (l.Event == EventEnd) != (n == last-1), (l.Event == EventSeal) != (n == last):
		return changed(n, "event "+strconv.Quote(l.Event)+" can't stand here")
	case (len(l.Signatures) > 0) != (n == last):
		return changed(n, "only the seal is signed")
	}
	var err error
	switch l.Event {
	case EventBegin:
		return t.takeHeader(l)
	case EventKey:
		err = t.takeKey(l)
	case EventOutput:
		err = t.takeOutput(l)
	case EventEnd:
		err = t.takeEnd(l)
	}
	if err != nil {
		return changed(n, err.Error())
	}
	return nil
}

func (t *Transcript) takeHeader(l Line) error {
	d := l.Data
	t.Header = Header{Program: d["program"], Plan: d["plan"], Title: d["title"], Kind: d["kind"], Front: d["front"], Rehearsal: d["mode"] == modeName(true)}
	pub, err := parseKey(d["key"])
	own, ok := pub.(ed25519.PublicKey)
	switch {
	case d["format"] != Format:
		return fmt.Errorf("%w: format %q is not known", ErrNotTranscript, d["format"])
	case d["mode"] != modeName(t.Rehearsal):
		return changed(1, "mode is neither production nor rehearsal")
	case !isDigest(d["plan"]):
		return changed(1, "the plan's digest is not a SHA-256")
	case err != nil || !ok:
		return changed(1, "the ceremony key is not an Ed25519 key")
	}
	t.Key = own
	return nil
}

func (t *Transcript) takeKey(l Line) error {
	d := l.Data
	pub, err := parseKey(d["public"])
	if err != nil {
		return err
	}
	if keygen.Fingerprint(pub) != d["fingerprint"] {
		return errors.New("fingerprint and public key differ")
	}
	for _, k := range t.Keys {
		if k.Label == d["label"] {
			return errors.New("two keys of one label")
		}
	}
	t.Keys = append(t.Keys, Key{Label: d["label"], Algorithm: d["algorithm"], Derivation: d["derivation"], Fingerprint: d["fingerprint"], Public: pub})
	return nil
}

func (t *Transcript) takeOutput(l Line) error {
	d := l.Data
	size, err := strconv.ParseInt(d["size"], 10, 64)
	switch {
	case !plainName(d["name"]):
		return fmt.Errorf("%q is not a plain file name", d["name"])
	case !isDigest(d["sha256"]), err != nil, size < 0, d["secret"] != "true" && d["secret"] != "false":
		return errors.New("an output without digest, size or secrecy")
	}
	for _, o := range t.Outputs {
		if o.Name == d["name"] {
			return errors.New("two outputs of one name")
		}
	}
	t.Outputs = append(t.Outputs, Output{Name: d["name"], SHA256: d["sha256"], Size: size, Secret: d["secret"] == "true"})
	return nil
}

func (t *Transcript) takeEnd(l Line) error {
	t.Outcome, t.Why = l.Data["outcome"], l.Data["why"]
	switch t.Outcome {
	case Done, GivenUp, Refused, Failed:
	default:
		return fmt.Errorf("outcome %q is not known", t.Outcome)
	}
	if l.Data["lines"] != strconv.Itoa(len(t.Lines)) {
		return errors.New("the number of lines is not what was sealed")
	}
	return nil
}

func isDigest(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == s
}

func parseKey(text string) (crypto.PublicKey, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("a public key that is not base64")
	}
	pub, _, err := keygen.ParsePublic(der)
	return pub, err
}
