package apk

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// write puts a signed file, and its .idsig if it has one, into a folder.
func write(t *testing.T, data []byte, result *formats.Result) (name string) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "signed.apk")
	files := map[string][]byte{name: data}
	for _, sidecar := range result.Sidecars {
		files[name+sidecar.Suffix] = sidecar.Data
	}
	for file, content := range files {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return name
}

// apksigner runs Debian's apksigner.
func apksigner(t *testing.T, args ...string) (out string, err error) {
	t.Helper()
	said, err := exec.Command(oracle.Need(t, "apksigner"), args...).CombinedOutput()
	return string(said), err
}

// takes has apksigner verify a file, with its .idsig if there is one, and wants these schemes among those that it says it verified.
func takes(t *testing.T, name, min string, schemes ...string) {
	t.Helper()
	args := []string{"verify", "-v", "--min-sdk-version", min}
	if len(schemes) == 1 && schemes[0] == "v1" { // apps for newer Android versions need more
		args = append(args, "--max-sdk-version", "29")
	}
	if slices.Contains(schemes, "v4") {
		args = append(args, "--v4-signature-file", name+".idsig")
	}
	out, err := apksigner(t, append(args, name)...)
	if err != nil || !strings.HasPrefix(out, "Verifies\n") {
		t.Errorf("apksigner does not take it: %v\n%s", err, out)
	}
	for _, scheme := range schemes {
		if !strings.Contains(out, "Verified using "+scheme+" ") || strings.Contains(out, "Verified using "+scheme+" scheme (JAR signing): false") {
			t.Errorf("apksigner did not look at %s:\n%s", scheme, out)
		}
	}
	if strings.Contains(out, "v4): false") && slices.Contains(schemes, "v4") || strings.Contains(out, "WARNING") {
		t.Errorf("apksigner has something to say:\n%s", out)
	}
}

// combination is schemes to sign by, and those that a verifier of this first platform looks at.
type combination struct {
	options string
	looks   []string
}

// combinations are what makes sense for a first platform.
func combinations(min int) []combination {
	none := "v1=false v2=false v3=false "
	switch {
	case min < 24:
		return []combination{
			{"v4=auto", []string{"v1", "v2", "v3", "v4"}}, {none + "v1=true max-sdk=29", []string{"v1"}}, {"v3=false v4=false", []string{"v1", "v2"}},
			{"v1=true v2=true v3=true v4=true", []string{"v1", "v2", "v3", "v4"}},
		}
	case min < 28:
		return []combination{
			{"v4=auto", []string{"v2", "v3", "v4"}}, {"v1=true v3=false v4=false", []string{"v2"}}, {"v2=true v4=false", []string{"v2", "v3"}}, {"v1=true v4=true", []string{"v2", "v3", "v4"}},
		}
	}
	return []combination{{"v4=auto", []string{"v3", "v4"}}, {"v2=false v4=false", []string{"v3"}}, {none + "v3=true v4=true", []string{"v3", "v4"}}, {"verity=true v4=false", []string{"v3"}}}
}

// Debian's apksigner verifies what we sign: each kind of key for each first platform, and all combinations of schemes that make sense with either.
func TestApksignerTakesOurs(t *testing.T) {
	oracle.Need(t, "apksigner")
	for i, key := range []string{"rsa2048", "rsa3072", "rsa4096", "p256", "p384", "p521"} {
		for j, min := range []int{1, 18, 21, 24, 28} {
			c := combinations(min)[(i+j)%4]
			t.Run(fmt.Sprintf("%s from %d %s", key, min, c.options), func(t *testing.T) {
				t.Parallel()
				by := loadSigner(t, key)
				req := request(t, by.Key, by.Chain[0], fmt.Sprintf("min-sdk=%d %s", min, c.options))
				if strings.HasPrefix(key, "p") && min < 18 {
					if _, err := (Format{}).Sign(context.Background(), patch.Bytes(sample(t, "sample.apk")), req); !errors.Is(err, formats.ErrKey) {
						t.Errorf("v1 by ECDSA for Android before 4.3: %v", err)
					}
					return
				}
				data, result := signed(t, sample(t, "sample.apk"), req)
				takes(t, write(t, data, result), fmt.Sprint(min), c.looks...)
			})
		}
	}
}

// Several signers, and a rotated key.
func TestApksignerTakesOurSigners(t *testing.T) {
	oracle.Need(t, "apksigner")
	first, second := loadSigner(t, "rsa2048"), loadSigner(t, "p256")
	t.Run("two signers", func(t *testing.T) {
		t.Parallel()
		req := request(t, first.Key, first.Chain[0], "v3=false")
		req.Options.AddKey("next-key", second.Key)
		req.Options.AddChain("next-cert", second.Chain)
		data, result := signed(t, sample(t, "nested.apk"), req)
		takes(t, write(t, data, result), "21", "v1", "v2")
	})
	t.Run("rotated", func(t *testing.T) {
		t.Parallel()
		folder := t.TempDir()
		record := filepath.Join(folder, "lineage")
		if out, err := apksigner(t, append([]string{"rotate", "--out", record, "--old-signer"}, append(keyFiles(t, folder, "rsa2048"), append([]string{"--new-signer"}, keyFiles(t, folder, "p256")...)...)...)...); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		lineage, err := os.ReadFile(record)
		if err != nil {
			t.Fatal(err)
		}
		req := request(t, first.Key, first.Chain[0], "rotation-min-sdk=28")
		req.Options.SetBytes("lineage", lineage)
		req.Options.AddKey("next-key", second.Key)
		req.Options.AddChain("next-cert", second.Chain)
		data, result := signed(t, sample(t, "nested.apk"), req)
		takes(t, write(t, data, result), "21", "v1", "v2", "v3")

		out := filepath.Join(folder, "theirs.apk")
		args := append([]string{"sign", "--lineage", record}, keyFiles(t, folder, "rsa2048")...)
		args = append(append(args, "--next-signer"), keyFiles(t, folder, "p256")...)
		if said, err := apksigner(t, append(args, "--in", filepath.Join(formatstest.Testdata(t), "apk", "nested.apk"), "--out", out)...); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		ours(t, out, "v1", "v2", "v3", "v4")
	})
}

// keyFiles writes a key as apksigner takes it, and returns its arguments.
func keyFiles(t *testing.T, folder, name string) []string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(loadSigner(t, name).Key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, name+".pk8")
	if err := os.WriteFile(file, der, 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"--key", file, "--cert", filepath.Join(formatstest.Testdata(t), "keys", name+".crt")}
}
