package untar

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// A header is one block (POSIX.1-1988, ustar; GNU tar's has the same first half):
//
//	0    100  name            156  1    type: '0' or 0 is a file, 'x' says more of the next
//	100  8    mode            157  100  what a link points to
//	108  8    owner           257  8    magic: "ustar", 0, "00", or "ustar  ", 0
//	116  8    group           265  32   owner's name
//	124  12   size            297  32   group's name
//	136  12   time            329  16   device
//	148  8    sum             345  155  what stands before the name, and a slash
//
// Numbers are octal digits with a NUL or a space behind. The sum is that of all bytes, its own taken as spaces. Owner, mode and time
// are nobody's concern here, but have to be numbers, for readers refuse them otherwise.
type header struct {
	name string
	kind byte
	size int64
}

const (
	kindFile = '0'
	kindOld  = 0
	kindPAX  = 'x'
)

// kinds are the types that have names (POSIX pax, and GNU tar).
var kinds = map[byte]string{'1': "hard link", '2': "symbolic link", '3': "character device", '4': "block device", '5': "directory", '6': "pipe",
	'7': "contiguous file", 'g': "header for all that follow", 'K': "long link of GNU tar", 'L': "long name of GNU tar", 'S': "sparse file"}

// header reads a block; nil is one of zeros.
func (r *Reader) header() (*header, error) {
	var b [block]byte
	if err := r.fill(b[:]); err != nil {
		return nil, err
	}
	if blank(b[:]) {
		return nil, nil
	}
	return parse(&b)
}

func parse(b *[block]byte) (*header, error) {
	if err := checkSum(b); err != nil {
		return nil, err
	}
	h := &header{kind: b[156]}
	name, ok := text(b[:100])
	prefix := ""
	switch magic := string(b[257:265]); {
	case magic == "ustar\x0000":
		var fine bool
		prefix, fine = text(b[345:500])
		ok = ok && fine && blank(b[500:])
	case magic == "ustar  \x00":
		ok = ok && blank(b[345:]) // GNU tar keeps more times there, and the holes of sparse files
	default:
		return nil, issue.New("unknown-tar", formats.ErrFormat, "a tar header that is neither ustar nor GNU tar's")
	}
	if !ok {
		return nil, issue.New("hidden-bytes", formats.ErrFormat, "%q: something stands behind the end of a field of its tar header", name)
	}
	if h.name = name; prefix != "" {
		h.name = prefix + "/" + name
	}
	if link, ok := text(b[157:257]); h.kind != kindFile && h.kind != kindOld && h.kind != kindPAX {
		return nil, issue.New("no-plain-file", formats.ErrFormat, "%q is a %s, where plain files alone may stand", h.name, kindName(h.kind))
	} else if link != "" || !ok {
		return nil, issue.New("no-plain-file", formats.ErrFormat, "%q is a plain file, and points to %q", h.name, link)
	}
	for _, field := range [][]byte{b[100:108], b[108:116], b[116:124], b[136:148], b[329:337], b[337:345]} {
		if !numeric(field) {
			return nil, issue.New("odd-number", formats.ErrFormat, "%q: its tar header has %q for a number", short(h.name), field)
		}
	}
	size, err := number(b[124:136])
	h.size = size
	return h, err
}

func kindName(kind byte) string {
	if name := kinds[kind]; name != "" {
		return name
	}
	return fmt.Sprintf("member of type %q", kind)
}

// checkSum wants six digits, NUL and space, as all tools write it, so that no changed byte goes unnoticed.
func checkSum(b *[block]byte) error {
	sum := 8 * int(' ')
	for i, c := range b {
		if i < 148 || i >= 156 {
			sum += int(c)
		}
	}
	if string(b[148:156]) != fmt.Sprintf("%06o\x00 ", sum) {
		return fmt.Errorf("%w: a header's sum is wrong", ErrDamaged)
	}
	return nil
}

// text is a field up to its first NUL; false when anything else than NULs follows.
func text(b []byte) (string, bool) {
	s, rest, _ := bytes.Cut(b, []byte{0})
	return string(s), blank(rest)
}

// number reads octal digits, or GNU tar's way with numbers that are too large for them: 0x80, and the number in big endian.
func number(b []byte) (int64, error) {
	if b[0]&0x80 != 0 {
		n := binary.BigEndian.Uint64(b[len(b)-8:])
		if b[0] != 0x80 || !blank(b[1:len(b)-8]) || n > maxSize {
			return 0, overflow("a size that is negative or beyond all files")
		}
		return int64(n), nil
	}
	digits, rest := string(b), ""
	if i := bytes.IndexAny(b, "\x00 "); i >= 0 {
		digits, rest = string(b[:i]), string(b[i:])
	}
	n, err := strconv.ParseUint(digits, 8, 63)
	if err != nil || strings.Trim(rest, "\x00 ") != "" {
		return 0, overflow("a size that is no octal number")
	}
	return int64(n), nil
}

// numeric tells whether a field is a number, or empty. A time may be negative.
func numeric(b []byte) bool {
	if sign := b[0]; sign == 0x80 || sign == 0xff {
		for _, c := range b[1 : len(b)-7] {
			if c != sign<<1|sign&1 { // 00 before what is positive, ff before what is negative
				return false
			}
		}
		return true
	}
	digits := strings.Trim(string(b), "\x00 ")
	_, err := strconv.ParseUint(digits, 8, 63)
	return digits == "" || err == nil
}

// maxSize leaves room for adding offsets.
const maxSize = 1 << 60

func overflow(text string) error { return issue.New("impossible-size", formats.ErrFormat, "%s", text) }

// CheckName refuses names that could lead elsewhere than they say, or look like others.
func CheckName(name string) error {
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." {
			return issue.New("path-escapes", formats.ErrFormat, "a member is named %q, which is no plain path below its folder", short(name)).
				Advise("somebody made this archive to be unpacked elsewhere: don't unpack it")
		}
	}
	for _, c := range name {
		if c < ' ' || c == '\\' || c > '~' {
			return issue.New("forbidden-name", formats.ErrFormat, "a member is named %q: control characters, backslashes and letters beyond ASCII are refused", short(name))
		}
	}
	return nil
}

// short is a name for a message.
func short(name string) string { return name[:min(len(name), 100)] }
