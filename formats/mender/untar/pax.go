package untar

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// maxRecords is how many bytes a header of records may have.
const maxRecords = 64 << 10

// extended reads records (POSIX.1-2001, pax), and the header that they are for. Tools write them for what has no room there: a size from 8 GiB on,
// a long name or owner, parts of a second.
//
//	"23 path=some/long/name\n"  the length counts the whole record, in decimal digits
func (r *Reader) extended(of *header) (*header, error) {
	if of.size > maxRecords {
		return nil, issue.New("odd-records", formats.ErrFormat, "a member has %d bytes of pax records", of.size)
	}
	data := make([]byte, of.size+(block-of.size%block)%block)
	if err := r.fill(data); err != nil {
		return nil, err
	}
	if !blank(data[of.size:]) {
		return nil, fmt.Errorf("%w: the padding is not zero", ErrDamaged)
	}
	records, err := parseRecords(data[:of.size])
	if err != nil {
		return nil, err
	}
	h, err := r.header()
	if err != nil {
		return nil, err
	}
	if h == nil || h.kind == kindPAX {
		return nil, issue.New("odd-records", formats.ErrFormat, "pax records without a member")
	}
	return h, h.apply(records)
}

// parseRecords takes records that say what a plain file's header says too, each once.
func parseRecords(data []byte) (map[string]string, error) {
	records := map[string]string{}
	odd := func(key string) error {
		return issue.New("odd-records", formats.ErrFormat, "the pax record %q is damaged, double, or none of a plain file", short(key))
	}
	for len(data) > 0 {
		digits, _, _ := bytes.Cut(data[:min(len(data), 8)], []byte{' '})
		length, err := strconv.Atoi(string(digits))
		if err != nil || strconv.Itoa(length) != string(digits) || length <= len(digits)+1 || length > len(data) {
			return nil, odd(string(digits))
		}
		record := string(data[len(digits)+1 : length])
		data = data[length:]
		key, value, ok := strings.Cut(record, "=")
		value, whole := strings.CutSuffix(value, "\n")
		_, double := records[key]
		if !ok || !whole || double || strings.Contains(value, "\x00") {
			return nil, odd(key)
		}
		switch key {
		case "path", "size", "uname", "gname":
			records[key] = value
		case "uid", "gid", "mtime", "atime", "ctime":
			seconds, parts, _ := strings.Cut(value, ".")
			_, err := strconv.ParseInt(seconds, 10, 64)
			if err != nil || strings.Trim(parts, "0123456789") != "" || strings.HasSuffix(key, "id") && seconds != value {
				return nil, odd(key)
			}
			records[key] = value
		default:
			return nil, odd(key)
		}
	}
	return records, nil
}

// apply lays records over the header. One that says a size too has to say the same, or zero, which is what tools write for a size that has no room.
func (h *header) apply(records map[string]string) error {
	if path, ok := records["path"]; ok {
		h.name = path
	}
	if digits, ok := records["size"]; ok {
		size, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || size < 0 || size > maxSize || h.size != 0 && h.size != size {
			return overflow("a pax record says another size than the header, or one that can't be")
		}
		h.size = size
	}
	return nil
}
