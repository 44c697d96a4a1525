package apk

import (
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"strings"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/idsig"
	"sigtool/formats/apk/lineage"
	"sigtool/formats/apk/sigblock"
	"sigtool/internal/issue"
	"sigtool/internal/jarsig"
)

// report lists what was found, newest scheme first, and what is wrong with the file.
func (c *checking) report() ([]formats.Signature, error) {
	var found []formats.Signature
	for _, info := range c.idsig {
		sig := ofIdsig(info)
		sig.Aside = sig.Err == nil && info.Block == 0 && len(c.v3) == 1 && c.outside(c.v3[0])
		found = append(found, sig)
	}
	for _, signers := range [][]sigblock.Signer{c.v31, c.v3, c.v2} {
		for _, s := range signers {
			sig := ofSigner(s)
			sig.Alone = s.Scheme == 2 && len(signers) > 1 || s.Scheme != 2 && !c.oneIdentity()
			sig.Aside = s.Err == nil && c.outside(s)
			found = append(found, sig)
		}
	}
	if c.jar != nil {
		for _, s := range c.jar.Signers {
			sig := c.ofJar(s)
			sig.Alone = len(c.jar.Signers)+len(c.jar.Ignored) > 1 // Android knows the app by all of them
			found = append(found, sig)
		}
		for _, s := range c.jar.Ignored {
			sig := c.ofJar(s)
			sig.Alone = true
			sig.Notes = append(sig.Notes, fmt.Sprintf("%s is by a signer whom apksig ignores, and Android may not", s.Name))
			found = append(found, sig)
		}
		for _, warning := range c.jar.Warnings {
			if len(found) > 0 {
				last := &found[len(found)-1]
				last.Notes = append(last.Notes, warning.Error())
			}
		}
	}
	if c.blockErr != nil && len(found) > 0 {
		found[0].Notes = append(found[0].Notes, c.blockErr.Error())
	}
	if c.unserved() && len(found) > 0 {
		found[0].Notes = append(found[0].Notes, "Android of API levels 24 to 27 looks for a v2 signature, and would not install it; apksig doesn't mind")
	}
	errs := c.errs
	if c.jar != nil {
		errs = append(errs, c.jar.Errors...)
	}
	for _, s := range found {
		if s.Err != nil && len(errs) > 0 {
			errs = append(errs, s.Err)
		}
	}
	if err := c.unsigned(errors.Join(errs...), len(found)); err != nil {
		return found, err
	}
	if c.stamp != nil {
		found = append(found, c.ofStamp())
	}
	return found, c.demandStamp()
}

// outside tells of a signer of v3 or v3.1 whom no Android that matters goes by.
func (c *checking) outside(s sigblock.Signer) bool {
	return s.Scheme != 2 && (s.MaxSDK < c.sdk.min || s.MinSDK > c.sdk.max)
}

// oneIdentity tells whether the signers of v3 and v3.1 are one to Android: the same certificate for all platforms, or each in the newest lineage.
// apksig doesn't ask: anybody can add a v3.1 signature to a package whose v3 signature does not speak of one, and is its signer to Android 13 and
// later.
func (c *checking) oneIdentity() bool {
	past := c.past()
	var first *x509.Certificate
	for _, signers := range [][]sigblock.Signer{c.v3, c.v31} {
		for _, s := range signers {
			if len(s.Certs) == 0 || c.outside(s) {
				continue
			}
			if first == nil {
				first = s.Certs[0]
			}
			if !first.Equal(s.Certs[0]) && (past == nil || past.Find(s.Certs[0]) < 0 || past.Find(first) < 0) {
				return false
			}
		}
	}
	return true
}

// unserved tells of a package that apksig accepts for platforms which know neither of its schemes.
func (c *checking) unserved() bool {
	return c.sdk.min < sdkP && c.sdk.max >= sdkN && c.found[3] && !c.found[2] && c.jar == nil
}

// unsigned turns what a verifier of v1 says of a package without any signature into that.
func (c *checking) unsigned(err error, found int) error {
	if c.blockErr != nil && errors.Is(err, jarsig.ErrUnsigned) {
		return issue.New(issue.ID(err), formats.ErrMismatch, "Android takes its signing block for none, and there is no v1 signature: %w", c.blockErr)
	}
	if found == 0 && errors.Is(err, jarsig.ErrUnsigned) && !errors.Is(err, formats.ErrUnsigned) {
		return issue.New(issue.ID(err), formats.ErrUnsigned, "neither by v1 nor, where the Android versions asked for know it, by a newer scheme")
	}
	if errors.Is(err, jarsig.ErrUnsigned) && !errors.Is(err, formats.ErrUnsigned) {
		return issue.New(issue.ID(err), formats.ErrMismatch, "Android before 7.0 (API level 24) needs a v1 signature, and there is none; the newer ones are good").
			Advise("--min-sdk 24 says that older Androids don't matter")
	}
	return err
}

