package main

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"slices"
	"strings"
)

// javaKeyword is the name that Java gives an attribute of a certificate's subject.
func javaKeyword(oid string) string {
	names := map[string]string{
		"2.5.4.3": "CN", "2.5.4.4": "SURNAME", "2.5.4.5": "SERIALNUMBER", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.9": "STREET",
		"2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "T", "2.5.4.42": "GIVENNAME", "2.5.4.43": "INITIALS", "2.5.4.44": "GENERATION",
		"2.5.4.46": "DNQ", "1.2.840.113549.1.9.1": "EMAILADDRESS", "0.9.2342.19200300.100.1.25": "DC", "0.9.2342.19200300.100.1.1": "UID",
		"1.3.6.1.4.1.42.2.11.2.1": "IP",
	}
	if name, known := names[oid]; known {
		return name
	}
	return "OID." + oid
}

// javaName writes a subject as Java's X509Certificate.getSubjectDN does, and so apksigner: the last part first, with ", " between parts, and a
// value in quotation marks where it holds what separates.
func javaName(certificate *x509.Certificate) string {
	var name pkix.RDNSequence
	if rest, err := asn1.Unmarshal(certificate.RawSubject, &name); err != nil || len(rest) > 0 {
		return certificate.Subject.String() // read leniently; it is not in DER
	}
	var parts []string
	for _, set := range slices.Backward(name) {
		var attributes []string
		for _, attribute := range set {
			attributes = append(attributes, javaAttribute(attribute))
		}
		parts = append(parts, strings.Join(attributes, " + "))
	}
	return strings.Join(parts, ", ")
}

func javaAttribute(attribute pkix.AttributeTypeAndValue) string {
	keyword := javaKeyword(attribute.Type.String())
	if value, is := attribute.Value.(string); is {
		return keyword + "=" + javaValue(value)
	}
	der, err := asn1.Marshal(attribute.Value)
	if err != nil {
		return keyword + "="
	}
	return keyword + "=#" + hex.EncodeToString(der)
}

func javaValue(value string) string {
	if len(value) > 1 && strings.HasPrefix(value, `"`) && strings.HasSuffix(value, `"`) {
		return value // Java takes it for quoted already
	}
	spaced := strings.ReplaceAll(value, "\n", " ")
	if !strings.ContainsAny(value, ",+=\n<>#;\\\"") && !strings.Contains(spaced, "  ") && strings.TrimSpace(spaced) == spaced {
		return value
	}
	return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(value) + `"`
}
