package main

import (
	"crypto"
	"crypto/x509"
	"errors"
	"io"

	"github.com/urfave/cli/v2"
)

// attachFlag is the option that brings a signature which was made before, so that no key is needed.
const attachFlag = "attach"

// signedBefore stands for the key of a signature that was made before: its public half is that of the certificate, and it signs nothing.
func signedBefore(c *cli.Context) (crypto.Signer, []*x509.Certificate, error) {
	switch {
	case c.IsSet("key"), c.IsSet("detached"):
		return nil, nil, usageHint("leave -k and --detached out, and name the signer's certificate with -c", "--%s brings a signature that is made already", attachFlag)
	case c.String("cert") == "":
		return nil, nil, usageHint("-c CERT", "--%s takes the signature of a certificate's key, and no certificate is given", attachFlag)
	}
	chain, err := readChain(c.String("cert"))
	if err != nil {
		return nil, nil, err
	}
	return pastSigner{chain[0].PublicKey}, chain, nil
}

// pastSigner is a key that signed before.
type pastSigner struct{ public crypto.PublicKey }

// Public returns the public half.
func (s pastSigner) Public() crypto.PublicKey { return s.public }

// Sign is never asked for: what is attached is not signed again.
func (pastSigner) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("the key is not here: its signature was made before")
}
