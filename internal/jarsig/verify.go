package jarsig

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"sync"

	"sigtool/internal/issue"
	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
	"sigtool/internal/zipdir"
)

// maxIssues is how many issues of one sort are kept: a file may well hold millions.
const maxIssues = 1000

// add appends an issue that says that a signature does not match.
func add(list *[]error, id, format string, args ...any) {
	if len(*list) < maxIssues {
		*list = append(*list, issue.New(id, sigalg.ErrMismatch, format, args...))
	}
}

// verifier is one verification.
type verifier struct {
	hasher
	Policy
	result   *Result
	entries  map[string]*zipdir.Entry // without folders
	manifest []byte
	main     section
	sections map[string]section // of the manifest, by the entry's name
	signers  []*signer
}

// signer is one signature: a .SF file, and a block that signs it.
type signer struct {
	Signed
	block, file *zipdir.Entry
	signed      map[*zipdir.Entry]bool // that the .SF file has sections of
	ignored     bool                   // as Android would, whatever its errors are
}

// largeManifest is how many bytes make a manifest large: some ten times as much is needed to judge it, so only one such is judged at a time.
const largeManifest = 4 << 20

var large sync.Mutex

// Verify verifies. The error is about the archive (zipdir.ErrFormat) or reading it.
func Verify(ctx context.Context, src patch.Source, a *zipdir.Archive, p Policy) (*Result, error) {
	if e := a.Find(manifestName); e != nil && e.Size > largeManifest {
		large.Lock()
		defer large.Unlock()
	}
	v := &verifier{hasher: hasher{src, a, p.Memo}, Policy: p, result: &Result{}}
	for _, step := range []func(context.Context) error{v.readEntries, v.readManifest, v.findSigners, v.checkSigners, v.checkEntries} {
		if err := step(ctx); err != nil {
			return nil, err
		}
		if v.failed() {
			break
		}
	}
	return v.result, nil
}

func (v *verifier) failed() bool {
	return len(v.result.Errors) > 0 || slices.ContainsFunc(v.result.Signers, func(s Signed) bool { return len(s.Errors) > 0 })
}

func (v *verifier) fail(id, format string, args ...any) { add(&v.result.Errors, id, format, args...) }

// readEntries makes sure that no two entries have one name: which of them a platform takes is its own affair.
func (v *verifier) readEntries(context.Context) error {
	v.entries = make(map[string]*zipdir.Entry, len(v.a.Entries))
	told := map[string]bool{}
	for i := range v.a.Entries {
		name := readable(v.a.Entries[i].Name)
		if strings.HasSuffix(name, "/") {
			continue
		}
		if v.entries[name] != nil && !told[name] {
			told[name] = true
			v.fail("JAR_SIG_DUPLICATE_ZIP_ENTRY", "two entries are called %.300q", name)
		}
		v.entries[name] = &v.a.Entries[i]
	}
	return nil
}

// readManifest reads the manifest, whose sections have to be of entries that are there.
func (v *verifier) readManifest(context.Context) error {
	entry := v.entries[manifestName]
	if entry == nil {
		v.result.Errors = append(v.result.Errors, issue.New("JAR_SIG_NO_MANIFEST", ErrUnsigned, "there is no %s", manifestName))
		return nil
	}
	var err error
	if v.manifest, err = v.a.ReadAll(v.src, entry, limit(v.a)); err != nil {
		return err
	}
	hash := sha256.Sum256(v.manifest)
	v.result.Manifest = hash[:]
	v.sections = make(map[string]section, len(v.entries))
	main, rest, found := cut(v.manifest)
	v.main = main
	if len(main.raw) > maxSection {
		v.fail("JAR_SIG_PARSE_EXCEPTION", "the main section of %s has %d bytes, more than %d", manifestName, len(main.raw), maxSection)
		return nil
	}
	for n := 0; found; n++ {
		var s section
		if s, rest, found = cut(rest); !found {
			break
		}
		_, twice := v.sections[s.name]
		switch {
		case len(v.result.Errors) == maxIssues:
			return nil
		case len(s.raw) > maxSection:
			v.fail("JAR_SIG_PARSE_EXCEPTION", "section %d of %s has %d bytes, more than %d", n+1, manifestName, len(s.raw), maxSection)
		case !s.named:
			v.fail("JAR_SIG_UNNNAMED_MANIFEST_SECTION", "section %d of %s has no name", n+1, manifestName)
		case twice:
			v.fail("JAR_SIG_DUPLICATE_MANIFEST_SECTION", "%s has two sections of %.300q", manifestName, s.name)
		case v.entries[s.name] == nil:
			v.fail("JAR_SIG_MISSING_ZIP_ENTRY_REFERENCED_IN_MANIFEST", "%s lists %.300q, which is missing", manifestName, s.name)
		default:
			v.sections[s.name] = s
		}
	}
	return nil
}
