package csf

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

// usable refuses certificates of keys that HABv4 has no code for.
func usable(cert *x509.Certificate) error {
	if cert == nil {
		return fmt.Errorf("%w: a certificate is missing", formats.ErrKey)
	}
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if n := key.N.BitLen(); n >= 1024 && n <= 4096 {
			return nil
		}
	case *ecdsa.PublicKey:
		switch key.Curve {
		case elliptic.P256(), elliptic.P384(), elliptic.P521():
			return nil
		}
	}
	return issue.New("imx-csf-key", formats.ErrKey, "the key of %s is none that HABv4 takes", cert.Subject).
		Advise("RSA of 1024 to 4096 bits, or P-256, P-384 or P-521 (i.MX 8M Plus)")
}

// signs refuses a CA's certificate, by whose key HABv4 takes certificates alone. For the SRK the table says it; see installNOCAK.
func (m *maker) signs(cert *x509.Certificate) error {
	if m.fast || !srk.IsCA(cert) {
		return nil
	}
	return issue.New("imx-csf-ca", formats.ErrKey, "the certificate of %s is a CA's: HABv4 takes certificates by its key, and no signatures", cert.Subject).
		Advise("a certificate that is none: sigtool cert imx-key")
}

// bySRK refuses a certificate that the SRK did not sign. The device would refuse it too, but CST makes such files.
func (m *maker) bySRK(cert *x509.Certificate, what string) error {
	if err := usable(cert); err != nil {
		return err
	}
	srk := m.table.Records[m.index]
	err := Certified(cert, srk.Key)
	switch {
	case err == nil && !srk.CA:
		return issue.New("imx-csf-ca", formats.ErrKey, "key %d of the SRK table is no CA: HABv4 takes no certificates by it", m.index).
			Advise("sign with it alone (Install NOCAK), or make the table of SRKs that are CAs")
	case err == nil:
		return nil
	}
	for i, record := range m.table.Records {
		if record.Key != nil && Certified(cert, record.Key) == nil {
			return elsewhere(what+", %s, was certified by what is", cert, i, m.index)
		}
	}
	return issue.New("imx-csf-chain", formats.ErrKey, "%s: %w", what, err).Advise("certificates of CSF and IMG keys are signed by the SRK: sigtool cert imx-key")
}

// elsewhere says that it is another key of the table, or none.
func elsewhere(what string, cert *x509.Certificate, at, index int) error {
	what = fmt.Sprintf(what, cert.Subject)
	if at < 0 {
		return issue.New("imx-csf-chain", formats.ErrKey, "%s not in the SRK table", what)
	}
	return issue.New("imx-csf-index", formats.ErrKey, "%s key %d of the SRK table, not key %d", what, at, index).
		Advise(fmt.Sprintf("--srk-index %d (Source index = %d)", at, at))
}
