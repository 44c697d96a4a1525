package apk

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/apk/apktest"
	"sigtool/internal/patch"
)

// goldens are what Google's signer makes of an input (ApkSignerTest of apksig), by rsa-2048: IN becomes IN with the name's end.
var goldens = []struct {
	end     string
	options string
}{
	{"v1-out.apk", "v1=true v2=false v3=false"},
	{"v2-out.apk", "v1=false v2=true v3=false"},
	{"v3-out.apk", "v1=false v2=false v3=true"},
	{"v1v2-out.apk", "v1=true v2=true v3=false"},
	{"v2v3-out.apk", "v1=false v2=true v3=true"},
	{"v1v2v3-out.apk", "v1=true v2=true v3=true"},
	{"out.apk", "v1=true v2=true v3=true"},
	{"v3-lineage-out.apk", "v1=false v2=false v3=true lineage rotation-min-sdk=28"},
	{"v2v3-lineage-out.apk", "v1=false v2=true v3=true lineage rotation-min-sdk=28"},
	{"v1v2v3-lineage-out.apk", "v1=true v2=true v3=true lineage rotation-min-sdk=28"},
}

// request makes what a line of options says.
func request(t *testing.T, key crypto.Signer, cert *x509.Certificate, options string) formats.Request {
	t.Helper()
	req := formats.Request{Key: key, Chain: []*x509.Certificate{cert}}
	req.Options.Set("v4", "false")
	for _, option := range strings.Fields(options) {
		name, value, _ := strings.Cut(option, "=")
		if name != "lineage" {
			req.Options.Set(name, value)
			continue
		}
		next, nextCert := apktest.Key(t, "rsa-2048_2")
		req.Options.SetBytes("lineage", apktest.Read(t, "rsa-2048-lineage-2-signers"))
		req.Options.AddKey("next-key", next)
		req.Options.AddChain("next-cert", []*x509.Certificate{nextCert})
	}
	return req
}

// signed signs, or ends the test.
func signed(t *testing.T, data []byte, req formats.Request) ([]byte, *formats.Result) {
	t.Helper()
	result, err := Format{}.Sign(context.Background(), patch.Bytes(data), req)
	if err != nil {
		t.Fatal(err)
	}
	view, err := patch.NewView(patch.Bytes(data), result.Edits)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, view.Size())
	if n, err := view.ReadAt(out, 0); n < len(out) {
		t.Fatal(err)
	}
	return out, result
}

// What has no v1 signature comes out byte for byte as Google's signer makes it; what has one differs in its files' names and in who created them, and so in
// their signature.
func TestSameBytesAsGoogle(t *testing.T) {
	key, cert := apktest.Key(t, "rsa-2048")
	folder := filepath.Join(apktest.Corpus(t), "apksig")
	whole, unpacked := 0, 0
	compare := func(in, out, options string) {
		if _, err := os.Stat(filepath.Join(folder, out)); err != nil {
			return
		}
		got, _ := signed(t, apktest.Read(t, in), request(t, key, cert, options))
		want := apktest.Read(t, out)
		if strings.Contains(options, "v1=true") {
			unpacked++
			sameEntries(t, out, got, want)
		} else if whole++; !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, not the %d of Google's signer; they differ from byte %d on", out, len(got), len(want), firstDifference(got, want))
		}
	}
	for _, in := range []string{"golden-aligned", "golden-legacy-aligned", "golden-unaligned"} {
		for _, g := range goldens {
			compare(in+"-in.apk", in+"-"+g.end, g.options)
		}
	}
	compare("original.apk", "golden-rsa-out.apk", "v1=true")
	for _, min := range []string{"1", "18", "24"} {
		compare("original.apk", "golden-rsa-minSdkVersion-"+min+"-out.apk", "v1=true min-sdk="+min)
	}
	compare("original.apk", "golden-rsa-verity-out.apk", "v1=true v2=true v3=true verity=true")
	t.Logf("%d files are the same byte for byte, %d with v1 once they are unpacked", whole, unpacked)
	if whole < 5 || unpacked < 5 {
		t.Errorf("only %d and %d files were compared", whole, unpacked)
	}
}

func firstDifference(a, b []byte) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return i
}

// The .idsig and the bytes that Debian's apksigner made of our sample come out the same.
func TestSameBytesAsDebian(t *testing.T) {
	by := loadSigner(t, "rsa2048")
	req := request(t, by.Key, by.Chain[0], "v1=false v2=true v3=true v4=true")
	got, result := signed(t, sample(t, "sample.apk"), req)
	if want := sample(t, "sample-rsa2048-v2v3.apk"); !bytes.Equal(got, want) {
		t.Errorf("%d bytes, apksigner makes %d; they differ from byte %d on", len(got), len(want), firstDifference(got, want))
	}
	want := sample(t, "sample-rsa2048-v2v3.apk.idsig")
	if len(result.Sidecars) != 1 || !bytes.Equal(result.Sidecars[0].Data, want) {
		t.Errorf("the .idsig is another than apksigner's")
	}
}
