package jarsig

import (
	"context"
	"slices"
	"strings"

	"sigtool/internal/issue"
)

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
			add(&v.result.Warnings, "JAR_SIG_MISSING_FILE", "%.300q is there without %.300q", name, name[:dot]+".SF")
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

// checkSigners verifies each block against its .SF file, and that against the manifest. What is wrong with a block comes before what is wrong with
// an .SF file, of whichever signer. No more than one .SF file is held in memory.
func (v *verifier) checkSigners(ctx context.Context) error {
	var blocks, files []Signed // those with errors
	for _, s := range v.signers {
		if err := ctx.Err(); err != nil {
			return err
		}
		block, err := v.a.ReadAll(v.src, s.block, maxBlock)
		if err != nil {
			return err
		}
		text, err := v.a.ReadAll(v.src, s.file, limit(v.a))
		if err != nil {
			return err
		}
		if v.checkBlock(s, block, text); len(s.Errors) > 0 {
			blocks = append(blocks, s.Signed)
			continue
		}
		if v.checkFile(s, text); len(s.Errors) > 0 && !s.ignored {
			files = append(files, s.Signed)
		}
	}
	if v.result.Signers = blocks; len(blocks) == 0 {
		v.result.Signers = files
	}
	if !v.failed() {
		v.ignore()
	}
	return nil
}

// ignore takes out the signers that Android ignores; what is wrong with them becomes a warning.
func (v *verifier) ignore() {
	v.signers = slices.DeleteFunc(v.signers, func(s *signer) bool {
		if s.ignored {
			v.result.Warnings = append(v.result.Warnings, slices.Concat(s.Errors, s.Warnings)...)
			v.result.Ignored = append(v.result.Ignored, Signed{Name: s.Name, Alg: s.Alg, Cert: s.Cert, Chain: s.Chain, Infos: s.Infos, Weakest: s.Weakest})
		}
		return s.ignored
	})
	if len(v.signers) == 0 {
		v.fail("JAR_SIG_NO_SIGNATURES", "no signature file can be used: %v", v.result.Warnings[len(v.result.Warnings)-1])
	}
}
