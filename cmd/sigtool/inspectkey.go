package main

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// inspectKey says what a key or certificate file is, without asking for a passphrase. found is false for any other file.
func inspectKey(out *reporter, in input, file *fileio.File) (found bool, err error) {
	if file.Size() > maxKeyFile {
		return false, nil
	}
	data, err := readText(file, maxKeyFile)
	if err != nil {
		return false, err
	}
	defer secret.Wipe(data)
	switch public, certificate, err := keygen.ParsePublic(data); {
	case err == nil:
		return true, describePublic(out, in, public, certificate)
	case errors.Is(err, keygen.ErrUnsupported):
		return true, errorIn(in, err)
	}
	key, err := keygen.Load(data, func() (*secret.Bytes, error) { return nil, errSealed })
	switch {
	case errors.Is(err, errSealed):
		return true, sayKey(out, in, "private key, sealed by a passphrase", nil, nil)
	case err == nil:
		key.Seed.Destroy()
		return true, sayKey(out, in, "private key, not sealed: whoever reads the file has the key", key.Signer.Public(), nil)
	case errors.Is(err, keygen.ErrUnsupported):
		return true, errorIn(in, err)
	}
	return false, nil
}

var errSealed = errors.New("sealed")

func describePublic(out *reporter, in input, public crypto.PublicKey, certificate *x509.Certificate) error {
	if certificate == nil {
		return sayKey(out, in, "public key", public, nil)
	}
	return sayKey(out, in, "certificate", public, certificate)
}

// sayKey prints what is known of a key file.
func sayKey(out *reporter, in input, what string, public crypto.PublicKey, certificate *x509.Certificate) error {
	object := struct {
		File      string    `json:"file"`
		Format    string    `json:"format"`
		OK        bool      `json:"ok"`
		Algorithm string    `json:"algorithm,omitempty"`
		Key       string    `json:"key,omitempty"`
		Cert      *certJSON `json:"cert,omitempty"`
	}{File: in.name, Format: what, OK: true}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s: %s\n", clean(in.name), what)
	if public != nil {
		algorithm, err := keygen.AlgorithmOf(public)
		if err != nil {
			return errorIn(in, err)
		}
		object.Algorithm, object.Key = string(algorithm), keygen.Fingerprint(public)
		fmt.Fprintf(&text, "  algorithm: %s\n  key:       %s\n", algorithm, object.Key)
	}
	if certificate != nil {
		object.Cert = certObject(certificate)
		fmt.Fprintf(&text, "  subject:   %s\n  issuer:    %s\n  serial:    %x\n  valid:     %s to %s\n  sha256:    %s\n",
			clean(certificate.Subject.String()), clean(certificate.Issuer.String()), certificate.SerialNumber,
			certificate.NotBefore.Format(time.DateOnly), certificate.NotAfter.Format(time.DateOnly), object.Cert.SHA256)
	}
	if out.json {
		return out.object(object)
	}
	return out.data(text.Bytes())
}
