package ceremony

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"sigtool/keygen"
	"sigtool/keygen/cert"
)

// rehearsalMark stands before every PEM block of a rehearsal. Readers of PEM pass over it (RFC 7468 §5.2).
const rehearsalMark = "REHEARSAL: made in a rehearsal of a key ceremony, never to be used.\n"

// outputsStep puts the files, each read back and opened before it is announced.
func (r *Run) outputsStep() ([]Step, error) {
	return []Step{notice(StepOutputs, Prompt{Text: []string{"The files are written, read back and opened …"}}, func() ([]Step, error) {
		for _, m := range r.made {
			if err := r.putKey(m); err != nil {
				return nil, err
			}
		}
		var table [][2]string
		for _, o := range r.outputs {
			name := o.name
			if o.secret {
				name += " (secret)"
			}
			table = append(table, [2]string{name, groups(hexGroups(o.sum[:]), 8)})
		}
		return []Step{notice(StepOutputs, Prompt{Text: []string{"These files were made, with their SHA-256:"}, Table: table}, nil)}, nil
	})}, nil
}

func (r *Run) putKey(m *made) error {
	if err := r.putPEM(m, "pem", m.pem, true, func(data []byte) error { return r.opened(m, data) }); err != nil {
		return err
	}
	spki, err := keygen.MarshalPublic(m.signer.Public())
	if err != nil {
		return err
	}
	public := func(data []byte) error {
		pub, _, err := keygen.ParsePublic(data)
		if err == nil && keygen.Fingerprint(pub) != m.fingerprint {
			err = fmt.Errorf("it is another key")
		}
		return err
	}
	if err := r.putPEM(m, "pub", keygen.EncodePublic(spki), false, public); err != nil {
		return err
	}
	if m.plan.Certificate == nil {
		return nil
	}
	der, err := r.certificate(m)
	if err != nil {
		return fmt.Errorf("the certificate of key %s: %v", m.plan.Label, err)
	}
	return r.putPEM(m, "crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), false, public)
}

// putPEM puts one file after it was checked with the mark that a rehearsal gives it.
func (r *Run) putPEM(m *made, kind string, data []byte, secret bool, check func([]byte) error) error {
	if r.mode == Rehearsal {
		data = append([]byte(rehearsalMark), data...)
	}
	name := r.fileName(m, kind)
	if err := check(data); err != nil {
		return fmt.Errorf("%s: it can't be read back: %v", name, err)
	}
	return r.put(StepOutputs, name, data, secret)
}

// certificate makes the self-signed certificate that the plan describes, and checks its signature.
func (r *Run) certificate(m *made) ([]byte, error) {
	c := m.plan.Certificate
	subject := c.Subject
	if r.mode == Rehearsal {
		subject = "OU=REHEARSAL," + subject
	}
	der, err := cert.SelfSigned(m.signer, subject, c.Days, c.CA, c.NotBefore, r.world.Rand)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return der, parsed.CheckSignature(parsed.SignatureAlgorithm, parsed.RawTBSCertificate, parsed.Signature)
}
