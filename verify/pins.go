package verify

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"sigtool/formats"
	"sigtool/internal/sigalg"
)

// empty tells whether the policy names nobody.
func (p Policy) empty() bool { return !p.names() && !p.AnySigner }

// names tells whether the policy names anybody in particular.
func (p Policy) names() bool { return len(p.Keys)+len(p.Certs)+len(p.Prints)+len(p.CAs) > 0 }

// Pinned is every key that is named, those of certificates among them.
func (p Policy) Pinned() []crypto.PublicKey {
	keys := slices.Clone(p.Keys)
	for _, certificate := range p.Certs {
		keys = append(keys, certificate.PublicKey)
	}
	return keys
}

// pins tells whether the signer is one of those named. A pinned certificate stands for its key, except where a format's readers tell signers by
// their certificates: to Android, one key under two certificates is two signers.
func (p Policy) pins(signature formats.Signature) bool {
	keys := p.Keys
	if !signature.ByCert {
		keys = p.Pinned()
	}
	for _, accepted := range keys {
		if formats.SameKey(accepted, signature.Key) {
			return true
		}
	}
	if signature.Cert == nil {
		return false
	}
	if slices.Contains(p.Prints, sha256.Sum256(signature.Cert.Raw)) {
		return true
	}
	for _, accepted := range p.Certs {
		if accepted.Equal(signature.Cert) {
			return true
		}
	}
	return false
}

// Warnings is what to say of signatures whatever the verdict: what stands aside and does not match, and what is weak and had to be taken.
func Warnings(signatures []formats.Signature) (warnings []string) {
	var weak []string
	schemes := map[string][]string{} // in which each weakness is
	for _, signature := range signatures {
		switch why := weakness(signature); {
		case signature.Aside && signature.Err != nil:
			warnings = append(warnings, fmt.Sprintf("%s: %v", signature.Scheme, signature.Err))
		case signature.Err != nil || signature.Aside || !signature.Legacy || why == "":
		case schemes[why] == nil:
			weak = append(weak, why)
			schemes[why] = []string{signature.Scheme}
		case !slices.Contains(schemes[why], signature.Scheme):
			schemes[why] = append(schemes[why], signature.Scheme)
		}
	}
	for _, why := range weak {
		warnings = append(warnings, fmt.Sprintf("weak: %s (%s)", why, strings.Join(schemes[why], ", ")))
	}
	return warnings
}

// weakness says why a signature is worth little whoever made it: an RSA key below 2048 bits, or a hash that collides.
func weakness(signature formats.Signature) string {
	if why := weakKey(signature.Key); why != "" {
		return why
	}
	for _, hash := range []string{"md5", "sha1"} {
		if strings.HasSuffix(signature.Alg, "-"+hash) {
			return "the hash is " + hash
		}
	}
	return ""
}

func weakKey(key crypto.PublicKey) string {
	switch key := key.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < 2048 {
			return fmt.Sprintf("an RSA key of %d bits", key.N.BitLen())
		}
	case *sigalg.DSAPublicKey:
		if key.Key.P.BitLen() < 2048 {
			return fmt.Sprintf("a DSA key of %d bits", key.Key.P.BitLen())
		}
	}
	return ""
}
