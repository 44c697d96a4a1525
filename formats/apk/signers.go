package apk

import (
	"crypto"
	"crypto/x509"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/lineage"
)

// signer is a key with its certificate chain.
type signer struct {
	key   crypto.Signer
	chain []*x509.Certificate
}

func (s signer) cert() *x509.Certificate { return s.chain[0] }

// signers is who signs: one signer, several side by side, or, with a lineage, the first and the newest holder of one identity.
type signers struct {
	old     []signer         // sign v1, v2, and v3 where nothing was rotated; several only without v3
	rotated *signer          // signs for the platforms that go by it; nil: nothing was rotated
	lineage *lineage.Lineage // up to rotated
	from    int              // API level from which rotated signs
}

// signersOf takes the signers from a request, and holds them to the lineage. Errors: formats.ErrKey, formats.ErrFormat.
func signersOf(req formats.Request) (*signers, error) {
	if _, err := req.Certificate(); err != nil {
		return nil, err
	}
	all := []signer{{req.Key, req.Chain}}
	chains := req.Options.Chains(optionNextCert)
	for i, key := range req.Options.Keys(optionNextKey) {
		if i >= len(chains) {
			return nil, fmt.Errorf("%w: %w: --next-key needs its --next-cert", formats.ErrKey, formats.ErrCert)
		}
		next := formats.Request{Key: key, Chain: chains[i]}
		if _, err := next.Certificate(); err != nil {
			return nil, err
		}
		all = append(all, signer{key, chains[i]})
	}
	for _, s := range all {
		if _, err := alg.ForKey(s.key.Public(), false); err != nil {
			return nil, err
		}
	}
	record := req.Options.Bytes(optionLineage)
	if record == nil {
		return &signers{old: all}, distinct(all)
	}
	l, err := lineage.ParseFile(record)
	if err != nil {
		return nil, fmt.Errorf("%w: --lineage: %v", formats.ErrFormat, err)
	}
	return rotatedSigners(all, l, int(req.Options.Int(optionRotation, defaultRotation)))
}

// distinct refuses two signers with one certificate, of whom platforms would count one.
func distinct(all []signer) error {
	for i, a := range all {
		for _, b := range all[:i] {
			if a.cert().Equal(b.cert()) {
				return fmt.Errorf("%w: %s is given twice", formats.ErrKey, a.cert().Subject)
			}
		}
	}
	return nil
}

// rotatedSigners finds the places of one or two signers in a lineage, given in any order.
func rotatedSigners(all []signer, l *lineage.Lineage, from int) (*signers, error) {
	if len(all) > 2 {
		return nil, fmt.Errorf("%w: with --lineage, -k and one --next-key sign: the first key and the newest", formats.ErrKey)
	}
	places := make([]int, len(all))
	for i, s := range all {
		if places[i] = l.Find(s.cert()); places[i] < 0 {
			return nil, fmt.Errorf("%w: %s is not in the lineage", formats.ErrKey, s.cert().Subject)
		}
	}
	if err := distinct(all); err != nil {
		return nil, err
	}
	if from < sdkT { // as in apksigner: platforms that know of v3 and not of v3.1 all rotate, or none
		from = sdkP
	}
	first, newest := 0, len(all)-1
	if places[first] > places[newest] {
		first, newest = newest, first
	}
	c := &signers{from: from, lineage: l.Sub(places[newest]), rotated: &all[newest]}
	if len(all) == 1 && places[0] > 0 { // the rotated key alone: nothing for platforms that don't know of rotation
		return c, nil
	}
	if places[first] != 0 {
		return nil, fmt.Errorf("%w: %s is not the first of the lineage, whom older platforms know", formats.ErrKey, all[first].cert().Subject)
	}
	c.old = []signer{all[first]}
	if len(all) == 1 {
		return nil, fmt.Errorf("%w: --lineage is for the newest key: give it with --next-key, or leave the lineage out", formats.ErrOption)
	}
	return c, nil
}

// fit holds the signers to the schemes that are to be made, and turns off what several signers can't have. Errors: formats.ErrKey.
func (c *signers) fit(v formats.Values, r sdkRange, s *schemes) error {
	if c.rotated != nil && len(c.old) > 0 && c.from > r.max { // no Android of the range would see it
		c.rotated, c.lineage = nil, nil
	}
	if len(c.old) == 0 && r.min >= sdkP {
		s.v1, s.v2 = v.String(optionV1, "auto") == "true", v.String(optionV2, "auto") == "true"
	}
	switch {
	case len(c.old) == 0 && (s.v1 || s.v2):
		return fmt.Errorf("%w: v1 and v2 are for the first key of the lineage: give it with -k, and the newest with --next-key", formats.ErrKey)
	case len(c.old) == 0 && c.from >= sdkT:
		return fmt.Errorf("%w: Android before API level %d needs the first key of the lineage; --rotation-min-sdk %d has the rotated one sign for all", formats.ErrKey, c.from, sdkP)
	case c.rotated != nil && !s.v3:
		return fmt.Errorf("%w: a rotated key signs by v3, which is not made", formats.ErrKey)
	case len(c.old) > 1:
		return several(v, s)
	}
	return nil
}

// several turns off v3 and v4, which have one signer, unless they were asked for.
func several(v formats.Values, s *schemes) error {
	if v.String(optionV3, "auto") == "true" || v.String(optionV4, "auto") == "true" {
		return fmt.Errorf("%w: v3 and v4 have one signer; several need --v3 false and --v4 false, or --lineage if the key was rotated", formats.ErrKey)
	}
	s.v3, s.v4 = false, false
	if !s.v1 && !s.v2 {
		return fmt.Errorf("%w: several signers sign by v1 and v2, and neither is made", formats.ErrKey)
	}
	return nil
}
