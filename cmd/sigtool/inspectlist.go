package main

import (
	"context"
	"fmt"
	"strings"

	"sigtool/formats"
)

// aboutFile is what a file says of itself beside its signatures, where its format has a word for that.
func aboutFile(ctx context.Context, format formats.Format, src formats.Source) ([]formats.Property, error) {
	describer, can := format.(formats.Describer)
	if !can {
		return nil, nil
	}
	return describer.Describe(ctx, src)
}

// listed is a file on one line, between tabs: its name, its format, and its signers or "-".
func listed(in input, format formats.Format, signatures []formats.Signature) []byte {
	signers := make([]string, len(signatures))
	for i, signature := range signatures {
		signers[i] = strings.Trim(signature.Scheme+" "+signature.Alg, " ")
		if signature.Signer != "" {
			signers[i] += ", " + signature.Signer
		}
	}
	if len(signers) == 0 {
		signers = []string{"-"}
	}
	return fmt.Appendf(nil, "%s\t%s\t%s\n", clean(in.name), format.Name(), clean(strings.Join(signers, "; ")))
}
