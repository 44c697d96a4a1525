package jarsig_test

import (
	"crypto"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/cms"
	"sigtool/internal/jarsig"
)

// info makes a signer of a signature that is none, by its algorithms.
func info(t *testing.T, digest, signature string) *cms.SignerInfo {
	t.Helper()
	oid := func(b *cryptobyte.Builder, text string) {
		var id asn1.ObjectIdentifier
		for part := range strings.SplitSeq(text, ".") {
			n, _ := strconv.Atoi(part)
			id = append(id, n)
		}
		b.AddASN1ObjectIdentifier(id)
	}
	sequence := func(b *cryptobyte.Builder, f func(*cryptobyte.Builder)) { b.AddASN1(cbasn1.SEQUENCE, f) }
	var b cryptobyte.Builder
	sequence(&b, func(b *cryptobyte.Builder) {
		oid(b, "1.2.840.113549.1.7.2")
		b.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				b.AddASN1(cbasn1.SET, func(*cryptobyte.Builder) {})
				sequence(b, func(b *cryptobyte.Builder) { oid(b, "1.2.840.113549.1.7.1") })
				b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) {
					sequence(b, func(b *cryptobyte.Builder) {
						b.AddASN1Int64(1)
						sequence(b, func(b *cryptobyte.Builder) {
							sequence(b, func(*cryptobyte.Builder) {})
							b.AddASN1Int64(1)
						})
						sequence(b, func(b *cryptobyte.Builder) { oid(b, digest) })
						sequence(b, func(b *cryptobyte.Builder) { oid(b, signature) })
						b.AddASN1OctetString(nil)
					})
				})
			})
		})
	})
	sd, err := cms.ParseLoose(b.BytesOrPanic())
	if err != nil {
		t.Fatal(err)
	}
	return &sd.Signers[0]
}

// Each digest algorithm with each signature algorithm is known to the platforms that apksig says.
func TestLevelsOfApksig(t *testing.T) {
	startsJava(t)
	digests := []string{"1.2.840.113549.2.5", "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.4", "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2",
		"2.16.840.1.101.3.4.2.3", "1.2.3"}
	signatures := []string{"1.2.840.113549.1.1.1", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.113549.1.1.14", "1.2.840.113549.1.1.11",
		"1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13", "1.2.840.10040.4.1", "1.2.840.10040.4.3", "2.16.840.1.101.3.4.3.1", "2.16.840.1.101.3.4.3.2",
		"2.16.840.1.101.3.4.3.3", "2.16.840.1.101.3.4.3.4", "1.2.840.10045.2.1", "1.2.840.10045.4.1", "1.2.840.10045.4.3.1", "1.2.840.10045.4.3.2",
		"1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4", "1.2.840.113549.1.1.10", "1.3.101.112"}
	var pairs []string
	for _, digest := range digests {
		for _, signature := range signatures {
			pairs = append(pairs, digest+"/"+signature)
		}
	}
	n := 0
	for line := range strings.Lines(string(apksig(t, "Levels.java", pairs...))) {
		pair, theirs, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		digest, signature, _ := strings.Cut(pair, "/")
		if ours := jarsig.Levels(info(t, digest, signature)); ours != theirs {
			t.Errorf("%s: %q, and apksig says %q", pair, ours, theirs)
		}
		n++
	}
	if n != len(pairs) {
		t.Errorf("%d answers to %d questions", n, len(pairs))
	}
}

// What keys sign with; others are refused as keys.
func TestDefaultHash(t *testing.T) {
	for _, row := range []struct {
		key    string
		minSDK int
		want   crypto.Hash
	}{
		{"rsa2048", 17, crypto.SHA1}, {"rsa4096", 18, crypto.SHA256}, {"p256", 18, crypto.SHA256}, {"p521", 24, crypto.SHA256}, {"p384", 17, 0}, {"ed25519", 24, 0},
	} {
		h, err := jarsig.DefaultHash(ownKey(t, row.key).Key.Public(), row.minSDK)
		if h != row.want || (err != nil) != (row.want == 0) || err != nil && !errors.Is(err, jarsig.ErrKey) {
			t.Errorf("%s for SDK %d: %v %v", row.key, row.minSDK, h, err)
		}
	}
}

// A signature is worth what its weakest hash is. An attribute that nobody looks at does not make it better.
func TestWeakest(t *testing.T) {
	digest := func(h crypto.Hash, text string) string {
		w := h.New()
		w.Write([]byte(text))
		return base64.StdEncoding.EncodeToString(w.Sum(nil))
	}
	manifest := func(j *jar, name string, h crypto.Hash) {
		s := j.signers[0]
		s.sf = insert(drop(s.sf, "-Digest-Manifest"), name+"-Digest-Manifest: "+digest(h, j.mf))
	}
	for what, row := range map[string]struct {
		hash, want crypto.Hash
		change     func(j *jar)
	}{
		"SHA-256":             {crypto.SHA256, crypto.SHA256, func(*jar) {}},
		"SHA-256 by sections": {crypto.SHA256, crypto.SHA256, sections},
		"the signature":       {crypto.SHA256, crypto.SHA1, func(j *jar) { j.signers[0].key.Hash = crypto.SHA1 }},
		"the manifest":        {crypto.SHA256, crypto.SHA1, func(j *jar) { manifest(j, "SHA1", crypto.SHA1) }},
		"the sections": {crypto.SHA256, crypto.SHA1, func(j *jar) {
			sections(j)
			for _, name := range []string{"AndroidManifest.xml", "a/b.txt", "classes.dex"} {
				s := j.signers[0]
				s.sf = strings.Replace(s.sf, "SHA-256-Digest: "+jarsig.SectionDigest(crypto.SHA256, j.mf, name), "SHA1-Digest: "+jarsig.SectionDigest(crypto.SHA1, j.mf, name), 1)
			}
			j.signers[0].key.Hash = crypto.SHA256
		}},
		"the entries": {crypto.SHA1, crypto.SHA1, func(j *jar) {
			manifest(j, "SHA-256", crypto.SHA256)
			j.signers[0].key.Hash = crypto.SHA256
		}},
		"another attribute": {crypto.SHA1, crypto.SHA1, func(j *jar) {
			j.mf = strings.ReplaceAll(j.mf, "SHA1-Digest", "SHA-256-Digest-Foo: x\r\nSHA1-Digest")
			manifest(j, "SHA-256-Digest-Foo: x\r\nSHA1", crypto.SHA1)
			j.signers[0].key.Hash = crypto.SHA256
		}},
	} {
		j := newJar(t, row.hash, ownKey(t, "rsa2048"))
		row.change(j)
		r := check(t, j.write(), 23, 30)
		if !r.Verified() || r.Signers[0].Weakest != row.want {
			t.Errorf("%s: %+v, want %v", what, r, row.want)
		}
	}
}
