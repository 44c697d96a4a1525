package hab

import (
	"cmp"
	"crypto"
	"fmt"
	"slices"
	"strings"

	"sigtool/formats"
	"sigtool/formats/imx/boot"
	"sigtool/formats/imx/csf"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
)

// run is bytes of the file.
type run struct{ offset, length int64 }

// locate finds the blocks of a command in the file. A block outside it that is as long as the DCD is the DCD, where serial download has it.
func (s *stage) locate(c csf.Command, a *csf.AuthCommand) (blocks []csf.Block, runs []run, err error) {
	for _, r := range a.Blocks {
		at, ok := s.image.Locate(r.Address, r.Length)
		if !ok && s.image.DCDLength != 0 && r.Length == s.image.DCDLength {
			at, ok = s.image.Locate(s.image.DCD, r.Length)
			s.once("the DCD is signed where serial download puts it, at 0x%08x", r.Address)
		}
		if !ok || r.Length == 0 {
			return nil, nil, of(invSignature, c.Raw).refuse("the blocks are of another image, or the file was cut: sign again",
				"the block of 0x%x bytes at 0x%08x is not in the file", r.Length, r.Address)
		}
		blocks = append(blocks, csf.Block{Address: r.Address, Length: r.Length, Data: s.src, Offset: at})
		runs = append(runs, run{at, int64(r.Length)})
	}
	return blocks, runs, nil
}

// covers says which bytes of the file a signature is over.
func (s *stage) covers(runs []run) string {
	var text []string
	for _, r := range runs {
		text = append(text, fmt.Sprintf("%d-%d", r.offset, r.offset+r.length-1))
	}
	return "bytes " + strings.Join(text, ", ")
}

// fitsEngine holds a command to what its engine can do (HAB4_API §5).
func fitsEngine(c csf.Command, a *csf.AuthCommand, h crypto.Hash) error {
	most := csf.MaxBlocks(a.Engine)
	switch {
	case h != crypto.SHA256 && !(h == crypto.SHA1 && a.Engine != csf.EngineCAAM):
		return of(unsAlgorithm, c.Raw).refuse("sign with SHA-256", "no engine of HABv4's calculates %s (%s)", sigalg.HashName(h), csf.EngineName(a.Engine))
	case most > 0 && len(a.Blocks) > most:
		return of(unsAlgorithm, c.Raw).refuse("sign fewer and larger blocks, or have the software engine calculate (--engine sw)",
			"%d blocks, and %s takes %d at most", len(a.Blocks), csf.EngineName(a.Engine), most)
	case a.Engine == csf.EngineDCP && slices.ContainsFunc(a.Blocks[:max(0, len(a.Blocks)-1)], func(r csf.Region) bool { return r.Length%64 != 0 }):
		return of(unsAlgorithm, c.Raw).refuse("make all blocks but the last multiples of 64 bytes", "DCP takes blocks of whole 64 bytes, but for the last")
	}
	return nil
}

// whole asks what the boot ROM asks in the end: whether vector table, DCD, boot data and entry are signed, each in one block (HAB4_API §3.4, §3.9).
func (s *stage) whole() error {
	parts := s.image.Parts()
	for _, name := range []string{"IVT", "DCD", "boot data", "entry"} {
		for _, p := range parts {
			if p.Name == name && !s.holds(p) {
				return assertion(p.Address, asked(p)).refuse("the blocks have to hold the vector table, the DCD, the boot data and the entry: sign from the vector table up to the CSF",
					"no signed block holds the %s (0x%08x, %d bytes)", p.Name, p.Address, p.Length)
			}
		}
	}
	for _, p := range s.image.External {
		if !s.holds(p) {
			return issue.New("unsigned-data", formats.ErrMismatch, "no signed block holds %s, which the FIT has loaded to 0x%08x", p.Name, p.Address).
				Advise("sigtool sign imx-hab -f signs what stands outside of the FIT, too")
		}
	}
	if s.sdp {
		s.once("it is signed for serial download: booted from a medium, where the vector table points at the DCD, a device refuses it (HAB_INV_SIGNATURE)")
	}
	return s.loose()
}

