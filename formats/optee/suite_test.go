package optee

import (
	"testing"

	"sigtool/formats/formatstest"
)

func suite(t testing.TB, scheme, key, other string) formatstest.Suite {
	return formatstest.Suite{
		Format:  Format{},
		Samples: []string{"optee/stub64.elf", "optee/stub32.elf"},
		Foreign: []string{string(formatstest.Read(t, "kmod/sample.ko"))},
		Signer:  formatstest.LoadSigner(t, key),
		Other:   formatstest.LoadSigner(t, other),
		Options: map[string]string{optionScheme: scheme},
	}
}

func TestSuite(t *testing.T) {
	t.Run("PSS", func(t *testing.T) { formatstest.Run(t, suite(t, schemePSS, "rsa2048", "rsa3072")) })
	t.Run("PKCS1", func(t *testing.T) { formatstest.Run(t, suite(t, schemePKCS1, "rsa3072", "rsa4096")) })
}

// FuzzOPTEE: whatever is signed is accepted, and nothing panics.
func FuzzOPTEE(f *testing.F) {
	formatstest.Fuzz(f, suite(f, schemePKCS1, "rsa2048", "rsa3072"))
}
