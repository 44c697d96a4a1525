package apk

import (
	"bytes"
	"context"
	"crypto/sha512"
	"crypto/x509"
	"fmt"
	"maps"
	"math"

	"sigtool/formats"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lineage"
	"sigtool/formats/apk/sigblock"
	"sigtool/formats/apk/stamp"
	"sigtool/internal/issue"
)

// rotation holds v3 and v3.1 to each other: v3 says from which Android version v3.1 signs, so that nobody can take v3.1 out.
func (c *checking) rotation() {
	if !c.found[3] {
		if c.found[31] {
			c.add(issue.New("V31_BLOCK_FOUND_WITHOUT_V3_BLOCK", formats.ErrMismatch, "a v3.1 signature needs a v3 signature beside it"))
		}
		return
	}
	first := c.rotatedFrom()
	for i := range c.v3 {
		s := &c.v3[i]
		switch said := s.RotationMinSDK; {
		case c.sdk.max < sdkT || said == 0 && first == never || s.Err != nil:
		case said != 0 && first == never:
			s.Err = issue.New("V31_BLOCK_MISSING", formats.ErrMismatch, "the v3 signature says that there is a v3.1 signature from API level %d on, and it was taken out", said)
		case said == 0:
			s.Warnings = append(s.Warnings, issue.New("V31_ROTATION_MIN_SDK_ATTR_MISSING", nil, "the v3 signature does not say that there is a v3.1 signature, which could be taken out unnoticed"))
		case said != first:
			s.Err = issue.New("V31_ROTATION_MIN_SDK_MISMATCH", formats.ErrMismatch, "the v3 signature says that v3.1 signs from API level %d on, and v3.1 says %d", said, first)
		}
	}
}

// never is a rotation that no platform sees.
const never = math.MaxInt32 + 1

// rotatedFrom is the first platform that v3.1 signs for.
func (c *checking) rotatedFrom() int {
	first := never
	for _, s := range c.v31 {
		first = min(first, s.MinSDK)
	}
	return first
}

// stripped notices that a newer scheme was taken out, which v2 says there was.
func (c *checking) stripped() {
	for i := range c.v2 {
		s := &c.v2[i]
		if s.Err != nil {
			continue
		}
		for _, scheme := range s.Schemes {
			if scheme == 2 || scheme == 3 && c.sdk.max >= sdkP && !c.found[3] { // v2 itself is not among the newer schemes
				s.Err = issue.New("V2_SIG_MISSING_APK_SIG_REFERENCED", formats.ErrMismatch, "the v2 signature says that there is a v%d signature besides, and it was taken out", scheme)
			}
		}
	}
}

// together judges what concerns more than one scheme, once each is good by itself.
func (c *checking) together(ctx context.Context) error {
	if err := c.checkStamp(ctx); err != nil {
		return err
	}
	c.sameSigners()
	c.pastSigners()
	c.v4Signers()
	app, err := c.manifest()
	if err != nil {
		return err
	}
	if app.TargetSDK >= sdkR && c.sdk.max >= app.TargetSDK && len(c.v2)+len(c.v3)+len(c.v31) == 0 {
		c.add(issue.New("MIN_SIG_SCHEME_FOR_TARGET_SDK_NOT_MET", formats.ErrMismatch, "an app for API level %d needs a v2 or v3 signature, and has v1 alone", app.TargetSDK))
	}
	return nil
}

// sameSigners holds v1 and v2 to each other: both have the same signers.
func (c *checking) sameSigners() {
	if c.jar == nil || len(c.jar.Signers) == 0 || len(c.v2) == 0 {
		return
	}
	var v1, v2 [][]byte
	for _, s := range c.jar.Signers {
		v1 = append(v1, s.Cert.Raw)
	}
	for _, s := range c.v2 {
		v2 = append(v2, s.Certs[0].Raw)
	}
	if i := within(v1, v2); i >= 0 {
		c.add(issue.New("V2_SIG_MISSING", formats.ErrMismatch, "%s signed by v1 and not by v2", c.jar.Signers[i].Cert.Subject))
	}
	if i := within(v2, v1); i >= 0 {
		c.add(issue.New("JAR_SIG_MISSING", formats.ErrMismatch, "%s signed by v2 and not by v1", c.v2[i].Certs[0].Subject))
	}
}

