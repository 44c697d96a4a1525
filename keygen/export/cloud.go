package export

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"sigtool/internal/issue"
	"sigtool/keygen"
)

// wrapsTo is the way out to a vault that unwraps by an RSA key.
func wrapsTo(pub *rsa.PublicKey, makes func(Key) (*Result, error)) *Export {
	return &Export{Wrapping: keygen.Fingerprint(pub), WrappingAlg: fmt.Sprintf("rsa%d", pub.N.BitLen()), Make: makes}
}

// largeS is for vaults and modules that sign with secp256k1 as it comes.
const largeS = "signatures made there may have a large s, which Bitcoin, Ethereum and Tezos refuse: whoever asks for them has to make s small"

// needWrap is the error for a missing wrapping key. The mark that Windows puts before a text is taken away.
func needWrap(s *Settings, what string) error {
	if s.Wrap == nil {
		return wrong("no wrapping key: --wrap names %s", what)
	}
	s.Wrap = bytes.TrimPrefix(s.Wrap, []byte("\xef\xbb\xbf"))
	return nil
}

var oaepOption = Option{Name: "oaep", Value: "HASH", Help: "wrap with the `HASH` sha256 or sha1 in RSA-OAEP and its MGF1"}

// oaepHash reads --oaep; without is the hash where nobody said one.
func oaepHash(s Settings, without crypto.Hash) (crypto.Hash, error) {
	switch name := s.Values.String(oaepOption.Name); name {
	case "":
		return without, nil
	case "sha256":
		return crypto.SHA256, nil
	case "sha1":
		return crypto.SHA1, nil
	default:
		return 0, wrong("--oaep takes sha256 or sha1, not %q", name)
	}
}

// stale is the error for a wrapping key whose time is over.
func stale(what string, until, now time.Time, hint string) error {
	const form = "2006-01-02 15:04:05 MST"
	return issue.New("wrapping-key-expired", nil, "%s was valid until %s, and it is %s", what, until.UTC().Format(form), now.UTC().Format(form)).Advise(hint)
}

// timeIn reads a time from JSON: RFC 3339, or seconds since 1970, as the vaults' tools write it. The zero time stands for none.
func timeIn(raw json.RawMessage) (time.Time, error) {
	var text string
	var seconds float64
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return time.Time{}, nil
	case json.Unmarshal(raw, &text) == nil:
		return time.Parse(time.RFC3339, text)
	case json.Unmarshal(raw, &seconds) != nil || seconds < 0 || seconds > 1<<38:
		return time.Time{}, fmt.Errorf("%.40q is no time", raw)
	}
	return time.Unix(int64(seconds), 0), nil
}

// plainNames tells whether names out of a file, which go into commands, are such as vaults give: no options, and nothing that a shell or a terminal
// would not show as it is.
func plainNames(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, "-") || shellQuote(name) != name })
}

// plainName makes of a label a name of letters, digits and the other characters given, which a vault takes; the rest become dashes.
func plainName(label, others string, most int) string {
	name := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune(others, r) {
			return r
		}
		return '-'
	}, label)
	name = strings.Trim(name[:min(len(name), most)], "-._")
	if name == "" {
		return "key"
	}
	return name
}

// arrived is the command that shows whether a vault has this very key: get is a command that writes its public key, in PEM
// or DER.
func arrived(key crypto.Signer, get string, pem bool) Command {
	if pem {
		get += " | openssl pkey -pubin -outform DER"
	}
	check := hashed(key.Public(), "see that it is this key", get)
	check.Online = true
	return check
}

// takenAs is the algorithm of a key that a target takes.
func takenAs(key crypto.Signer, refuse func(keygen.Algorithm) error) (keygen.Algorithm, error) {
	alg, err := keygen.AlgorithmOf(key.Public())
	if err == nil {
		err = refuse(alg)
	}
	return alg, err
}
