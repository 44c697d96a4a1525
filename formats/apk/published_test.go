package apk

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/oracle"
)

// published are APKs that npm packages bring along (hack/oracles.sh), and the schemes that they are signed by.
var published = map[string]string{
	"settings_apk-debug.apk":                           "v2",
	"appium-uiautomator2-server-v10.6.6.apk":           "v2 v3 v4",
	"appium-uiautomator2-server-debug-androidTest.apk": "v2 v3 v4",
}

// APKs as people install them verify, with their .idsig; signed anew, apksigner takes them, and they are aligned as they were.
func TestPublished(t *testing.T) {
	folder := filepath.Join(formatstest.Testdata(t), "..", "build", "oracle", "apk")
	if _, err := os.Stat(filepath.Join(folder, ".complete")); err != nil {
		oracle.Missing(t, "the APKs of npm packages in build/oracle/apk")
	}
	zipalign := oracle.Need(t, "zipalign")
	for name, schemes := range published {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(folder, name)
			ours(t, file, strings.Fields(schemes)...)
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			by := loadSigner(t, "rsa2048")
			again, result := signed(t, data, request(t, by.Key, by.Chain[0], "v1=true v4=auto"))
			out := write(t, again, result)
			takes(t, out, "26", "v2", "v3", "v4")
			ours(t, out, "v2", "v3", "v4")
			oracle.Run(t, zipalign, "-c", "4", out)
		})
	}
}

// zipalign finds nothing to do in what we sign, and where it does not, --align does it.
func TestZipalign(t *testing.T) {
	zipalign := oracle.Need(t, "zipalign")
	by := loadSigner(t, "rsa2048")
	for _, name := range []string{"sample.apk", "nested.apk"} {
		for _, options := range []string{"", "align=4096", "align=16384", "v1=false"} {
			data, result := signed(t, sample(t, name), request(t, by.Key, by.Chain[0], options))
			oracle.Run(t, zipalign, "-c", "-p", "4", write(t, data, result))
		}
	}
	data, result := signed(t, unaligned(t, sample(t, "nested.apk")), request(t, by.Key, by.Chain[0], "align=16384"))
	oracle.Run(t, zipalign, "-c", "-p", "4", write(t, data, result))
}

// unaligned is a package without the padding that aligns its library.
func unaligned(t *testing.T, data []byte) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, file := range archive.File {
		if err := w.Copy(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if exec.Command(oracle.Need(t, "zipalign"), "-c", "-p", "4", write(t, out.Bytes(), &formats.Result{})).Run() == nil {
		t.Fatal("the sample is still aligned")
	}
	return out.Bytes()
}

// apksigcopier takes our signing block out of the signed file and puts it into the unsigned one: the same bytes.
func TestApksigcopier(t *testing.T) {
	copier := oracle.Need(t, "apksigcopier")
	unsigned := filepath.Join(formatstest.Testdata(t), "apk", "nested.apk")
	for key, options := range map[string]string{"rsa2048": "v1=false", "p256": "v1=false v3=false", "rsa4096": "v1=false v2=false"} {
		by := loadSigner(t, key)
		data, _ := signed(t, sample(t, "nested.apk"), request(t, by.Key, by.Chain[0], options))
		file := write(t, data, &formats.Result{})
		copied := filepath.Join(t.TempDir(), "copied.apk")
		oracle.Run(t, copier, "copy", file, unsigned, copied)
		got, err := os.ReadFile(copied)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s %s: the copy is another file: %v", key, options, err)
		}
	}
}
