package jarsig

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const metaInf = "META-INF/"

// IsSignatureFile tells whether an entry is of a signature: META-INF/MANIFEST.MF, META-INF/*.SF, .RSA, .DSA, .EC, SIG-*, in whatever case.
func IsSignatureFile(name string) bool {
	name, found := strings.CutPrefix(name, metaInf)
	if !found || strings.Contains(name, "/") {
		return false
	}
	name = strings.ToLower(name)
	for _, suffix := range []string{".sf", ".rsa", ".dsa", ".ec"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return name == "manifest.mf" || strings.HasPrefix(name, "sig-")
}

// listed tells whether a signer lists an entry in the manifest: every file but those of signatures.
func listed(name string) bool { return !strings.HasSuffix(name, "/") && !IsSignatureFile(name) }

// protected tells whether Android refuses an entry that the manifest does not list. All of META-INF is left out there, unlike in listed.
func protected(name string) bool {
	return !strings.HasSuffix(name, "/") && !strings.HasPrefix(name, metaInf)
}

// readable is a name as Java sees it: what is no UTF-8 becomes U+FFFD, one for all the bytes that began a character together.
func readable(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	var out strings.Builder
	for name != "" {
		r, size := utf8.DecodeRuneInString(name)
		if r == utf8.RuneError && size == 1 {
			size = broken(name)
		}
		out.WriteRune(r)
		name = name[size:]
	}
	return out.String()
}

// broken is how many bytes the broken character has that a name begins with: those that could have gone on, or half of a surrogate pair.
func broken(name string) int {
	n := 1
	for n < min(len(name), 3) && (!utf8.FullRuneInString(name[:n+1]) || surrogate(name[:n+1])) {
		n++
	}
	return n
}

// surrogate tells whether these two or three bytes are, or begin, half of a surrogate pair, which UTF-8 does not have.
func surrogate(s string) bool { return s[0] == 0xED && s[1]&0xE0 == 0xA0 && s[len(s)-1]&0xC0 == 0x80 }

// compareNames orders names as Java orders strings: by their UTF-16.
func compareNames(a, b string) int {
	for i := 0; i < min(len(a), len(b)); i++ {
		if a[i] >= 0x80 || b[i] >= 0x80 {
			return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
		}
		if a[i] != b[i] {
			return int(a[i]) - int(b[i])
		}
	}
	return len(a) - len(b)
}

// trim takes off what Java's String.trim takes off: blanks and control characters.
func trim(s string) string { return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }) }
