package idsig

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/apktest"
	"sigtool/formats/apk/content"
	"sigtool/internal/issue"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

const golden = "v31-rsa-2048_2-tgt-10000-dev-release.apk"

// digest computes the SHA-256 digest of a signed APK without a comment, whose signing block is found by hand.
func digest(t *testing.T, apk []byte) []byte {
	t.Helper()
	end := len(apk) - 22
	directory := int(binary.LittleEndian.Uint32(apk[end+16:]))
	start := directory - 8 - int(binary.LittleEndian.Uint64(apk[directory-24:]))
	record := bytes.Clone(apk[end:])
	binary.LittleEndian.PutUint32(record[16:], uint32(start))
	sections := content.Sections{Source: patch.Bytes(apk), Entries: int64(start), Directory: int64(directory), End: int64(end), EndRecord: record}
	digests, err := content.Digest(t.Context(), sections, []content.Algorithm{content.SHA256}, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	return digests[content.SHA256]
}

func signer(t *testing.T, name string, apk []byte) Signer {
	key, cert := apktest.Key(t, name)
	return Signer{Key: key, Cert: cert, Digest: digest(t, apk)}
}

// good verifies and fails the test where something is wrong.
func good(t *testing.T, apk, file []byte) []Info {
	t.Helper()
	infos, err := Verify(t.Context(), patch.Bytes(apk), file, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range infos {
		if info.Err != nil {
			t.Fatal(info.Err)
		}
	}
	return infos
}

// wrong tells what is wrong with a file; nil if nothing is.
func wrong(t *testing.T, apk patch.Source, file []byte) error {
	infos, err := Verify(t.Context(), apk, file, nil)
	for _, info := range infos {
		if err == nil {
			err = info.Err
		}
	}
	return err
}

// What Google's signer made for two signers verifies, and ours is the same.
func TestGolden(t *testing.T) {
	apk, file := apktest.Read(t, golden), apktest.Read(t, golden+".idsig")
	infos := good(t, apk, file)
	if len(infos) != 2 || infos[0].Block != 0 || infos[1].Block != blockV31 || infos[0].Cert == nil || infos[1].Alg != alg.PKCS1SHA256 {
		t.Fatalf("%+v", infos)
	}
	signers := []Signer{signer(t, "rsa-2048", apk), signer(t, "rsa-2048_2", apk)}
	signers[1].Rotated = true
	for i, s := range signers {
		if !bytes.Equal(s.Digest, infos[i].Digest) || !bytes.Equal(s.Cert.Raw, infos[i].Cert.Raw) {
			t.Errorf("signer %d is another", i)
		}
	}
	ours, err := Sign(t.Context(), patch.Bytes(apk), signers, nil)
	if err != nil || !bytes.Equal(ours, file) {
		t.Errorf("%d bytes, %v, not the same as Google's %d", len(ours), err, len(file))
	}
	if int64(len(ours)) > MaxSize(int64(len(apk))) {
		t.Errorf("%d bytes are more than %d", len(ours), MaxSize(int64(len(apk))))
	}
}

// apksigner writes the same bytes by RSA keys, and takes what we make by all.
func TestApksigner(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: Java takes seconds to start")
	}
	t.Parallel()
	tool, corpus := oracle.Need(t, "apksigner"), filepath.Join(apktest.Corpus(t), "apksig")
	for _, name := range []string{"rsa-2048", "ec-p256", "ec-p384"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(t.TempDir(), "out.apk")
			oracle.Run(t, tool, "sign", "--key", filepath.Join(corpus, name+".pk8"), "--cert", filepath.Join(corpus, name+".x509.pem"), "--min-sdk-version", "24",
				"--v1-signing-enabled", "false", "--v4-signing-enabled", "true", "--out", out, "--in", filepath.Join(corpus, "golden-aligned-in.apk"))
			apk, theirs := read(t, out), read(t, out+".idsig")
			by := Signer{Digest: good(t, apk, theirs)[0].Digest}
			by.Key, by.Cert = apktest.Key(t, name)
			ours, err := Sign(t.Context(), patch.Bytes(apk), []Signer{by}, nil)
			if err != nil || name[0] == 'r' && !bytes.Equal(ours, theirs) {
				t.Fatalf("%d bytes, %v, not the same as apksigner's %d", len(ours), err, len(theirs))
			}
			good(t, apk, ours)
			if name[0] == 'r' {
				return // it takes what it made
			}
			if err := os.WriteFile(out+".idsig", ours, 0o600); err != nil {
				t.Fatal(err)
			}
			said := oracle.Run(t, tool, "verify", "-v", "--min-sdk-version", "26", "--v4-signature-file", out+".idsig", out)
			if !strings.Contains(string(said), "v4 scheme (APK Signature Scheme v4): true") {
				t.Errorf("apksigner says\n%s", said)
			}
		})
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// No byte of the file or of the APK can be changed, and none be left out or added.
func TestDamage(t *testing.T) {
	t.Parallel()
	apk, file := apktest.Read(t, golden), apktest.Read(t, golden+".idsig")
	ec, err := Sign(t.Context(), patch.Bytes(apk), []Signer{signer(t, "ec-p256", apk)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range [][]byte{file, ec} {
		good(t, apk, file)
		for at := range file {
			if testing.Short() && at%7 > 0 {
				continue
			}
			hurt := bytes.Clone(file)
			hurt[at] ^= 1 << (at % 8)
			if wrong(t, patch.Bytes(apk), hurt) == nil {
				t.Fatalf("a changed byte at %d was taken", at)
			}
			if at%7 == 0 && wrong(t, patch.Bytes(apk), file[:at]) == nil {
				t.Fatalf("%d bytes of %d were taken", at, len(file))
			}
		}
		if wrong(t, patch.Bytes(apk), append(bytes.Clone(file), 0)) == nil {
			t.Error("one more byte was taken")
		}
	}
	for at := 0; at < len(apk); at += 101 {
		hurt := bytes.Clone(apk)
		hurt[at] ^= 4
		if err := wrong(t, patch.Bytes(hurt), file); issue.ID(err) != "V4_SIG_APK_ROOT_DID_NOT_VERIFY" {
			t.Fatalf("byte %d of the APK: %v", at, err)
		}
	}
}

// Each thing that can be wrong has the name that apksig gives it.
func TestIssues(t *testing.T) {
	apk, whole := apktest.Read(t, golden), apktest.Read(t, golden+".idsig")
	f, err := parse(whole)
	if err != nil {
		t.Fatal(err)
	}
	key, _ := apktest.Key(t, "rsa-2048")
	build := func(change func(i *info)) []byte {
		i := f.infos[0]
		change(&i)
		return append(binary.LittleEndian.AppendUint32(nil, version), join(f.hashing, i.append(nil), f.tree)...)
	}
	certified := func(cert []byte) func(i *info) { // signed anew, with another certificate
		return func(i *info) {
			i.cert = cert
			if i.signature, err = alg.Sign(i.alg, key, i.signed(int64(len(apk)), f.hashing)); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, other := apktest.Key(t, "rsa-2048_3")
	tree := bytes.Clone(f.tree)
	tree[len(tree)-1] ^= 1
	for id, file := range map[string][]byte{
		"V4_SIG_NO_SIGNATURES":           {},
		"V4_SIG_VERSION_NOT_CURRENT":     {3, 0, 0, 0},
		"V4_SIG_MALFORMED_SIGNERS":       whole[:9],
		"V4_SIG_APK_TREE_DID_NOT_VERIFY": append(bytes.Clone(whole[:len(whole)-len(tree)]), tree...),
		"V4_SIG_UNKNOWN_SIG_ALGORITHM":   build(func(i *info) { i.alg = alg.VerityPKCS1SHA256 }),
		"V4_SIG_MALFORMED_PUBLIC_KEY":    build(func(i *info) { i.key = i.key[1:] }),
		"V4_SIG_MALFORMED_CERTIFICATE":   build(certified(f.infos[0].cert[1:])),
		"V4_SIG_NO_CERTIFICATE":          build(certified(nil)),
		"V4_SIG_DID_NOT_VERIFY":          build(func(i *info) { i.digest = i.digest[1:] }),
		"V4_SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD": build(certified(other.Raw)),
	} {
		if err := wrong(t, patch.Bytes(apk), file); issue.ID(err) != id || !errors.Is(err, formats.ErrMismatch) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if err := wrong(t, patch.Bytes(apk), whole[:len(whole)-len(tree)-4]); issue.ID(err) != "V4_SIG_APK_TREE_DID_NOT_VERIFY" {
		t.Errorf("without a tree: %v", err)
	}
}

// join writes values behind their lengths.
func join(values ...[]byte) (out []byte) {
	for _, v := range values {
		out = append(binary.LittleEndian.AppendUint32(out, uint32(len(v))), v...)
	}
	return out
}

func TestRefused(t *testing.T) {
	apk := apktest.Read(t, golden)
	first := signer(t, "rsa-2048", apk)
	second := first
	second.Rotated = true
	for _, signers := range [][]Signer{nil, {second}, {first, first}, {first, second, second}} {
		if _, err := Sign(t.Context(), patch.Bytes(apk), signers, nil); err == nil {
			t.Errorf("%d signers were taken", len(signers))
		}
	}
	large := *first.Cert
	large.Raw = make([]byte, maxInfos)
	first.Cert = &large
	if _, err := Sign(t.Context(), patch.Bytes(apk), []Signer{first}, nil); !errors.Is(err, formats.ErrKey) {
		t.Errorf("a certificate that Android can't read: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Verify(cancelled, patch.Bytes(apk), apktest.Read(t, golden+".idsig"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	apk, file := apktest.Read(f, golden), apktest.Read(f, golden+".idsig")
	f.Add(file)
	f.Add(file[:2800])
	f.Fuzz(func(t *testing.T, data []byte) {
		if wrong(t, patch.Bytes(apk), data) == nil && !bytes.Equal(data, file) {
			t.Error("something else was taken")
		}
	})
}
