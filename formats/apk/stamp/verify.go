package stamp

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lp"
)

// verifier checks signatures by the stamp's certificate, as platforms of these SDK versions do.
type verifier struct {
	stamp          *Stamp
	minSDK, maxSDK int
}

// checkFirst checks a v1 stamp, which is over the digests of the APK's newest scheme alone.
//
//	u32 length | signatures, see signed
func (v *verifier) checkFirst(data lp.Bytes, digests map[int]map[content.Algorithm][]byte) error {
	var signatures lp.Bytes
	if !data.Prefixed(&signatures) {
		return malformed()
	}
	schemes := slices.Sorted(maps.Keys(digests))
	if len(schemes) == 0 {
		return noSignature()
	}
	newest := schemes[len(schemes)-1]
	return v.signed(message(newest, digests[newest]), signatures)
}

// checkSchemes checks what a v2 stamp has for each scheme.
//
//	u32 length | scheme | scheme …; each: u32 length | u32 scheme | u32 length | signatures, see signed
func (v *verifier) checkSchemes(data *lp.Bytes, digests map[int]map[content.Algorithm][]byte) error {
	var list lp.Bytes
	if !data.Prefixed(&list) {
		return malformed()
	}
	found := map[int]lp.Bytes{}
	for len(list) > 0 {
		var one, signatures lp.Bytes
		var scheme uint32
		if !list.Prefixed(&one) || !one.Uint32(&scheme) || !one.Prefixed(&signatures) {
			return malformed()
		}
		if _, asked := digests[int(scheme)]; asked {
			found[int(scheme)] = signatures
		}
	}
	if len(digests) == 0 {
		return noSignature()
	}
	for _, scheme := range slices.Sorted(maps.Keys(digests)) {
		signatures, ok := found[scheme]
		if !ok {
			return wrong("NO_SIGNATURE", "the source stamp is not over the APK's v%d signature", scheme)
		}
		if err := v.signed(message(scheme, digests[scheme]), signatures); err != nil {
			return err
		}
	}
	return nil
}

func noSignature() error {
	return wrong("NO_SIGNATURE", "the APK has no digest that the source stamp could be over")
}

// message is what is signed for a scheme: its digests by rising number.
//
//	u32 length | u32 digest algorithm | u32 length | digest, and so on
func message(scheme int, digests map[content.Algorithm][]byte) []byte {
	var out []byte
	for _, a := range slices.SortedFunc(maps.Keys(digests), func(a, b content.Algorithm) int { return cmp.Compare(number(scheme, a), number(scheme, b)) }) {
		out = lp.Append(out, lp.Append(lp.Uint32(nil, number(scheme, a)), digests[a]))
	}
	return out
}

// number is what apksig numbers a digest algorithm by. For v1 it is a plain SHA-256, not one of chunks.
func number(scheme int, a content.Algorithm) uint32 {
	switch {
	case scheme == 1:
		return 4
	case a == content.SHA512:
		return 2
	case a == content.VeritySHA256:
		return 3
	}
	return 1
}

// signed checks signatures over a message: of those by algorithms that are known, the ones that some platform of the SDK range checks.
//
//	u32 length | u32 algorithm | u32 length | signature, and so on
func (v *verifier) signed(message []byte, list lp.Bytes) error {
	var ids []alg.ID
	var signatures []lp.Bytes
	for len(list) > 0 {
		var one, signature lp.Bytes
		var id uint32
		if !list.Prefixed(&one) || !one.Uint32(&id) || !one.Prefixed(&signature) {
			return malformed()
		}
		if _, known := alg.Content(alg.ID(id)); !known {
			v.stamp.note("UNKNOWN_SIG_ALGORITHM", "the source stamp has a signature by an unknown algorithm, 0x%x", id)
			continue
		}
		ids, signatures = append(ids, alg.ID(id)), append(signatures, signature)
	}
	if len(ids) == 0 {
		return wrong("NO_SIGNATURE", "the source stamp has no signature by a known algorithm")
	}
	checked, err := alg.Checked(ids, v.minSDK, v.maxSDK, true)
	if err != nil {
		return wrong("NO_SUPPORTED_SIGNATURE", "source stamp: %v", err)
	}
	key := v.stamp.Cert.PublicKey
	for _, i := range checked {
		err := alg.Verify(ids[i], key, message, signatures[i])
		switch {
		case errors.Is(err, formats.ErrMismatch):
			return wrong("DID_NOT_VERIFY", "the source stamp is not over this APK, or was changed (%s)", alg.Name(ids[i], key))
		case err != nil:
			return wrong("VERIFY_EXCEPTION", "the source stamp's signature can't be checked: %v", err)
		}
		v.stamp.Alg = alg.Name(ids[i], key)
	}
	return nil
}
