package hab

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

// slip is a way in which people's images fail on boards.
type slip struct {
	image func([]byte)             // changes the image before it is signed
	items func(w *world) []item    // what is in the CSF, if not the usual
	after func(file []byte) []byte // changes the signed file
	id    string                   // of the refusal; "" is none
	event string                   // begins so
	note  string                   // is said
}

func put32(at int, n uint32) func([]byte) {
	return func(b []byte) { binary.LittleEndian.PutUint32(b[at:], n) }
}

func blocks(all ...[2]uint32) func(*world) []item {
	return func(w *world) []item { u := w.usual(); u[4] = authenticate(2, w.img, all...); return u }
}

// software has the blocks hashed without an engine, of which the others take a few alone.
func software(all ...[2]uint32) func(*world) []item {
	return func(w *world) []item { u := blocks(all...)(w); u[4].command[6] = 0xff; return u }
}

func slips() map[string]slip {
	return map[string]slip{
		"nothing": {},

		"blocks miss the IVT":                {items: blocks([2]uint32{base + 32, csfAt - 32}), id: "inv-assertion", event: "33 0c a0 00 00 00 00 00 17 7f f4 00 00 00 00 20"},
		"blocks miss the end of the IVT":     {items: blocks([2]uint32{base, 28}, [2]uint32{base + 32, csfAt - 32}), id: "inv-assertion", event: "33 0c a0 00 00 00 00 00 17 7f f4 00 00 00 00 20"},
		"the IVT in two blocks":              {items: blocks([2]uint32{base, 16}, [2]uint32{base + 16, csfAt - 16}), id: "inv-assertion", event: "33 0c a0 00 00 00 00 00 17 7f f4 00 00 00 00 20"},
		"blocks miss the boot data":          {items: blocks([2]uint32{base, 32}, [2]uint32{base + dcdAt, csfAt - dcdAt}), id: "inv-assertion", event: "33 0c a0 00 00 00 00 00 17 7f f4 20 00 00 00 01"},
		"blocks miss the DCD":                {items: blocks([2]uint32{base, dcdAt}, [2]uint32{base + 0x100, csfAt - 0x100}), id: "inv-assertion", event: "33 0c a0 00 00 00 00 00 17 7f f4 2c 00 00 00 10"},
		"blocks miss the entry":              {items: blocks([2]uint32{base, entryAt}, [2]uint32{base + entryAt + 4, csfAt - entryAt - 4}), id: "inv-assertion", event: "33 0c a0 00 00 00 00 00 17 7f f8 00 00 00 00 04"},
		"blocks hold what is asked, no more": {items: blocks([2]uint32{base, 0x100}, [2]uint32{base + entryAt, 4}), id: "unsigned-data"},
		"zeros in no block":                  {image: func(b []byte) { clear(b[0x800:0xa00]) }, items: blocks([2]uint32{base, 0x800}, [2]uint32{base + 0xa00, csfAt - 0xa00}), note: "0x200 bytes at 0x177ffc00 are loaded and not signed"},
		"the whole file, again and again":    {items: software(slices.Repeat([][2]uint32{allOfIt}, 60)...), id: "too-much"},
		"a block outside the file":           {items: blocks(allOfIt, [2]uint32{0x10000000, 24}), id: "inv-signature", event: "33 18 c0 00 ca 00 1c 00 02 c5 1d 00"},
		"a block past the end":               {items: blocks([2]uint32{base, 0x400000}), id: "inv-signature"},
		"an empty block":                     {items: blocks(allOfIt, [2]uint32{base, 0}), id: "inv-signature"},
		"no blocks":                          {items: func(w *world) []item { return w.usual()[:4] }, id: "inv-assertion"},
		"nine blocks by CAAM":                {items: blocks(slices.Repeat([][2]uint32{allOfIt}, 9)...), id: "uns-algorithm"},
		"a boot length short of the CSF":     {image: put32(36, 0x400+csfAt), id: "inv-address", event: "33 22 0a 00"},
		"a boot length that ends in the CSF": {image: put32(36, 0x400+csfAt+0x80), id: "inv-address", event: "33 22 0a 00"},
		"a boot length longer than the file": {image: put32(36, 0x400+csfAt+csfRoom+0x1000), note: "0x1000 bytes more loaded than the file has"},
		"something loaded behind the CSF":    {after: func(b []byte) []byte { b[len(b)-1] = 1; return b }, note: "1 bytes behind the CSF"},
		"a CSF pointer outside the file":     {image: put32(24, base+0x100000), id: "inv-address", event: "33 22 0a 00"},
		"a CSF pointer that leads elsewhere": {image: put32(24, base+csfAt+0x40), id: "inv-csf", event: "33 11 cf 00"},
		"a CSF pointer before the image":     {image: put32(24, base-0x100), id: "inv-csf"},
		"an entry outside":                   {image: put32(4, 0x10000000), id: "inv-ivt", event: "33 05 0a 00"},
		"a DCD that is none":                 {image: func(b []byte) { b[dcdAt] = 0 }, id: "inv-dcd", event: "33 27 dd 00"},
		"the file cut in the CSF":            {after: func(b []byte) []byte { return b[:csfAt+0x300] }, id: "inv-certificate"},
		"the padding cut":                    {after: func(b []byte) []byte { return bytes.TrimRight(b, "\x00") }, note: "more loaded than the file has"},
		"the CSF of another image":           {after: func(b []byte) []byte { b[entryAt+100]++; return b }, id: "inv-signature", event: "33 18 c0 00 ca 00 14 00 02 c5 1d 00"},
		"bytes that nothing points at":       {items: func(w *world) []item { return addBehind(w.usual(), []byte{1, 2, 3, 4}) }, id: "csf-stray"},
		"SRK 1 while SRK 0 signed":           {items: func(w *world) []item { u := w.usual(); u[0] = installSRK(1, w.table); return u }, id: "inv-signature", event: "33 18 c0 00 be 00 0c 02 09"},
		"an SRK index past the table":        {items: func(w *world) []item { u := w.usual(); u[0] = installSRK(2, w.table); return u }, id: "inv-index", event: "33 0f c0 00 be 00 0c 00 03"},
		"an SRK table of somebody's own in NXP's slot": {items: func(w *world) []item {
			own := installSRK(0, w.table)
			own.command[7] = 5
			return append([]item{own}, w.usual()...)
		}, id: "inv-certificate"},
		"the CSF by NXP's slot": {items: func(w *world) []item { u := w.usual(); u[1] = installKey(2, 0, 6, w.csf); return u }, id: "inv-certificate"},
		"another table of the same SRK": {items: func(w *world) []item {
			shorter, _ := srk.New(srk.HAB, []srk.Entry{{Key: w.srk.key.Public(), CA: true}})
			return append([]item{installSRK(0, shorter.Raw)}, w.usual()...)
		}, id: "inv-certificate"},
		"a CSF key that is a CA":    {items: func(w *world) []item { w.csf = w.cas[1]; return w.usual() }, id: "inv-key"},
		"an image key that is a CA": {items: func(w *world) []item { w.img = w.cas[0]; return w.usual() }, id: "inv-key"},
		"a key with another hash than SHA-256": {items: func(w *world) []item {
			u := w.usual()
			u[3].command = append(u[3].command, make([]byte, 20)...)
			u[3].command[2], u[3].command[3], u[3].command[5] = 32, 0x80, 0x11
			return u
		}, id: "uns-algorithm"},
		"a key that is bound to a maker":    {items: func(w *world) []item { u := w.usual(); u[3].command[3] = 0x20; return u }, note: "bound to a manufacturer"},
		"no SRK":                            {items: func(w *world) []item { return w.usual()[1:] }, id: "inv-index"},
		"two SRKs":                          {items: func(w *world) []item { return append([]item{installSRK(1, w.table)}, w.usual()...) }, id: "inv-index"},
		"the same SRK twice":                {items: func(w *world) []item { return append([]item{installSRK(0, w.table)}, w.usual()...) }},
		"CSF key not of the SRK":            {items: func(w *world) []item { return w.strange(nil, func(i *identity) { w.csf = i }) }, id: "inv-signature", event: "33 18 c0 00 be 00 0c 02 09"},
		"image key not of the SRK":          {items: func(w *world) []item { return w.strange(func(i *identity) { w.img = i }, nil) }, id: "inv-signature", event: "33 18 c0 00 be 00 0c 00 09"},
		"no CSF key":                        {items: func(w *world) []item { return slices.Delete(w.usual(), 1, 2) }, id: "inv-index"},
		"the CSF key without its flag":      {items: func(w *world) []item { u := w.usual(); u[1] = installKey(0, 0, 1, w.csf); return u }, id: "inv-command"},
		"image key before Authenticate CSF": {items: func(w *world) []item { u := w.usual(); u[2], u[3] = u[3], u[2]; return u }, id: "inv-command"},
		"CSF key after Authenticate CSF":    {items: func(w *world) []item { return append(w.usual(), installKey(2, 0, 1, w.csf)) }, id: "inv-command"},
		"data before Authenticate CSF":      {items: func(w *world) []item { u := w.usual(); return []item{u[0], u[1], u[4], u[2], u[3]} }, id: "inv-command"},
		"never Authenticate CSF":            {items: func(w *world) []item { return w.usual()[:2] }, id: "inv-csf", event: "33 11 cf 00"},
		"Unlock before Authenticate CSF": {items: func(w *world) []item {
			return append([]item{{command: []byte{0xb2, 0, 8, 0x1d, 0, 0, 0, 2}}}, w.usual()...)
		}, id: "inv-command"},
		"Unlock, Init, NOP": {items: func(w *world) []item {
			return append(w.usual(), item{command: []byte{0xb2, 0, 8, 0x1d, 0, 0, 0, 2}}, item{command: []byte{0xc0, 0, 4, 0}})
		}},
		"Write Data": {items: func(w *world) []item {
			return append(w.usual(), item{command: []byte{0xcc, 0, 12, 4, 0x02, 0x0e, 0, 0, 0, 0, 0, 1}})
		}, note: "Write Data: write 4 bytes: 0x020e0000: 0x1"},
		"Set Engine": {items: func(w *world) []item {
			return append(w.usual(), item{command: []byte{0xb1, 0, 8, 3, 0, 0x17, 0x1d, 0}})
		}},
		"Set MID":                             {items: func(w *world) []item { return append(w.usual(), item{command: []byte{0xb1, 0, 8, 1, 4, 0, 0, 8}}) }, note: "Set MID: manufacturing identifier"},
		"Set of what there is not":            {items: func(w *world) []item { return append(w.usual(), item{command: []byte{0xb1, 0, 8, 0x77, 0, 0, 0, 0}}) }, id: "uns-item", event: "33 24 c0 00 b1 00 08 77"},
		"Unlock of the master key":            {items: func(w *world) []item { return append(w.usual(), item{command: []byte{0xb2, 0, 8, 0x1e, 0, 0, 0, 2}}) }, note: "SNVS ZMK WRITE"},
		"Unlock of fuses":                     {items: func(w *world) []item { return append(w.usual(), item{command: []byte{0xb2, 0, 8, 0x21, 0, 0, 0, 2}}) }, note: "SRK REVOKE"},
		"a command that is none":              {items: func(w *world) []item { return append(w.usual(), item{command: []byte{0x77, 0, 4, 0}}) }, id: "uns-command"},
		"the CSF key signs data":              {items: func(w *world) []item { u := w.usual(); u[4] = authenticate(1, w.csf, allOfIt); return u }, id: "inv-command"},
		"the SRK, a CA, signs data":           {items: func(w *world) []item { u := w.usual(); u[4] = authenticate(0, w.srk, allOfIt); return u }, id: "inv-key"},
		"a key that is not there signs":       {items: func(w *world) []item { u := w.usual(); u[4] = authenticate(3, w.img, allOfIt); return u }, id: "inv-index"},
		"a slot far out":                      {items: func(w *world) []item { u := w.usual(); u[3] = installKey(0, 0, 200, w.img); return u }, id: "inv-index"},
		"another key signed than the command": {items: func(w *world) []item { u := w.usual(); u[4].by = w.csf; return u }, id: "inv-signature"},
		"an absolute signature":               {items: func(w *world) []item { u := w.usual(); u[4].command[3] = 1; return u }, id: "inv-address"},
		"an absolute certificate":             {items: func(w *world) []item { u := w.usual(); u[3].command[3] = 1; return u }, id: "inv-address"},
		"an absolute SRK table":               {items: func(w *world) []item { u := w.usual(); u[0].command[3] = 1; return u }, id: "inv-address"},
		"a configuration of any engine":       {items: func(w *world) []item { u := w.usual(); u[4].command[6], u[4].command[7] = 0, 1; return u }, id: "inv-command"},
		"another protocol":                    {items: func(w *world) []item { u := w.usual(); u[4].command[5] = 0x77; return u }, id: "uns-protocol"},
		"an SRK table hashed otherwise":       {items: func(w *world) []item { u := w.usual(); u[0].command[5] = 0x1b; return u }, id: "uns-algorithm"},
		"SRK by another protocol":             {items: func(w *world) []item { u := w.usual(); u[0].command[4] = 9; return u }, id: "inv-command"},
		"a secret key before Authenticate CSF": {items: func(w *world) []item {
			return append([]item{{command: []byte{0xbe, 0, 12, 1, 0xbb, 0, 0, 0, 0x10, 0, 0, 0}}}, w.usual()...)
		}, id: "inv-command"},
		"blocks behind and before the image": {items: blocks([2]uint32{base, 0x800}, [2]uint32{base + csfAt + 0x1000, 4}), id: "unsigned-data"},
		"NOCAK under SRKs that are CAs": {items: func(w *world) []item {
			return []item{installSRK(0, w.table), authenticateCSF(w.srk), authenticate(0, w.srk, allOfIt)}
		}, id: "inv-index"},
	}
}

