package kmod

import (
	"testing"

	"sigtool/formats/formatstest"
)

func suite(t testing.TB, key, other string) formatstest.Suite {
	return formatstest.Suite{
		Format:  Format{},
		Samples: []string{"kmod/sample.ko", "kmod/sample.ko.gz", "kmod/sample.ko.xz", "kmod/sample.ko.zst"},
		Signer:  formatstest.LoadSigner(t, key),
		Other:   formatstest.LoadSigner(t, other),
	}
}

func TestSuite(t *testing.T) {
	t.Run("RSA", func(t *testing.T) { formatstest.Run(t, suite(t, "rsa2048", "rsa3072")) })
	t.Run("ECDSA", func(t *testing.T) { formatstest.Run(t, suite(t, "p256", "rsa2048")) })
	t.Run("beside the file", func(t *testing.T) {
		s := suite(t, "p256", "rsa2048")
		s.Options = map[string]string{optionP7S: "true"}
		formatstest.Run(t, s)
	})
}
