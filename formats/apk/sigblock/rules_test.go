package sigblock

import (
	"crypto"
	"math"
	"testing"

	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/lp"
	"sigtool/internal/issue"
	"sigtool/internal/keytest"
)

// raw is a signer that can be wrong in any way.
type raw struct {
	key                   crypto.Signer
	digests, sigs, attrs  []entry // a signature without a value is made
	certs                 [][]byte
	first, last           int // signed
	outerFirst, outerLast int // not signed
	spki, behind          []byte
	digestTail            []byte
}

const digestOf32 = "0123456789abcdef0123456789abcdef"

// newRaw is a good signer.
func newRaw(t testing.TB) *raw {
	t.Helper()
	key, cert := keytest.Key(t, "p256"), keytest.Cert(t, "p256")
	return &raw{
		key: key, digests: []entry{{0x0201, []byte(digestOf32)}}, sigs: []entry{{0x0201, nil}}, certs: [][]byte{cert.Raw},
		first: 28, last: math.MaxInt32, outerFirst: 28, outerLast: math.MaxInt32, spki: cert.RawSubjectPublicKeyInfo,
	}
}

// encode writes the signer as the drawing above Signers has it.
func (r *raw) encode(t testing.TB, scheme Scheme) []byte {
	t.Helper()
	var digests, certs, attrs, sigs []byte
	for _, d := range r.digests {
		digests = pair(digests, d.id, d.value)
	}
	for _, c := range r.certs {
		certs = lp.Append(certs, c)
	}
	for _, a := range r.attrs {
		attrs = lp.Append(attrs, lp.Uint32(nil, a.id), a.value)
	}
	signed := lp.Append(lp.Append(nil, digests, r.digestTail), certs)
	if scheme != 2 {
		signed = lp.Uint32(lp.Uint32(signed, uint32(r.first)), uint32(r.last))
	}
	signed = append(lp.Append(signed, attrs), r.behind...)
	for _, s := range r.sigs {
		value := s.value
		if value == nil {
			var err error
			if value, err = alg.Sign(alg.ECDSASHA256, r.key, signed); err != nil {
				t.Fatal(err)
			}
		}
		sigs = pair(sigs, s.id, value)
	}
	signer := lp.Append(nil, signed)
	if scheme != 2 {
		signer = lp.Uint32(lp.Uint32(signer, uint32(r.outerFirst)), uint32(r.outerLast))
	}
	return append(lp.Append(lp.Append(signer, sigs), r.spki), r.behind...)
}

// platformsOf sets what a signer says of platforms, signed or not.
func platformsOf(first, last int) func(*raw) {
	return func(r *raw) { r.first, r.last, r.outerFirst, r.outerLast = first, last, first, last }
}

// verdict is the first issue of a value, "" for none, and of the first signer's warnings.
func verdict(scheme Scheme, low, high int, signers ...[]byte) (first, warning string) {
	var list []byte
	for _, s := range signers {
		list = lp.Append(list, s)
	}
	all, err := Signers(scheme, lp.Append(nil, list), low, high)
	for _, s := range all {
		if first == "" {
			first = issue.ID(s.Err)
		}
		for _, w := range s.Warnings {
			warning = issue.ID(w)
		}
	}
	if first == "" {
		first = issue.ID(err)
	}
	return first, warning
}

