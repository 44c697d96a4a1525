package apk

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strings"
	"testing"

	"sigtool/formats/formatstest"
)

func loadSigner(t testing.TB, name string) formatstest.Signer { return formatstest.LoadSigner(t, name) }

// sample reads a file of testdata/apk.
func sample(t testing.TB, name string) []byte { return formatstest.Read(t, path.Join("apk", name)) }

// entry is an entry of a ZIP file without how it is packed.
type entry struct {
	header zip.FileHeader
	data   string
}

func entries(t *testing.T, data []byte) (list []entry) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.File {
		r, err := file.Open()
		if err != nil {
			t.Fatalf("%s: %v", file.Name, err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", file.Name, err)
		}
		list = append(list, entry{file.FileHeader, string(content)})
	}
	return list
}

// sameEntries compares two archives entry for entry. A v1 signature is CERT with us, and says that sigtool created it, so that its signature is over
// other bytes.
func sameEntries(t *testing.T, what string, gotData, wantData []byte) {
	t.Helper()
	got, want := entries(t, gotData), entries(t, wantData)
	if len(got) != len(want) {
		t.Errorf("%s: %d entries, want %d", what, len(got), len(want))
		return
	}
	for i, g := range got {
		w := want[i]
		name := strings.Replace(w.header.Name, "META-INF/RSA-2048.", "META-INF/CERT.", 1)
		data := strings.Replace(w.data, "1.0 (Android)", "1.0 (sigtool)", 1)
		switch {
		case g.header.Name != name:
			t.Errorf("%s: entry %d is %s, want %s", what, i, g.header.Name, name)
		case name == "META-INF/CERT.RSA" && len(g.data) == len(data) && g.data[:len(data)-256] == data[:len(data)-256]:
		case g.data != data:
			t.Errorf("%s: %s is not the same:\n%q\nwant\n%q", what, name, g.data, data)
		case g.header.Method != w.header.Method || !g.header.Modified.Equal(w.header.Modified) || g.header.Flags != w.header.Flags || !bytes.Equal(g.header.Extra, w.header.Extra):
			t.Errorf("%s: %s: %+v, want %+v", what, name, g.header, w.header)
		}
	}
}
