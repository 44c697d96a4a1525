package apk

import (
	"encoding/binary"
	"testing"

	"sigtool/formats/apk/sigblock"
	"sigtool/formats/formatstest"
)

func suite(t testing.TB, key, other string, options map[string]string) formatstest.Suite {
	return formatstest.Suite{
		Format:    Format{},
		Samples:   []string{"apk/sample.apk", "apk/nested.apk"},
		Signer:    formatstest.LoadSigner(t, key),
		Other:     formatstest.LoadSigner(t, other),
		Options:   options,
		Uncovered: uncovered(options["v1"] != "false"),
	}
}

// uncovered finds what no verifier looks at: what a signing block is padded with. Where v1 does not list the newer schemes and v3 is there, v2 may be
// taken away by giving it another id, and apksig and we take what is left; Android 7 and 8, who look for v2, do not install it.
func uncovered(v1 bool) func(string, []byte) []formatstest.Range {
	return func(part string, data []byte) (ranges []formatstest.Range) {
		if part != "" {
			return nil
		}
		le := binary.LittleEndian
		directory := int(le.Uint32(data[len(data)-22+16:]))
		block := directory - int(le.Uint64(data[directory-24:])) - 8
		for at := block + 8; at < directory-24; {
			size := int(le.Uint64(data[at:]))
			switch id := le.Uint32(data[at+8:]); {
			case id == sigblock.Padding:
				ranges = append(ranges, formatstest.Range{From: at + 8, To: at + 8 + size})
			case id == sigblock.V2 && !v1:
				ranges = append(ranges, formatstest.Range{From: at + 8, To: at + 12})
			}
			at += 8 + size
		}
		return ranges
	}
}

func TestSuite(t *testing.T) {
	all := map[string]string{"v1": "true", "v2": "true", "v3": "true", "v4": "true"}
	some := map[string]string{"v1": "false", "v2": "true", "v3": "true", "v4": "false", "min-sdk": "24"}
	t.Run("RSA, all schemes", func(t *testing.T) { formatstest.Run(t, suite(t, "rsa2048", "p384", all)) })
	t.Run("RSA, v2 and v3", func(t *testing.T) { formatstest.Run(t, suite(t, "rsa3072", "p256", some)) })
	t.Run("ECDSA, as the package needs", func(t *testing.T) { formatstest.Run(t, suite(t, "p256", "rsa2048", nil)) })
	t.Run("ECDSA, v2 and v3", func(t *testing.T) { formatstest.Run(t, suite(t, "p256", "p521", some)) })
}

// FuzzVerify begins with what apksigner made.
func FuzzVerify(f *testing.F) {
	signed := [][]byte{sample(f, "sample-rsa2048.apk"), sample(f, "sample-rsa2048-v2v3.apk"), sample(f, "sample-p256.apk"), sample(f, "nested-rsa2048.apk")}
	formatstest.Fuzz(f, suite(f, "p256", "rsa2048", nil), signed...)
}
