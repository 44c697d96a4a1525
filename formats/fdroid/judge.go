package fdroid

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"path"
	"strings"

	"sigtool/formats"
	"sigtool/internal/jarsig"
	"sigtool/internal/sigalg"
	"sigtool/internal/zipdir"
)

// clientSDK is the oldest Android that F-Droid's clients run on: 6.0.
const clientSDK = 23

// judge fills in the signature of the JAR file. A client takes it when there is exactly one signer and everything is signed.
func judge(ctx context.Context, src formats.Source, a *zipdir.Archive, signature *formats.Signature) error {
	result, err := jarsig.Verify(ctx, src, a, jarsig.Policy{MinSDK: clientSDK, MaxSDK: math.MaxInt32})
	if err != nil {
		return unreadable(err)
	}
	wrong := result.Errors
	for _, s := range result.Signers {
		wrong = append(wrong, s.Errors...)
		if s.Cert != nil {
			signature.Alg, signature.Cert, signature.Key = s.Alg, s.Cert, s.Cert.PublicKey
			signature.Signer = fmt.Sprintf("%s, serial %x", s.Cert.Subject, s.Cert.SerialNumber)
			signature.Chain = nil
			if len(s.Chain) > 1 {
				signature.Chain = s.Chain[1:]
			}
		}
	}
	switch {
	case len(wrong) > 0 && errors.Is(wrong[0], jarsig.ErrUnsigned):
		return fmt.Errorf("%w: %w", formats.ErrUnsigned, wrong[0])
	case len(wrong) > 0:
		signature.Err = wrong[0] // a formats.ErrMismatch, as all of jarsig's issues are but ErrUnsigned
	case len(result.Signers) != 1 || result.Signers[0].Infos != 1 || len(result.Ignored) > 0 || signature.Key == nil || !wholeJAR(a):
		signature.Err = fmt.Errorf("%w: clients want one signer, and nothing that is not signed, and this one has %s", formats.ErrMismatch, list(a))
	default:
		signature.Properties = []formats.Property{{Name: "repository fingerprint", Value: fingerprint(signature.Cert)}}
		weaken(result.Signers[0], signature)
	}
	return nil
}

// wholeJAR tells whether there is exactly a manifest, one .SF file and one block beside the index.
func wholeJAR(a *zipdir.Archive) bool {
	count := map[string]int{}
	for _, e := range a.Entries {
		switch name := strings.ToUpper(e.Name); {
		case e.Name == "META-INF/":
		case !strings.HasPrefix(name, "META-INF/"):
			count["index"]++
		case name == "META-INF/MANIFEST.MF":
			count["manifest"]++
		case !jarsig.IsSignatureFile(e.Name):
			return false
		case path.Ext(name) == ".SF":
			count["file"]++
		default:
			count["block"]++
		}
	}
	return count["index"] == 1 && count["manifest"] == 1 && count["file"] == 1 && count["block"] == 1
}

// list names the first entries, for people.
func list(a *zipdir.Archive) string {
	const most = 8
	var names []string
	for _, e := range a.Entries[:min(most, len(a.Entries))] {
		names = append(names, fmt.Sprintf("%.60q", e.Name))
	}
	if more := len(a.Entries) - most; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

// weaken makes the algorithm that is told the weakest of those that the signature hangs on: a manifest may have other digests than the signature over it.
func weaken(s jarsig.Signed, signature *formats.Signature) {
	if alg := sigalg.Name(s.Cert.PublicKey, s.Weakest); alg != signature.Alg {
		signature.Alg = alg
		signature.Notes = append(signature.Notes, fmt.Sprintf("its %s signature is over %v digests", s.Alg, s.Weakest))
	}
}

// fingerprint is how F-Droid shows a repository's certificate.
func fingerprint(cert *x509.Certificate) string { return fmt.Sprintf("%X", sha256.Sum256(cert.Raw)) }
