package apk

import (
	"context"
	"errors"
	"math"
	"slices"

	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/sigblock"
	"sigtool/internal/patch"
)

// makeBlock digests the content once for all schemes, and makes the signing block. A signature that is to be made elsewhere fails; the others are asked
// for all the same, so that they can be made together.
func (s *signing) makeBlock(ctx context.Context) ([]byte, error) {
	planned, err := s.configs()
	if err != nil {
		return nil, err
	}
	if err := s.digest(ctx, planned); err != nil {
		return nil, err
	}
	var pairs []sigblock.Pair
	var failed error
	for _, p := range planned {
		for i := range p.signers {
			p.signers[i].Digests = s.digests
		}
		value, err := sigblock.Make(p.scheme, p.signers)
		failed = errors.Join(failed, err)
		pairs = append(pairs, sigblock.Pair{ID: p.id, Value: value})
	}
	if failed != nil {
		return nil, failed
	}
	return sigblock.Build(pairs), nil
}

// pair is a pair of the signing block to be made.
type pair struct {
	id      uint32
	scheme  sigblock.Scheme
	signers []sigblock.SignerConfig
}

// configs says which pairs there will be, by whom, in apksigner's order: v2, v3.1, v3.
func (s *signing) configs() ([]pair, error) {
	var pairs []pair
	if s.schemes.v2 {
		var signers []sigblock.SignerConfig
		for _, by := range s.by.old {
			m, err := s.config(by)
			if err != nil {
				return nil, err
			}
			m.V3Too = s.schemes.v3
			signers = append(signers, m)
		}
		pairs = append(pairs, pair{sigblock.V2, 2, signers})
	}
	if !s.schemes.v3 {
		return pairs, nil
	}
	v3, v31, err := s.platforms()
	if err != nil {
		return nil, err
	}
	if v31 != nil {
		pairs = append(pairs, pair{sigblock.V31, 31, []sigblock.SignerConfig{*v31}})
	}
	return append(pairs, pair{sigblock.V3, 3, []sigblock.SignerConfig{*v3}}), nil
}

// firstV3 is the first platform that v3 says it is for where no key was rotated. None before 28 reads it; apksigner writes what the algorithm needs.
const firstV3 = 24

// platforms divides the Android versions from 9 on between v3 and v3.1, which is nil unless the rotated key signs from Android 13 or later.
func (s *signing) platforms() (v3, v31 *sigblock.SignerConfig, err error) {
	c := s.by
	newest := c.rotated
	if newest == nil {
		newest = &c.old[0]
	}
	m, err := s.config(*newest)
	if err != nil {
		return nil, nil, err
	}
	m.MinSDK, m.MaxSDK, m.Lineage = firstV3, math.MaxInt32, c.lineage
	if c.rotated == nil {
		return &m, nil, nil
	}
	m.MinSDK = c.from
	if c.from < sdkT || len(c.old) == 0 {
		return &m, nil, nil
	}
	first, err := s.config(c.old[0])
	if err != nil {
		return nil, nil, err
	}
	first.MinSDK, first.MaxSDK, first.RotationMinSDK = firstV3, c.from-1, c.from
	first.Lineage = c.lineage.Sub(0)
	return &first, &m, nil
}

func (s *signing) config(by signer) (sigblock.SignerConfig, error) {
	algs, err := alg.ForKey(by.key.Public(), s.req.Options.Bool(optionVerity))
	return sigblock.SignerConfig{Key: by.key, Chain: by.chain, Algs: algs}, err
}

// digest computes the content digests that the pairs are over, in one pass.
func (s *signing) digest(ctx context.Context, pairs []pair) (err error) {
	var want []content.Algorithm
	for _, p := range pairs {
		for _, m := range p.signers {
			for _, id := range m.Algs {
				if a, known := alg.Content(id); known && !slices.Contains(want, a) {
					want = append(want, a)
				}
			}
		}
	}
	end := make([]byte, s.layout.View.Size()-s.layout.End)
	if err := patch.ReadFull(s.layout.View, end, s.layout.End); err != nil {
		return err
	}
	sections := content.Sections{Source: s.layout.View, Entries: s.layout.Directory, Directory: s.layout.Directory, End: s.layout.End, EndRecord: end}
	s.digests, err = content.Digest(ctx, sections, want, s.schemes.v4, s.req.Memo)
	return err
}
