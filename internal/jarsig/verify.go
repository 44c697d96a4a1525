package jarsig

import (
	"context"
	"crypto/sha256"
	"math/bits"
	"slices"
	"strings"

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
	names       map[string]bool // that the .SF file has sections of
	ignored     bool            // as Android would, whatever its errors are
}

// Verify verifies. The error is about the archive (zipdir.ErrFormat) or reading it.
func Verify(ctx context.Context, src patch.Source, a *zipdir.Archive, p Policy) (*Result, error) {
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
			v.fail("JAR_SIG_DUPLICATE_ZIP_ENTRY", "two entries are called %q", name)
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
	if v.manifest, err = v.small(entry, maxManifest); err != nil {
		return err
	}
	hash := sha256.Sum256(v.manifest)
	v.result.Manifest = hash[:]
	v.sections = make(map[string]section, len(v.entries))
	main, rest, found := cut(v.manifest)
	v.main = main
	for n := 0; found; n++ {
		var s section
		if s, rest, found = cut(rest); !found {
			break
		}
		_, twice := v.sections[s.name]
		switch {
		case len(v.result.Errors) == maxIssues:
			return nil
		case !s.named:
			v.fail("JAR_SIG_UNNNAMED_MANIFEST_SECTION", "section %d of %s has no name", n+1, manifestName)
		case twice:
			v.fail("JAR_SIG_DUPLICATE_MANIFEST_SECTION", "%s has two sections of %q", manifestName, s.name)
		case v.entries[s.name] == nil:
			v.fail("JAR_SIG_MISSING_ZIP_ENTRY_REFERENCED_IN_MANIFEST", "%s lists %q, which is missing", manifestName, s.name)
		default:
			v.sections[s.name] = s
		}
	}
	return nil
}

// findSigners pairs .RSA, .DSA and .EC files with their .SF files.
func (v *verifier) findSigners(context.Context) error {
	for i := range v.a.Entries {
		e := &v.a.Entries[i]
		name := readable(e.Name)
		dot := strings.LastIndexByte(name, '.')
		if !strings.HasPrefix(name, metaInf) || dot < 0 || !slices.Contains([]string{".RSA", ".DSA", ".EC"}, name[dot:]) {
			continue
		}
		file := v.entries[name[:dot]+".SF"]
		if file == nil {
			add(&v.result.Warnings, "JAR_SIG_MISSING_FILE", "%q is there without %q", name, name[:dot]+".SF")
			continue
		}
		v.signers = append(v.signers, &signer{Signed: Signed{Name: name}, block: e, file: file})
	}
	switch {
	case len(v.signers) == 0:
		v.result.Errors = append(v.result.Errors, issue.New("JAR_SIG_NO_SIGNATURES", ErrUnsigned, "there are no signature files"))
	case len(v.signers) > maxSigners:
		v.fail("JAR_SIG_MAX_SIGNATURES_EXCEEDED", "%d signers, more than %d", len(v.signers), maxSigners)
	}
	return nil
}

// checkSigners verifies each block against its .SF file, and that against the manifest. What is wrong with the first comes before the second, for
// all signers. No more than one .SF file is held in memory.
func (v *verifier) checkSigners(ctx context.Context) error {
	wrong := false
	for _, s := range v.signers {
		if err := ctx.Err(); err != nil {
			return err
		}
		block, err := v.small(s.block, maxBlock)
		if err != nil {
			return err
		}
		file, err := v.small(s.file, maxManifest)
		if err != nil {
			return err
		}
		if v.checkBlock(s, block, file); len(s.Errors) > 0 {
			if !wrong {
				v.result.Signers = nil
			}
			wrong = true
			v.result.Signers = append(v.result.Signers, s.Signed)
		}
		if wrong {
			continue
		}
		if v.checkFile(s, file); len(s.Errors) > 0 && !s.ignored {
			v.result.Signers = append(v.result.Signers, s.Signed)
		}
	}
	if v.failed() {
		return nil
	}
	v.signers = slices.DeleteFunc(v.signers, func(s *signer) bool {
		if s.ignored {
			v.result.Warnings = append(v.result.Warnings, slices.Concat(s.Errors, s.Warnings)...)
		}
		return s.ignored
	})
	if len(v.signers) == 0 {
		v.fail("JAR_SIG_NO_SIGNATURES", "no signature file can be used: %v", v.result.Warnings[0])
	}
	return nil
}