func ofSigner(s sigblock.Signer) formats.Signature {
	sig := formats.Signature{
		Scheme: s.Scheme.String(), Key: s.Key, Err: s.Err, ByCert: true, Legacy: true,
		Covers: "all but the signing block",
	}
	if s.Key != nil {
		sig.Alg = alg.Name(s.Alg, s.Key)
	}
	if len(s.Certs) > 0 {
		sig.Cert, sig.Chain, sig.Signer = s.Certs[0], s.Certs[1:], s.Certs[0].Subject.String()
	}
	if s.Scheme != 2 && s.MaxSDK > 0 {
		sig.Properties = append(sig.Properties, formats.Property{Name: "min-sdk", Value: fmt.Sprint(s.MinSDK)})
		if s.MaxSDK != math.MaxInt32 {
			sig.Properties = append(sig.Properties, formats.Property{Name: "max-sdk", Value: fmt.Sprint(s.MaxSDK)})
		}
	}
	if s.DevRelease {
		sig.Properties = append(sig.Properties, formats.Property{Name: "development-release", Value: "true"})
	}
	sig.Properties = append(sig.Properties, lineageProperties(s.Lineage)...)
	for _, w := range s.Warnings {
		sig.Notes = append(sig.Notes, w.Error())
	}
	return sig
}

// lineageProperties says who held the identity before, a line for each, oldest first; nil for nil.
func lineageProperties(l *lineage.Lineage) (list []formats.Property) {
	if l == nil {
		return nil
	}
	for i, node := range l.Nodes {
		may := strings.Join(node.Capabilities(), ", ")
		if may == "" {
			may = "nothing"
		}
		list = append(list, formats.Property{
			Name:  fmt.Sprintf("lineage-%d", i+1),
			Value: fmt.Sprintf("%s, certificate sha256 %x, trusted with: %s", node.Cert.Subject, sha256.Sum256(node.Cert.Raw), may),
		})
	}
	return list
}

func (c *checking) ofJar(s jarsig.Signed) formats.Signature {
	sig := formats.Signature{
		Scheme: "v1", Alg: s.Alg, Cert: s.Cert, Chain: s.Chain, Err: errors.Join(s.Errors...), ByCert: true, Legacy: true,
		Covers: fmt.Sprintf("the contents of the ZIP entries that %s lists", s.Name),
	}
	if s.Cert != nil {
		sig.Key, sig.Signer = s.Cert.PublicKey, s.Cert.Subject.String()
	}
	for _, w := range s.Warnings {
		sig.Notes = append(sig.Notes, w.Error())
	}
	return sig
}

func ofIdsig(info idsig.Info) formats.Signature {
	sig := formats.Signature{Scheme: "v4", Cert: info.Cert, Err: info.Err, ByCert: true, Legacy: true, Covers: "the whole package"}
	if info.Cert != nil {
		sig.Key, sig.Alg, sig.Signer = info.Cert.PublicKey, alg.Name(info.Alg, info.Cert.PublicKey), info.Cert.Subject.String()
	}
	return sig
}

func (c *checking) ofStamp() formats.Signature {
	s := c.stamp
	sig := formats.Signature{Scheme: "source-stamp", Alg: s.Alg, Cert: s.Cert, Err: s.Err, Aside: true, Legacy: true, ByCert: true, Covers: "the digests of the other signatures"}
	if s.Cert != nil {
		sig.Key, sig.Signer = s.Cert.PublicKey, s.Cert.Subject.String()
	}
	if !s.Time.IsZero() {
		sig.Properties = append(sig.Properties, formats.Property{Name: "time", Value: s.Time.UTC().Format("2006-01-02T15:04:05Z")})
	}
	sig.Properties = append(sig.Properties, lineageProperties(s.Lineage)...)
	for _, note := range s.Notes {
		sig.Notes = append(sig.Notes, note.Error())
	}
	return sig
}

// demandStamp is why --source-stamp is not met.
func (c *checking) demandStamp() error {
	switch {
	case !c.keys.Options.Bool(optionStamp), len(c.failures()) > 0: // which say more
		return nil
	case c.stamp == nil:
		return issue.New("SOURCE_STAMP_CERT_DIGEST_AND_SIG_BLOCK_MISSING", formats.ErrUnsigned, "it has no source stamp").Advise("stores and build services make stamps; sigtool checks them")
	}
	return c.stamp.Err
}
