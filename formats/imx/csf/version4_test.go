package csf_test

import (
	"encoding/pem"
	"os"
	"testing"

	"sigtool/formats/imx/csf"
)

// A certificate of CST 4's own trees, which calls itself one of X.509 version 4, is read in a CSF as well.
func TestVersion4Certificate(t *testing.T) {
	text, err := os.ReadFile("../../../keygen/testdata/cst4-version4.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	size := len(block.Bytes) + 4
	s := csf.Segment{Tag: csf.TagCertificate, Version: 0x43, Data: append([]byte{csf.TagCertificate, byte(size >> 8), byte(size), 0x43}, block.Bytes...)}
	if cert, err := s.Certificate(); err != nil || cert.Subject.CommonName != "CA1_sha256_prime256v1_v3_ca" {
		t.Errorf("%v, %v", cert, err)
	}
}