// checkEntries verifies the entries' contents, all of which have to be signed by the same signers: those are the file's.
func (v *verifier) checkEntries(ctx context.Context) error {
	tasks, signers := v.tasks()
	hashed := make([]task, len(tasks))
	for i, t := range tasks {
		hashed[i].entry = t.entry
		for _, d := range t.want {
			hashed[i].hashes = append(hashed[i].hashes, d.hash)
		}
	}
	if err := v.run(ctx, hashed); err != nil {
		return err
	}
	for i, t := range tasks {
		for _, d := range t.want {
			if !d.is(hashed[i].sums[d.hash]) {
				v.fail("JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY", "%q is not what was signed (%v)", readable(t.entry.Name), d.hash)
			}
		}
	}
	if signers == 0 {
		v.fail("JAR_SIG_NO_SIGNED_ZIP_ENTRIES", "nothing is signed")
	}
	if v.failed() {
		return nil
	}
	own := map[string]bool{manifestName: true}
	for i, s := range v.signers {
		if signers&(1<<i) != 0 {
			v.result.Signers = append(v.result.Signers, s.Signed)
			own[readable(s.block.Name)], own[readable(s.file.Name)] = true, true
		}
	}
	for i := range v.a.Entries {
		if name := readable(v.a.Entries[i].Name); strings.HasPrefix(name, metaInf) && !strings.HasSuffix(name, "/") && !own[name] {
			add(&v.result.Warnings, "JAR_SIG_UNPROTECTED_ZIP_ENTRY", "%q is not protected by the signature", name)
		}
	}
	return nil
}

// expected is an entry with what its content has to hash to.
type expected struct {
	entry *zipdir.Entry
	want  []digest
}

// tasks finds what to hash, in the order in which it lies in the file, and which signers have signed it all: bit i is for v.signers[i].
func (v *verifier) tasks() (tasks []expected, signers uint) {
	first := ""
	for _, e := range inOrder(v.a) {
		name := readable(e.Name)
		if !protected(name) {
			continue
		}
		s, there := v.sections[name]
		if !there {
			v.fail("JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST", "%q is not in %s", name, manifestName)
			continue
		}
		var by uint
		for i, s := range v.signers {
			if s.names[name] {
				by |= 1 << i
			}
		}
		switch {
		case by == 0:
			v.fail("JAR_SIG_ZIP_ENTRY_NOT_SIGNED", "nobody signed %q", name)
			continue
		case signers == 0:
			first, signers = name, by
		case by != signers:
			v.fail("JAR_SIG_ZIP_ENTRY_SIGNERS_MISMATCH", "%q has %d signers, and %q has not just the same, but %d", first, bits.OnesCount(signers), name, bits.OnesCount(by))
			continue
		}
		want, err := s.digests("-Digest", v.MinSDK, v.MaxSDK)
		switch {
		case err != nil:
			v.fail("JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY", "%q in %s: %v", name, manifestName, err)
		case len(want) == 0:
			v.fail("JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST", "%s has no digest of %q for SDK %d to %d", manifestName, name, v.MinSDK, v.MaxSDK)
		default:
			tasks = append(tasks, expected{e, want})
		}
	}
	return tasks, signers
}

// inOrder are the entries in the order in which they lie in the file.
func inOrder(a *zipdir.Archive) []*zipdir.Entry {
	entries := make([]*zipdir.Entry, len(a.Entries))
	for i := range a.Entries {
		entries[i] = &a.Entries[i]
	}
	slices.SortStableFunc(entries, func(a, b *zipdir.Entry) int { return int(min(max(a.Header-b.Header, -1), 1)) })
	return entries
}
