package keygen

import (
	"bytes"
	"crypto"
	"strings"
)

// statedPrefix begins the line that stands before a sealed key and says in the clear what key it is. Readers of PEM pass over it
// (RFC 7468 §5.2); nothing vouches for it.
const statedPrefix = "sigtool key: "

// statement is that line: "sigtool key: p256 SHA256:…".
func statement(pub crypto.PublicKey) string {
	alg, err := AlgorithmOf(pub)
	if err != nil {
		return ""
	}
	return statedPrefix + string(alg) + " " + Fingerprint(pub) + "\n"
}

// Stated tells which algorithm a sealed key file says, in the clear, that its key is for; known is false where it does not say. It is
// for refusing early what would be refused later: whoever could change the file could change the line.
func Stated(data []byte) (alg Algorithm, known bool) {
	for line := range bytes.Lines(data) {
		text, is := strings.CutPrefix(strings.TrimRight(string(line), "\r\n"), statedPrefix)
		if !is {
			continue
		}
		name, _, _ := strings.Cut(text, " ")
		alg, err := ParseAlgorithm(name)
		return alg, err == nil
	}
	return "", false
}
