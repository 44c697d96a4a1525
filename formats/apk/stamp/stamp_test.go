package stamp

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/apktest"
	"sigtool/formats/apk/axml"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lp"
	"sigtool/internal/issue"
)

// pairs takes the signing block apart, far more trustingly than the real reader does.
func pairs(data []byte) map[uint32][]byte {
	found := map[uint32][]byte{}
	end := bytes.LastIndex(data, []byte("APK Sig Block 42")) - 8
	if end < 0 {
		return found
	}
	size := int(binary.LittleEndian.Uint64(data[end:]))
	rest := data[end+24-size : end]
	for len(rest) > 0 {
		n := binary.LittleEndian.Uint64(rest)
		found[binary.LittleEndian.Uint32(rest[8:])] = rest[12 : 8+n]
		rest = rest[8+n:]
	}
	return found
}

// named returns the digests that the signers of a v2 or v3 block name.
func named(value lp.Bytes) map[content.Algorithm][]byte {
	digests := map[content.Algorithm][]byte{}
	var signers, signer, signed, list, one, digest lp.Bytes
	var id uint32
	value.Prefixed(&signers)
	for signers.Prefixed(&signer) {
		signer.Prefixed(&signed)
		signed.Prefixed(&list)
		for list.Prefixed(&one) && one.Uint32(&id) && one.Prefixed(&digest) {
			if a, known := alg.Content(alg.ID(id)); known {
				digests[a] = digest
			}
		}
	}
	return digests
}

// input is what apksig checks the stamp of a file against.
func input(t testing.TB, name string, minSDK, maxSDK int) Input {
	t.Helper()
	data := apktest.Read(t, name)
	entry := func(name string) []byte {
		files, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		f, err := files.Open(name)
		if err != nil {
			return nil
		}
		content, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	if minSDK == 0 {
		manifest, err := axml.Parse(entry("AndroidManifest.xml"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		minSDK = manifest.MinSDK
	}
	blocks := pairs(data)
	in := Input{CertHash: entry("stamp-cert-sha256"), V1: blocks[0x2b09189e], V2: blocks[0x6dff800d], MinSDK: minSDK, MaxSDK: maxSDK}
	in.Digests = map[int]map[content.Algorithm][]byte{}
	if value := blocks[0xf05368c0]; value != nil && maxSDK >= 28 {
		in.Digests[3] = named(value)
	}
	if value := blocks[0x7109871a]; value != nil && maxSDK >= 24 && (minSDK < 28 || len(in.Digests) == 0) {
		in.Digests[2] = named(value)
	}
	if minSDK < 24 || len(in.Digests) == 0 {
		hash := sha256.Sum256(entry("META-INF/MANIFEST.MF"))
		in.Digests[1] = map[content.Algorithm][]byte{content.SHA256: hash[:]}
	}
	return in
}

// verdicts are apksig's words for what came of a stamp.
var verdicts = map[string]string{
	"":                                      "STAMP_VERIFIED",
	"SOURCE_STAMP_EXPECTED_DIGEST_MISMATCH": "CERT_DIGEST_MISMATCH",
	"SOURCE_STAMP_SIG_MISSING":              "STAMP_NOT_VERIFIED",
}

// Each row of Google's suite that is about a stamp.
func TestSuite(t *testing.T) {
	file, err := os.Open(filepath.Join(apktest.Corpus(t), "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		row := strings.Split(lines.Text(), "\t")
		if len(row) < 7 || row[1] != "stamp" && !strings.HasPrefix(row[5], "stamp") {
			continue
		}
		rows++
		minSDK, _ := strconv.Atoi(row[2])
		maxSDK, err := strconv.Atoi(row[3])
		if err != nil {
			maxSDK = math.MaxInt32
		}
		in := input(t, row[0], minSDK, maxSDK)
		if want, ok := strings.CutPrefix(row[4], "expected_cert="); ok {
			if in.Want, err = hex.DecodeString(want); err != nil {
				t.Fatal(err)
			}
		}
		got := Check(in)
		id := issue.ID(got.Err)
		verdict, ok := verdicts[id]
		if !ok {
			verdict = "STAMP_VERIFICATION_FAILED"
		}
		good := (got.Err == nil) == (id == "")
		switch expected := row[5]; {
		case expected == "verified" || expected == "stamp-verified":
			good = good && got.Err == nil && got.Cert != nil && got.Alg != ""
		case expected == "stamp-failure":
			good = good && id == row[6]
		default:
			good = good && "stamp:"+verdict == expected
		}
		if !good {
			t.Errorf("%s: %v", strings.Join(row[:7], " "), got.Err)
		}
	}
	if rows < 26 {
		t.Errorf("only %d rows", rows)
	}
}

// What else the suite has, whose rows our oracle could not give.
func TestOthers(t *testing.T) {
	for _, row := range []struct{ file, want, note string }{
		{"stamp-apk-hash-mismatch.apk", "SOURCE_STAMP_DID_NOT_VERIFY", ""},
		{"stamp-unknown-sig.apk", "", "SOURCE_STAMP_UNKNOWN_SIG_ALGORITHM"},
		{"stamp-lineage-with-3-signers.apk", "", ""},
	} {
		got := Check(input(t, row.file, 0, math.MaxInt32))
		note := ""
		if len(got.Notes) > 0 {
			note = issue.ID(got.Notes[0])
		}
		if issue.ID(got.Err) != row.want || note != row.note {
			t.Errorf("%s: %v, %v", row.file, got.Err, got.Notes)
		}
		if strings.Contains(row.file, "3-signers") && (got.Lineage == nil || len(got.Lineage.Nodes) != 3) {
			t.Errorf("%s: lineage %v", row.file, got.Lineage)
		}
	}
	if Check(Input{}) != nil {
		t.Error("a stamp out of nothing")
	}
	in := input(t, "v3-only-with-stamp.apk", 0, math.MaxInt32)
	in.CertHash = nil
	if got := Check(in); issue.ID(got.Err) != "SOURCE_STAMP_SIGNATURE_BLOCK_WITHOUT_CERT_DIGEST" || !errors.Is(got.Err, formats.ErrMismatch) {
		t.Error(got.Err)
	}
}
