package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/internal/issue"
	"sigtool/keygen/export"
)

// showWrapping says to which key the key is wrapped, before anybody opens it, and holds it to the fingerprint that was given.
func showWrapping(c *cli.Context, out *reporter, way *export.Export) error {
	if way.Wrapping == "" {
		return nil
	}
	pin := c.String("wrap-fingerprint")
	if pin == "" {
		sayFolded(out, out.line, "sigtool: warning: "+unpinned(c, way))
		return nil
	}
	given, _ := hashIn(pin)
	if is, ok := hashIn(way.Wrapping); !ok || !bytes.Equal(given, is) {
		return fmt.Errorf("%s: %w", c.String("wrap"), issue.New("wrapping-key-differs", nil, "the wrapping key is %s, not %s", way.Wrapping, pin).
			Advise("fetch the wrapping key again, by a way that you trust"))
	}
	out.info("%s: wrapped to the %s key %s, as it was to be", c.String("wrap"), way.WrappingAlg, way.Wrapping)
	return nil
}

// unpinned is the warning of a wrapping key that nobody vouches for.
func unpinned(c *cli.Context, way *export.Export) string {
	return fmt.Sprintf("%s: wrapped to the %s key %s: whoever could change that file gets the key, so compare this with what the target shows, or give it with --wrap-fingerprint",
		c.String("wrap"), way.WrappingAlg, way.Wrapping)
}

// hashIn reads a fingerprint: the SHA-256 in base64, with or without "SHA256:" and padding, or in hexadecimal, with or without colons.
func hashIn(text string) ([]byte, bool) {
	text = strings.TrimSpace(text)
	if len(text) > 7 && strings.EqualFold(text[:7], "SHA256:") {
		text = text[7:]
	}
	if sum, err := hex.DecodeString(strings.ReplaceAll(text, ":", "")); err == nil && len(sum) == sha256.Size {
		return sum, true
	}
	sum, err := base64.RawStdEncoding.Strict().DecodeString(strings.TrimRight(text, "="))
	return sum, err == nil && len(sum) == sha256.Size
}
