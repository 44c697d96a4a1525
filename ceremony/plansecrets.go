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
		for _, word := range wordsIn(text) {
			if looksRandom(word) && !slices.Contains(public, word) {
				return fmt.Errorf("line %d: long random text; a plan holds no keys and no passphrases", line)
			}
		}
	}
	return noPaths(root, false)
}

// wordsIn takes a line of YAML apart.
func wordsIn(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"',:[]{}`, r) })
}

var publicForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(SHA256:[A-Za-z0-9+/]{43}=|age1[a-z0-9]+|[0-9a-f]{64})$`)
})

// srkName is what NXP's tool calls a super root key: it looks random, and says nothing but the number, the hash and the sort of key.
var srkName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^CN=SRK[1-9]_sha(256|384|512)_((2048|3072|4096)_65537|prime256v1|secp256r1|secp384r1|secp521r1)_v3_(ca|usr)$`)
})

// publicTexts are the values of the fields for fingerprints, digests and recipients, where they have the form of one, subjects that
// NXP's tool would give, and what stands in options.
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
		if n.Kind == yaml.MappingNode && i%2 == 1 && slices.Contains([]string{"fingerprint", "wrap-fingerprint", "key", "sha256", ExportAge}, n.Content[i-1].Value) {
			add(child)
			for _, entry := range child.Content {
				add(entry)
			}
		}
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "options" {
			texts = append(texts, optionWords(child)...)
		}
		texts = append(texts, publicTexts(child)...)
	}
	return texts
}

// optionWords are the words of an export's options: names that a vault gives, with numbers in them. An option is never secret, for it may stand
// in a command line.
func optionWords(n *yaml.Node) (words []string) {
	if n.Kind == yaml.ScalarNode {
		return wordsIn(n.Value)
	}
	for _, child := range n.Content {
		words = append(words, optionWords(child)...)
	}
	return words
}

var pathForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(/|~|\.\.?/|[A-Za-z]:[\\/]|[a-z]+://)|(^|[\s:=])/(dev|home|mnt|media|tmp|run|root|etc|var|proc|sys)(/|$)`)
})

// noPaths refuses places on a machine. In an option the address of a vault is none.
func noPaths(n *yaml.Node, option bool) error {
	if n.Kind == yaml.ScalarNode && pathForm().MatchString(n.Value) && !(option && strings.HasPrefix(n.Value, "https://")) {
		return wrong(n, "a path or device; a plan holds none, they are chosen on the day")
	}
	for i, child := range n.Content {
		below := n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "options"
		if err := noPaths(child, option || below); err != nil {
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
