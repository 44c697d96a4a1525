package mender

import (
	"encoding/hex"
	"strings"

	"sigtool/formats"
	"sigtool/formats/mender/untar"
	"sigtool/internal/issue"
)

// digest is a SHA-256.
type digest [32]byte

// parseManifest reads lines as sha256sum writes them: 64 hexadecimal digits in lower case, two spaces, a name, a line feed. A line that does not end
// is refused, though mender-artifact passes it over: it would be signed and looked at by nobody.
func parseManifest(member string, data []byte) (map[string]digest, error) {
	sums := map[string]digest{}
	for line := range strings.Lines(string(data)) {
		whole, ended := strings.CutSuffix(line, "\n")
		digits, name, ok := strings.Cut(whole, "  ")
		sum, err := hex.DecodeString(digits)
		if !ended || !ok || err != nil || len(sum) != len(digest{}) || strings.ToLower(digits) != digits || name == "" {
			return nil, issue.New("bad-manifest", formats.ErrFormat, "%s: %q is no line of sums", member, short(line))
		}
		if err := untar.CheckName(name); err != nil {
			return nil, within(member, err)
		}
		if _, double := sums[name]; double {
			return nil, issue.New("bad-manifest", formats.ErrFormat, "%s names %q twice", member, short(name))
		}
		sums[name] = digest(sum)
	}
	return sums, nil
}

// short is a text from a file for a message.
func short(text string) string { return text[:min(len(text), 100)] }
