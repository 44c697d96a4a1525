package ahab

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
	"sigtool/keygen"
)

// mldsa is a key of testdata/keys.
func mldsa(t *testing.T, name string) crypto.Signer {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "keys", name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := keygen.Load(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return key.Signer
}

// tableFor is a table that has one key four times.
func tableFor(t *testing.T, kind srk.Kind, key crypto.Signer, hash crypto.Hash) []byte {
	t.Helper()
	entry := srk.Entry{Key: key.Public(), Hash: hash, CA: true}
	table, err := srk.New(kind, []srk.Entry{entry, entry, entry, entry})
	if err != nil {
		t.Fatal(err)
	}
	return table.Raw
}

// array is the file of tables as srktool makes it for containers of version 2.
func array(tables ...[]byte) []byte {
	var list []*srk.Table
	for _, data := range tables {
		table, err := srk.Parse(data)
		if err != nil {
			panic(err)
		}
		list = append(list, table)
	}
	data, err := srk.Array(list...)
	if err != nil {
		panic(err)
	}
	return data
}

// version2 is a sample whose container is of version 2, with flags that signing keeps.
func version2(t *testing.T, name string) []byte {
	return at(at(sample(t, name), 0, 2), 5, 0x80, 0x01)
}

// Containers of version 2 are signed by a key whose hash is in the table; the flags for the boot firmware stay.
func TestVersion2(t *testing.T) {
	curve := elliptic.P384()
	table := tableOf(t, srk.AHABv2, curve, crypto.SHA384)
	for n := range byte(4) {
		data := mustSign(t, version2(t, "tiny.bin"), ecKey(t, curve, n), options(array(table), optionRevoke, "0"))
		found, err := verified(data, options(array(table)))
		if err != nil || !found[0].Pinned || found[0].Alg != "ecdsa-p384-sha384" {
			t.Fatalf("SRK %d: %v", n, err)
		}
		if flags := binary.LittleEndian.Uint32(data[4:]); flags != 0x18002|uint32(n)<<4 {
			t.Errorf("SRK %d: flags 0x%x", n, flags)
		}
		for i := int(n); i < len(bytes.TrimRight(data[:secondAt], "\x00")); i += 4 {
			data[i] ^= 0x10
			if _, err := verified(data, formats.Values{}); err == nil {
				t.Errorf("byte 0x%x changed, and nobody noticed", i)
			}
			data[i] ^= 0x10
		}
	}
	var v formats.Values
	fuses := sha256.Sum256(table)
	v.SetBytes(optionHash, fuses[:])
	found, err := verified(mustSign(t, version2(t, "tiny.bin"), ecKey(t, curve, 0), options(array(table))), v)
	if err != nil || len(found[0].Notes) != 1 || !strings.Contains(found[0].Notes[0], "SHA-512") {
		t.Errorf("pinned by SHA-256: %v, %v", found, err)
	}
	if _, _, err := signed(version2(t, "tiny.bin"), ecKey(t, curve, 0), false, options(tableOf(t, srk.AHAB, curve, crypto.SHA384))); issue.ID(err) != "bad-srk-table" {
		t.Errorf("a table of version 0: %v", err)
	}
}

// Two keys sign a hybrid container, and a changed byte of either's signature is noticed.
func TestHybrid(t *testing.T) {
	classic, post := ecKey(t, elliptic.P384(), 1), mldsa(t, "mldsa65")
	tables := array(tableOf(t, srk.AHABv2, elliptic.P384(), crypto.SHA384), tableFor(t, srk.AHABv2, post, crypto.SHA384))
	v := options(tables)
	if _, _, err := signed(version2(t, "one.bin"), classic, false, v); !errors.Is(err, formats.ErrOption) || issue.ID(err) != "hybrid" {
		t.Errorf("one key: %v", err)
	}
	v.AddKey(optionSecond, post)
	data := mustSign(t, version2(t, "one.bin"), classic, v)
	found, err := verified(data, options(tables))
	if err != nil || !found[0].Pinned || !formats.SameKey(found[0].Key, classic.Public()) || len(found[0].Notes) != 0 {
		t.Fatalf("%v, %+v", err, found)
	}
	_, result, err := signed(data, classic, true, options(array(tableOf(t, srk.AHABv2, elliptic.P384(), crypto.SHA384))))
	if err != nil || len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], "no second signature any more") {
		t.Errorf("signed anew by one key: %v, %v", result, err)
	}
	end := len(bytes.TrimRight(data[:0x2000], "\x00"))
	for _, i := range []int{end - 10, end - 3400, 0x90 + 16 + 9} {
		if _, err := verified(at(data, i, data[i]^1), formats.Values{}); !errors.Is(err, formats.ErrMismatch) {
			t.Errorf("byte 0x%x: %v", i, err)
		}
	}
	found, err = verified(data, options(array(tables[8:8+4+4*(12+64)])))
	if err != nil || len(found[0].Notes) != 1 || !strings.Contains(found[0].Notes[0], "by hand") {
		t.Errorf("the first table alone: %v, %+v", err, found)
	}
}

