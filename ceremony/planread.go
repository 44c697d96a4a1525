package ceremony

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"

	"sigtool/backup"
)

// wrong is an error at the line of a node.
func wrong(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("line %d: %s", n.Line, fmt.Sprintf(format, args...))
}

// field is one entry that a mapping may have.
type field struct {
	name string
	read func(*yaml.Node) error
	must bool
}

// readMapping reads the entries of a mapping in the order in which they stand. One that is not known, stands twice or is missing
// is an error.
func readMapping(n *yaml.Node, what string, fields []field) error {
	if n.Kind != yaml.MappingNode {
		return wrong(n, "%s takes fields, one a line", what)
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := slices.IndexFunc(fields, func(f field) bool { return f.name == key.Value })
		switch {
		case key.Kind != yaml.ScalarNode || at < 0:
			return wrong(key, "%s has no field %q", what, key.Value)
		case seen[key.Value]:
			return wrong(key, "field %q stands twice in %s", key.Value, what)
		}
		seen[key.Value] = true
		if err := fields[at].read(value); err != nil {
			return err
		}
	}
	for _, f := range fields {
		if f.must && !seen[f.name] {
			return wrong(n, "%s needs the field %q", what, f.name)
		}
	}
	return nil
}

// readList reads each entry of a list of 1 to most entries.
func readList(n *yaml.Node, what string, most int, read func(*yaml.Node) error) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 || len(n.Content) > most {
		return wrong(n, "%s is a list of 1 to %d entries", what, most)
	}
	for _, entry := range n.Content {
		if err := read(entry); err != nil {
			return err
		}
	}
	return nil
}

// text reads a line of printable text of 1 to most bytes. Nothing in it moves a cursor or turns the direction of writing, so that what
// a person reads is what is there.
func text(into *string, what string, most int) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
			return wrong(n, "%s is text; put it in quotes if it looks like something else", what)
		}
		if n.Value == "" || len(n.Value) > most || strings.Join(strings.Fields(n.Value), " ") != n.Value {
			return wrong(n, "%s has 1 to %d bytes and no space too many", what, most)
		}
		if strings.ContainsFunc(n.Value, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return wrong(n, "%s has a character that can't be printed", what)
		}
		*into = n.Value
		return nil
	}
}

// number reads a plain decimal number from least to most.
func number(into *int, what string, least, most int) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		value, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || strconv.Itoa(value) != n.Value ||
			value < least || value > most {
			return wrong(n, "%s is a number from %d to %d", what, least, most)
		}
		*into = value
		return nil
	}
}

// throws reads how often to throw: never, or as often as makes 128 bits.
func throws(into *int, what string, least, most int) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if err := number(into, what, 0, most)(n); err != nil {
			return err
		}
		if *into > 0 && *into < least {
			return wrong(n, "%s is 0 or at least %d: fewer hold less than 128 bits, which alone would not be enough", what, least)
		}
		return nil
	}
}

// choice reads one of several words.
func choice(take func(string), what string, words ...string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode || !slices.Contains(words, n.Value) {
			return wrong(n, "%s is one of %s", what, strings.Join(words, ", "))
		}
		take(n.Value)
		return nil
	}
}

// day reads a date as 2027-01-01, its first moment in UTC.
func day(into *time.Time, what string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		t, err := time.Parse(time.DateOnly, n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || t.Year() < 2000 || t.Year() > 2999 {
			return wrong(n, "%s is a day such as 2027-01-01", what)
		}
		*into = t
		return nil
	}
}

var labelForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
})

var fileForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._+-]{0,99}$`) })

// fileName reads the plain name of a file: no folder, nothing hidden, nothing that a program takes for an option.
func fileName(into *string, what string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode || !fileForm().MatchString(n.Value) {
			return wrong(n, "%s is the plain name of a file: 1 to 100 of letters, digits and . _ + -, and no dot, plus or hyphen first", what)
		}
		*into = n.Value
		return nil
	}
}

// fingerprint reads the fingerprint of a public key.
func fingerprint(into *string, what string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		digest, err := backup.DigestOf(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || digest == nil {
			return wrong(n, "%s is a fingerprint, SHA256: and 44 characters, as sigtool key show prints it", what)
		}
		*into = n.Value
		return nil
	}
}

// hexDigest reads a SHA-256, as sha256sum prints it.
func hexDigest(into *string, what string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		digest, err := hex.DecodeString(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || len(digest) != sha256.Size || strings.ToLower(n.Value) != n.Value {
			return wrong(n, "%s is 64 small hexadecimal digits, as sha256sum prints them", what)
		}
		*into = n.Value
		return nil
	}
}

// label reads the name of a key.
func label(into *string, what string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode || !labelForm().MatchString(n.Value) {
			return wrong(n, "%s has 1 to 32 of a-z, 0-9 and hyphens, and no hyphen first", what)
		}
		*into = n.Value
		return nil
	}
}

// personName reads the name of a person. What looks the same is the same: no marks that combine with the letter before, and no letters of
// one script among those of another.
func personName(into *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if err := text(into, "name", 64)(n); err != nil {
			return err
		}
		scripts := 0
		for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek} {
			if strings.ContainsFunc(*into, func(r rune) bool { return unicode.Is(script, r) }) {
				scripts++
			}
		}
		switch {
		case strings.ContainsFunc(*into, func(r rune) bool { return unicode.Is(unicode.Mn, r) }):
			return wrong(n, "name has a mark that stands by itself; write the letter and its mark as one character")
		case scripts > 1:
			return wrong(n, "name has letters of several scripts, which can look the same; write it in one")
		}
		return nil
	}
}
