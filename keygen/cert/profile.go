package cert

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Profile is what a certificate is for.
type Profile int

// The profiles.
const (
	Plain        Profile = iota // signs what it is asked to
	Authority                   // signs certificates, too
	Modules                     // signs kernel modules: enrolled as a machine owner's key (MOK), it can't start another boot loader
	IMXAuthority                // i.MX: an SRK, or the CA above it, that signs certificates, as NXP's v3_ca.cnf has OpenSSL write it
	IMXUser                     // i.MX: a CSF, image or container key, or an SRK that signs code itself, as v3_usr.cnf does
)

// ProfileOf is Authority or Plain.
func ProfileOf(ca bool) Profile {
	if ca {
		return Authority
	}
	return Plain
}

var (
	// oidModulesOnly says that a key is for kernel modules. shim, which Linux distributions boot by, refuses such a key's signature of a boot
	// loader or a kernel (shim.c, OID_EKU_MODSIGN); kernels themselves do not look at it.
	oidModulesOnly = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 2312, 16, 1, 2}

	oidSubjectKeyID     = asn1.ObjectIdentifier{2, 5, 29, 14}
	oidKeyUsage         = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidBasicConstraints = asn1.ObjectIdentifier{2, 5, 29, 19}
	oidAuthorityKeyID   = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidNetscapeComment  = asn1.ObjectIdentifier{2, 16, 840, 1, 113730, 1, 13}
)

// netscapeComment is what stands in every certificate that NXP's scripts make for a user.
const netscapeComment = "OpenSSL Generated Certificate"

// fill adds the profile's extensions to a certificate whose issuer is above.
func (p Profile) fill(template, above *x509.Certificate) error {
	switch p {
	case IMXAuthority, IMXUser:
		return p.fillIMX(template, above)
	}
	template.KeyUsage, template.BasicConstraintsValid, template.IsCA = x509.KeyUsageDigitalSignature, true, p == Authority
	switch p {
	case Authority:
		template.KeyUsage |= x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	case Modules:
		template.ExtKeyUsage, template.UnknownExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}, []asn1.ObjectIdentifier{oidModulesOnly}
	}
	return nil
}

// fillIMX writes the extensions in the order and with the marks that OpenSSL gives them by NXP's cnf files (CST 3.4.1, ca/): a boot ROM
// has seen no others.
//
//	v3_ca.cnf    subjectKeyIdentifier, authorityKeyIdentifier (key, and issuer and serial number of the certificate above),
//	             basicConstraints critical CA:TRUE, keyUsage keyCertSign
//	v3_usr.cnf   basicConstraints CA:FALSE, nsComment, subjectKeyIdentifier, authorityKeyIdentifier (key)
func (p Profile) fillIMX(template, above *x509.Certificate) error {
	var list extensions
	constraints := func(ca bool) {
		list.add(oidBasicConstraints, ca, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				if ca {
					b.AddASN1Boolean(true)
				}
			})
		})
	}
	subjectKey := func() {
		list.add(oidSubjectKeyID, false, func(b *cryptobyte.Builder) { b.AddASN1OctetString(template.SubjectKeyId) })
	}
	if p == IMXAuthority {
		subjectKey()
		list.addAuthorityKey(above, true)
		constraints(true)
		list.add(oidKeyUsage, false, func(b *cryptobyte.Builder) { b.AddBytes([]byte{3, 2, 2, 4}) }) // a BIT STRING of six bits: keyCertSign
	} else {
		constraints(false)
		list.add(oidNetscapeComment, false, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.IA5String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(netscapeComment)) })
		})
		subjectKey()
		list.addAuthorityKey(above, false)
	}
	template.ExtraExtensions = list.all
	return list.err
}

// extensions are those of a certificate, in their order.
type extensions struct {
	all []pkix.Extension
	err error
}

func (e *extensions) add(oid asn1.ObjectIdentifier, critical bool, value cryptobyte.BuilderContinuation) {
	b := cryptobyte.NewBuilder(nil)
	value(b)
	der, err := b.Bytes()
	if err != nil && e.err == nil {
		e.err = err
	}
	e.all = append(e.all, pkix.Extension{Id: oid, Critical: critical, Value: der})
}

// addAuthorityKey names the key that signs (RFC 5280 §4.2.1.1), and where it is asked for, its certificate by issuer and serial number:
//
//	SEQUENCE { [0] keyIdentifier, [1] { [4] { Name } }, [2] serial }
func (e *extensions) addAuthorityKey(above *x509.Certificate, whose bool) {
	serial := cryptobyte.NewBuilder(nil)
	serial.AddASN1BigInt(above.SerialNumber)
	number, err := serial.Bytes()
	if err != nil {
		e.err = err
		return
	}
	context := func(n uint8) cbasn1.Tag { return cbasn1.Tag(n).ContextSpecific() }
	e.add(oidAuthorityKeyID, false, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(context(0), func(b *cryptobyte.Builder) { b.AddBytes(above.SubjectKeyId) })
			if !whose {
				return
			}
			b.AddASN1(context(1).Constructed(), func(b *cryptobyte.Builder) {
				b.AddASN1(context(4).Constructed(), func(b *cryptobyte.Builder) { b.AddBytes(above.RawIssuer) })
			})
			b.AddASN1(context(2), func(b *cryptobyte.Builder) { b.AddBytes(number[2:]) }) // at most 20 bytes: its head has two
		})
	})
}
