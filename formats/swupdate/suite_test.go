package swupdate

import (
	"bytes"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/formats/swupdate/cpio"
	"sigtool/internal/cms"
)

func suite(t testing.TB, scheme, key, other string, samples ...string) formatstest.Suite {
	return formatstest.Suite{
		Format:    Format{},
		Samples:   samples,
		Signer:    formatstest.LoadSigner(t, key),
		Other:     formatstest.LoadSigner(t, other),
		Options:   map[string]string{optionScheme: scheme},
		Force:     true,
		Uncovered: uncovered,
		Foreign:   []string{"software\n", "software = \"x\";\n", `{"software": 1}`, "07070100000000", "# software = {}\n"},
	}
}

// uncovered are what nothing vouches for, and nobody asks: owners, times and numbers in an archive's headers, and the sums of those that have
// none; and certificates of a CMS message, which carry their issuers' signatures.
func uncovered(part string, data []byte) (ranges []formatstest.Range) {
	sig, offset := data, 0
	if part == "" {
		archive, err := cpio.Read(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return nil // a bare sw-description
		}
		for _, m := range append(archive.Members, archive.Trailer) {
			at := int(m.Header)
			ranges = append(ranges, formatstest.Range{From: at + 6, To: at + 54}, formatstest.Range{From: at + 62, To: at + 94})
			if !m.CRC || m.Name == archive.Trailer.Name {
				ranges = append(ranges, formatstest.Range{From: at + 102, To: at + 110})
			}
			for i := at; i < at+110; i++ {
				if data[i] >= 'A' && data[i] <= 'F' { // a small digit is as good
					ranges = append(ranges, formatstest.Range{From: i, To: i + 1})
				}
			}
			if m.Name == signatureName {
				sig, offset = data[m.Data:m.Data+m.Size], int(m.Data)
			}
		}
	}
	signed, err := cms.Parse(sig)
	if err != nil {
		return ranges
	}
	at := bytes.Index(sig, signed.Certificates[0]) + offset
	return append(ranges, formatstest.Range{From: at, To: at + len(signed.Certificates[0])})
}

func TestSuite(t *testing.T) {
	const crc, newc, padded, bare, json = "swupdate/small.swu", "swupdate/small-newc.swu", "swupdate/unsigned.swu", "swupdate/sw-description", "swupdate/json.txt"
	for name, s := range map[string]formatstest.Suite{
		"PKCS#1":    suite(t, schemePKCS1, "rsa2048", "rsa3072", crc, newc, padded, bare, json),
		"ECDSA":     suite(t, schemePKCS1, "p256", "p384", crc),
		"PSS":       suite(t, schemePSS, "rsa2048", "rsa3072", newc),
		"CMS RSA":   suite(t, schemeCMS, "rsa2048", "p256", crc),
		"CMS ECDSA": suite(t, schemeCMS, "p256", "rsa2048", newc),
		"bare":      suite(t, schemePKCS1, "rsa2048", "rsa3072", bare),
		"bare CMS":  suite(t, schemeCMS, "p256", "rsa2048", json),
	} {
		t.Run(name, func(t *testing.T) { formatstest.Run(t, s) })
	}
}

// FuzzSign signs and verifies anything.
func FuzzSign(f *testing.F) {
	s := suite(f, schemePKCS1, "p256", "rsa2048", "swupdate/unsigned.swu", "swupdate/unsigned-newc.swu", "swupdate/sw-description", "swupdate/json.txt")
	s.Options[optionFill] = "true"
	formatstest.Fuzz(f, s, formatstest.Read(f, "swupdate/nohash.txt"), formatstest.Read(f, "swupdate/cms-pss.sig"))
}

// FuzzSignature tries any signature on a fixed description: none but the signer's is ever its.
func FuzzSignature(f *testing.F) {
	for _, name := range []string{"pkcs1.sig", "pss.sig", "ecdsa.sig", "cms-rsa.sig", "cms-p256.sig", "cms-pss.sig", "cms-pss-noattr.sig", "cms-nocerts.sig"} {
		f.Add(formatstest.Read(f, "swupdate/"+name), []byte("other content"))
	}
	rsa, ec := formatstest.LoadSigner(f, "rsa2048"), formatstest.LoadSigner(f, "p256")
	f.Fuzz(func(t *testing.T, sig, text []byte) {
		keys := rsa.Keys()
		keys.Public = append(keys.Public, ec.Key.Public())
		for _, found := range checkSignature(text, sig, keys) {
			if found.Err == nil && (formats.SameKey(found.Key, rsa.Key.Public()) || formats.SameKey(found.Key, ec.Key.Public())) {
				t.Errorf("%q is said to be signed by a test key", text)
			}
		}
	})
}
