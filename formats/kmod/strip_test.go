package kmod

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// Without its signatures a module is what it was, whatever signed it and how often; a packed one unpacks to that.
func TestStrip(t *testing.T) {
	plain := read(t, samples+"sample.ko")
	twice := sign(t, plain, request(t, "p256", "sha256"))
	tail := read(t, samples+"signed-rsa2048-sha256.ko")[len(plain):]
	for what, row := range map[string]struct {
		src    []byte
		packed bool
	}{
		"once":               {read(t, samples+"signed-rsa2048-sha256.ko"), false},
		"twice":              {append(twice, tail...), false},
		"gzip":               {read(t, samples+"signed-rsa2048-sha256.ko.gz"), true},
		"xz":                 {read(t, samples+"signed-rsa2048-sha256.ko.xz"), true},
		"zstd":               {read(t, samples+"signed-rsa2048-sha256.ko.zst"), true},
		"behind packed":      {append(read(t, samples+"sample.ko.xz"), tail...), true},
		"inside and outside": {append(read(t, samples+"signed-rsa2048-sha256.ko.gz"), tail...), true},
	} {
		result, err := Format{}.Strip(t.Context(), patch.Bytes(row.src))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		got := apply(t, row.src, result)
		if what == "behind packed" && !bytes.Equal(got, read(t, samples+"sample.ko.xz")) {
			t.Errorf("%s: packed anew for nothing", what)
		}
		if row.packed {
			m, err := openModule(patch.Bytes(got))
			if err != nil || m.codec == nil {
				t.Fatalf("%s: %v", what, err)
			}
			got, _ = io.ReadAll(io.NewSectionReader(m.body, 0, m.body.Size()))
		}
		if !bytes.Equal(got, plain) {
			t.Errorf("%s: %d bytes are left of the module's %d", what, len(got), len(plain))
		}
	}
	for name, want := range map[string]error{"sample.ko": formats.ErrUnsigned, "sample.ko.zst": formats.ErrUnsigned, "README.md": formats.ErrFormat} {
		if _, err := (Format{}).Strip(t.Context(), patch.Bytes(read(t, samples+name))); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A module says of itself what modinfo reads from it, packed or not.
func TestDescribe(t *testing.T) {
	const want = "name=sample description=sigtool test sample license=Dual MIT/GPL vermagic=6.1.0-56-cloud-amd64 SMP preempt mod_unload modversions"
	for name, packed := range map[string]string{"sample.ko": "", "signed-p256-sha256.ko": "", "sample.ko.gz": " packed=gzip", "sample.ko.xz": " packed=xz", "signed-rsa2048-sha256.ko.zst": " packed=zstd"} {
		properties, err := Format{}.Describe(t.Context(), patch.Bytes(read(t, samples+name)))
		var got []string
		for _, p := range properties {
			got = append(got, p.Name+"="+p.Value)
		}
		if err != nil || strings.Join(got, " ") != want+packed {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := (Format{}).Describe(t.Context(), patch.Bytes("text")); !errors.Is(err, formats.ErrFormat) {
		t.Errorf("a text: %v", err)
	}
}
