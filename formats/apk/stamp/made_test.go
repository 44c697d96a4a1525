package stamp

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"math"
	"testing"
	"time"

	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/apktest"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lineage"
	"sigtool/formats/apk/lp"
	"sigtool/internal/issue"
)

// maker makes stamps, good ones and others, for a made-up APK.
type maker struct {
	t    *testing.T
	key  crypto.Signer
	cert *x509.Certificate
}

var madeUp = map[int]map[content.Algorithm][]byte{
	1: {content.SHA256: []byte("manifest")},
	2: {content.SHA512: []byte("long"), content.VeritySHA256: []byte("tree"), content.SHA256: []byte("short")},
	3: {content.SHA256: []byte("short")},
}

func newMaker(t *testing.T, name string) maker {
	key, cert := apktest.Key(t, name)
	return maker{t, key, cert}
}

// input is that of a stamp with these parts behind the certificate, each of which gets its length.
func (m maker) input(second bool, parts ...[]byte) Input {
	data := lp.Append(nil, m.cert.Raw)
	for _, part := range parts {
		data = lp.Append(data, part)
	}
	hash := sha256.Sum256(m.cert.Raw)
	in := Input{CertHash: hash[:], V2: lp.Append(nil, data), Digests: madeUp, MaxSDK: math.MaxInt32}
	if !second {
		in.V1, in.V2 = in.V2, nil
	}
	return in
}

func (m maker) sign(message []byte) []byte {
	ids, err := alg.ForKey(m.key.Public(), false)
	if err != nil {
		m.t.Fatal(err)
	}
	sig, err := alg.Sign(ids[0], m.key, message)
	if err != nil {
		m.t.Fatal(err)
	}
	return lp.Append(nil, lp.Append(lp.Uint32(nil, uint32(ids[0])), sig))
}

func (m maker) schemes() []byte {
	var out []byte
	for scheme := 1; scheme <= 3; scheme++ {
		out = lp.Append(out, lp.Append(lp.Uint32(nil, uint32(scheme)), m.sign(message(scheme, madeUp[scheme]))))
	}
	return out
}

func (m maker) attributes(attributes ...[]byte) Input {
	var list []byte
	for _, attribute := range attributes {
		list = lp.Append(list, attribute)
	}
	list = lp.Append(nil, list)
	return m.input(true, m.schemes(), list, m.sign(list))
}

func seconds(n uint64) []byte {
	return binary.LittleEndian.AppendUint64(lp.Uint32(nil, attrTime), n)
}

func (m maker) expect(what string, in Input, want string) *Stamp {
	m.t.Helper()
	got := Check(in)
	if issue.ID(got.Err) != want || (got.Err == nil) != (want == "") {
		m.t.Errorf("%s: %v", what, got.Err)
	}
	return got
}

func TestFirstVersion(t *testing.T) {
	m := newMaker(t, "ec-p256")
	got := m.expect("v1", m.input(false, m.sign(message(3, madeUp[3]))), "")
	if got.Alg != "ecdsa-p256-sha256" || !bytes.Equal(got.Cert.Raw, m.cert.Raw) {
		t.Errorf("%+v", got)
	}
	m.expect("v1 over v2", m.input(false, m.sign(message(2, madeUp[2]))), "SOURCE_STAMP_DID_NOT_VERIFY")
	m.expect("v1 without signature", m.input(false), "SOURCE_STAMP_MALFORMED_SIGNATURE")
	m.expect("v1 with none", m.input(false, nil), "SOURCE_STAMP_NO_SIGNATURE")
	in := m.input(false, m.sign(nil))
	in.Digests = nil
	m.expect("v1 over nothing", in, "SOURCE_STAMP_NO_SIGNATURE")
}

