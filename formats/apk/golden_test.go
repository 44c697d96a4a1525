package apk

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/apk/apktest"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// row is a row of expected.tsv: what Google's verifier says of a file.
type row struct {
	file, mode, min, max, extra, expected, issue string
}

func (r row) String() string {
	return fmt.Sprintf("%s %s [%s, %s] %s", r.mode, r.file, r.min, r.max, r.expected)
}

func rows(t *testing.T) (list []row) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(apktest.Corpus(t), "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) < 7 {
			t.Fatalf("expected.tsv: %q has %d columns", line, len(f))
		}
		if f[0] != "file" {
			list = append(list, row{f[0], f[1], f[2], f[3], f[4], f[5], f[6]})
		}
	}
	return list
}

// verdict is what we say of a file.
type verdict struct {
	found []formats.Signature
	err   error
	panic any
}

func (r row) verify(t *testing.T) (v verdict) {
	var options formats.Values
	if r.min != "" {
		options.Set("min-sdk", r.min)
	}
	if r.max != "" {
		options.Set("max-sdk", r.max)
	}
	data := apktest.Read(t, r.file)
	defer func() { v.panic = recover() }()
	v.found, v.err = Format{}.Verify(context.Background(), patch.Bytes(data), formats.Keys{Options: options})
	return v
}

// errs are the errors of the file and of its signatures; that of the source stamp is another matter.
func (v verdict) errs() error {
	errs := []error{v.err}
	for _, sig := range v.found {
		if !sig.Aside {
			errs = append(errs, sig.Err)
		}
	}
	return errors.Join(errs...)
}

func (v verdict) scheme(name string) *formats.Signature {
	for i := range v.found {
		if v.found[i].Scheme == name {
			return &v.found[i]
		}
	}
	return nil
}

// issues are the names of all errors in a tree of them.
func issues(err error) (ids []string) {
	if named, ok := err.(*issue.Error); ok {
		ids = append(ids, named.ID)
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		ids = append(ids, issues(e.Unwrap())...)
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			ids = append(ids, issues(inner)...)
		}
	}
	return ids
}

// differs says how our verdict is not the one expected; "" where it is.
func (r row) differs(v verdict) string {
	bad := v.errs()
	stamp := v.scheme("source-stamp")
	expected, _, _ := strings.Cut(r.expected, ":")
	switch {
	case v.panic != nil:
		return "panic"
	case strings.HasPrefix(r.expected, "stamp") || r.mode == "stamp":
		return r.stampDiffers(v, stamp)
	case expected == "exception" && !errors.Is(v.err, formats.ErrFormat):
		return "other error"
	case (expected == "rejected" || expected == "exception") && bad == nil:
		return "false accept"
	case expected == "rejected" && !slices.Contains(issues(bad), r.issue):
		return "other issue"
	case slices.Contains([]string{"verified", "verified-v3.1", "warning"}, expected) && bad != nil:
		return "false reject"
	case expected == "verified-v3.1" && v.scheme("v3.1") == nil:
		return "without v3.1"
	case expected == "warning" && !noted(v.found, r.issue):
		return "without the warning"
	case expected == "no-exception" && errors.Is(v.err, formats.ErrFormat):
		return "false reject"
	case !slices.Contains([]string{"verified", "verified-v3.1", "warning", "no-exception", "rejected", "exception"}, expected):
		return "row not understood"
	}
	return ""
}

func noted(found []formats.Signature, id string) bool {
	return slices.ContainsFunc(found, func(s formats.Signature) bool {
		return slices.ContainsFunc(s.Notes, func(note string) bool { return strings.Contains(note, "["+id+"]") })
	})
}

// stampDiffers is for rows about the source stamp. Which stamp is expected is the caller's to compare, so those rows need its certificate's hash.
func (r row) stampDiffers(v verdict, stamp *formats.Signature) string {
	want, _ := strings.CutPrefix(r.extra, "expected_cert=")
	other := stamp != nil && stamp.Cert != nil && want != "" && want != fmt.Sprintf("%x", sha256.Sum256(stamp.Cert.Raw))
	switch r.expected {
	case "stamp-verified", "stamp:STAMP_VERIFIED", "verified":
		if stamp == nil || stamp.Err != nil || other {
			return "stamp false reject"
		}
	case "stamp:CERT_DIGEST_MISMATCH":
		if !other {
			return "stamp false accept"
		}
	case "stamp-failure":
		if r.issue == "SOURCE_STAMP_EXPECTED_DIGEST_MISMATCH" {
			if !other {
				return "stamp false accept"
			}
			return ""
		}
		if stamp == nil || stamp.Err == nil {
			return "stamp false accept"
		}
		if !slices.Contains(issues(stamp.Err), r.issue) {
			return "other stamp issue"
		}
	case "stamp:STAMP_MISSING":
		if stamp != nil {
			return "stamp out of nothing"
		}
	case "stamp:STAMP_NOT_VERIFIED", "stamp:STAMP_VERIFICATION_FAILED":
		if stamp == nil || stamp.Err == nil {
			return "stamp false accept"
		}
	default:
		return "row not understood"
	}
	return ""
}

// Of every file of its own suite, for every range of Android versions, Google's verifier and ours say the same.
func TestVerdicts(t *testing.T) {
	counts := map[string]int{}
	for _, r := range rows(t) {
		v := r.verify(t)
		how := r.differs(v)
		if how == "" {
			counts["agree"]++
			continue
		}
		counts[how]++
		t.Errorf("%s: %v %s: %v, file: %v, signatures: %s", how, r, r.issue, v.panic, v.err, told(v.found))
	}
	t.Logf("verdicts: %v", counts)
}

func told(found []formats.Signature) string {
	var lines []string
	for _, sig := range found {
		lines = append(lines, fmt.Sprintf("%s %s: %v %v", sig.Scheme, sig.Alg, sig.Err, sig.Notes))
	}
	return strings.Join(lines, "; ")
}
