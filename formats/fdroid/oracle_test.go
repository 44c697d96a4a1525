package fdroid_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats/formatstest"
	"sigtool/internal/oracle"
)

// What we sign, Java's jarsigner, strictly, and Android's apksigner take.
func TestOracles(t *testing.T) {
	jarsigner, keytool, apksigner := oracle.Need(t, "jarsigner"), oracle.Need(t, "keytool"), oracle.Need(t, "apksigner")
	for _, row := range [][2]string{{"rsa2048", "entry.json"}, {"rsa2048", "index-v1.json"}, {"p256", "entry.json"}} {
		key, name := row[0], row[1]
		t.Run(key+" "+name, func(t *testing.T) {
			t.Parallel()
			trusted, jar := filepath.Join(t.TempDir(), "trusted.p12"), filepath.Join(t.TempDir(), "signed.jar")
			oracle.Run(t, keytool, "-importcert", "-noprompt", "-alias", "repo", "-file", formatstest.Testdata(t)+"/keys/"+key+".crt", "-keystore", trusted, "-storepass", "testing")
			file, err := suite(t).Sign(formatstest.Read(t, "fdroid/"+name), formatstest.LoadSigner(t, key))
			if err != nil {
				t.Fatal(err)
			}
			os.WriteFile(jar, file.Sidecars[".jar"], 0o600)
			if out := string(oracle.Run(t, jarsigner, "-verify", "-strict", "-verbose", "-keystore", trusted, "-storepass", "testing", jar)); !strings.Contains(out, "jar verified.") || strings.Contains(out, "unsigned") {
				t.Errorf("%s, %s: %s", key, name, out)
			}
			oracle.Run(t, apksigner, "verify", "--min-sdk-version", "23", "--max-sdk-version", "24", jar)
		})
	}
}
