package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigtool/formats"
	"sigtool/keygen"
)

// report says what came of one file.
func (v *verifier) report(in input, r checked) {
	if errors.Is(r.err, errSkip) {
		return
	}
	v.taken++
	v.out.failed(r.err)
	if v.out.json {
		object := fileObject(in.name, r.format, r.signatures, "", r.err)
		object.Notes = append(r.warnings, r.notes...)
		_ = v.out.object(object)
		return
	}
	for _, warning := range r.warnings {
		v.out.warn("%s: %s", in.name, warning)
	}
	for _, note := range r.notes {
		v.out.info("%s: %s", in.name, note)
	}
	if v.certify {
		v.printCerts(in, r)
	}
	if r.err != nil {
		return
	}
	verdict := "good"
	if r.format == "paper" {
		verdict = "whole" // it carries no signature
	}
	v.out.info("%s: %s: %s", in.name, verdict, strings.Join(append([]string{r.format}, signersOf(r.signatures)...), ", "))
}

// signersOf names who made the signatures that match; the schemes of one signer together.
func signersOf(signatures []formats.Signature) (signers []string) {
	var schemes [][]string
	var by []string
	for _, s := range signatures {
		if s.Err != nil || s.Aside {
			continue
		}
		who := fmt.Sprintf("%s by %s", s.Alg, keygen.Fingerprint(s.Key))
		at := slices.Index(by, who)
		if at < 0 {
			at, by, schemes = len(by), append(by, who), append(schemes, nil)
		}
		schemes[at] = append(schemes[at], s.Scheme)
	}
	for i, who := range by {
		signers = append(signers, strings.Join(slices.Compact(schemes[i]), " ")+" "+who)
	}
	return signers
}

// printCerts prints the certificates of signatures that match, whoever is accepted: to learn them is what many ask for.
func (v *verifier) printCerts(in input, r checked) {
	if r.err != nil && judge(r.err).code != exitNotAccepted {
		return
	}
	lines := certLines(r.signatures)
	if v.several {
		lines = append([]byte(clean(in.name)+":\n"), lines...)
	}
	_ = v.out.data(lines)
}
