package hab

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"strings"

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
	if s.number == 1 {
		sig := &s.own[0]
		sig.Notes = append(sig.Notes, "whether the SRK is revoked stands in the fuses of a device alone")
	}
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
	s.blocks = append(s.blocks, a.Blocks...)
	return nil
}

// mayAuthenticate holds a command to the rules for keys (HAB4_API §4.3.8). An SRK that is no CA signs data itself: fast authentication.
func (s *stage) mayAuthenticate(c csf.Command, a *csf.AuthCommand) error {
	key := s.slots.get(a.Key)
	switch {
	case isCSFKey(a.Key) && len(a.Blocks) == 0:
		return of(invCommand, c.Raw).refuse("authenticate the CSF once", "the CSF is authenticated again")
	case isCSFKey(a.Key):
		return of(invCommand, c.Raw).refuse("install an image key in slot 2, and sign with it", "the CSF key is to authenticate data")
	case len(a.Blocks) == 0:
		return of(invCommand, c.Raw).refuse("name the blocks that are signed", "data are to be authenticated, and there are no blocks")
	case key == nil:
		return of(invIndex, c.Raw).refuse("install the key before data are authenticated by it", "data are authenticated by the key in slot %d, and there is none", a.Key)
	case isSRK(a.Key) && !s.slots.fast:
		return of(invKey, c.Raw).refuse("an SRK whose certificate is a CA's signs certificates alone: install an image key, or make SRKs that are no CAs (NOCAK)",
			"the SRK, which is a CA, is to authenticate data")
	case key.ca:
		return of(invKey, c.Raw).refuse("sign with a key whose certificate is no CA's", "the key in slot %d, which is a CA's, is to authenticate data", a.Key)
	}
	return nil
}

// check holds a CMS signature to the key that was installed for it, and tells of it in the last signature.
func (s *stage) check(c csf.Command, a *csf.AuthCommand, blocks []csf.Block) error {
	sig := &s.own[len(s.own)-1]
	key := s.slots.get(a.Key)
	switch {
	case key == nil:
		return of(invIndex, c.Raw).refuse("install the CSF key, or an SRK that is no CA (NOCAK), before the CSF is authenticated", "there is no key in slot %d to authenticate the CSF", a.Key)
	case c.Err != nil:
		return refusedCommand(c)
	case a.Protocol != csf.ProtocolCMS:
		return of(unsProtocol, c.Raw).refuse(hintAgain, "signatures come as CMS, 0xc5, and this one by protocol 0x%02x", a.Protocol)
	case a.Segment == nil:
		return of(invSignature, c.Raw).refuse(hintAgain, "no signature stands where the command points")
	case a.Engine == csf.EngineAny && a.Config != 0:
		return of(invCommand, c.Raw).refuse("an engine configuration needs an engine", "any engine may be taken, and it has a configuration")
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
	return nil
}

// what an Authenticate Data command is about.
func what(a *csf.AuthCommand) string {
	if len(a.Blocks) == 0 {
		return "the CSF"
	}
	return "the image"
}

// chain are the certificates above a key.
func (k *slot) chain() (chain []*x509.Certificate) {
	for above := k.above; above != nil && above.cert != nil; above = above.above {
		chain = append(chain, above.cert)
	}
	return chain
}

// certOf is the certificate of a key. That of an SRK which signs itself stands in the CSF with nothing that points at it, where CST made it.
func (s *stage) certOf(c csf.Command, key *slot) (*x509.Certificate, error) {
	if key.cert != nil {
		return key.cert, nil
	}
	for _, segment := range s.csf.Segments {
		if !segment.Loose {
			continue
		}
		cert, err := segment.Certificate()
		if err != nil || !formats.SameKey(cert.PublicKey, key.key) {
			return nil, of(invCertificate, c.Raw).refuse(hintAgain, "the certificate at 0x%x of the CSF is not the SRK's", segment.Offset)
		}
		return cert, nil
	}
	return nil, nil
}

// withoutDCD tells whether a signature is one for serial download: of an image whose vector table points at no DCD, for the tool that
// downloads has the DCD run before, and takes the pointer away (UUU, imx_usb). The file has it.
func (s *stage) withoutDCD(m *csf.Message, key crypto.PublicKey, cert *x509.Certificate, blocks []csf.Block) bool {
	if s.image.DCD == 0 || !s.holdsPointer(blocks) {
		return false
	}
	for i := range blocks {
		blocks[i].Data = withoutDCD{s.src, s.image.IVT + 12}
	}
	digest, err := csf.Digest(s.ctx, m.Signer.Hash, blocks)
	s.sdp = err == nil && m.Check(key, cert, digest) == nil
	return s.sdp
}

// holdsPointer tells whether the pointer at the DCD is in one of these blocks.
func (s *stage) holdsPointer(blocks []csf.Block) bool {
	for _, b := range blocks {
		if at := s.image.IVT + 12; b.Offset <= at && b.Offset+int64(b.Length) >= at+4 {
			return true
		}
	}
	return false
}

// keyFits refuses keys that no HABv4 takes, and notes those that need a newer one.
func (s *stage) keyFits(c csf.Command, key crypto.PublicKey) error {
	switch key := key.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits > maxKeyBits {
			return of(unsKey, c.Raw).refuse("HABv4 takes RSA keys of 1024 to 4096 bits", "an RSA key of %d bits", bits)
		}
		return nil
	case *ecdsa.PublicKey:
		if s.csf.Version < 0x45 {
			s.once("ECDSA needs HAB 4.5 (i.MX 8M Nano, 8M Plus): older devices raise HAB_UNS_KEY; the CSF says 4.%d", s.csf.Version&15)
		}
		return nil
	}
	return of(unsKey, c.Raw).refuse("HABv4 takes RSA, and from 4.5 on ECDSA", "a key of type %T", key)
}

// once is note, unless it was said.
func (s *stage) once(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !strings.Contains(strings.Join(s.notes, "\n"), text) {
		s.notes = append(s.notes, text)
	}
}
