package main

import (
	"errors"
	"fmt"
	"strings"

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
	var signers []string
	for _, signature := range r.signatures {
		if signature.Err == nil && !signature.Aside {
			signers = append(signers, fmt.Sprintf("%s %s by %s", signature.Scheme, signature.Alg, keygen.Fingerprint(signature.Key)))
		}
	}
	verdict := "good"
	if r.format == "paper" {
		verdict = "whole" // it carries no signature
	}
	v.out.info("%s: %s: %s", in.name, verdict, strings.Join(append([]string{r.format}, signers...), ", "))
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
