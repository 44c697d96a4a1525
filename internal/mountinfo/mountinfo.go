// Package mountinfo reads what the kernel says of its mounts, and believes of a line only what its form has.
package mountinfo

import "strings"

// Path is where the table of this process stands, below "/".
const Path = "proc/self/mountinfo"

// Mount is a line of the table (proc_pid_mountinfo(5)):
//
//	0  1      2     3    4     5       6…        -  type  source  super
//	36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
type Mount struct {
	ID, Parent string
	Point      string
	Kind       string // of the file system: "vfat"
	Source     string // "/dev/sda1", or a word where no device is below it
	Options    string // of the file system, not of this mount of it; escaped
}

// Parse takes a line, split at its white space.
func Parse(row []string) (Mount, bool) {
	const fixed = 6
	for i := fixed; i+3 < len(row); i++ {
		if row[i] == "-" {
			return Mount{row[0], row[1], Unescape(row[4]), row[i+1], row[i+2], row[i+3]}, true
		}
	}
	return Mount{}, false
}

// Unescape undoes \040 and the like, as which the kernel writes white space and backslashes.
func Unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) && octal(s[i+1]) && s[i+1] < '4' && octal(s[i+2]) && octal(s[i+3]) {
			b.WriteByte((s[i+1]-'0')<<6 | (s[i+2]-'0')<<3 | (s[i+3] - '0'))
			i += 3
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func octal(c byte) bool { return '0' <= c && c <= '7' }
