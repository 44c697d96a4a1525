package jarsig

import (
	"context"
	"crypto"
	"math/bits"
	"strings"

	"sigtool/internal/zipdir"
)

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
	weakest := crypto.Hash(0)
	for i, t := range tasks {
		weakest = weaker(weakest, t.want)
		for _, d := range t.want {
			if !d.is(hashed[i].sums[d.hash]) {
				v.fail("JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY", "%.300q is not what was signed (%v)", readable(t.entry.Name), d.hash)
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
			s.Weakest = min(s.Weakest, weakest)
			v.result.Signers = append(v.result.Signers, s.Signed)
			own[readable(s.block.Name)], own[readable(s.file.Name)] = true, true
		}
	}
	for i := range v.a.Entries {
		if name := readable(v.a.Entries[i].Name); strings.HasPrefix(name, metaInf) && !strings.HasSuffix(name, "/") && !own[name] {
			add(&v.result.Warnings, "JAR_SIG_UNPROTECTED_ZIP_ENTRY", "%.300q is not protected by the signature", name)
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
	for _, i := range v.a.InOrder() {
		e := &v.a.Entries[i]
		name := readable(e.Name)
		if !protected(name) {
			continue
		}
		s, there := v.sections[name]
		if !there {
			v.fail("JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST", "%.300q is not in %s", name, manifestName)
			continue
		}
		var by uint
		for i, s := range v.signers {
			if s.signed[e] {
				by |= 1 << i
			}
		}
		switch {
		case by == 0:
			v.fail("JAR_SIG_ZIP_ENTRY_NOT_SIGNED", "nobody signed %.300q", name)
			continue
		case signers == 0:
			first, signers = name, by
		case by != signers:
			v.fail("JAR_SIG_ZIP_ENTRY_SIGNERS_MISMATCH", "%.300q has %d signers, and %.300q has not just the same, but %d", first, bits.OnesCount(signers), name, bits.OnesCount(by))
			continue
		}
		want, err := s.digests("-Digest", v.MinSDK, v.MaxSDK)
		switch {
		case err != nil:
			v.fail("JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY", "%.300q in %s: %v", name, manifestName, err)
		case len(want) == 0:
			v.fail("JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST", "%s has no digest of %.300q for SDK %d to %d", manifestName, name, v.MinSDK, v.MaxSDK)
		default:
			tasks = append(tasks, expected{e, want})
		}
	}
	return tasks, signers
}
