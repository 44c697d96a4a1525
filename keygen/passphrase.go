package keygen

import (
	"fmt"
	"io"
	"math"
	"strings"

	"sigtool/internal/secret"
)

// Style is the form of a passphrase that sigtool makes. Each holds at least 128 bits, so that it protects even a key file that stretches
// it only a little.
type Style int

const (
	// Base58 is 24 characters in six groups of four, and a seventh group that checks them: 7Yb2-kLm9-…; 140.6 bits.
	Base58 Style = iota
	// BIP39 is 12 words of the English BIP-39 list, with the 4 bits of checksum that BIP-39 itself puts into the last word; 128 bits.
	BIP39
	// Diceware is 10 words of the EFF's large list and an eleventh that checks them; 129.2 bits.
	Diceware
)

var styleNames = []string{"base58", "bip39", "diceware"}

// String is the name that ParseStyle reads.
func (s Style) String() string {
	if s < 0 || int(s) >= len(styleNames) {
		return fmt.Sprintf("style %d", int(s))
	}
	return styleNames[s]
}

// ParseStyle finds a style by its name: base58, bip39 or diceware.
func ParseStyle(name string) (Style, error) {
	for i, known := range styleNames {
		if name == known {
			return Style(i), nil
		}
	}
	return 0, fmt.Errorf("unknown passphrase style %q: there are %s", name, strings.Join(styleNames, ", "))
}

// Passphrase is a new passphrase.
type Passphrase struct {
	Style  Style
	Secret *secret.Bytes // the exact bytes that seal a key: groups joined by "-", check group included, or words joined by a space
	Bits   float64       // of entropy; what is computed from the rest (check group, check word, checksum) isn't counted
}

// NewPassphrase makes a passphrase from rand, whose bytes are used without bias. The caller calls Secret.Destroy.
func NewPassphrase(style Style, rand io.Reader) (*Passphrase, error) {
	p := &Passphrase{Style: style}
	var err error
	switch style {
	case Base58:
		p.Bits = base58Chars * math.Log2(float64(len(base58Alphabet)))
		p.Secret, err = newBase58(rand)
	case BIP39:
		p.Bits = bip39Bits
		p.Secret, err = newBIP39(rand)
	case Diceware:
		p.Bits = dicewareWords * math.Log2(float64(dicewareList().NumWords()))
		p.Secret, err = newDiceware(rand)
	default:
		err = fmt.Errorf("unknown passphrase %v", style)
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Lines is what the person copies: the groups, and under each character its class (N digit, L lower case, U upper case), or the
// words with their numbers. It's an ordinary string that can't be wiped, and nothing but the screen or the paper should ever see it.
//
// The class line helps to tell 1 from l and s from S. It gives away 1.47 bits of every character, 35 of the 140.6, so it must never be
// kept apart from the passphrase: who finds it alone has a passphrase of 105 bits left to guess.
func (p *Passphrase) Lines() string {
	text := string(p.Secret.Bytes())
	if p.Style == Base58 {
		return text + "\n" + strings.Map(class, text) + "\n"
	}
	const perLine = 4
	var lines strings.Builder
	words := strings.Fields(text)
	for i, word := range words {
		last := i%perLine == perLine-1 || i == len(words)-1
		fmt.Fprintf(&lines, "%2d %s", i+1, word)
		if last {
			lines.WriteByte('\n')
		} else {
			lines.WriteString(strings.Repeat(" ", 11-len(word))) // the longest words have 9 letters
		}
	}
	return lines.String()
}

// class is the letter under a character; a separator has none.
func class(r rune) rune {
	switch {
	case '0' <= r && r <= '9':
		return 'N'
	case 'a' <= r && r <= 'z':
		return 'L'
	case 'A' <= r && r <= 'Z':
		return 'U'
	}
	return ' '
}

var classNames = map[rune]string{'N': "a digit", 'L': "a lower-case letter", 'U': "an upper-case letter"}

// uniform returns numbers below limit (at most 65536), each equally likely: two random bytes for each try, and what would favour the small
// numbers is thrown away.
func uniform(rand io.Reader, limit, count int) ([]int, error) {
	numbers := make([]int, 0, count)
	random := secret.New(2)
	defer random.Destroy()
	usable := 65536 / limit * limit
	for len(numbers) < count {
		b := random.Bytes()
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, fmt.Errorf("random numbers for the passphrase: %w", err)
		}
		if n := int(b[0])<<8 | int(b[1]); n < usable {
			numbers = append(numbers, n%limit)
		}
	}
	return numbers, nil
}
