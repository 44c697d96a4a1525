package jarsig

import (
	"bytes"
	"crypto"
	_ "crypto/md5"
	_ "crypto/sha1"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
)

// digest is what a section says that something hashes to.
type digest struct {
	hash  crypto.Hash
	value []byte
}

func (d digest) is(sum []byte) bool { return bytes.Equal(d.value, sum) }

// weaker is the weakest of a hash, or of none (0), and those of digests. Go numbers hashes by their strength: MD5, SHA-1, SHA-224 to SHA-512.
func weaker(h crypto.Hash, digests []digest) crypto.Hash {
	for _, d := range digests {
		if h == 0 || d.hash < h {
			h = d.hash
		}
	}
	return h
}

// Android's JELLY_BEAN_MR2, from which on digests are chosen by their strength.
const strengthSDK = 18

// byStrength are the hashes that are looked for from then on.
var byStrength = []struct {
	attribute string
	hash      crypto.Hash
}{{"SHA-512", crypto.SHA512}, {"SHA-384", crypto.SHA384}, {"SHA-256", crypto.SHA256}, {"SHA1", crypto.SHA1}}

// byName is the hash that older platforms know by a name, in capitals, and the SDK version that they knew it from.
func byName(name string) (h crypto.Hash, from int, known bool) {
	switch name {
	case "MD5":
		return crypto.MD5, 0, true
	case "SHA", "SHA1", "SHA-1":
		return crypto.SHA1, 0, true
	case "SHA-256":
		return crypto.SHA256, 0, true
	case "SHA-384":
		return crypto.SHA384, 9, true
	case "SHA-512":
		return crypto.SHA512, 9, true
	}
	return 0, 0, false
}

// digests are those of a section that platforms of the range look at: attributes whose name ends in suffix. Older ones took the first hash of the
// attribute Digest-Algorithms, or else SHA-1, that they found and knew; later ones take the strongest. None at all if older ones find none.
func (s section) digests(suffix string, minSDK, maxSDK int) (list []digest, err error) {
	suffix = strings.ToUpper(suffix)
	found, algorithms := s.candidates(suffix)
	take := func(h crypto.Hash, text string) {
		var value []byte
		value, err = decode(text)
		if err == nil && !slices.ContainsFunc(list, func(d digest) bool { return d.hash == h && d.is(value) }) {
			list = append(list, digest{h, value})
		}
	}
	if minSDK < strengthSDK {
		for token := range strings.FieldsSeq(algorithms) {
			token = strings.ToUpper(token)
			text, there := found[token+suffix]
			if h, from, known := byName(token); there && known && from <= minSDK {
				take(h, text)
				break
			}
		}
		if len(list) == 0 || err != nil {
			return nil, err
		}
	}
	if maxSDK < strengthSDK {
		return list, nil
	}
	for _, alg := range byStrength {
		if text, there := found[alg.attribute+suffix]; there {
			take(alg.hash, text)
			break
		}
	}
	return list, err
}

// isHash tells whether any platform knows a hash by that name, in capitals.
func isHash(token string) bool {
	_, _, known := byName(token)
	return known
}

// candidates are the attributes whose name, in capitals, is that of a hash with suffix behind it, and what Digest-Algorithms says.
func (s section) candidates(suffix string) (found map[string]string, algorithms string) {
	found, algorithms = map[string]string{}, "SHA SHA1"
	given := false
	eachAttribute(s.raw, func(name, value string) bool {
		name = strings.ToUpper(name)
		if name == "DIGEST-ALGORITHMS" && !given {
			algorithms, given = value, true
		}
		if _, there := found[name]; there {
			return true // the first counts, even an empty one
		}
		if token, is := strings.CutSuffix(name, suffix); is && isHash(token) {
			found[name] = value
		}
		return true
	})
	return found, algorithms
}

// decode reads base64, whose padding may be left out, as in Java.
func decode(text string) ([]byte, error) {
	encoding := base64.StdEncoding
	if !strings.Contains(text, "=") {
		encoding = base64.RawStdEncoding
	}
	value, err := encoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("a digest is not base64")
	}
	return value, nil
}
