package transcript

import (
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"sigtool/keygen"
)

// maxNamed is how many keys, outputs and people a transcript can have, of each.
const maxNamed = 1000

var errTooMany = fmt.Errorf("there are more than %d of them", maxNamed)

// add takes the line that comes next and what it means. The writer does the same with each line as it is written, so that it
// writes nothing that a reader would refuse.
func (t *Transcript) add(l Line) error {
	n := len(t.Lines) + 1
	ended := n > 1 && (t.last().Event == EventEnd || t.last().Event == EventSeal)
	switch {
	case (l.Event == EventBegin) != (n == 1), l.Event == EventSeal && !ended, ended && (l.Event != EventSeal || t.last().Event == EventSeal):
		return changed(n, "event "+strconv.Quote(l.Event)+" can't stand here")
	case (len(l.Signatures) > 0) != (l.Event == EventSeal):
		return changed(n, "only the seal is signed")
	}
	if err := t.take(l); err != nil {
		if errors.Is(err, ErrNotTranscript) || errors.Is(err, ErrChanged) {
			return err
		}
		return changed(n, err.Error())
	}
	t.Lines = append(t.Lines, l)
	return nil
}

func (t *Transcript) take(l Line) error {
	switch l.Event {
	case EventBegin:
		return t.takeHeader(l.Data)
	case EventResume:
		return t.takeResume(l.Data)
	case EventPerson:
		return t.takePerson(l.Data)
	case EventPresent:
		return t.takePresent(l.Data)
	case EventKey:
		return t.takeKey(l.Data)
	case EventRestored:
		return t.takeRestored(l.Data)
	case EventOutput:
		return t.takeOutput(l.Data)
	case EventSigner:
		return t.takeSigner(l.Data)
	case EventEnd:
		return t.takeEnd(l.Data)
	}
	return nil
}

func (t *Transcript) takeResume(d map[string]string) error {
	if d["lines"] != strconv.Itoa(len(t.Lines)) {
		return errors.New("the number of lines that it goes on from is another one")
	}
	return t.takeOwnKey(d["key"])
}

func (t *Transcript) takeKey(d map[string]string) error {
	key, err := keyOf(d)
	if err == nil && t.key(key.Label) != nil {
		err = errors.New("two keys of one label")
	}
	if err != nil {
		return err
	}
	return t.addKey(key)
}

func (t *Transcript) addKey(key Key) error {
	if len(t.Keys) == maxNamed {
		return errTooMany
	}
	t.Keys = append(t.Keys, key)
	return nil
}

// takeRestored takes a key that came back, maybe one that this ceremony made before it was resumed.
func (t *Transcript) takeRestored(d map[string]string) error {
	key, err := keyOf(d)
	if err != nil {
		return err
	}
	if known := t.key(key.Label); known != nil {
		if known.Fingerprint != key.Fingerprint {
			return errors.New("another key came back under a label that is taken")
		}
		return nil
	}
	key.Restored = true
	return t.addKey(key)
}

func (t *Transcript) key(label string) *Key {
	if i := slices.IndexFunc(t.Keys, func(k Key) bool { return k.Label == label }); i >= 0 {
		return &t.Keys[i]
	}
	return nil
}

func keyOf(d map[string]string) (Key, error) {
	pub, err := parseKey(d["public"])
	if err != nil {
		return Key{}, err
	}
	if keygen.Fingerprint(pub) != d["fingerprint"] {
		return Key{}, errors.New("fingerprint and public key differ")
	}
	for _, n := range Addresses(pub) {
		if text, told := d[n.Kind]; told && text != n.Value {
			return Key{}, fmt.Errorf("the %s address is not that of the public key", n.Label)
		}
	}
	return Key{Label: d["label"], Algorithm: d["algorithm"], Derivation: d["derivation"], Fingerprint: d["fingerprint"], Public: pub}, nil
}

func (t *Transcript) takeOutput(d map[string]string) error {
	size, err := strconv.ParseInt(d["size"], 10, 64)
	switch {
	case !plainName(d["name"]):
		return fmt.Errorf("%q is not a plain file name", d["name"])
	case !isDigest(d["sha256"]), err != nil, size < 0, d["secret"] != "true" && d["secret"] != "false":
		return errors.New("an output without digest, size or secrecy")
	case slices.ContainsFunc(t.Outputs, func(o Output) bool { return o.Name == d["name"] }):
		return errors.New("two outputs of one name")
	case len(t.Outputs) == maxNamed:
		return errTooMany
	}
	t.Outputs = append(t.Outputs, Output{Name: d["name"], SHA256: d["sha256"], Size: size, Secret: d["secret"] == "true"})
	return nil
}

func (t *Transcript) takeEnd(d map[string]string) error {
	t.Outcome, t.Why = d["outcome"], d["why"]
	switch t.Outcome {
	case Done, GivenUp, Refused, Failed:
	default:
		return fmt.Errorf("outcome %q is not known", t.Outcome)
	}
	if d["lines"] != strconv.Itoa(len(t.Lines)+2) {
		return errors.New("the number of lines is not what was sealed")
	}
	return nil
}

// Addresses are what the chains that people look a key up on call it.
func Addresses(pub crypto.PublicKey) (list []keygen.Name) {
	for _, n := range keygen.Names(pub) {
		if n.Kind == keygen.NameTezosAddress || n.Kind == keygen.NameEthereum {
			list = append(list, n)
		}
	}
	return list
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