// Each thing that can be wrong with a signer has apksig's name, in all schemes, and what apksig lets pass passes.
func TestRules(t *testing.T) {
	dsa := []byte{0x30, 0}
	rsa := keytest.Cert(t, "rsa2048").RawSubjectPublicKeyInfo
	for _, row := range []struct {
		name   string
		change func(*raw)
		want   string // without the scheme; "" for nothing wrong
	}{
		{"nothing", func(r *raw) {}, ""},
		{"bytes behind all", func(r *raw) { r.behind = []byte{1, 2, 3} }, ""},
		{"no signature", func(r *raw) { r.sigs = nil }, "SIG_NO_SIGNATURES"},
		{"unknown signature alone", func(r *raw) { r.sigs = []entry{{0x0501, []byte("x")}} }, "SIG_NO_SUPPORTED_SIGNATURES"},
		{"another's signature", func(r *raw) { r.sigs[0].value = []byte{0x30, 6, 2, 1, 1, 2, 1, 1} }, "SIG_DID_NOT_VERIFY"},
		{"another kind of key", func(r *raw) { r.spki = rsa }, "SIG_MALFORMED_PUBLIC_KEY"},
		{"no key", func(r *raw) { r.spki = dsa }, "SIG_MALFORMED_PUBLIC_KEY"},
		{"no certificate", func(r *raw) { r.certs = nil }, "SIG_NO_CERTIFICATES"},
		{"damaged certificate", func(r *raw) { r.certs = append(r.certs, []byte("x")) }, "SIG_MALFORMED_CERTIFICATE"},
		{"bytes behind a certificate", func(r *raw) { r.certs[0] = append(r.certs[0], 0) }, "SIG_MALFORMED_CERTIFICATE"},
		{"another's certificate", func(r *raw) { r.certs[0] = keytest.Cert(t, "p384").Raw },
			"SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD"},
		{"further certificates", func(r *raw) { r.certs = append(r.certs, keytest.Cert(t, "p384").Raw) }, ""},
		{"no digest", func(r *raw) { r.digests = nil }, "SIG_SIG_ALG_MISMATCH_BETWEEN_SIGNATURES_AND_DIGESTS_RECORDS"},
		{"a digest more", func(r *raw) { r.digests = append(r.digests, entry{0x0202, nil}) }, "SIG_SIG_ALG_MISMATCH_BETWEEN_SIGNATURES_AND_DIGESTS_RECORDS"},
		{"another digest", func(r *raw) { r.digests[0].id = 0x0103 }, "SIG_SIG_ALG_MISMATCH_BETWEEN_SIGNATURES_AND_DIGESTS_RECORDS"},
		{"damaged digest", func(r *raw) { r.digestTail = []byte{9, 0, 0, 0} }, "SIG_MALFORMED_DIGEST"},
		{"digests that differ", func(r *raw) {
			r.sigs = append(r.sigs, entry{0x0103, []byte("x")})
			r.digests = append(r.digests, entry{0x0103, []byte("x")})
		}, "SIG_APK_DIGEST_DID_NOT_VERIFY"},
		{"too many signatures", func(r *raw) { r.sigs = make([]entry, maxEntries+1) }, "SIG_MALFORMED_SIGNATURE"},
		{"an attribute that is not known", func(r *raw) { r.attrs = []entry{{7, nil}} }, ""},
	} {
		for scheme, prefix := range map[Scheme]string{2: "V2_", 3: "V3_", 31: "V3_"} {
			r := newRaw(t)
			row.change(r)
			want := row.want
			if want != "" {
				want = prefix + want
			}
			if got, _ := verdict(scheme, 28, math.MaxInt32, r.encode(t, scheme)); got != want {
				t.Errorf("%s, %s: %q, want %q", row.name, scheme, got, want)
			}
		}
	}
}

