package apk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/idsig"
	"sigtool/formats/apk/sigblock"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// readIdsig takes the .idsig given, or the one beside the package, if there is one.
func (c *checking) readIdsig() (err error) {
	c.idsigData = c.keys.Options.Bytes(optionIdsig)
	if c.idsigData != nil && c.sdk.max < sdkN {
		return fmt.Errorf("%w: no Android up to --max-sdk %d reads an .idsig", formats.ErrOption, c.sdk.max)
	}
	if c.idsigData == nil && c.keys.Sidecar != nil && c.sdk.max >= sdkN {
		c.idsigData, err = c.keys.Sidecar(suffixIdsig, "", idsig.MaxSize(c.src.Size()))
	}
	return err
}

// v4 checks the .idsig by itself.
func (c *checking) v4(ctx context.Context) (err error) {
	if c.idsigData == nil {
		return nil
	}
	if len(c.v2)+len(c.v3)+len(c.v31) == 0 {
		c.add(issue.New("V4_SIG_NO_SIGNERS", formats.ErrMismatch, "the .idsig needs a v2 or v3 signature in the package"))
		return nil
	}
	c.idsig, err = idsig.Verify(ctx, c.src, c.idsigData, c.keys.Memo)
	if errors.Is(err, formats.ErrMismatch) {
		c.add(err)
		return nil
	}
	return err
}

const adviceIdsig = "the .idsig is not of this package as it is now: sign the package again, or remove the .idsig"

// v4Signers holds the .idsig to the package's own signatures: the same certificates and content digests.
func (c *checking) v4Signers() {
	if len(c.idsig) == 0 {
		return
	}
	if c.sdk.max < sdkT { // the platforms that matter read the file's own signing info alone
		c.idsig = slices.DeleteFunc(c.idsig, func(info idsig.Info) bool { return info.Block != 0 })
	}
	own, other := c.v2, []sigblock.Signer(nil)
	if len(c.v3) > 0 {
		own, other = c.v3, c.v31
	}
	wanted := append(own[:min(1, len(own)):1], other...)
	if len(own) != 1 || len(wanted) != len(c.idsig) {
		id := "V4_SIG_MULTIPLE_SIGNERS"
		if len(other) > 0 {
			id = "V41_SIG_NEEDS_TWO_SIGNERS"
		}
		c.add(issue.New(id, formats.ErrMismatch, "the .idsig has %d signers, and the package %d", len(c.idsig), len(wanted)).Advise(adviceIdsig))
		return
	}
	for i := range c.idsig {
		c.idsig[i].Err = sameSigner(&c.idsig[i], &wanted[i])
	}
}

func sameSigner(info *idsig.Info, of *sigblock.Signer) error {
	if !bytes.Equal(info.Cert.Raw, of.Certs[0].Raw) {
		return issue.New("V4_SIG_V2_V3_SIGNERS_MISMATCH", formats.ErrMismatch, "the .idsig is by another signer than the package's scheme %s", of.Scheme).Advise(adviceIdsig)
	}
	if strongest := of.Digests[best(of.Digests)]; !bytes.Equal(info.Digest, strongest) {
		return issue.New("V4_SIG_V2_V3_DIGESTS_MISMATCH", formats.ErrMismatch, "the .idsig is of another package: %x, and scheme %s signed %x", info.Digest, of.Scheme, strongest).Advise(adviceIdsig)
	}
	return nil
}

// best is the strongest of the content digests that a signature has, which v4 repeats.
func best(digests map[content.Algorithm][]byte) content.Algorithm {
	strongest := content.Algorithm(0)
	for a := range digests {
		strongest = max(strongest, a)
	}
	return strongest
}

// idsig makes the v4 signature of the whole package, by who signed v3 (else v2), and who signed v3.1.
func (s *signing) idsig(ctx context.Context, edits []patch.Edit) ([]byte, error) {
	view, err := patch.NewView(s.src, edits)
	if err != nil {
		return nil, err
	}
	pairs, err := s.configs()
	if err != nil {
		return nil, err
	}
	var signers []idsig.Signer
	for _, p := range slices.Backward(pairs) { // v3, v3.1, v2
		if p.scheme == 2 && s.schemes.v3 {
			continue
		}
		by := p.signers[0]
		signers = append(signers, idsig.Signer{Key: by.Key, Cert: by.Chain[0], Digest: s.strongest(by.Algs), Rotated: p.scheme == 31})
	}
	data, err := idsig.Sign(ctx, view, signers, s.req.Memo)
	if err != nil {
		return nil, fmt.Errorf("v4: %w", err)
	}
	return data, nil
}

// strongest is the digest that v4 repeats.
func (s *signing) strongest(algs []alg.ID) []byte {
	signed := map[content.Algorithm][]byte{}
	for _, id := range algs {
		if a, known := alg.Content(id); known {
			signed[a] = s.digests[a]
		}
	}
	return signed[best(signed)]
}
