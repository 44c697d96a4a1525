// Package laxcert reads certificates as Java's and Android's readers take them, which is less strictly than Go does: with BER where DER belongs,
// negative serial numbers, moduli that lack their leading zero, and signatures and extensions that nobody could read.
package laxcert

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"

	"sigtool/internal/ber"
	"sigtool/internal/sigalg"
)

// MaxSize is how many bytes a certificate may have.
const MaxSize = 1 << 20

// maxExtensions is how many extensions one may have, and maxNames how many parts a name.
const (
	maxExtensions = 64
	maxNames      = 64
)

// Parse reads a certificate, and what Go's own reader takes as Go reads it. Of others the fields are set that tell of the names, the serial number, the times,
// the key and its usage; nobody has checked what their signature is. A DSA key is a *sigalg.DSAPublicKey. PublicKey is nil for an
// algorithm or curve that is not known.
func Parse(der []byte) (*x509.Certificate, error) {
	if len(der) > MaxSize {
		return nil, fmt.Errorf("a certificate of more than %d bytes", MaxSize)
	}
	cert, strict := x509.ParseCertificate(der)
	if strict != nil {
		var err error
		if cert, err = parse(der); err != nil {
			return nil, fmt.Errorf("not a certificate: %v", strict)
		}
	}
	if strict != nil || cert.PublicKeyAlgorithm == x509.DSA {
		key, err := ParsePublicKey(cert.RawSubjectPublicKeyInfo)
		if err != nil && !errors.Is(err, errUnknown) {
			return nil, err
		}
		cert.PublicKey = key
		if _, dsa := key.(*sigalg.DSAPublicKey); !dsa && cert.PublicKeyAlgorithm == x509.DSA {
			cert.PublicKey = nil
		}
	}
	return cert, nil
}

// parse reads a Certificate (RFC 5280 §4.1) as far as it is needed:
//
//	SEQUENCE{ SEQUENCE{ [0] version, serial, algorithm, issuer, SEQUENCE{from, to}, subject, key, [1] [2] identifiers, [3] extensions },
//	          algorithm, BIT STRING signature }
func parse(data []byte) (*x509.Certificate, error) {
	all, rest, err := ber.Read(data)
	if err != nil || len(rest) > 0 || all.Tag != ber.Sequence {
		return nil, ber.ErrDamaged
	}
	outer := ber.Over(all.Content)
	tbs := outer.Take(ber.Sequence)
	outer.Take(ber.Sequence)
	signature := outer.Take(ber.BitString)
	cert := &x509.Certificate{Raw: data, RawTBSCertificate: tbs.Raw, Version: 1}
	in := ber.Over(tbs.Content)
	if version, ok := in.Optional(ber.Context0); ok {
		number := ber.Over(version.Content).Take(ber.Integer).Content
		if len(number) != 1 || number[0] > 2 {
			return nil, ber.ErrDamaged
		}
		cert.Version = int(number[0]) + 1
	}
	serial := in.Take(ber.Integer)
	in.Take(ber.Sequence) // algorithm
	issuer := in.Take(ber.Sequence)
	times := in.Into(ber.Sequence)
	subject := in.Take(ber.Sequence)
	key := in.Take(ber.Sequence)
	if err := errors.Join(outer.Err(), in.Err(), readTime(times, &cert.NotBefore), readTime(times, &cert.NotAfter)); err != nil {
		return nil, err
	}
	cert.RawIssuer, cert.RawSubject, cert.RawSubjectPublicKeyInfo = issuer.Raw, subject.Raw, key.Raw
	cert.Signature, _ = signature.Bits()
	if cert.SerialNumber, err = serial.Int(); err != nil {
		return nil, err
	}
	if err := errors.Join(readName(issuer, &cert.Issuer), readName(subject, &cert.Subject)); err != nil {
		return nil, err
	}
	in.Optional(ber.Context1)
	in.Optional(ber.Context2)
	if extensions, ok := in.Optional(ber.Context3); ok {
		list := ber.Over(extensions.Content)
		if err := errors.Join(readExtensions(cert, list.Take(ber.Sequence).Content), list.Err()); err != nil {
			return nil, err
		}
	}
	return cert, in.Err()
}

// readName reads SEQUENCE OF SET OF SEQUENCE{type, value}. What is no string of a known kind stays out.
func readName(e ber.Element, into *pkix.Name) error {
	var names pkix.RDNSequence
	sets, err := ber.Elements(e.Content, maxNames)
	if err != nil {
		return err
	}
	for _, set := range sets {
		pairs, err := ber.Elements(set.Content, maxNames)
		if err != nil {
			return err
		}
		var name pkix.RelativeDistinguishedNameSET
		for _, pair := range pairs {
			in := ber.Over(pair.Content)
			oid, value := in.OID(), in.Any()
			if in.Err() != nil {
				return in.Err()
			}
			if text, ok := Text(value); ok {
				name = append(name, pkix.AttributeTypeAndValue{Type: oid, Value: text})
			}
		}
		if len(name) > 0 {
			names = append(names, name)
		}
	}
	into.FillFromRDNSequence(&names)
	return nil
}

// readExtensions reads SEQUENCE{type, BOOLEAN critical, OCTET STRING value}s and notes the key usage and those that are critical and not known.
func readExtensions(cert *x509.Certificate, data []byte) error {
	all, err := ber.Elements(data, maxExtensions)
	if err != nil {
		return err
	}
	for _, e := range all {
		in := ber.Over(e.Content)
		oid := in.OID()
		critical, _ := in.Optional(ber.Boolean)
		value := in.Take(ber.OctetString)
		if in.Err() != nil {
			return in.Err()
		}
		extension := pkix.Extension{Id: oid, Critical: len(critical.Content) == 1 && critical.Content[0] != 0, Value: value.Content}
		cert.Extensions = append(cert.Extensions, extension)
		if oid.Equal(oidKeyUsage) {
			if cert.KeyUsage, err = keyUsage(value.Content); err != nil {
				return err
			}
		}
		if extension.Critical && !isStandard(oid) {
			cert.UnhandledCriticalExtensions = append(cert.UnhandledCriticalExtensions, oid)
		}
	}
	return nil
}
