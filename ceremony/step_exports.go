package ceremony

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"sigtool/internal/secret"
	"sigtool/keygen"
	"sigtool/keygen/cert"
)

// exportsStep makes the files of every key that is new or came back, opens each, and only then puts them.
func (r *Run) exportsStep() ([]Step, error) {
	var steps []Step
	if r.passphrase == nil && r.plan.NeedsPassphrase() { // a run before this one made it
		steps = append(steps, r.askOldPassphrase())
	}
	for _, m := range r.made {
		steps = append(steps, r.putting(StepExports, func() ([]file, error) {
			files, err := r.filesOf(m)
			if err != nil {
				return nil, fmt.Errorf("key %s: %w", m.plan.Label, err)
			}
			return files, nil
		}, func() ([]Step, error) { return nil, r.logExports(m) }))
	}
	return steps, nil
}

// filesOf makes the files of a key and opens each as a reader would.
func (r *Run) filesOf(m *made) ([]file, error) {
	public, err := r.publicFile(m)
	if err != nil {
		return nil, err
	}
	files := []file{public}
	if m.plan.Certificate != nil {
		f, err := r.certificateFile(m)
		if err != nil {
			return nil, fmt.Errorf("its certificate: %v", err)
		}
		files = append(files, f)
	}
	for _, e := range m.plan.Exports {
		if !e.Own() {
			continue
		}
		f, err := r.export(m, e)
		if err != nil {
			return nil, fmt.Errorf("its export as %s: %v", e.Target, err)
		}
		files = append(files, f)
	}
	others, err := r.exportOthers(m, files)
	if err != nil {
		return nil, err
	}
	files = append(files, others...)
	for _, f := range files {
		if f.check == nil {
			continue
		}
		if err := f.check(f.data); err != nil {
			return nil, fmt.Errorf("%s can't be opened: %v", f.name, err)
		}
	}
	return files, nil
}

// certificateFile is the certificate: the one that a run before this one put, else a new one.
func (r *Run) certificateFile(m *made) (file, error) {
	f := file{name: r.plan.FileName(m.plan.Label, "crt"), check: m.isPublic}
	if slices.Contains(names(r.outputs), f.name) {
		var err error
		f.data, err = r.world.ReadBack(f.name)
		return f, err
	}
	der, err := r.certificate(m)
	f.data = r.marked(cert.Encode(der))
	return f, err
}

// publicFile is the public half.
func (r *Run) publicFile(m *made) (file, error) {
	spki, err := keygen.MarshalPublic(m.signer.Public())
	return file{name: r.plan.FileName(m.plan.Label, "pub"), data: r.marked(keygen.EncodePublic(spki)), check: m.isPublic}, err
}

// export makes the file of one target.
func (r *Run) export(m *made, e Export) (file, error) {
	if e.Target == ExportPKCS8 {
		pem, err := r.seal(m)
		return file{name: r.plan.FileName(m.plan.Label, "pem"), data: r.marked(pem), secret: true, check: func(data []byte) error { return r.opened(m, data) }}, err
	}
	recipients, err := keygen.ParseRecipients(e.Recipients)
	if err != nil {
		return file{}, err
	}
	der, err := m.pkcs8()
	if err != nil {
		return file{}, err
	}
	defer secret.Wipe(der)
	data, err := keygen.SealTo(der, recipients) // which opens it again, as far as nobody needs an identity for it
	return file{name: r.exportName(m.plan, e), data: data, secret: true}, err
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
	return append([]byte(keygen.RehearsalMark), data...)
}

// certificate makes the self-signed certificate that the plan describes, and checks its signature.
func (r *Run) certificate(m *made) ([]byte, error) {
	c := m.plan.Certificate
	subject := c.Subject
	if r.mode == Rehearsal {
		subject = "OU=" + keygen.RehearsalUnit + "," + subject
	}
	der, err := cert.SelfSigned(m.signer, subject, c.Days, c.profile(), c.NotBefore, r.world.Rand)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return der, parsed.CheckSignature(parsed.SignatureAlgorithm, parsed.RawTBSCertificate, parsed.Signature)
}

// profile is what the certificate is for.
func (c *Certificate) profile() cert.Profile {
	switch {
	case c.Profile != ProfileIMXSRK:
		return cert.ProfileOf(c.CA)
	case c.CA:
		return cert.IMXAuthority
	}
	return cert.IMXUser
}

// today is the day that stands in statements.
func (r *Run) today() string { return r.world.Now().UTC().Format(time.DateOnly) }
