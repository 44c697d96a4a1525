package stamp

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"

	"sigtool/formats/apk/lineage"
	"sigtool/formats/apk/lp"
	"sigtool/internal/issue"
)

// Attributes that are known.
const (
	attrTime    = 0xe43c5946 // when the stamp was made: u64, seconds since 1970
	attrLineage = 0x9d6303f7 // earlier keys of the stamp, as in an APK's proof of rotation
)

// lastSecond is the end of the year 9999, beyond which a time can't be written down.
const lastSecond = 253402300799

// checkAttributes checks the signature over the attributes, then reads them.
//
//	u32 length | u32 length | attribute | attribute … | u32 length | signatures, see signed; each attribute: u32 length | u32 id | value
//	             \-- signed, with this length ------/
func (v *verifier) checkAttributes(data lp.Bytes) error {
	var list, signed, signatures lp.Bytes
	if !data.Prefixed(&signed) || !data.Prefixed(&signatures) {
		return malformed()
	}
	if err := v.signed(signed, signatures); err != nil {
		return err
	}
	if !signed.Prefixed(&list) {
		return malformed()
	}
	for len(list) > 0 {
		var value lp.Bytes
		var id uint32
		if !list.Prefixed(&value) || !value.Uint32(&id) {
			return wrong("MALFORMED_ATTRIBUTE", "the source stamp's attributes are damaged: lengths that do not fit")
		}
		if err := v.stamp.attribute(id, value); err != nil {
			return err
		}
	}
	return nil
}

func (s *Stamp) attribute(id uint32, value []byte) error {
	switch id {
	case attrTime:
		return s.readTime(value)
	case attrLineage:
		return s.readLineage(value)
	}
	s.note("UNKNOWN_ATTRIBUTE", "the source stamp has an unknown attribute, 0x%x", id)
	return nil
}

// readTime reads the first 8 bytes, whatever stands behind them, as apksig does.
func (s *Stamp) readTime(value []byte) error {
	if len(value) < 8 {
		return wrong("MALFORMED_ATTRIBUTE", "the source stamp's time is cut off")
	}
	seconds := binary.LittleEndian.Uint64(value)
	if seconds == 0 || seconds > lastSecond {
		return wrong("INVALID_TIMESTAMP", "the source stamp's time is none: %d seconds since 1970", int64(seconds))
	}
	s.Time = time.Unix(int64(seconds), 0).UTC()
	return nil
}

// readLineage reads the stamp's own lineage, whose errors have the names of an APK's with another beginning.
func (s *Stamp) readLineage(value []byte) error {
	l, err := lineage.ParseAttribute(value)
	if err != nil {
		return wrong(strings.TrimPrefix(issue.ID(err), "V3_SIG_"), "source stamp: %v", err)
	}
	s.Lineage = l
	if !bytes.Equal(l.Nodes[len(l.Nodes)-1].Cert.Raw, s.Cert.Raw) {
		return wrong("POR_CERT_MISMATCH", "the source stamp's lineage ends with another certificate than its own")
	}
	return nil
}
