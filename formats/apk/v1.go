package apk

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/apk/layout"
	"sigtool/internal/issue"
	"sigtool/internal/jarsig"
)

// jar makes the files of the v1 signature.
func (s *signing) jar(ctx context.Context) ([]layout.File, error) {
	if !s.schemes.v1 {
		return nil, nil
	}
	req := jarsig.Request{Without: dropped, Memo: s.req.Memo}
	for i, by := range s.by.old {
		hash, err := jarsig.DefaultHash(by.key.Public(), s.sdk.min)
		if err != nil {
			return nil, fmt.Errorf("%w: v1: %w", formats.ErrKey, err)
		}
		name := "CERT"
		if i > 0 {
			name = fmt.Sprintf("CERT%d", i+1)
		}
		req.Signers = append(req.Signers, jarsig.Signer{Name: name, Key: by.key, Chain: by.chain, Hash: hash})
		if req.ManifestHash != crypto.SHA256 {
			req.ManifestHash = hash
		}
	}
	if s.schemes.v2 {
		req.Schemes = append(req.Schemes, 2)
	}
	if s.schemes.v3 {
		req.Schemes = append(req.Schemes, 3)
	}
	made, err := jarsig.Sign(ctx, s.src, s.zip, req)
	if errors.Is(err, jarsig.ErrKey) {
		return nil, fmt.Errorf("%w: v1: %v", formats.ErrKey, err)
	}
	if err != nil {
		return nil, fmt.Errorf("v1: %w", damaged(err))
	}
	files := make([]layout.File, len(made))
	for i, f := range made {
		files[i] = layout.File(f)
	}
	return files, nil
}

// v1 verifies the JAR signature.
func (c *checking) v1(ctx context.Context) (err error) {
	policy := jarsig.Policy{MinSDK: c.sdk.min, MaxSDK: c.sdk.max, Found: c.found, Supported: map[int]bool{2: c.sdk.max >= sdkN, 3: c.sdk.max >= sdkP}, Memo: c.keys.Memo}
	if c.jar, err = jarsig.Verify(ctx, c.src, c.zip, policy); err != nil {
		return damaged(err)
	}
	if !bytes.Equal(piece(c.src, 0, 4), []byte("PK\x03\x04")) {
		c.add(issue.New("JANUS", formats.ErrMismatch, "it does not begin with a ZIP entry: Android before 8.1 would run what stands before it, which v1 does not cover (CVE-2017-13156)"))
	}
	return nil
}
