package sigblock

import (
	"bytes"
	"encoding/csv"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/apk/apktest"
	"sigtool/internal/issue"
	"sigtool/internal/zipdir"
)

// open reads a package of the corpus and looks for its block.
func open(t testing.TB, name string) (*zipdir.Archive, *Block, error) {
	t.Helper()
	src := bytes.NewReader(apktest.Read(t, name))
	zip, err := zipdir.Read(src)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	b, err := Find(src, zip)
	return zip, b, err
}

// row is a line of expected.tsv.
type row struct {
	file, mode, extra, expected, issue string
	min, max                           int
}

func rows(t testing.TB) []row {
	t.Helper()
	f, err := os.Open(filepath.Join(apktest.Corpus(t), "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.Comma, in.FieldsPerRecord, in.LazyQuotes = '\t', -1, true
	lines, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []row
	for _, l := range lines[1:] {
		r := row{file: l[0], mode: l[1], extra: l[4], expected: l[5], issue: l[6], min: 1, max: math.MaxInt32}
		if n, err := strconv.Atoi(l[2]); err == nil {
			r.min = n
		}
		if n, err := strconv.Atoi(l[3]); err == nil {
			r.max = n
		}
		all = append(all, r)
	}
	return all
}

// judge reads all the schemes of a block as a verifier of the range does, and returns the issues: first those of errors, then those of warnings.
func judge(b *Block, low, high int) (errs, warnings []string) {
	before := high // the last platform that v3 has to serve
	for _, s := range []struct {
		scheme Scheme
		id     uint32
		from   int
	}{{31, V31, 33}, {3, V3, 28}, {2, V2, 24}} {
		value, there := b.Value(s.id)
		if !there || high < s.from {
			continue
		}
		to := high
		if s.scheme == 3 {
			to = before
		}
		signers, err := Signers(s.scheme, value, low, to)
		if err != nil {
			errs = append(errs, issue.ID(err))
		}
		for _, one := range signers {
			if one.Err != nil {
				errs = append(errs, issue.ID(one.Err))
			}
			for _, w := range one.Warnings {
				warnings = append(warnings, issue.ID(w))
			}
			if s.scheme == 31 {
				before = min(before, one.MinSDK-1)
			}
		}
	}
	return errs, warnings
}

// Of the rows of Google's suite, those that are good have no issue, and those that have an issue of a single scheme have that one first.
func TestCorpus(t *testing.T) {
	good, bad := 0, 0
	for _, r := range rows(t) {
		if r.mode != "verify" || !strings.HasPrefix(r.expected, "verified") && r.expected != "rejected" && r.expected != "warning" {
			continue
		}
		_, b, err := open(t, r.file)
		if err != nil {
			t.Errorf("%s: %v", r.file, err)
		}
		if b == nil {
			if strings.HasPrefix(r.issue, "V2") || strings.HasPrefix(r.issue, "V3") {
				t.Errorf("%s: no block was found", r.file)
			}
			continue
		}
		errs, warnings := judge(b, r.min, r.max)
		switch {
		case r.expected == "warning":
			if r.issue == "V31_ROTATION_TARGETS_DEV_RELEASE_ATTR_ON_V3_SIGNER" && (len(warnings) != 1 || warnings[0] != r.issue) {
				t.Errorf("%s: warnings %v, want %s", r.file, warnings, r.issue)
			}
		case r.expected == "rejected" && single(r.issue):
			bad++
			if len(errs) == 0 || errs[0] != r.issue {
				t.Errorf("%s from %d to %d: %v, want %s", r.file, r.min, r.max, errs, r.issue)
			}
		case len(errs) > 0 && r.expected != "rejected":
			t.Errorf("%s from %d to %d: %v", r.file, r.min, r.max, errs)
		default:
			good++
		}
	}
	t.Logf("%d rows without an issue of the block, %d with one", good, bad)
	if good < 50 || bad < 6 {
		t.Errorf("only %d rows without an issue of the block, %d with one", good, bad)
	}
}

// single tells whether an issue can be seen in one scheme without the content.
func single(id string) bool {
	switch id {
	case "V2_SIG_MISSING_APK_SIG_REFERENCED", "V2_SIG_APK_DIGEST_DID_NOT_VERIFY", "V3_SIG_APK_DIGEST_DID_NOT_VERIFY":
		return false
	}
	return strings.HasPrefix(id, "V2_") || strings.HasPrefix(id, "V3_")
}

// All errors are mismatches: the exit status of a signature that is there and is no good.
func TestKinds(t *testing.T) {
	for _, name := range []string{"v3-only-no-certs-in-sig.apk", "v2-only-signatures-and-digests-block-mismatch.apk"} {
		_, b, _ := open(t, name)
		for id, scheme := range map[uint32]Scheme{V2: 2, V3: 3} {
			value, there := b.Value(id)
			if !there {
				continue
			}
			signers, err := Signers(scheme, value, 28, 28)
			if err != nil || len(signers) != 1 || !errors.Is(signers[0].Err, formats.ErrMismatch) || issue.ID(signers[0].Err) == "" {
				t.Errorf("%s: %v %+v", name, err, signers)
			}
		}
	}
}