// within returns the first of a that is not among b, or -1.
func within(a, b [][]byte) int {
	for i, x := range a {
		there := false
		for _, y := range b {
			there = there || bytes.Equal(x, y)
		}
		if !there {
			return i
		}
	}
	return -1
}

// pastSigners holds v3 to v1 and v2: the same signer, or the first of the lineage.
func (c *checking) pastSigners() {
	if len(c.v3) == 0 || len(c.v2) == 0 && (c.jar == nil || len(c.jar.Signers) == 0) {
		return
	}
	var old []*x509.Certificate
	if c.jar != nil {
		for _, s := range c.jar.Signers {
			old = append(old, s.Cert)
		}
	}
	if len(old) == 0 {
		for _, s := range c.v2 {
			old = append(old, s.Certs[0])
		}
	}
	if len(old) != 1 {
		c.add(issue.New("V3_SIG_MULTIPLE_PAST_SIGNERS", formats.ErrMismatch, "v1 or v2 have %d signers, and v3 has one", len(old)))
		return
	}
	mismatch := func(text string) { c.add(issue.New("V3_SIG_PAST_SIGNERS_MISMATCH", formats.ErrMismatch, "%s", text)) }
	first := c.v3[0].Certs[0]
	if l := c.past(); l != nil {
		if l.Find(old[0]) != 0 {
			mismatch("v1 or v2 are not by the first signer of the lineage")
		}
		return
	}
	if len(c.v3) != 1 {
		c.add(issue.New("V3_SIG_MULTIPLE_SIGNERS", formats.ErrMismatch, "v3 has several signers, and no lineage"))
	}
	if !bytes.Equal(old[0].Raw, first.Raw) {
		mismatch("v1 or v2 are by another signer than v3")
	}
}

// past is the longest lineage of the newest scheme that has one.
func (c *checking) past() (longest *lineage.Lineage) {
	for _, signers := range [][]sigblock.Signer{c.v31, c.v3} {
		for _, s := range signers {
			if s.Lineage != nil && (longest == nil || len(s.Lineage.Nodes) > len(longest.Nodes)) {
				longest = s.Lineage
			}
		}
		if longest != nil {
			return longest
		}
	}
	return nil
}

// checkStamp checks the source stamp, if there is one.
func (c *checking) checkStamp(ctx context.Context) error {
	in := stamp.Input{MinSDK: c.sdk.min, MaxSDK: c.sdk.max, Digests: map[int]map[content.Algorithm][]byte{}}
	if c.block != nil {
		in.V1, _ = c.block.Value(sigblock.StampV1)
		in.V2, _ = c.block.Value(sigblock.StampV2)
	}
	if entry := c.zip.Find(stampName); entry != nil {
		in.CertHash = []byte{} // what is longer than any hash is nobody's, and no reason to refuse the package
		if entry.Size <= sha512.Size {
			hash, err := c.zip.ReadAll(c.src, entry, sha512.Size)
			if err != nil {
				return fmt.Errorf("%s: %w", stampName, damaged(err))
			}
			in.CertHash = hash
		}
	}
	if c.jar != nil && c.jar.Manifest != nil {
		in.Digests[1] = map[content.Algorithm][]byte{content.SHA256: c.jar.Manifest}
	}
	for scheme, signers := range map[int][]sigblock.Signer{2: c.v2, 3: c.v3} {
		for _, s := range signers {
			if in.Digests[scheme] == nil {
				in.Digests[scheme] = map[content.Algorithm][]byte{}
			}
			maps.Copy(in.Digests[scheme], s.Named)
		}
	}
	c.stamp = stamp.Check(in)
	return ctx.Err()
}
