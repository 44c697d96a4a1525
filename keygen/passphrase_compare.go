package keygen

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"fmt"

	"sigtool/internal/secret"
)

// Compare tells whether what was typed is the passphrase, letter for letter; only the white space around it, and how groups or words are
// separated, is free. The error names the first group or word that differs and, for a group, what class its first wrong character is of,
// which the class line shows anyway. It never holds a character of the passphrase or of what was typed.
func Compare(p *Passphrase, typed []byte) error {
	shown, got, part := bytes.Fields(p.Secret.Bytes()), bytes.Fields(typed), "word"
	if p.Style == Base58 {
		shown, got, part = splitGroups(p.Secret.Bytes()), splitGroups(typed), "group"
	}
	if len(got) == 0 {
		return errors.New("nothing was typed")
	}
	for i := range min(len(shown), len(got)) {
		if subtle.ConstantTimeCompare(shown[i], got[i]) == 1 {
			continue
		}
		detail := ""
		if p.Style == Base58 {
			detail = slip(shown[i], got[i])
		}
		return fmt.Errorf("%s %d differs from what was shown%s", part, i+1, detail)
	}
	if len(shown) != len(got) {
		return fmt.Errorf("%d %ss were shown and %d typed", len(shown), part, len(got))
	}
	return nil
}

// slip says about a wrong group what may be said.
func slip(shown, got []byte) string {
	if len(got) != len(shown) {
		return fmt.Sprintf(": it has %d characters, not %d", len(shown), len(got))
	}
	for i := range shown {
		if want := class(rune(shown[i])); shown[i] != got[i] && class(rune(got[i])) != want {
			return fmt.Sprintf(": its character %d is %s", i+1, classNames[want])
		}
	}
	return ""
}

// recognize finds the style whose form the typed passphrase has, and its groups or words.
func recognize(typed []byte) (style Style, parts [][]byte, form, fits bool) {
	parts = splitGroups(typed)
	if form, fits = base58Form(parts); form {
		return Base58, parts, form, fits
	}
	parts = bytes.Fields(typed)
	if form, fits = bip39Form(parts); form {
		return BIP39, parts, form, fits
	}
	form, fits = dicewareForm(parts)
	return Diceware, parts, form, fits
}

// CheckGroups tells whether a passphrase that looks like one of sigtool's own is free of slips, as far as its check group, check word or
// checksum can tell. For any other passphrase there is nothing to check, and the answer is nil. It's there to say something better than
// "wrong passphrase": that this one can't be right for any key.
func CheckGroups(typed []byte) error {
	style, _, form, fits := recognize(typed)
	switch {
	case !form || fits:
		return nil
	case style == Base58:
		return errors.New("a slip of the pen or of the keys: the last group doesn't fit the six before it")
	}
	return errors.New("a slip of the pen or of the keys: the last word doesn't fit the words before it")
}

// Canonical returns a passphrase of sigtool's own, free of slips but typed with other separators, as it was made: groups joined by "-" or
// words by single spaces. It returns false for any other passphrase, which must be taken as it was typed.
func Canonical(typed []byte) (*secret.Bytes, bool) {
	style, parts, form, fits := recognize(typed)
	if !form || !fits {
		return nil, false
	}
	s := joinWords(parts)
	if style == Base58 {
		for i, c := range s.Bytes() {
			if c == ' ' {
				s.Bytes()[i] = '-'
			}
		}
	}
	return s, true
}
