package cert

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// attribute is a kind of value in a name: its keywords, the first one for messages, and its bounds (RFC 5280 appendix A.1).
type attribute struct {
	keywords []string
	oid      asn1.ObjectIdentifier
	max      int  // characters
	ia5      bool // an IA5String; all others are PrintableString where that is enough, and else UTF8String
}

var attributes = []attribute{
	{[]string{"CN", "commonName"}, asn1.ObjectIdentifier{2, 5, 4, 3}, 64, false},
	{[]string{"O", "organizationName"}, asn1.ObjectIdentifier{2, 5, 4, 10}, 64, false},
	{[]string{"OU", "organizationalUnitName"}, asn1.ObjectIdentifier{2, 5, 4, 11}, 64, false},
	{[]string{"C", "countryName"}, asn1.ObjectIdentifier{2, 5, 4, 6}, 2, false},
	{[]string{"ST", "S", "stateOrProvinceName"}, asn1.ObjectIdentifier{2, 5, 4, 8}, 128, false},
	{[]string{"L", "localityName"}, asn1.ObjectIdentifier{2, 5, 4, 7}, 128, false},
	{[]string{"STREET", "streetAddress"}, asn1.ObjectIdentifier{2, 5, 4, 9}, 128, false},
	{[]string{"postalCode"}, asn1.ObjectIdentifier{2, 5, 4, 17}, 40, false},
	{[]string{"SERIALNUMBER"}, asn1.ObjectIdentifier{2, 5, 4, 5}, 64, false},
	{[]string{"title", "T"}, asn1.ObjectIdentifier{2, 5, 4, 12}, 64, false},
	{[]string{"emailAddress", "E"}, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, 255, true},
	{[]string{"DC", "domainComponent"}, asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 25}, 63, true},
	{[]string{"UID", "userId"}, asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1}, 256, false},
}

const (
	maxSubject = 4096 // bytes
	maxParts   = 64
)

// ParseSubject reads the name of a certificate's holder and returns it as the DER of an X.501 Name. Three ways of writing are taken:
//
//	CN=Acme root,O=Acme\, Inc.,C=DE      RFC 4514: the most specific part first; "\" before , + " \ < > ; = # and spaces at the ends, or \C3\A9
//	/C=DE/O=Acme, Inc./CN=Acme root      as OpenSSL's -subj: the most specific part last; "\" before / + and \
//	Acme root                            text without "=": the CN alone, as it is
//
// Both examples make the same name. Spaces after a separator don't count; "+" joins attributes into one part. Keywords are those of RFC 4514
// (CN O OU C ST L STREET DC UID) and SERIALNUMBER, emailAddress, postalCode and title, in upper or lower case.
// It refuses what RFC 5280 appendix A.1 doesn't allow: empty or too long values, a country that isn't two letters, control characters.
func ParseSubject(text string) ([]byte, error) {
	text = strings.TrimRight(strings.TrimLeft(text, " \t\r\n"), "\t\r\n") // a space at the end may be an escaped one
	switch {
	case text == "":
		return nil, errors.New("the subject is empty")
	case len(text) > maxSubject:
		return nil, fmt.Errorf("the subject is longer than %d bytes", maxSubject)
	}
	var name pkix.RDNSequence
	var err error
	switch {
	case !strings.Contains(text, "="):
		var cn pkix.AttributeTypeAndValue
		cn, err = attributes[0].value(strings.TrimRight(text, " "))
		name = pkix.RDNSequence{{cn}}
	case text[0] == '/':
		name, err = parseParts(text[1:], '/')
	default:
		name, err = parseParts(text, ',')
		slices.Reverse(name) // DER has the most general part first
	}
	if err != nil {
		return nil, fmt.Errorf("subject: %w", err)
	}
	return asn1.Marshal(name)
}

// parseParts reads parts with a separator between them, and attributes with "+" between them within a part.
func parseParts(text string, separator byte) (pkix.RDNSequence, error) {
	var name pkix.RDNSequence
	var part pkix.RelativeDistinguishedNameSET
	for {
		keyword, rest, found := strings.Cut(text, "=")
		if !found {
			return nil, fmt.Errorf("%q has no =", text)
		}
		a, err := findAttribute(strings.TrimSpace(keyword))
		if err != nil {
			return nil, err
		}
		value, ended, rest, err := readValue(rest, separator)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.keywords[0], err)
		}
		encoded, err := a.value(value)
		if err != nil {
			return nil, err
		}
		part = append(part, encoded)
		text = rest
		if ended == '+' {
			continue
		}
		name, part = append(name, part), nil
		if ended == 0 {
			return name, nil
		}
		if len(name) == maxParts {
			return nil, fmt.Errorf("more than %d parts", maxParts)
		}
	}
}

func findAttribute(keyword string) (attribute, error) {
	for _, a := range attributes {
		for _, known := range a.keywords {
			if strings.EqualFold(known, keyword) {
				return a, nil
			}
		}
	}
	return attribute{}, fmt.Errorf("unknown attribute %q: there are CN, O, OU, C, ST, L, STREET, DC, UID, SERIALNUMBER, emailAddress, postalCode and title", keyword)
}

// value checks a value and makes the attribute.
func (a attribute) value(text string) (pkix.AttributeTypeAndValue, error) {
	made := pkix.AttributeTypeAndValue{Type: a.oid, Value: text}
	switch length := utf8.RuneCountInString(text); {
	case !utf8.ValidString(text):
		return made, fmt.Errorf("%s isn't UTF-8", a.keywords[0])
	case length == 0:
		return made, fmt.Errorf("%s is empty", a.keywords[0])
	case length > a.max:
		return made, fmt.Errorf("%s has %d characters; at most %d are allowed", a.keywords[0], length, a.max)
	case a.keywords[0] == "C" && !twoLetters(text):
		return made, fmt.Errorf("the country %q isn't a code of two capital letters", text)
	case strings.ContainsFunc(text, unicode.IsControl):
		return made, fmt.Errorf("%s has a control character", a.keywords[0])
	case a.ia5 && strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }):
		return made, fmt.Errorf("%s must be ASCII", a.keywords[0])
	}
	if a.ia5 {
		made.Value = asn1.RawValue{Tag: asn1.TagIA5String, Bytes: []byte(text)}
	}
	return made, nil
}

func twoLetters(text string) bool {
	return len(text) == 2 && !strings.ContainsFunc(text, func(r rune) bool { return r < 'A' || r > 'Z' })
}
