package lineage

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/apktest"
	"sigtool/internal/issue"
)

// The lineage files of Google's suite, as their names say.
var files = []struct {
	name  string
	certs []string
	flags []uint32
}{
	{"rsa-1024-lineage-2-signers", []string{"rsa-1024", "rsa-1024_2"}, []uint32{23, 23}},
	{"rsa-2048-lineage-2-signers", []string{"rsa-2048", "rsa-2048_2"}, []uint32{23, 23}},
	{"rsa-2048-lineage-2-signers-2-3", []string{"rsa-2048_2", "rsa-2048_3"}, []uint32{23, 23}},
	{"rsa-2048-lineage-3-signers", []string{"rsa-2048", "rsa-2048_2", "rsa-2048_3"}, []uint32{23, 23, 23}},
	{"rsa-2048-lineage-3-signers-1-no-caps", []string{"rsa-2048", "rsa-2048_2", "rsa-2048_3"}, []uint32{0, 23, 23}},
	{"rsa-2048-lineage-no-capabilities-first-signer", []string{"rsa-2048", "rsa-2048_2"}, []uint32{0, 23}},
	{"ec-p256-lineage-2-signers", []string{"ec-p256", "ec-p256_2"}, []uint32{23, 23}},
}

func signer(t testing.TB, name string) Signer {
	t.Helper()
	key, cert := apktest.Key(t, name)
	return Signer{key, cert}
}

func read(t testing.TB, name string) *Lineage {
	t.Helper()
	l, err := ParseFile(apktest.Read(t, name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return l
}

// What apksigner wrote is read, means what it should, and is written again byte for byte.
func TestParse(t *testing.T) {
	for _, f := range files {
		data := apktest.Read(t, f.name)
		l := read(t, f.name)
		if !bytes.Equal(l.File(), data) {
			t.Errorf("%s: written again it differs", f.name)
		}
		var flags []uint32
		for i, n := range l.Nodes {
			flags = append(flags, n.Flags)
			if i < len(f.certs) && l.Find(signer(t, f.certs[i]).Cert) != i {
				t.Errorf("%s: signer %d is not %s", f.name, i, f.certs[i])
			}
		}
		if !slices.Equal(flags, f.flags) {
			t.Errorf("%s: flags %d", f.name, flags)
		}
		if l, err := ParseAttribute(l.Attribute()); err != nil || !bytes.Equal(l.File(), data) {
			t.Errorf("%s: as an attribute: %v", f.name, err)
		}
	}
	for _, name := range []string{"rsa-2048-lineage-invalid-magic", "rsa-2048-lineage-invalid-version"} {
		word, _ := strings.CutPrefix(name, "rsa-2048-lineage-invalid-")
		if _, err := ParseFile(apktest.Read(t, name)); !errors.Is(err, formats.ErrFormat) || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A flipped byte is noticed anywhere but where the package comment says.
func TestFlips(t *testing.T) {
	for _, name := range []string{"ec-p256-lineage-2-signers", "rsa-1024-lineage-2-signers", "rsa-2048-lineage-3-signers"} {
		data := apktest.Read(t, name)
		before := read(t, name)
		first := before.Nodes[0].Cert
		open := 0
		for i := range data {
			for _, mask := range []byte{0xff, 1, 0x80} {
				flipped := bytes.Clone(data)
				flipped[i] ^= mask
				l, err := ParseFile(flipped)
				if err != nil {
					continue
				}
				open++
				if !reflect.DeepEqual(l.Nodes[0].Cert.PublicKey, first.PublicKey) {
					t.Errorf("%s: byte %d: another key", name, i)
				}
				l.Nodes[0].Cert = first
				for j := range l.Nodes {
					l.Nodes[j].Flags = before.Nodes[j].Flags
				}
				if !bytes.Equal(l.File(), data) {
					t.Errorf("%s: byte %d with %#x: not noticed", name, i, mask)
				}
			}
		}
		t.Logf("%s: %d of %d flips not noticed, in the first certificate or in flags", name, open, 3*len(data))
		for cut := range data {
			if _, err := ParseFile(data[:cut]); !errors.Is(err, formats.ErrFormat) {
				t.Fatalf("%s: cut at %d: %v", name, cut, err)
			}
		}
	}
}

// Attributes are refused by the names that apksig has.
func TestIssues(t *testing.T) {
	l := read(t, "rsa-2048-lineage-3-signers")
	value := l.Attribute()
	change := func(change func(l *Lineage)) []byte {
		altered := l.Sub(2)
		change(altered)
		return altered.Attribute()
	}
	for _, row := range []struct {
		what, want string
		value      []byte
	}{
		{"empty", "V3_SIG_POR_CERT_MISMATCH", nil},
		{"only a version", "V3_SIG_POR_CERT_MISMATCH", value[:4]},
		{"version 2", "V3_SIG_POR_CERT_MISMATCH", append([]byte{2}, value[1:]...)},
		{"cut", "V3_SIG_MALFORMED_LINEAGE", value[:len(value)-1]},
		{"too long", "V3_SIG_MALFORMED_LINEAGE", make([]byte, MaxSize+1)},
		{"unknown algorithm", "V3_SIG_MALFORMED_LINEAGE", change(func(l *Lineage) { l.Nodes[1].Alg = 0x999 })},
		{"unknown algorithm at the end", "V3_SIG_MALFORMED_LINEAGE", change(func(l *Lineage) { l.Nodes[2].Alg = 0x999 })},
		{"two algorithms", "V3_SIG_POR_DID_NOT_VERIFY", change(func(l *Lineage) { l.Nodes[1].Alg = alg.PKCS1SHA512 })},
		{"wrong algorithm", "V3_SIG_POR_DID_NOT_VERIFY", change(func(l *Lineage) { l.Nodes[0].Alg, l.Nodes[1].ParentAlg = alg.ECDSASHA256, alg.ECDSASHA256 })},
		{"signature", "V3_SIG_POR_DID_NOT_VERIFY", change(func(l *Lineage) { l.Nodes[2].Signature = l.Nodes[1].Signature })},
		{"order", "V3_SIG_POR_DID_NOT_VERIFY", change(func(l *Lineage) { l.Nodes[1], l.Nodes[2] = l.Nodes[2], l.Nodes[1] })},
		{"first signed", "V3_SIG_MALFORMED_LINEAGE", change(func(l *Lineage) { l.Nodes[0].Signature = l.Nodes[1].Signature })},
	} {
		_, err := ParseAttribute(row.value)
		if issue.ID(err) != row.want || !errors.Is(err, formats.ErrMismatch) {
			t.Errorf("%s: %v", row.what, err)
		}
	}
	if _, err := ParseAttribute(append(slices.Clip(value), value[4:]...)); err == nil {
		t.Error("the same signers twice")
	}
}

func TestAgree(t *testing.T) {
	three, two := read(t, "rsa-2048-lineage-3-signers"), read(t, "rsa-2048-lineage-2-signers")
	if err := errors.Join(Agree(), Agree(three.Sub(0), three, three.Sub(1))); err != nil {
		t.Error(err)
	}
	for _, other := range []*Lineage{two, read(t, "rsa-2048-lineage-3-signers-1-no-caps"), read(t, "rsa-2048-lineage-2-signers-2-3")} {
		if Agree(other, three) == nil {
			t.Error("lineages that differ are one")
		}
	}
	node := Node{Flags: InstalledData | Rollback | 64}
	if got := strings.Join(node.Capabilities(), ", "); got != "installed data, rollback" {
		t.Error(got)
	}
}