// asked is how much of a part the boot ROM asks about: of the boot data the first byte.
func asked(p boot.Part) uint32 {
	if p.Name == "boot data" {
		return 1
	}
	return p.Length
}

// holds tells whether one block holds what is asked of a part. For serial download the DCD is elsewhere, but its bytes are signed all the same.
func (s *stage) holds(p boot.Part) bool {
	if s.sdp && p.Name == "DCD" {
		return slices.ContainsFunc(s.runs, func(r run) bool { return r.offset <= p.Offset && r.offset+r.length >= p.Offset+int64(p.Length) })
	}
	return slices.ContainsFunc(s.blocks, func(r csf.Region) bool {
		return r.Address <= p.Address && uint64(r.Address)+uint64(r.Length) >= uint64(p.Address)+uint64(asked(p))
	})
}

// loose refuses what stands between the vector table and the CSF and is not signed, which HABv4 would let pass: whoever changes it has his own
// code run. It notes what else is loaded and not signed, and what is to be loaded and not there.
func (s *stage) loose() error {
	for _, r := range s.gaps() {
		at, ok := s.image.Locate(r.Address, r.Length)
		n := int64(r.Length)
		if ok {
			var err error
			if n, err = s.filled(at, at+n); err != nil {
				return err
			}
		}
		if n > 0 && (s.image.Boot == nil || r.Address >= s.image.Self) {
			return issue.New("unsigned-data", formats.ErrMismatch, "0x%x bytes at 0x%08x are loaded, and no block holds them: a device boots it, whatever they say", r.Length, r.Address).
				Advise("sigtool sign imx-hab -f signs all from the vector table up to the CSF")
		}
		s.note("0x%x bytes at 0x%08x are loaded and not signed", r.Length, r.Address)
	}
	b := s.image.Boot
	if b == nil {
		return s.ctx.Err()
	}
	if end := s.image.IVT + int64(b.End()) - int64(s.image.Self); end > s.src.Size() {
		s.note("the boot data have 0x%x bytes more loaded than the file has", end-s.src.Size())
	}
	n, err := s.filled(s.base+int64(s.csf.End), min(s.image.Limit(), s.base+int64(b.End())-int64(s.image.CSF)))
	if n > 0 {
		s.note("0x%x bytes behind the CSF are loaded and not signed", n)
	}
	return err
}

// gaps are the runs of memory before the CSF that no block holds.
func (s *stage) gaps() (gaps []csf.Region) {
	sorted := slices.Clone(s.blocks)
	slices.SortFunc(sorted, func(a, b csf.Region) int { return cmp.Compare(a.Address, b.Address) })
	at, end := uint64(s.image.Base()), s.image.End()
	for _, r := range sorted {
		from := uint64(r.Address)
		if from >= end {
			break
		}
		if from > at {
			gaps = append(gaps, csf.Region{Address: uint32(at), Length: uint32(from - at)})
		}
		at = max(at, min(end, uint64(r.Address)+uint64(r.Length)))
	}
	if at < end {
		gaps = append(gaps, csf.Region{Address: uint32(at), Length: uint32(end - at)})
	}
	return gaps
}

// filled is how many bytes of a part of the file are no padding.
func (v *verifier) filled(from, to int64) (n int64, err error) {
	b := make([]byte, 64<<10)
	for ; from < to; from += int64(len(b)) {
		if err := v.ctx.Err(); err != nil {
			return 0, err
		}
		b = b[:min(int64(len(b)), to-from)]
		if err := patch.ReadFull(v.src, b, from); err != nil {
			return 0, err
		}
		for _, c := range b {
			if c != 0 && c != 0xff {
				n++
			}
		}
	}
	return n, nil
}