// addBehind puts bytes behind the last segment but one that is there.
func addBehind(items []item, stray []byte) []item {
	items[1].segment = append(append(bytes.Clone(items[1].segment), make([]byte, -len(items[1].segment)&3)...), stray...)
	return items
}

// strange has a key certified by the SRK that the CSF does not install.
func (w *world) strange(img, csf func(*identity)) []item {
	if img != nil {
		img(w.strangers[0])
	} else {
		csf(w.strangers[1])
	}
	return w.usual()
}

// Each slip that people reported, and each rule of HAB's manual, has its event.
func TestSlips(t *testing.T) {
	everybody := newWorld(t, true)
	for what, row := range slips() {
		w := new(world)
		*w = *everybody
		image := bare()
		if row.image != nil {
			row.image(image)
		}
		items := w.usual()
		if row.items != nil {
			items = row.items(w)
		}
		file := built(t, image, items)
		if row.after != nil {
			file = row.after(file)
		}
		found, err := judged(file)
		expect(t, what, row, found, err)
	}
}

func expect(t *testing.T, what string, row slip, found []formats.Signature, err error) {
	t.Helper()
	events, notes := "", ""
	for _, s := range found {
		notes += strings.Join(s.Notes, "\n")
		for _, p := range s.Properties {
			if p.Name == "event" {
				events = p.Value
			}
		}
	}
	switch {
	case row.id == "" && err != nil:
		t.Errorf("%s: %v", what, err)
	case row.id != "" && (!errors.Is(err, formats.ErrMismatch) && row.id != "too-much" || issue.ID(err) != row.id || issue.Hint(err) == ""):
		t.Errorf("%s: %v (%s), not %s", what, err, issue.Hint(err), row.id)
	case !strings.HasPrefix(events, row.event):
		t.Errorf("%s: the event is %s, not %s", what, events, row.event)
	case !strings.Contains(notes, row.note):
		t.Errorf("%s: not noted: %s; but %s", what, row.note, notes)
	}
}
