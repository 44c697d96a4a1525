package cms

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"strings"
	"testing"
	"time"

	"sigtool/internal/sigalg"
)

// Nothing in a message but the certificates it carries can change unnoticed, nor can it be cut anywhere.
func TestEveryByte(t *testing.T) {
	key, cert := load(t, "p256")
	for _, o := range []Options{{}, {Attributes: true}, {Attributes: true, Embed: []*x509.Certificate{cert}}} {
		o.Hash, o.Time = crypto.SHA256, time.Unix(1<<30, 0)
		der, err := SignDigest(key, cert, sum[:], o)
		if err != nil {
			t.Fatal(err)
		}
		everyByte(t, der, cert)
	}
}

// Nor can it in a message of a form that only others write.
func TestEveryByteOfOpenSSL(t *testing.T) {
	_, cert := load(t, "rsa2048")
	for _, args := range []string{"cms -noattr -nocerts -keyid", "smime -noattr -nocerts", "smime -nosmimecap -nocerts"} {
		everyByte(t, openssl(t, strings.Fields(args)...), cert)
	}
}

func everyByte(t *testing.T, der []byte, cert *x509.Certificate) {
	t.Helper()
	from := bytes.Index(der, cert.Raw)
	for i := range der {
		for bit := byte(1); bit != 0; bit <<= 1 {
			if from >= 0 && i >= from && i < from+len(cert.Raw) {
				continue
			}
			der[i] ^= bit
			if signed, err := Parse(der); err == nil {
				if _, _, err := signed.Signers[0].Find(sum[:], []*x509.Certificate{cert}, nil); err == nil && signed.Detached && signed.ContentType.Equal(OIDData) {
					t.Errorf("%x: byte %d bit %#x changed, and nobody noticed", der, i, bit)
				}
			}
			der[i] ^= bit
		}
		if _, err := Parse(der[:i]); err == nil {
			t.Errorf("cut to %d bytes, it still parses", i)
		}
	}
}

// What is refused, and how it is called.
func TestRefusals(t *testing.T) {
	key, cert := load(t, "rsa2048")
	good, err := SignDigest(key, cert, sum[:], Options{Hash: crypto.SHA256})
	if err != nil {
		t.Fatal(err)
	}
	for want, der := range map[string][]byte{
		"not a cms message in DER":       []byte("text"),
		"indefinite lengths":             openssl(t, "cms", "-nodetach", "-stream"),
		"more than 1048576 bytes":        make([]byte, MaxSize+1),
		"not signed data":                bytes.Replace(good, []byte{0xf7, 0x0d, 1, 7, 2}, []byte{0xf7, 0x0d, 1, 7, 3}, 1),
		"digest algorithm is not listed": bytes.Replace(good, []byte{3, 4, 2, 1}, []byte{3, 4, 2, 2}, 1),
	} {
		if _, err := Parse(der); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	pss, err := Parse(openssl(t, "cms", "-noattr", "-keyopt", "rsa_padding_mode:pss"))
	if err != nil {
		t.Fatal(err)
	}
	if err := pss.Signers[0].Verify(cert.PublicKey, sum[:]); err == nil || errors.Is(err, sigalg.ErrMismatch) || !strings.Contains(err.Error(), "rsa-pss") {
		t.Errorf("RSA-PSS: %v", err)
	}
	edKey, edCert := load(t, "ed25519")
	for what, sign := range map[string]func() ([]byte, error){
		"ed25519 without attributes": func() ([]byte, error) { return SignDigest(edKey, edCert, sum[:], Options{Hash: crypto.SHA256}) },
		"md5":                        func() ([]byte, error) { return SignDigest(key, cert, sum[:16], Options{Hash: crypto.MD5}) },
		"year 1": func() ([]byte, error) {
			return SignDigest(key, cert, sum[:], Options{Hash: crypto.SHA256, Attributes: true})
		},
	} {
		if _, err := sign(); err == nil {
			t.Errorf("%s was signed", what)
		}
	}
}
