package jarsig_test

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sigtool/formats/apk/apktest"
	"sigtool/formats/apk/axml"
	"sigtool/internal/issue"
	"sigtool/internal/jarsig"
	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// row is one of Google's own tests.
type row struct {
	file, expected, issue string
	minSDK, maxSDK        int
}

// rows are the tests that a v1 signature decides, or may.
func rows(t *testing.T) []row {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(apktest.Corpus(t), "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var list []row
	for _, line := range strings.Split(string(text), "\n")[1:] {
		f := strings.Split(line, "\t")
		if len(f) < 7 || f[1] != "verify" {
			continue
		}
		if !strings.HasPrefix(f[0], "v1-") && !strings.HasPrefix(f[0], "v2-stripped") && !strings.HasPrefix(f[6], "JAR_") {
			continue
		}
		r := row{file: f[0], expected: f[5], issue: f[6], maxSDK: math.MaxInt32}
		r.minSDK, _ = strconv.Atoi(f[2])
		if f[3] != "" {
			r.maxSDK, _ = strconv.Atoi(f[3])
		}
		list = append(list, r)
	}
	return list
}

// policy is what apksig goes by for such a file.
func policy(t *testing.T, src patch.Source, a *zipdir.Archive, r row) jarsig.Policy {
	t.Helper()
	p := jarsig.Policy{MinSDK: r.minSDK, MaxSDK: r.maxSDK, Supported: map[int]bool{}}
	if p.MinSDK == 0 {
		p.MinSDK = 1
		if e := a.Find("AndroidManifest.xml"); e != nil {
			content, err := a.Open(src, e)
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(content)
			if err != nil {
				t.Fatal(err)
			}
			manifest, err := axml.Parse(data)
			if err != nil {
				t.Fatal(err)
			}
			p.MinSDK = manifest.MinSDK
		}
	}
	if p.MaxSDK >= 24 {
		p.Supported[2] = true
	}
	if p.MaxSDK >= 28 {
		p.Supported[3] = true
	}
	return p
}

func names(errs []error) []string {
	var list []string
	for _, err := range errs {
		list = append(list, issue.ID(err))
	}
	return list
}

// Google's own tests of v1 signatures have the same verdict, by the same name.
func TestCorpus(t *testing.T) {
	t.Parallel()
	n := 0
	for _, r := range rows(t) {
		src := patch.Bytes(apktest.Read(t, r.file))
		a, err := zipdir.Read(src)
		if err != nil {
			t.Errorf("%s: %v", r.file, err)
			continue
		}
		result, err := jarsig.Verify(t.Context(), src, a, policy(t, src, a, r))
		if err != nil {
			t.Errorf("%s: %v", r.file, err)
			continue
		}
		n++
		found := names(result.Errors)
		for _, s := range result.Signers {
			found = append(found, names(s.Errors)...)
		}
		what := fmt.Sprintf("%s, SDK %d to %d", r.file, r.minSDK, r.maxSDK)
		switch r.expected {
		case "verified", "no-exception":
			if !result.Verified() {
				t.Errorf("%s: %v %v", what, found, result.Errors)
			}
		case "rejected":
			if result.Verified() || !strings.Contains(strings.Join(found, " "), r.issue) {
				t.Errorf("%s: %v, want %s", what, found, r.issue)
			}
		default:
			t.Logf("%s: %s: %v", what, r.expected, found)
		}
	}
	if n < 80 {
		t.Errorf("only %d rows", n)
	}
}
