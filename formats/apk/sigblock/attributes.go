package sigblock

import (
	"encoding/binary"

	"sigtool/formats/apk/lineage"
	"sigtool/formats/apk/lp"
)

// attributes reads what else a signer signed.
func (r *reading) attributes(s *Signer, list lp.Bytes) {
	all, n, err := entries(list, true)
	if err != nil {
		s.fail(r.issue("SIG_MALFORMED_ADDITIONAL_ATTRIBUTE", "attribute %d: %v", n, err))
		return
	}
	for i, a := range all {
		if !r.attribute(s, a) {
			s.fail(r.issue("SIG_MALFORMED_ADDITIONAL_ATTRIBUTE", "attribute %d: %v", i+1, errShort))
			return
		}
	}
}

// attribute notes one attribute; false for a value that is too short. One that is not known has to be let pass.
func (r *reading) attribute(s *Signer, a entry) bool {
	switch {
	case r.scheme == 2 && a.id == attrSchemes:
		if len(a.value) < 4 {
			return false
		}
		r.otherScheme(s, binary.LittleEndian.Uint32(a.value))
	case r.scheme != 2 && a.id == attrLineage:
		r.lineage(s, a.value)
	case r.scheme != 2 && a.id == attrRotation:
		if len(a.value) < 4 {
			return false
		}
		s.RotationMinSDK = int(int32(binary.LittleEndian.Uint32(a.value)))
	case r.scheme != 2 && a.id == attrDevelopment:
		s.DevRelease = true
		if r.scheme == 3 {
			s.warn("V31_ROTATION_TARGETS_DEV_RELEASE_ATTR_ON_V3_SIGNER", "a v3 signer is marked as one for a development release, which only v3.1 knows")
		}
	default:
		s.warn(r.name("SIG_UNKNOWN_ADDITIONAL_ATTRIBUTE"), "attribute 0x%08x is not known", a.id)
	}
	return true
}

// otherScheme notes a scheme by which the APK is said to be signed as well.
func (r *reading) otherScheme(s *Signer, id uint32) {
	s.Schemes = append(s.Schemes, id)
	if known := id == 2 && r.max >= firstV2 || id == 3 && r.max >= firstV3; !known {
		s.warn(r.name("SIG_UNKNOWN_APK_SIG_SCHEME_ID"), "scheme %d, by which the APK is said to be signed as well, is not known", id)
	}
}

// maxNodes bounds the signatures in all lineages of a scheme: each may take 10 ms to check.
const maxNodes = 100

// lineage reads a proof of rotation, which has to end with the signer. A second one is refused unread: no signer writes one, and each takes time to check.
func (r *reading) lineage(s *Signer, value []byte) {
	if s.Lineage != nil {
		s.fail(r.issue("SIG_MALFORMED_LINEAGE", "there are two proofs of rotation"))
		return
	}
	if r.nodes += lineage.Count(value); r.nodes > maxNodes { // before they cost anything
		s.fail(r.issue("SIG_MALFORMED_LINEAGE", "the signers tell of more than %d past signers together", maxNodes))
		return
	}
	l, err := lineage.ParseAttribute(value)
	if err != nil {
		s.fail(err)
		return
	}
	s.Lineage = l
	if l.Find(s.Certs[0]) != len(l.Nodes)-1 {
		s.fail(r.issue("SIG_POR_CERT_MISMATCH", "the proof of rotation is not one to this signer's certificate"))
	}
}
