package disk

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"sigtool/internal/issue"
)

// TestElsewhere: nothing on the partition for outputs is what firmware would start instead; what a ceremony makes is no harm.
func TestElsewhere(t *testing.T) {
	p := place(t)
	outputs := (espStart + p.d.esp) * sector
	v := p.d.outputs()
	f := v.fatSectors()
	root, first := outputs+(1+2*f)*sector, outputs+v.firstWith(f)*sector
	short := func(name string, attributes byte) func([]byte) {
		return func(b []byte) { record(b[root+entryBytes:], [11]byte([]byte(name)), attributes, 2, 0) }
	}
	long := func(text string) func([]byte) {
		return func(b []byte) {
			e := b[root+entryBytes:]
			copy(e, bytes.Repeat([]byte{0xff}, entryBytes))
			e[0], e[11], e[12], e[26], e[27] = 0x41, attrLong, 0, 0, 0
			at := []int{1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30}
			for i, c := range text + "\x00" {
				e[at[i]], e[at[i]+1] = byte(c), 0
			}
			record(e[entryBytes:], label("A~1"), attrFolder, 2, 0)
		}
	}
	text := func(at int, s string) func([]byte) { return func(b []byte) { copy(b[at:], s) } }
	for _, c := range []struct {
		id     string
		change func([]byte)
	}{
		{"", short("CEREMO~1   ", attrFolder)},
		{"", short("EFI     TXT", attrArchive)},
		{"", short("\xe5FI        ", attrFolder)},
		{"", long("ceremony-1")},
		{"", func(b []byte) { long("EFI")(b); b[root+entryBytes] = 0x42 }}, // the end of a longer name
		{"", func(b []byte) { b[outputs+37] = 1 }},                         // mounted
		{"", text(outputs+43, "MY OUTPUTS ")},                              // another label
		{"", text(first, "MZ, and CD001")},                                 //
		{"outputs-start", short("EFI        ", attrFolder)},                //
		{"outputs-start", short("efi        ", attrFolder)},                // no reader minds
		{"outputs-start", short("STARTUP NSH", attrArchive)},               // the shell's
		{"outputs-start", short("EFI\x00XXXX   ", attrFolder)},
		{"outputs-start", long("EFI. ")},
		{"outputs-start", long("eFi")},                                     // under another short name
		{"outputs-start", long("startup.nsh")},                             //
		{"outputs-start", text(root+100*entryBytes, "EFI        \x10")},    // behind the end of the folder
		{"outputs-start", text(outputs+32<<10, "\x01CD001\x01")},           // El Torito
		{"outputs-start", text(first+200*sector, "\x00BEA01\x01")},         // UDF
		{"outputs-start", text(first+204*sector, "\x00NSR02\x01")},         //
		{"outputs-format", func(b []byte) { b[outputs+13] = 1 }},           // clusters of another size: another view of the rest
		{"outputs-format", text(outputs, "\xeb\x76\x90EXFAT   ")},          // read by other rules
		{"outputs-format", text(outputs+446, "\x80\x01\x01\x00\x0e")},      // a partition in the partition
		{"efi-partition", text(p.cluster(4000), "\x00BEA01\x01")},          // where no file is
		{"efi-partition", text(p.cluster(4000)+3*sector, "\x01CD001\x01")}, //
	} {
		image := bytes.Clone(p.image)
		c.change(image)
		d, err := read(image)
		if issue.ID(err) != c.id || c.id != "" && (!errors.Is(err, ErrImage) || issue.Hint(err) == "") || err == nil && !(d.Used && d.Exact) {
			t.Errorf("%s: %v", c.id, err)
		}
	}
	image := bytes.Clone(p.image)
	short("EFI        ", attrFolder)(image)
	if _, err := read(image); err == nil || !strings.Contains(err.Error(), "OUTPUTS has EFI, and firmware") {
		t.Error(err)
	}
}
