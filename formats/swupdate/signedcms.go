package swupdate

import (
	"crypto"
	"errors"
	"fmt"
	"slices"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/issue"
)

// checkCMS checks a CMS message over the text: detached, and with the certificate of each signer in it, as swupdate takes no other. Who may
// have signed is not judged here, but a certificate that swupdate would refuse whoever made it is no match.
func checkCMS(text, message []byte, keys formats.Keys) []formats.Signature {
	damaged := func(err error) []formats.Signature {
		return []formats.Signature{{Scheme: schemeCMS, Err: fmt.Errorf("%w: %v", formats.ErrMismatch, err)}}
	}
	signed, err := cms.Parse(message)
	if err != nil {
		return damaged(err)
	}
	if !signed.Detached || !signed.ContentType.Equal(cms.OIDData) {
		return damaged(errors.New("it is not a detached signature of plain data"))
	}
	signed.TakePSS()
	var found []formats.Signature
	for i := range signed.Signers {
		sig := checkSigner(signed, &signed.Signers[i], text, keys)
		if len(signed.Signers) > 1 {
			sig.Notes = append(sig.Notes, noteSeveral)
		}
		found = append(found, sig)
	}
	return found
}

const noteSeveral = "of several signers swupdate has to accept each, unless it is built to pass over unknown ones, as Debian's is"

func checkSigner(signed *cms.SignedData, s *cms.SignerInfo, text []byte, keys formats.Keys) formats.Signature {
	sig := formats.Signature{Scheme: schemeCMS, Signer: s.String(), Covers: descriptionName, Chain: signed.Certs, ByCert: true}
	if !slices.ContainsFunc(signed.Certs, s.Names) {
		sig.Err = issue.New("no-certificate", formats.ErrMismatch, "the message does not bring its signer's certificate, %s: swupdate would refuse it", s).
			Advise("openssl cms -sign without -nocerts embeds it")
		return sig
	}
	sig.Key, sig.Cert, sig.Err = s.Find(digest(s.Hash, text), signed.Certs, nil)
	if sig.Err != nil {
		return sig
	}
	sig.Alg, sig.Notes = s.Alg(sig.Key), purposeNotes(sig.Cert)
	if sig.Err = checkPurpose(sig.Cert, keys.Options, formats.ErrMismatch); sig.Err == nil && !checkable(sig.Key, schemeCMS) {
		sig.Err = issue.New("unsupported-algorithm", formats.ErrMismatch, "swupdate is not known to check signatures by %s", sig.Alg)
	}
	return sig
}

// digest is nil for a hash that is not known.
func digest(h crypto.Hash, text []byte) []byte {
	if h == 0 {
		return nil
	}
	state := h.New()
	state.Write(text)
	return state.Sum(nil)
}