// What is wrong with attributes and platforms of a single scheme.
func TestSchemeRules(t *testing.T) {
	for _, row := range []struct {
		name          string
		scheme        Scheme
		change        func(*raw)
		want, warning string
	}{
		{"v3 too", 2, func(r *raw) { r.attrs = []entry{{attrSchemes, []byte{3, 0, 0, 0}}} }, "", ""},
		{"a scheme to come", 2, func(r *raw) { r.attrs = []entry{{attrSchemes, []byte{9, 0, 0, 0}}} }, "", "V2_SIG_UNKNOWN_APK_SIG_SCHEME_ID"},
		{"short scheme", 2, func(r *raw) { r.attrs = []entry{{attrSchemes, []byte{3}}} }, "V2_SIG_MALFORMED_ADDITIONAL_ATTRIBUTE", ""},
		{"v3's attribute", 2, func(r *raw) { r.attrs = []entry{{attrRotation, nil}} }, "", "V2_SIG_UNKNOWN_ADDITIONAL_ATTRIBUTE"},
		{"short rotation", 3, func(r *raw) { r.attrs = []entry{{attrRotation, nil}} }, "V3_SIG_MALFORMED_ADDITIONAL_ATTRIBUTE", ""},
		{"damaged rotation", 3, func(r *raw) { r.attrs = []entry{{attrLineage, []byte("xxxxxxxx")}} }, "V3_SIG_POR_CERT_MISMATCH", ""},
		{"v2's attribute", 3, func(r *raw) { r.attrs = []entry{{attrSchemes, nil}} }, "", "V3_SIG_UNKNOWN_ADDITIONAL_ATTRIBUTE"},
		{"development", 3, func(r *raw) { r.attrs = []entry{{attrDevelopment, nil}} }, "", "V31_ROTATION_TARGETS_DEV_RELEASE_ATTR_ON_V3_SIGNER"},
		{"development", 31, func(r *raw) { r.attrs = []entry{{attrDevelopment, nil}} }, "", ""},
		{"platforms the wrong way round", 3, platformsOf(30, 29), "V3_SIG_INVALID_SDK_VERSIONS", ""},
		{"platforms below zero", 3, platformsOf(-1, 29), "V3_SIG_INVALID_SDK_VERSIONS", ""},
		{"platforms before any signature", 3, platformsOf(20, math.MaxInt32), "V3_SIG_NO_SUPPORTED_SIGNATURES", ""},
		{"first platform", 3, func(r *raw) { r.outerFirst = 27 }, "V3_MIN_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD", ""},
		{"last platform", 31, func(r *raw) { r.outerLast = 99 }, "V3_MAX_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD", ""},
		{"too late", 3, platformsOf(29, math.MaxInt32), "V3_MISSING_SDK_VERSIONS", ""},
		{"too late", 31, platformsOf(33, math.MaxInt32), "", ""},
		{"not to the end", 3, platformsOf(28, 99), "V3_MISSING_SDK_VERSIONS", ""},
	} {
		r := newRaw(t)
		row.change(r)
		if got, warning := verdict(row.scheme, 28, math.MaxInt32, r.encode(t, row.scheme)); got != row.want || warning != row.warning {
			t.Errorf("%s, %s: %q, want %q; warning %q, want %q", row.name, row.scheme, got, row.want, warning, row.warning)
		}
	}
}

// Signers of v3 take turns without gaps or overlaps, and v2 has at most ten.
func TestSeveral(t *testing.T) {
	one := func(first, last int, attrs ...entry) []byte {
		r := newRaw(t)
		platformsOf(first, last)(r)
		r.attrs = attrs
		return r.encode(t, 3)
	}
	development := entry{attrDevelopment, nil}
	for _, row := range []struct {
		name    string
		signers [][]byte
		want    string
	}{
		{"in turn", [][]byte{one(28, 30), one(31, math.MaxInt32)}, ""},
		{"in any order", [][]byte{one(31, math.MaxInt32), one(28, 30)}, ""},
		{"a gap", [][]byte{one(28, 30), one(32, math.MaxInt32)}, "V3_INCONSISTENT_SDK_VERSIONS"},
		{"overlapping", [][]byte{one(28, 30), one(30, math.MaxInt32)}, "V3_INCONSISTENT_SDK_VERSIONS"},
		{"overlapping for development", [][]byte{one(28, 30), one(30, math.MaxInt32, development)}, ""},
		{"the same twice", [][]byte{one(28, math.MaxInt32), one(28, math.MaxInt32)}, "V3_INCONSISTENT_SDK_VERSIONS"},
		{"one that is none", [][]byte{one(28, math.MaxInt32), []byte("x")}, "V3_SIG_MALFORMED_SIGNER"},
		{"none", nil, "V3_SIG_NO_SIGNERS"},
	} {
		if got, _ := verdict(3, 28, math.MaxInt32, row.signers...); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
	var many [][]byte
	for i := range maxRanges + 1 {
		many = append(many, one(28+i, 28+i))
	}
	if got, _ := verdict(3, 28, 28+maxRanges, many...); got != "V3_SIG_MALFORMED_SIGNERS" {
		t.Errorf("too many ranges: %q", got)
	}
	if got, _ := verdict(3, 28, 28+maxRanges-1, many[:maxRanges]...); got != "" {
		t.Errorf("many ranges: %q", got)
	}
	two := newRaw(t).encode(t, 2)
	var all [][]byte
	for range maxSigners + 1 {
		all = append(all, two)
	}
	if got, _ := verdict(2, 24, 99, all...); got != "V2_SIG_MAX_SIGNATURES_EXCEEDED" {
		t.Errorf("eleven signers: %q", got)
	}
	if got, _ := verdict(2, 24, 99, all[1:]...); got != "" {
		t.Errorf("ten signers: %q", got)
	}
}
