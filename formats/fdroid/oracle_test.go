package fdroid_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats/formatstest"
	"sigtool/internal/oracle"
)

// What we sign, Java's jarsigner and Android's apksigner take.
func TestOracles(t *testing.T) {
	jarsigner, apksigner := oracle.Need(t, "jarsigner"), oracle.Need(t, "apksigner")
	for _, key := range []string{"rsa2048", "rsa4096", "p256"} {
		for _, name := range []string{"fdroid/entry.json", "fdroid/index-v1.json"} {
			s := suite(t)
			file, err := s.Sign(formatstest.Read(t, name), formatstest.LoadSigner(t, key))
			if err != nil {
				t.Fatal(err)
			}
			jar := filepath.Join(t.TempDir(), "signed.jar")
			os.WriteFile(jar, file.Sidecars[".jar"], 0o600)
			if out := string(oracle.Run(t, jarsigner, "-verify", "-verbose", jar)); !strings.Contains(out, "jar verified.") || strings.Contains(out, "unsigned") {
				t.Errorf("%s, %s: %s", key, name, out)
			}
			oracle.Run(t, apksigner, "verify", "--min-sdk-version", "23", "--max-sdk-version", "24", jar)
		}
	}
}
