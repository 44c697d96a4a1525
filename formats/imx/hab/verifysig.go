package hab

import (
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
	"sigtool/internal/sigalg"
)

// authenticateCSF checks the signature of the commands themselves.
func (s *stage) authenticateCSF(c csf.Command, a *csf.AuthCommand) error {
	sig := formats.Signature{Scheme: s.scheme("csf"), Covers: s.covers([]run{{s.base, int64(s.csf.Size)}})}
	s.own = append(s.own, sig)
	if len(a.Blocks) > 0 {
		return of(invCommand, c.Raw).refuse("the CSF's own signature has no blocks; the CSF key signs nothing else", "the CSF key (slot %d) is to authenticate blocks", a.Key)
	}
	block := csf.Block{Length: uint32(s.csf.Size), Data: s.src, Offset: s.base}
	if err := s.check(c, a, []csf.Block{block}); err != nil {
		return err
	}
	s.authenticated = true
	return nil
}

// authenticateData checks the signature of blocks.
func (s *stage) authenticateData(c csf.Command, a *csf.AuthCommand) error {
	if !s.authenticated {
		return of(invCommand, c.Raw).refuse("authenticate the CSF first", "data are authenticated before the CSF is")
	}
	sig := formats.Signature{Scheme: s.scheme("image"), Covers: "nothing"}
	s.own = append(s.own, sig)
	last := &s.own[len(s.own)-1]
	if a.Protocol == csf.ProtocolAEAD && c.Err != nil {
		return refusedCommand(c)
	}
	if a.Protocol == csf.ProtocolAEAD {
		last.Alg = "aes-ccm"
		last.Err = fmt.Errorf("%w: it is encrypted, and only the device has the key", formats.ErrNoKey)
		s.blocks = append(s.blocks, a.Blocks...)
		return nil
	}
	if err := s.mayAuthenticate(c, a); err != nil {
		return err
	}
	blocks, runs, err := s.locate(c, a)
	if err != nil {
		return err
	}
	last.Covers = s.covers(runs)
	if err := s.check(c, a, blocks); err != nil {
		return err
	}
	s.blocks, s.runs = append(s.blocks, a.Blocks...), append(s.runs, runs...)
	return nil
}

// mayAuthenticate holds a command to the rules for keys (HAB4_API §4.3.8). An SRK that is no CA signs data itself: fast authentication.
func (s *stage) mayAuthenticate(c csf.Command, a *csf.AuthCommand) error {
	key := s.slots.get(a.Key)
	switch {
	case a.Key == csf.SlotCSF && len(a.Blocks) == 0:
		return of(invCommand, c.Raw).refuse("authenticate the CSF once", "the CSF is authenticated again")
	case a.Key == csf.SlotCSF:
		return of(invCommand, c.Raw).refuse("install an image key in slot 2, and sign with it", "the CSF key is to authenticate data")
	case len(a.Blocks) == 0:
		return of(invCommand, c.Raw).refuse("name the blocks that are signed", "data are to be authenticated, and there are no blocks")
	case key == nil:
		return of(invIndex, c.Raw).refuse("install the key before data are authenticated by it", "data are authenticated by the key in slot %d, and there is none", a.Key)
	case a.Key == csf.SlotSRK && !s.slots.fast:
		return of(invKey, c.Raw).refuse("an SRK whose certificate is a CA's signs certificates alone: install an image key, or make SRKs that are no CAs (NOCAK)",
			"the SRK, which is a CA, is to authenticate data")
	}
	return nil
}

// check holds a CMS signature to the key that was installed for it, and tells of it in the last signature.
func (s *stage) check(c csf.Command, a *csf.AuthCommand, blocks []csf.Block) error {
	sig, key := &s.own[len(s.own)-1], s.slots.get(a.Key)
	if err := checkable(c, a, key); err != nil {
		return err
	}
	m, err := a.Segment.Message()
	if err != nil {
		return of(reasonOf(err, invSignature), c.Raw).refuse(hintAgain, "%v", err)
	}
	sig.Alg, sig.Signer = sigalg.Name(key.key, m.Signer.Hash), m.Signer.String()
	if !m.Time.IsZero() {
		sig.Properties = append(sig.Properties, formats.Property{Name: "signed", Value: m.Time.UTC().Format("2006-01-02 15:04:05 UTC")})
	}
	if err := fitsEngine(c, a, m.Signer.Hash); err != nil {
		return err
	}
	if err := s.keyFits(c, key.key); err != nil {
		return err
	}
	if err := s.affords(blocks); err != nil {
		return err
	}
	cert, err := s.certOf(c, key)
	if err != nil {
		return err
	}
	digest, err := csf.Digest(s.ctx, m.Signer.Hash, blocks)
	if err != nil {
		return err
	}
	if err = m.Check(key.key, cert, digest); err != nil && s.withoutDCD(m, key.key, cert, blocks) {
		err = nil
	}
	if err != nil {
		return of(reasonOf(err, invSignature), c.Raw).refuse("what is signed or its signature was changed, or the CSF is another image's: sign again", "%s: %v", what(a), err)
	}
	sig.Key, sig.Cert, sig.Chain = key.key, cert, key.chain()
	sig.Err = key.weak()
	return nil
}

// checkable refuses a command whose signature can't be checked.
func checkable(c csf.Command, a *csf.AuthCommand, key *slot) error {
	switch {
	case key == nil:
		return of(invIndex, c.Raw).refuse("install the CSF key, or an SRK that is no CA (NOCAK), before the CSF is authenticated", "there is no key in slot %d to authenticate the CSF", a.Key)
	case key.ca:
		return of(invKey, c.Raw).refuse("sign with a key whose certificate is no CA's", "the key in slot %d, which is a CA's, is to authenticate %s", a.Key, what(a))
	case c.Err != nil:
		return refusedCommand(c)
	case a.Protocol != csf.ProtocolCMS:
		return of(unsProtocol, c.Raw).refuse(hintAgain, "signatures come as CMS, 0xc5, and this one by protocol 0x%02x", a.Protocol)
	case a.Segment == nil:
		return of(invSignature, c.Raw).refuse(hintAgain, "no signature stands where the command points")
	case a.Engine == csf.EngineAny && a.Config != 0:
		return of(invCommand, c.Raw).refuse("an engine configuration needs an engine", "any engine may be taken, and it has a configuration")
	}
	return nil
}

// what an Authenticate Data command is about.
func what(a *csf.AuthCommand) string {
	if len(a.Blocks) == 0 {
		return "the CSF"
	}
	return "the image"
}
