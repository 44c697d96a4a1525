package mender

import (
	"testing"

	"sigtool/formats/formatstest"
)

func suite(t testing.TB, key, other string) formatstest.Suite {
	return formatstest.Suite{
		Format: Format{},
		Samples: []string{"mender/sample.mender", "mender/gzip.mender", "mender/xz.mender", "mender/zstd.mender", "mender/rootfs.mender",
			"mender/depends.mender", "mender/augmented.mender", "mender/v2.mender", "mender/v2-gzip.mender", "mender/bootstrap.mender"},
		Foreign: []string{tarOf("manifest", "x"), tarOf("version", "3"), tarOf("version", `{"format":"other","version":3}`)},
		Signer:  formatstest.LoadSigner(t, key),
		Other:   formatstest.LoadSigner(t, other),
		Force:   true,
	}
}

// tarOf is an archive of one member.
func tarOf(name, content string) string {
	b := make([]byte, 2048)
	header(b[:512], name, len(content))
	copy(b[512:], content)
	return string(b)
}

func TestSuite(t *testing.T) {
	t.Run("RSA", func(t *testing.T) { formatstest.Run(t, suite(t, "rsa2048", "rsa3072")) })
	t.Run("ECDSA", func(t *testing.T) { formatstest.Run(t, suite(t, "p256", "rsa2048")) })
}

func FuzzMender(f *testing.F) { formatstest.Fuzz(f, suite(f, "p256", "rsa2048")) }
