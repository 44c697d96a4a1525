package ceremony

import (
	"crypto/x509"
	"errors"
	"fmt"

	"sigtool/keygen"
	"sigtool/keygen/cert"
)

// rehearsalMark stands before every PEM block of a rehearsal. Readers of PEM pass over it (RFC 7468 §5.2).
const rehearsalMark = "REHEARSAL: made in a rehearsal of a key ceremony, never to be used.\n"

// file is an output that is ready to be put.
type file struct {
	name   string
	data   []byte
	secret bool
}

// outputsStep makes all files, opens each, and only then puts them: whatever fails before leaves none.
func (r *Run) outputsStep() ([]Step, error) {
	return []Step{notice(StepOutputs, Prompt{Text: []string{"The files are made, opened, written and read back …"}}, func() ([]Step, error) {
		var files []file
		for _, m := range r.made {
			more, err := r.filesOf(m)
			if err != nil {
				return nil, err
			}
			files = append(files, more...)
		}
		for _, f := range files {
			if err := r.put(StepOutputs, f.name, f.data, f.secret); err != nil {
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

// filesOf makes the files of a key and opens each as a reader would.
func (r *Run) filesOf(m *made) ([]file, error) {
	spki, err := keygen.MarshalPublic(m.signer.Public())
	if err != nil {
		return nil, err
	}
	files := []file{
		{r.fileName(m, "pem"), r.marked(m.pem), true},
		{r.fileName(m, "pub"), r.marked(keygen.EncodePublic(spki)), false},
	}
	if m.plan.Certificate != nil {
		der, err := r.certificate(m)
		if err != nil {
			return nil, fmt.Errorf("the certificate of key %s: %v", m.plan.Label, err)
		}
		files = append(files, file{r.fileName(m, "crt"), r.marked(cert.Encode(der)), false})
	}
	for _, f := range files {
		check := m.isPublic
		if f.secret {
			check = func(data []byte) error { return r.opened(m, data) }
		}
		if err := check(f.data); err != nil {
			return nil, fmt.Errorf("%s: it can't be opened: %v", f.name, err)
		}
	}
	return files, nil
}

// isPublic tells whether data is the public key or certificate of this key.
func (m *made) isPublic(data []byte) error {
	pub, _, err := keygen.ParsePublic(data)
	if err == nil && keygen.Fingerprint(pub) != m.fingerprint {
		return errors.New("it is another key")
	}
	return err
}

// marked puts the mark of a rehearsal before PEM.
func (r *Run) marked(data []byte) []byte {
	if r.mode != Rehearsal {
		return data
	}
	return append([]byte(rehearsalMark), data...)
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
