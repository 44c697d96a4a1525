// Package cms writes and reads SignedData (RFC 5652), in strict DER: what it wrote is read back by any CMS tool, and what it reads it has checked to the last byte.
package cms

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/sigalg"
)

// Tags used in SignedData.
var (
	tagContext0 = cbasn1.Tag(0).ContextSpecific().Constructed()
	tagContext1 = cbasn1.Tag(1).ContextSpecific().Constructed()
	tagKeyID    = cbasn1.Tag(0).ContextSpecific()
)

// Options say what a signature looks like. The zero value but for Hash is what the kernel's sign-file writes:
// no attributes, no certificates, the signer named by issuer and serial number.
type Options struct {
	Hash       crypto.Hash         // SHA-256, SHA-384 or SHA-512 for what we make; RFC 8419 wants SHA-512 with Ed25519, RFC 9882 with ML-DSA
	Attributes bool                // sign contentType, signingTime and messageDigest (RFC 5652 §11) rather than the content itself
	Time       time.Time           // the signing time, with Attributes
	Embed      []*x509.Certificate // certificates to carry along
	Java       bool                // as apksigner writes it: NULL behind each algorithm, an EC key's own identifier in place of ecdsa-with-SHAx
}

// SignDigest makes a ContentInfo with detached SignedData over content that has this digest, signed by key and in cert's name.
// cert must be key's; its issuer goes in byte for byte. Ed25519 and ML-DSA need Attributes; without, they have to see the content: SignContent.
func SignDigest(key crypto.Signer, cert *x509.Certificate, digest []byte, o Options) ([]byte, error) {
	names, err := algorithmsOf(key.Public(), o)
	if err != nil {
		return nil, err
	}
	var attributes, sig []byte
	if o.Attributes {
		if attributes, err = attributeSet(digest, o.Time); err != nil {
			return nil, err
		}
		sig, err = sigalg.SignMessage(key, o.Hash, retag(attributes, cbasn1.SET))
	} else {
		sig, err = sigalg.Sign(key, o.Hash, digest)
	}
	if err != nil {
		return nil, err
	}
	return assemble(names, cert, attributes, sig, o)
}

// algorithmNames are those of a message: of its digest and its signature.
type algorithmNames struct {
	digest, sig asn1.ObjectIdentifier
	sigNull     bool // NULL parameters follow
}

func algorithmsOf(pub crypto.PublicKey, o Options) (names algorithmNames, err error) {
	if names.digest, err = digestOID(o.Hash); err != nil {
		return names, err
	}
	if names.sig, names.sigNull, err = signatureOID(pub, o.Hash); err != nil {
		return names, err
	}
	if kind, _ := kindOf(pub); o.Java && kind == ECDSA {
		names.sig, names.sigNull = oidEC, true
	}
	return names, nil
}

// assemble writes the message; attributes have their tag, or are nil.
func assemble(names algorithmNames, cert *x509.Certificate, attributes, sig []byte, o Options) ([]byte, error) {
	var b cryptobyte.Builder
	sequence(&b, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidSignedData)
		explicit(b, func(b *cryptobyte.Builder) {
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1) // version
				b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) { algorithm(b, names.digest, o.Java) })
				sequence(b, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(OIDData) })
				if len(o.Embed) > 0 {
					explicit(b, func(b *cryptobyte.Builder) { b.AddBytes(certificateSet(o.Embed)) })
				}
				b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) {
					sequence(b, func(b *cryptobyte.Builder) {
						b.AddASN1Int64(1) // version
						signerName(b, cert)
						algorithm(b, names.digest, o.Java)
						b.AddBytes(attributes)
						algorithm(b, names.sig, names.sigNull)
						b.AddASN1OctetString(sig)
					})
				})
			})
		})
	})
	return b.Bytes()
}

// signerName names the signer: SEQUENCE{issuer, serialNumber}.
func signerName(b *cryptobyte.Builder, cert *x509.Certificate) {
	sequence(b, func(b *cryptobyte.Builder) {
		b.AddBytes(cert.RawIssuer)
		b.AddASN1BigInt(cert.SerialNumber)
	})
}

// attributeSet makes the signed attributes under the [0] tag that they are sent with. DER sorts a SET OF by its
// encodings, and these three sort by length.
func attributeSet(digest []byte, at time.Time) ([]byte, error) {
	at = at.UTC()
	if year := at.Year(); year < 1950 || year > 9999 {
		return nil, fmt.Errorf("the year %d can't be a signing time", year)
	}
	var b cryptobyte.Builder
	b.AddASN1(tagContext0, func(b *cryptobyte.Builder) {
		attribute(b, oidContentType, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(OIDData) })
		attribute(b, oidSigningTime, func(b *cryptobyte.Builder) {
			if at.Year() < 2050 { // RFC 5652 §11.3
				b.AddASN1UTCTime(at)
			} else {
				b.AddASN1GeneralizedTime(at)
			}
		})
		attribute(b, oidMessageDigest, func(b *cryptobyte.Builder) { b.AddASN1OctetString(digest) })
	})
	return b.Bytes()
}

// retag puts another tag on an encoded value: attributes are signed as a SET OF but sent as [0] (RFC 5652 §5.4).
func retag(der []byte, tag cbasn1.Tag) []byte {
	der = bytes.Clone(der)
	der[0] = byte(tag)
	return der
}

func certificateSet(certs []*x509.Certificate) []byte {
	raw := make([][]byte, len(certs))
	for i, cert := range certs {
		raw[i] = cert.Raw
	}
	slices.SortFunc(raw, bytes.Compare)
	return bytes.Join(slices.CompactFunc(raw, bytes.Equal), nil)
}

func attribute(b *cryptobyte.Builder, oid asn1.ObjectIdentifier, value func(*cryptobyte.Builder)) {
	sequence(b, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oid)
		b.AddASN1(cbasn1.SET, value)
	})
}

func algorithm(b *cryptobyte.Builder, oid asn1.ObjectIdentifier, null bool) {
	sequence(b, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oid)
		if null {
			b.AddASN1NULL()
		}
	})
}

func sequence(b *cryptobyte.Builder, f func(*cryptobyte.Builder)) { b.AddASN1(cbasn1.SEQUENCE, f) }

func explicit(b *cryptobyte.Builder, f func(*cryptobyte.Builder)) { b.AddASN1(tagContext0, f) }
