package jarsig

import (
	"crypto"
	"fmt"
	"math"

	"sigtool/internal/cms"
)

// levels are SDK versions from..to, both included.
type levels struct{ from, to int }

const newest = math.MaxInt32

// plain tells whether a signature algorithm is named by its kind of key alone, so that the hash is the digest algorithm's.
func plain(oid string) bool {
	return oid == "1.2.840.113549.1.1.1" || oid == "1.2.840.10040.4.1" || oid == "1.2.840.10045.2.1"
}

// known tells which platforms know a signer's digest algorithm together with its signature algorithm: as apksig has it from tests on devices.
func known(info *cms.SignerInfo) []levels {
	since := func(sdk int) []levels { return []levels{{sdk, newest}} }
	digest, kind, bare := info.Hash, info.Kind, plain(info.SigOID.String())
	strong := digest == crypto.SHA384 || digest == crypto.SHA512
	switch {
	case digest == 0 || kind == "":
		return nil
	case info.SignatureHash() != digest:
		return crossed(digest, kind, info.SignatureHash())
	case kind == cms.RSA:
		return knownRSA(digest, bare)
	case digest == crypto.MD5 || kind == cms.DSA && strong:
		return nil
	case kind == cms.DSA && digest == crypto.SHA1 && bare:
		return since(0)
	case kind == cms.DSA && digest == crypto.SHA1:
		return since(9)
	case kind == cms.DSA && bare:
		return since(22)
	case kind == cms.ECDSA && (digest == crypto.SHA1 || bare && digest != crypto.SHA224):
		return since(18)
	}
	return since(21)
}

func knownRSA(digest crypto.Hash, bare bool) []levels {
	switch {
	case digest == crypto.SHA1 || digest == crypto.MD5 && bare:
		return []levels{{0, newest}}
	case digest == crypto.MD5 || digest == crypto.SHA224:
		return []levels{{0, 8}, {21, newest}}
	case digest == crypto.SHA256:
		return []levels{{0, 8}, {18, newest}}
	case bare:
		return []levels{{18, newest}}
	}
	return []levels{{21, newest}}
}

// crossed are the platforms that know a signature over another hash than the digest algorithm says: Android 5 and 6 went by the signature's.
func crossed(digest crypto.Hash, kind cms.Kind, over crypto.Hash) []levels {
	switch {
	case kind == cms.DSA && (over == crypto.SHA384 || over == crypto.SHA512):
		return nil
	case kind == cms.RSA && (digest == crypto.SHA224 && over == crypto.SHA256 || digest == crypto.SHA256 && over == crypto.SHA1 || digest == crypto.SHA512 && over == crypto.SHA384):
		return []levels{{21, 21}}
	}
	return []levels{{21, 23}}
}

// missing are the SDK versions min..max that are in none of the ranges, for people: "9-17, 24+"; "" when there are none.
func missing(have []levels, minSDK, maxSDK int) string {
	text, at := "", minSDK
	gap := func(from, to int) {
		if text != "" {
			text += ", "
		}
		switch {
		case from == to:
			text += fmt.Sprint(from)
		case to >= newest:
			text += fmt.Sprintf("%d+", from)
		default:
			text += fmt.Sprintf("%d-%d", from, to)
		}
	}
	for _, l := range have {
		if l.to < at {
			continue
		}
		if l.from > at {
			gap(at, min(l.from-1, maxSDK))
		}
		if at = l.to + 1; at > maxSDK {
			return text
		}
	}
	gap(at, maxSDK)
	return text
}
