package ceremony

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// StrictYAML reads one YAML document of at most limit bytes and refuses what makes YAML mean something else than it shows: a second
// document, anchors, aliases, merges and tags. Errors name the line. An empty file is an error.
func StrictYAML(data []byte, limit int) (*yaml.Node, error) {
	switch {
	case len(data) > limit:
		return nil, fmt.Errorf("more than %d bytes", limit)
	case !utf8.Valid(data), bytes.HasPrefix(data, []byte("\ufeff")), bytes.IndexByte(data, 0) >= 0:
		return nil, errors.New("not plain UTF-8 text")
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); err == io.EOF {
		return nil, errors.New("line 1: there is nothing in it")
	} else if err != nil {
		return nil, yamlError(err)
	}
	if err := dec.Decode(&more); err != io.EOF {
		if err != nil {
			return nil, yamlError(err)
		}
		return nil, wrong(&more, "a second document; there may be one alone")
	}
	if len(doc.Content) != 1 {
		return nil, errors.New("line 1: there is nothing in it")
	}
	return doc.Content[0], plainNodes(doc.Content[0])
}

// yamlError takes the package's name off its message.
func yamlError(err error) error { return errors.New(strings.TrimPrefix(err.Error(), "yaml: ")) }

func plainNodes(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.AliasNode, n.Anchor != "":
		return wrong(n, "anchors and aliases are not taken; write it out")
	case n.Style&yaml.TaggedStyle != 0:
		return wrong(n, "tags are not taken")
	case n.ShortTag() == "!!merge":
		return wrong(n, "merges are not taken; write it out")
	}
	for _, child := range n.Content {
		if err := plainNodes(child); err != nil {
			return err
		}
	}
	return nil
}

// noSecrets refuses a plan file that holds what must not be in version control: keys, what may be one or a passphrase, and places on a
// machine, which the people who reviewed the plan could not know. It looks at comments as well, for keys and passphrases.
func noSecrets(data []byte, root *yaml.Node) error {
	line := 0
	for text := range strings.Lines(string(data)) {
		line++
		if strings.Contains(text, "-----BEGIN") || strings.Contains(text, "-----END") {
			return fmt.Errorf("line %d: a PEM block; a plan holds no keys", line)
		}
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"',[]{}`, r) }) {
			if looksRandom(word) {
				return fmt.Errorf("line %d: long random text; a plan holds no keys and no passphrases", line)
			}
		}
	}
	return noPaths(root)
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
