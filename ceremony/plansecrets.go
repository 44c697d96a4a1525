package ceremony

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// noSecrets refuses a plan file that holds what must not be in version control: keys, what may be one or a passphrase, and places on a
// machine, which the people who reviewed the plan could not know. It looks at comments as well, for keys and passphrases. Fingerprints,
// digests and age recipients are public, and taken in the fields that are theirs.
func noSecrets(data []byte, root *yaml.Node) error {
	public := publicTexts(root)
	line := 0
	for text := range strings.Lines(string(data)) {
		line++
		if strings.Contains(text, "-----BEGIN") || strings.Contains(text, "-----END") {
			return fmt.Errorf("line %d: a PEM block; a plan holds no keys", line)
		}
		if strings.Contains(strings.ToUpper(text), "AGE-SECRET-KEY-") {
			return fmt.Errorf("line %d: an age identity; a plan holds no keys, only recipients (age1...)", line)
		}
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"',:[]{}`, r) }) {
			if looksRandom(word) && !slices.Contains(public, word) {
				return fmt.Errorf("line %d: long random text; a plan holds no keys and no passphrases", line)
			}
		}
	}
	return noPaths(root)
}

var publicForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(SHA256:[A-Za-z0-9+/]{43}=|age1[a-z0-9]+|[0-9a-f]{64})$`)
})

// srkName is what NXP's tool calls a super root key: it looks random, and says nothing but the number, the hash and the sort of key.
var srkName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^CN=SRK[1-9]_sha(256|384|512)_((2048|3072|4096)_65537|prime256v1|secp256r1|secp384r1|secp521r1)_v3_(ca|usr)$`)
})

// publicTexts are the values of the fields for fingerprints, digests and recipients, where they have the form of one, and subjects that
// NXP's tool would give.
func publicTexts(n *yaml.Node) (texts []string) {
	add := func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode && publicForm().MatchString(n.Value) {
			texts = append(texts, strings.TrimPrefix(n.Value, "SHA256:"))
		}
	}
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "subject" && srkName().MatchString(child.Value) {
			texts = append(texts, child.Value)
		}
		if n.Kind == yaml.MappingNode && i%2 == 1 && slices.Contains([]string{"fingerprint", "key", "sha256", ExportAge}, n.Content[i-1].Value) {
			add(child)
			for _, entry := range child.Content {
				add(entry)
			}
		}
		texts = append(texts, publicTexts(child)...)
	}
	return texts
}

var pathForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(/|~|\.\.?/|[A-Za-z]:[\\/]|[a-z]+://)|(^|[\s:=])/(dev|home|mnt|media|tmp|run|root|etc|var|proc|sys)(/|$)`)
})

func noPaths(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && pathForm().MatchString(n.Value) {
		return wrong(n, "a path or device; a plan holds none, they are chosen on the day")
	}
	for _, child := range n.Content {
		if err := noPaths(child); err != nil {
			return err
		}
	}
	return nil
}

// looksRandom tells whether a word may be a key or a passphrase: 20 characters or more of letters and digits that change between
// digits, small and large letters as words and dates don't.
func looksRandom(word string) bool {
	const digit, lower, upper = 1, 2, 3
	length, changes, last := 0, 0, 0
	for _, r := range word {
		class := 0
		switch {
		case r >= '0' && r <= '9':
			class = digit
		case r >= 'a' && r <= 'z':
			class = lower
		case r >= 'A' && r <= 'Z':
			class = upper
		case strings.ContainsRune("-_+/=.", r):
			continue
		default:
			return false
		}
		if last != 0 && class != last {
			changes++
		}
		length, last = length+1, class
	}
	return length >= 20 && changes >= 6
}