func TestSecondVersion(t *testing.T) {
	m := newMaker(t, "rsa-2048")
	good := m.input(true, m.schemes())
	m.expect("v2", good, "")
	good.Digests = map[int]map[content.Algorithm][]byte{2: madeUp[2]}
	m.expect("v2, one scheme", good, "")
	good.Digests = map[int]map[content.Algorithm][]byte{2: madeUp[2], 4: madeUp[3]}
	m.expect("v2, a scheme that it lacks", good, "SOURCE_STAMP_NO_SIGNATURE")
	good.Digests = nil
	m.expect("v2, no scheme", good, "SOURCE_STAMP_NO_SIGNATURE")
	m.expect("damaged certificate", maker{t, m.key, &x509.Certificate{Raw: []byte("x")}}.input(true), "SOURCE_STAMP_MALFORMED_CERTIFICATE")
	in := m.input(true, m.schemes())
	in.CertHash = in.CertHash[1:]
	m.expect("another certificate", in, "SOURCE_STAMP_CERTIFICATE_MISMATCH_BETWEEN_SIGNATURE_BLOCK_AND_APK")
	other := newMaker(t, "rsa-2048_2")
	m.expect("another key", m.input(true, other.schemes()), "SOURCE_STAMP_DID_NOT_VERIFY")
	m.expect("attributes without signature", m.input(true, m.schemes(), nil), "SOURCE_STAMP_MALFORMED_SIGNATURE")
	m.expect("empty attributes", m.input(true, m.schemes(), nil, m.sign(nil)), "SOURCE_STAMP_MALFORMED_SIGNATURE")
}

func TestAttributes(t *testing.T) {
	m := newMaker(t, "rsa-2048_2")
	_, last := apktest.Key(t, "rsa-2048_3")
	key, first := apktest.Key(t, "rsa-2048")
	l, err := lineage.Extend(nil, lineage.Signer{Key: key, Cert: first}, lineage.Signer{Cert: m.cert})
	if err != nil {
		t.Fatal(err)
	}
	further, err := lineage.Extend(l, lineage.Signer{Key: m.key, Cert: m.cert}, lineage.Signer{Cert: last})
	if err != nil {
		t.Fatal(err)
	}
	rotation := func(value []byte) []byte { return append(lp.Uint32(nil, attrLineage), value...) }
	got := m.expect("all", m.attributes(seconds(1600000000), rotation(l.Attribute()), lp.Uint32(nil, 7)), "")
	if want := time.Date(2020, 9, 13, 12, 26, 40, 0, time.UTC); !got.Time.Equal(want) || got.Lineage == nil || len(got.Notes) != 1 || issue.ID(got.Notes[0]) != "SOURCE_STAMP_UNKNOWN_ATTRIBUTE" {
		t.Errorf("%+v", got)
	}
	cut := l.Attribute()
	for what, row := range map[string]struct {
		attribute []byte
		want      string
	}{
		"no time":           {seconds(0), "INVALID_TIMESTAMP"},
		"negative time":     {seconds(1 << 63), "INVALID_TIMESTAMP"},
		"the year 10000":    {seconds(lastSecond + 1), "INVALID_TIMESTAMP"},
		"short time":        {seconds(1)[:8], "MALFORMED_ATTRIBUTE"},
		"no id":             {[]byte{1}, "MALFORMED_ATTRIBUTE"},
		"further lineage":   {rotation(further.Attribute()), "POR_CERT_MISMATCH"},
		"empty lineage":     {rotation(nil), "POR_CERT_MISMATCH"},
		"cut lineage":       {rotation(cut[:len(cut)-1]), "MALFORMED_LINEAGE"},
		"lineage unvouched": {rotation(append(cut[:len(cut)-1:len(cut)-1], cut[len(cut)-1]^1)), "POR_DID_NOT_VERIFY"},
	} {
		m.expect(what, m.attributes(row.attribute), "SOURCE_STAMP_"+row.want)
	}
	if got := m.expect("many unknown", m.attributes(bytes.Split(bytes.Repeat([]byte("....,"), 99), []byte(","))[:99]...), ""); len(got.Notes) != maxNotes {
		t.Errorf("%d notes", len(got.Notes))
	}
}

// Each byte of a stamp counts.
func TestFlips(t *testing.T) {
	made := newMaker(t, "ec-p256").attributes(seconds(1600000000))
	for what, in := range map[string]Input{"ours": made, "Google's": input(t, "v3-only-with-stamp.apk", 0, math.MaxInt32)} {
		if err := Check(in).Err; err != nil {
			t.Fatal(what, err)
		}
		whole := in.V2
		for i := range whole {
			in.V2 = bytes.Clone(whole)
			in.V2[i] ^= 0xff
			if Check(in).Err == nil {
				t.Errorf("%s: byte %d of %d flipped is not noticed", what, i, len(whole))
			}
			if in.V2 = whole[:i]; Check(in).Err == nil {
				t.Errorf("%s: cut at %d is not noticed", what, i)
			}
		}
	}
}
