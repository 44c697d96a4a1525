package layout

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats/apk/apktest"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// signed finds the signing block of an APK by its magic.
func signed(t testing.TB, apk []byte) (*zipdir.Archive, Range) {
	t.Helper()
	a, err := zipdir.Read(patch.Bytes(apk))
	if err != nil {
		t.Fatal(err)
	}
	before := apk[:a.Directory]
	if !bytes.HasSuffix(before, []byte("APK Sig Block 42")) {
		return a, Range{}
	}
	size := int64(le.Uint64(before[len(before)-24:])) + 8
	return a, Range{a.Directory - size, size}
}

// plan makes the layout, and the file that it says with a block.
func layoutOf(t testing.TB, apk []byte, c Change, block []byte) (*Layout, []byte) {
	t.Helper()
	a, old := signed(t, apk)
	c.Block = old
	l, err := Plan(patch.Bytes(apk), a, c)
	if err != nil {
		t.Fatal(err)
	}
	view, err := patch.NewView(patch.Bytes(apk), l.WithBlock(block))
	if err != nil {
		t.Fatal(err)
	}
	return l, bytesOf(t, view)
}

func bytesOf(t testing.TB, src patch.Source) []byte {
	t.Helper()
	all, err := io.ReadAll(io.NewSectionReader(src, 0, src.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// oldJAR says which entries apksigner leaves out when it signs: folders and the files of JAR signatures.
func oldJAR(name string) bool {
	upper := strings.ToUpper(name)
	rest, meta := strings.CutPrefix(upper, "META-INF/")
	if strings.HasSuffix(name, "/") {
		return true
	}
	if !meta || strings.Contains(rest, "/") {
		return false
	}
	switch filepath.Ext(rest) {
	case ".SF", ".RSA", ".DSA", ".EC":
		return true
	}
	return rest == "MANIFEST.MF" || strings.HasPrefix(rest, "SIG-")
}

// With the vendor's own signing block put in, the file is the vendor's own, byte for byte.
func TestGolden(t *testing.T) {
	for out, in := range map[string]string{
		"golden-aligned-v2-out.apk":           "golden-aligned-in.apk",
		"golden-aligned-v2v3-out.apk":         "golden-aligned-in.apk",
		"golden-aligned-v2v3-lineage-out.apk": "golden-aligned-in.apk",
		"golden-aligned-v3-out.apk":           "golden-aligned-in.apk",
		"golden-aligned-v3-lineage-out.apk":   "golden-aligned-in.apk",
	} {
		sameAs(t, out, apktest.Read(t, in), apktest.Read(t, out))
	}
}

// sameAs compares with a file that the vendor signed without v1.
func sameAs(t *testing.T, name string, in, want []byte) {
	t.Helper()
	a, block := signed(t, want)
	l, got := layoutOf(t, in, Change{Drop: oldJAR, PadEntries: true}, want[block.Offset:a.Directory])
	if !bytes.Equal(got, want) {
		t.Errorf("%s: we make other bytes", name)
	}
	if l.Directory != block.Offset {
		t.Errorf("%s: the block is at %d, not at %d", name, l.Directory, block.Offset)
	}
	_, again := layoutOf(t, got, Change{Drop: oldJAR, PadEntries: true}, want[block.Offset:a.Directory])
	if !bytes.Equal(again, got) {
		t.Errorf("%s: signed again it is another file", name)
	}
}

// Of entries that are added everything is as the vendor has it, but for how well their data is packed.
func TestGoldenAdded(t *testing.T) {
	for _, name := range []string{"golden-aligned-v1-out.apk", "golden-aligned-v1v2v3-out.apk", "golden-rsa-minSdkVersion-18-out.apk"} {
		in := "golden-aligned-in.apk"
		if strings.HasPrefix(name, "golden-rsa") {
			in = "original.apk"
		}
		golden := apktest.Read(t, name)
		want, _ := signed(t, golden)
		var added []File
		for i := range want.Entries {
			e := &want.Entries[i]
			if !oldJAR(e.Name) {
				continue
			}
			data, err := want.ReadAll(patch.Bytes(golden), e, 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			added = append(added, File{e.Name, data})
		}
		_, out := layoutOf(t, apktest.Read(t, in), Change{Drop: oldJAR, Add: added, PadEntries: true}, nil)
		got, _ := signed(t, out)
		if len(added) != 3 || len(got.Entries) != len(want.Entries) {
			t.Fatalf("%s: %d entries of %d", name, len(got.Entries), len(want.Entries))
		}
		for i := range got.Entries {
			sameRecord(t, name, &got.Entries[i], &want.Entries[i], i < len(got.Entries)-2)
		}
	}
}

// sameRecord compares records but for the packed size, and where the header is only if that does not depend on packed sizes.
func sameRecord(t *testing.T, name string, got, want *zipdir.Entry, header bool) {
	t.Helper()
	ours, theirs := bytes.Clone(got.Record), bytes.Clone(want.Record)
	if oldJAR(got.Name) {
		copy(ours[20:24], theirs[20:24])
	}
	if !header {
		copy(ours[42:46], theirs[42:46])
	}
	if !bytes.Equal(ours, theirs) {
		t.Errorf("%s: %q: record %x, want %x", name, got.Name, got.Record, want.Record)
	}
}

// Debian's apksigner lays out what the golden files do not show: libraries that were not aligned, zeros as padding, data behind the last entry.
func TestApksigner(t *testing.T) {
	t.Parallel()
	tool := oracle.Need(t, "apksigner")
	folder := filepath.Join(apktest.Corpus(t), "apksig")
	for _, in := range []string{"golden-unaligned-in.apk", "golden-legacy-aligned-in.apk", "original.apk",
		"v1-only-max-sized-eocd-comment.apk", "two-signers.apk", "empty-unsigned.apk"} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(t.TempDir(), "out.apk")
			oracle.Run(t, tool, "sign", "--key", filepath.Join(folder, "rsa-2048.pk8"), "--cert", filepath.Join(folder, "rsa-2048.x509.pem"), "--v1-signing-enabled", "false",
				"--v4-signing-enabled", "false", "--min-sdk-version", "24", "--in", filepath.Join(folder, in), "--out", out)
			sameAs(t, in, apktest.Read(t, in), read(t, out))
		})
	}
}
