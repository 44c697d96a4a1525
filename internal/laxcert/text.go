package laxcert

import (
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"sigtool/internal/ber"
)

// Text reads a string of one of the kinds that names are made of; false for anything else.
func Text(e ber.Element) (string, bool) {
	switch e.Tag {
	case ber.UTF8String, ber.PrintableString, ber.IA5String, ber.NumericString:
		return string(e.Content), !e.Constructed && utf8.Valid(e.Content)
	case ber.T61String: // read by everybody as Latin-1
		var text strings.Builder
		for _, c := range e.Content {
			text.WriteRune(rune(c))
		}
		return text.String(), !e.Constructed
	case ber.BMPString:
		units := make([]uint16, len(e.Content)/2)
		for i := range units {
			units[i] = uint16(e.Content[2*i])<<8 | uint16(e.Content[2*i+1])
		}
		return string(utf16.Decode(units)), !e.Constructed && len(e.Content)%2 == 0
	}
	return "", false
}

// Layouts of times: seconds may be missing, and the zone may be a difference (X.680 §46, §47).
var (
	utcTimes     = []string{"060102150405Z0700", "0601021504Z0700"}
	generalTimes = []string{"20060102150405Z0700", "200601021504Z0700"}
)

// readTime reads a UTCTime, of 1950 to 2049 (RFC 5280 §4.1.2.5.1), or a GeneralizedTime.
func readTime(in *ber.Cursor, into *time.Time) error {
	e := in.Any()
	layouts := generalTimes
	switch {
	case in.Err() != nil || e.Constructed || e.Tag != ber.UTCTime && e.Tag != ber.GeneralizedTime:
		return ber.ErrDamaged
	case e.Tag == ber.UTCTime:
		layouts = utcTimes
	}
	for _, layout := range layouts {
		t, err := time.Parse(layout, string(e.Content))
		if err != nil {
			continue
		}
		if e.Tag == ber.UTCTime && t.Year() >= 2050 {
			t = t.AddDate(-100, 0, 0)
		}
		*into = t.UTC()
		return nil
	}
	return ber.ErrDamaged
}
