package cert

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"sigtool/keygen"
)

const (
	maxChain     = 1 << 20 // bytes
	maxChainCert = 64      // certificates
)

// ParseChain reads certificates, PEM (whatever else is in the file, such as a key or text) or DER (one after the other), in the order in which
// they stand: as a rule the signer's own first. It returns at least one and at most 64, from at most 1 MiB. Nothing is checked about them
// but that each can be read; whether they make a chain is for the caller to find out.
//
// A damaged certificate is an error, never left out, and so is one for a curve that the standard library doesn't know.
func ParseChain(data []byte) ([]*x509.Certificate, error) {
	if len(data) > maxChain {
		return nil, fmt.Errorf("more than %d KiB of certificates", maxChain>>10)
	}
	ders, err := chainBlocks(data)
	if err != nil {
		return nil, err
	}
	chain := make([]*x509.Certificate, 0, len(ders))
	for i, der := range ders {
		c, err := keygen.ReadCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("certificate %d of %d can't be read: %w", i+1, len(ders), err)
		}
		chain = append(chain, c)
	}
	return chain, nil
}

// chainBlocks returns the DER of each certificate.
func chainBlocks(data []byte) ([][]byte, error) {
	marks := 0
	for _, label := range []string{"CERTIFICATE", "X509 CERTIFICATE"} {
		marks += bytes.Count(data, []byte("-----BEGIN "+label+"-----"))
	}
	if marks == 0 {
		return concatenated(data)
	}
	if marks > maxChainCert {
		return nil, fmt.Errorf("more than %d certificates", maxChainCert)
	}
	var ders [][]byte
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" || block.Type == "X509 CERTIFICATE" {
			ders = append(ders, block.Bytes)
		}
	}
	if len(ders) != marks {
		return nil, fmt.Errorf("only %d of %d certificates are whole: the PEM text is damaged or cut off", len(ders), marks)
	}
	return ders, nil
}

// concatenated splits DER by the lengths of its outer elements.
func concatenated(data []byte) ([][]byte, error) {
	if len(data) == 0 {
		return nil, errors.New("there is no certificate: the file is empty")
	}
	var ders [][]byte
	for len(data) > 0 {
		size, ok := sequenceSize(data)
		switch {
		case !ok && len(ders) == 0:
			return nil, errors.New("there is no certificate in it, neither PEM nor DER")
		case !ok:
			return nil, fmt.Errorf("%d bytes after certificate %d are none", len(data), len(ders))
		case len(ders) == maxChainCert:
			return nil, fmt.Errorf("more than %d certificates", maxChainCert)
		}
		ders = append(ders, data[:size])
		data = data[size:]
	}
	return ders, nil
}

// sequenceSize reads the head of a SEQUENCE of at least 128 and at most 65535 bytes, which every certificate is: 30 81 nn, 30 82 nn nn.
// It returns the size with the head, and false when the data isn't one or is shorter than it says.
func sequenceSize(data []byte) (int, bool) {
	size := 0
	switch {
	case len(data) >= 3 && data[0] == 0x30 && data[1] == 0x81:
		size = 3 + int(data[2])
	case len(data) >= 4 && data[0] == 0x30 && data[1] == 0x82:
		size = 4 + int(data[2])<<8 + int(data[3])
	default:
		return 0, false
	}
	return size, size <= len(data)
}
