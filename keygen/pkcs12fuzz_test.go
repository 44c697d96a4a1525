package keygen

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzPKCS12: no file makes it panic or work for ever, or shows a key that Load would not.
func FuzzPKCS12(f *testing.F) {
	names, err := filepath.Glob("testdata/sealed/*.p12")
	if err != nil || len(names) < 3 {
		f.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	lower(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := openPKCS12(data, asks(passphrase))
		if err != nil {
			if key != nil {
				t.Fatal("a key beside an error")
			}
			return
		}
		defer key.Destroy()
		der, err := MarshalPrivate(key.Signer)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Load(der, noAsk(t))
		if err != nil {
			t.Fatal(err)
		}
		same(t, key.Signer, again.Signer)
	})
}
