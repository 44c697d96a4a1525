package sigblock

import (
	"bytes"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lp"
	"sigtool/internal/issue"
)

const (
	// maxSigners is apksig's bound on v2 signers, and ours on what is made.
	maxSigners = 10
	// maxRanges bounds v3 signers, of which each is for other platforms; each can bring a lineage of 64 signatures to be checked.
	maxRanges = 20
	// firstV2 and firstV3 are the first platforms that look for the schemes.
	firstV2, firstV3 = 24, 28
)

// Signers reads and checks the value of a V2, V3 or V31 pair as platforms of these SDK versions do: everything but the content digests and what
// concerns more than one scheme. The error is an issue about the whole of it; each signer has its own too. Where there is a v3.1 signature too,
// maxSDK for v3 is the last platform before those that v3.1 is for.
//
// What is here called a part has its length before it, as 32-bit number:
//
//	part: signers, each a part
//	    part: signed data
//	        part: digests, each a part                u32 algorithm | part: digest
//	        part: certificates, each a part           the first is the signer's
//	        u32 first | u32 last platform             v3 and v3.1 only
//	        part: attributes, each a part             u32 id | value
//	        u32 0                                     v2 only, and optional
//	    u32 first | u32 last platform                 v3 and v3.1 only
//	    part: signatures, each a part                 u32 algorithm | part: signature over the content of "signed data"
//	    part: public key, as SubjectPublicKeyInfo
func Signers(scheme Scheme, value []byte, minSDK, maxSDK int) ([]Signer, error) {
	r := reading{scheme: scheme, min: minSDK, max: maxSDK, over: map[content.Algorithm]bool{}}
	all, list := lp.Bytes(value), lp.Bytes{}
	if !all.Prefixed(&list) {
		return nil, r.issue("SIG_MALFORMED_SIGNERS", "the list of signers: %v", errShort)
	}
	if len(list) == 0 {
		return nil, r.issue("SIG_NO_SIGNERS", "there is no signer")
	}
	whole := r.list(list)
	if whole != nil {
		return r.signers, whole
	}
	for _, s := range r.signers {
		if s.Err != nil {
			return r.signers, nil // what only good signers can be asked for is left
		}
	}
	r.expect()
	if scheme == 2 {
		return r.signers, nil
	}
	return r.signers, r.consistent()
}

// reading is the state of reading one value.
type reading struct {
	scheme   Scheme
	min, max int
	signers  []Signer
	digests  [][]entry // of each signer that is good
	over     map[content.Algorithm]bool
	nodes    int // of all lineages so far
}

// name is apksig's name for an issue; v3.1 has the names of v3.
func (r *reading) name(id string) string {
	if r.scheme == 2 {
		return "V2_" + id
	}
	return "V3_" + id
}

// issue makes an error of the scheme.
func (r *reading) issue(id, format string, args ...any) error {
	return issue.New(r.name(id), formats.ErrMismatch, r.scheme.String()+": "+format, args...)
}

// list reads the signers, up to the first that can't be taken apart.
func (r *reading) list(list lp.Bytes) error {
	for len(list) > 0 {
		switch {
		case r.scheme == 2 && len(r.signers) == maxSigners:
			return r.issue("SIG_MAX_SIGNATURES_EXCEEDED", "more than %d signers", maxSigners)
		case len(r.signers) == maxRanges:
			return r.issue("SIG_MALFORMED_SIGNERS", "more than %d signers", maxRanges)
		}
		s := Signer{Scheme: r.scheme}
		var one lp.Bytes
		var digests []entry
		err := errShort
		if list.Prefixed(&one) {
			digests, err = r.signer(one, &s)
		}
		if err != nil {
			s.fail(r.issue("SIG_MALFORMED_SIGNER", "signer %d: %v", len(r.signers)+1, err))
		}
		r.signers, r.digests = append(r.signers, s), append(r.digests, digests)
		if err != nil {
			return nil
		}
	}
	return nil
}

// expect notes which content digests must be checked: of each signer those over whose kind any signer's checked signature is, as apksig does.
func (r *reading) expect() {
	for i := range r.signers {
		s := &r.signers[i]
		s.Digests, s.Named = map[content.Algorithm][]byte{}, map[content.Algorithm][]byte{}
		for _, d := range r.digests[i] {
			kind, known := alg.Content(alg.ID(d.id))
			if known {
				s.Named[kind] = d.value
			}
			if !known || !r.over[kind] {
				continue
			}
			if first, twice := s.Digests[kind]; twice && !bytes.Equal(first, d.value) {
				s.fail(r.issue("SIG_APK_DIGEST_DID_NOT_VERIFY", "two digests of the same content differ"))
			}
			s.Digests[kind] = d.value
		}
	}
}
