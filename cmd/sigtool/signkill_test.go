package main

import (
	"archive/zip"
	"bytes"
	"context"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// largeBytes is how much is in the package that is signed while it is killed: enough that it takes a while to read, hash and write.
const largeBytes = 32 << 20

// Killed at any moment, `sign -i` leaves the package as it was or as it is to be, byte for byte, and beside it no .idsig but that of the signed one;
// run again, it comes to its end.
func TestSignInPlaceKilled(t *testing.T) {
	folder := t.TempDir()
	old := largePackage(t)
	name, reference := filepath.Join(folder, "app.apk"), filepath.Join(t.TempDir(), "app.apk")
	put(t, name, old)
	keys, err := filepath.Abs("../../testdata/keys")
	if err != nil {
		t.Fatal(err)
	}
	sign := func(ctx context.Context, args ...string) *exec.Cmd {
		args = append([]string{"sign", "apk", "-q", "-k", filepath.Join(keys, "rsa2048.pem"), "-c", filepath.Join(keys, "rsa2048.crt")}, args...)
		return exec.CommandContext(ctx, "sigtool", args...)
	}
	start := time.Now()
	if out, err := sign(t.Context(), "-o", reference, name).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	whole := time.Since(start)
	signed, idsig := get(t, reference), get(t, reference+".idsig")

	rounds := 24
	if testing.Short() {
		rounds = 8
	}
	r := rand.New(rand.NewSource(1))
	survived, done := 0, 0
	for range rounds {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.Int63n(3*int64(whole))))
		_ = sign(ctx, "-i", name).Run() // killed, as the context's end does it, or done before
		cancel()
		switch now := get(t, name); {
		case bytes.Equal(now, old):
			survived++
		case bytes.Equal(now, signed):
			done++
			put(t, name, old)
		default:
			t.Fatalf("it is neither the old package nor the new one: %d bytes", len(now))
		}
		if there, err := os.ReadFile(name + ".idsig"); err == nil && !bytes.Equal(there, idsig) {
			t.Fatalf("an .idsig of %d bytes, not %d", len(there), len(idsig))
		}
		for _, left := range namesIn(t, folder) {
			if left != "app.apk" && left != "app.apk.idsig" && !(strings.HasPrefix(left, ".") && strings.HasSuffix(left, ".sigtool-tmp")) {
				t.Fatalf("it left %q", left)
			}
		}
	}
	t.Logf("killed in %v: %d times the old package, %d times the new one", whole, survived, done)
	if out, err := sign(t.Context(), "-i", name).CombinedOutput(); err != nil || !bytes.Equal(get(t, name), signed) {
		t.Errorf("it can't be signed any more: %v: %s", err, out)
	}
}

// largePackage is the sample with a large file in it.
func largePackage(t *testing.T) []byte {
	t.Helper()
	sample, err := zip.OpenReader("../../testdata/apk/sample.apk")
	if err != nil {
		t.Fatal(err)
	}
	defer sample.Close()
	var data bytes.Buffer
	w := zip.NewWriter(&data)
	for _, entry := range sample.File {
		if err := w.Copy(entry); err != nil {
			t.Fatal(err)
		}
	}
	large, err := w.CreateHeader(&zip.FileHeader{Name: "assets/large", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	content := make([]byte, largeBytes)
	rand.New(rand.NewSource(2)).Read(content)
	if _, err := large.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func put(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
