package csf_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
	"sigtool/formats/imx/srk"
)

// reads is what a device does with a CSF over the whole image, by what this package offers: nil means that it would boot.
func reads(c *csf.CSF, data, fuses, image []byte) error {
	keys := map[byte]crypto.PublicKey{}
	certs := map[byte]*x509.Certificate{}
	if c.Stray() >= 0 {
		return errors.New("stray bytes")
	}
	for _, command := range c.Commands {
		if command.Err != nil {
			return command.Err
		}
		var err error
		switch body := command.Body.(type) {
		case *csf.KeyCommand:
			err = install(body, keys, certs, fuses)
		case *csf.AuthCommand:
			signed := image
			if body.OfCSF() {
				signed = data[:c.Size]
			}
			err = authenticate(c, body, keys, certs, signed)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func install(k *csf.KeyCommand, keys map[byte]crypto.PublicKey, certs map[byte]*x509.Certificate, fuses []byte) error {
	if k.Protocol == csf.ProtocolSRK {
		table, err := srk.Parse(k.Segment.Data)
		if err != nil {
			return err
		}
		if !bytes.Equal(table.Fuses(crypto.SHA256), fuses) || int(k.Source) >= len(table.Records) {
			return errors.New("other fuses")
		}
		keys[k.Target] = table.Records[k.Source].Key
		return nil
	}
	cert, err := k.Segment.Certificate()
	if err != nil {
		return err
	}
	keys[k.Target], certs[k.Target] = cert.PublicKey, cert
	return csf.Certified(cert, keys[k.Source])
}

func authenticate(c *csf.CSF, a *csf.AuthCommand, keys map[byte]crypto.PublicKey, certs map[byte]*x509.Certificate, signed []byte) error {
	m, err := a.Segment.Message()
	if err != nil {
		return err
	}
	key, cert := keys[a.Key], certs[a.Key]
	if cert == nil { // fast authentication
		key = keys[csf.SlotSRK]
		cert = unpointed(c, key)
	}
	sum := m.Signer.Hash.New()
	sum.Write(signed)
	return m.Check(key, cert, sum.Sum(nil))
}

// Each byte of a CSF counts: changed in any place, it is refused, but for the certificate of fast authentication that nothing points at.
func TestEveryByte(t *testing.T) {
	f := newForest(t)
	quick := &csf.Plan{Version: 0x43, Engine: engineCAAM, Steps: []csf.Step{csf.InstallSRK{Table: f.fastTable()},
		csf.InstallNOCAK{Cert: f.certs["FAST_rsa2048"]}, csf.AuthenticateCSF{}, csf.AuthenticateData{Blocks: []csf.Block{f.block(0, 0x2000)}}}}
	for name, plan := range map[string]*csf.Plan{"by two keys": {Version: 0x43, Engine: engineCAAM, Steps: append(begin(f), whole(f))}, "by the SRK": quick} {
		good, table := f.signed(plan), f.rsaTable()
		loose := [2]int{}
		c := parse(t, good)
		for _, s := range c.Segments {
			if s.Loose {
				loose, table = [2]int{s.Offset, s.End()}, f.fastTable()
			}
		}
		parsed, err := srk.Parse(table)
		if err != nil {
			t.Fatal(err)
		}
		fuses := parsed.Fuses(crypto.SHA256)
		if err := reads(c, good, fuses, f.image); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range c.End {
			bad := patched(good, i, ^good[i])
			if c, err := csf.Parse(bad); err == nil && reads(c, bad, fuses, f.image) == nil && (i < loose[0] || i >= loose[1]) {
				t.Errorf("%s: byte %#x of %#x does not count", name, i, len(good))
			}
		}
		image := patched(f.image, 77, 1)
		if err := reads(c, good, fuses, image); err == nil {
			t.Errorf("%s: the image does not count", name)
		}
	}
}

func TestCertified(t *testing.T) {
	f := newForest(t)
	var fault *csf.Error
	cert := f.leaf("CSF", "p256", "p384")
	if err := csf.Certified(cert, f.certs["SRK_p384"].PublicKey); err != nil {
		t.Error(err)
	}
	if err := csf.Certified(cert, f.certs["SRK_p256"].PublicKey); !errors.As(err, &fault) || fault.Reason != csf.InvalidSignature {
		t.Error(err)
	}
	pss := *cert
	pss.SignatureAlgorithm = x509.SHA256WithRSAPSS
	if err := csf.Certified(&pss, f.certs["SRK_p384"].PublicKey); !errors.As(err, &fault) || fault.Reason != csf.UnsupportedAlgorithm {
		t.Error(err)
	}
}

// unpointed is the certificate of this key that no command points at, or nil: the SRK's, in fast authentication by CST. Signatures name it.
func unpointed(c *csf.CSF, key crypto.PublicKey) *x509.Certificate {
	for _, s := range c.Segments {
		if !s.Loose {
			continue
		}
		if cert, err := s.Certificate(); err == nil && formats.SameKey(cert.PublicKey, key) {
			return cert
		}
	}
	return nil
}
