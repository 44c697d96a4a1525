package apk

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// ours verifies a file with what is beside it, and wants just these schemes.
func ours(t *testing.T, name string, schemes ...string) []formats.Signature {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	found, err := check(data, func(suffix string) ([]byte, error) { return os.ReadFile(name + suffix) })
	if err != nil {
		t.Errorf("%s: %v", filepath.Base(name), err)
	}
	var got []string
	for _, sig := range found {
		got = append(got, sig.Scheme)
	}
	slices.Sort(got)
	if !slices.Equal(slices.Compact(got), schemes) {
		t.Errorf("%s: schemes %v, want %v", filepath.Base(name), got, schemes)
	}
	return found
}

// check verifies a package, and joins whatever is wrong.
func check(data []byte, sidecar func(string) ([]byte, error)) ([]formats.Signature, error) {
	keys := formats.Keys{Sidecar: func(suffix, _ string, _ int64) ([]byte, error) {
		beside, err := sidecar(suffix)
		if errors.Is(err, os.ErrNotExist) {
			return nil, nil
		}
		return beside, err
	}}
	found, err := Format{}.Verify(context.Background(), patch.Bytes(data), keys)
	for _, sig := range found {
		err = errors.Join(err, sig.Err)
	}
	return found, err
}

// We verify what Debian's apksigner signs.
func TestWeTakeApksigners(t *testing.T) {
	for name, schemes := range map[string]string{"sample-rsa2048.apk": "v1 v2 v3 v4", "sample-p256.apk": "v1 v2 v3 v4", "nested-rsa2048.apk": "v1 v2 v3 v4"} {
		ours(t, filepath.Join(formatstest.Testdata(t), "apk", name), strings.Fields(schemes)...)
	}
	oracle.Need(t, "apksigner")
	for key, min := range map[string]string{"rsa3072": "1", "rsa4096": "18", "p384": "21", "p521": "24"} {
		t.Run(key+" from "+min, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			out := filepath.Join(folder, "out.apk")
			args := append([]string{"sign", "--min-sdk-version", min, "--v1-signing-enabled", "true"}, keyFiles(t, folder, key)...)
			if said, err := apksigner(t, append(args, "--in", filepath.Join(formatstest.Testdata(t), "apk", "sample.apk"), "--out", out)...); err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
			ours(t, out, "v1", "v2", "v3", "v4")
		})
	}
}

// What was damaged, both refuse: in what we made, and in what apksigner made.
func TestBothRefuse(t *testing.T) {
	oracle.Need(t, "apksigner")
	by := loadSigner(t, "p256")
	mine, _ := signed(t, sample(t, "sample.apk"), request(t, by.Key, by.Chain[0], ""))
	for whose, data := range map[string][]byte{"ours": mine, "apksigner's": sample(t, "sample-rsa2048.apk")} {
		end := bytes.LastIndex(data, []byte("PK\x05\x06"))
		directory := bytes.Index(data, []byte("PK\x01\x02"))
		for where, at := range map[string]int{
			"an entry": bytes.Index(data, []byte("stored\n")), "a v1 signature": bytes.Index(data, []byte(".SF")) + 40,
			"the signing block": 4096 + 60, "the directory": directory + 38, "the end": end + 4,
		} {
			t.Run(where+" of "+whose, func(t *testing.T) {
				t.Parallel()
				damaged := bytes.Clone(data)
				damaged[at] ^= 1
				out, theirs := apksigner(t, "verify", write(t, damaged, &formats.Result{}))
				_, our := check(damaged, func(string) ([]byte, error) { return nil, nil })
				if theirs == nil || our == nil {
					t.Errorf("byte %d changed: apksigner says %v %s, we say %v", at, theirs, out, our)
				}
			})
		}
	}
}