// A subordinate key signs with its SRK's certificate; which SRK that is, is found out.
func TestSubordinate(t *testing.T) {
	curve := elliptic.P256()
	sgk := ecKey(t, curve, 8)
	for version, kind := range map[byte]srk.Kind{0: srk.AHAB, 2: srk.AHABv2} {
		raw := tableOf(t, kind, curve, crypto.SHA256)
		table, err := srk.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		by := ecKey(t, curve, 2)
		cert, err := sigblk.Certify(zeros{}, sigblk.Grant{Container: version, Permissions: sigblk.PermitContainer,
			Subjects: []sigblk.Subject{{Key: sgk.Public(), SRK: by, As: table.Records[2]}}})
		if err != nil {
			t.Fatal(err)
		}
		v := options(raw)
		v.SetBytes(optionSGK, cert)
		if version == 2 {
			if _, _, err := signed(at(sample(t, "one.bin"), 0, version), sgk, false, v); !errors.Is(err, formats.ErrOption) || issue.ID(err) != "no-srk-cert" {
				t.Errorf("without the SRK: %v", err)
			}
			v.AddChain(optionSRKCert, []*x509.Certificate{{PublicKey: by.Public()}})
		}
		data, result, err := signed(at(sample(t, "one.bin"), 0, version), sgk, false, v)
		if err != nil || len(result.Warnings) != 1 {
			t.Fatalf("version %d: %v", version, err)
		}
		found, err := verified(data, options(raw))
		if err != nil || !found[0].Pinned || !formats.SameKey(found[0].Key, sgk.Public()) || data[4] != 0x22 {
			t.Errorf("version %d: flags 0x%x, %v", version, data[4], err)
		}
		if _, _, err := signed(data, by, true, v); issue.ID(err) != "wrong-key" {
			t.Errorf("version %d, the SRK with another's certificate: %v", version, err)
		}
		v.Set(optionIndex, "1")
		if _, _, err := signed(data, sgk, true, v); err == nil {
			t.Errorf("version %d, another's index: %v", version, err)
		}
	}
}

// With a certificate that is for debugging alone the SRK signs, and is said to.
func TestDebugCertificate(t *testing.T) {
	key, raw := ecKey(t, elliptic.P256(), 2), tableOf(t, srk.AHAB, elliptic.P256(), crypto.SHA256)
	table, err := srk.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	var certs [][]byte
	for _, permissions := range []byte{sigblk.PermitContainer, sigblk.PermitDebug} {
		cert, err := sigblk.Certify(zeros{}, sigblk.Grant{Permissions: permissions, Subjects: []sigblk.Subject{{Key: key.Public(), SRK: key, As: table.Records[2]}}})
		if err != nil {
			t.Fatal(err)
		}
		certs = append(certs, cert)
	}
	v := options(raw, optionIndex, "2")
	v.SetBytes(optionSGK, certs[0])
	data := mustSign(t, sample(t, "one.bin"), key, v)
	found, err := verified(at(data, bytes.Index(data, certs[0]), certs[1]...), options(raw))
	if err != nil || found[0].Signer != "SRK 2" || slices.Contains(found[0].Notes, warnSGK) {
		t.Errorf("%v, %+v", err, found)
	}
}

// Whether a key is one of a table whose hash is not calculated here, nobody can tell; it is not signed under.
func TestUnknownHash(t *testing.T) {
	key := ecKey(t, elliptic.P384(), 1)
	data := mustSign(t, version2(t, "tiny.bin"), key, options(tableFor(t, srk.AHABv2, key, crypto.SHA384)))
	data = bytes.ReplaceAll(data, []byte{0xe1, 0x4c, 0x00, 0x27, 1}, []byte{0xe1, 0x4c, 0x00, 0x27, 8}) // SHA-384 becomes SHAKE128
	if _, _, err := signed(data, key, true, options(nil)); !errors.Is(err, formats.ErrKey) || issue.ID(err) != "unknown-algorithm" {
		t.Errorf("%v", err)
	}
}
