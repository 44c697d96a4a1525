package hab

import (
	"bytes"
	"context"
	"crypto"
	"fmt"
	"slices"

	"sigtool/formats"
	"sigtool/formats/imx/boot"
	"sigtool/formats/imx/csf"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

// Verify does with each stage of a file what HABv4 does on a closed device, in its order (HAB4_API §3.4, §3.8, §3.9), and says of what it
// refuses which event the device would raise. There is a signature "csf" for the commands of each stage and one "image" for each run of
// blocks; those of a second stage are "csf 2" and "image 2". The SRK table is held to --srk-hash and --srk-table; whether its key
// is revoked stands in the fuses and can't be told. Errors: formats.ErrUnsigned, formats.ErrFormat, formats.ErrOption.
func (Format) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	pin, err := readPin(keys.Options)
	if err != nil {
		return nil, err
	}
	images, err := find(src)
	if err != nil {
		return nil, err
	}
	v := &verifier{ctx: ctx, src: src, keys: keys, pin: pin}
	if images[0].Kind == boot.ROM {
		v.first = &images[0]
	}
	for i := range images {
		if err := v.stage(i+1, &images[i]); err != nil {
			return nil, err
		}
	}
	if !v.signed {
		return nil, issue.New("not-signed", formats.ErrUnsigned, "%s", v.without(&images[0])).
			Advise("sign it with: sigtool sign imx-hab --pki FOLDER -o OUT FILE")
	}
	return v.found, v.behind(&images[len(images)-1])
}

// searched is how far behind an image somebody's unsigned program is looked for: as far as a second stage is.
const searched = 16 << 20

// behind notes what stands behind a file's stages and is of none of them, for what loads it is not known.
func (v *verifier) behind(last *boot.Image) error {
	sig := &v.found[len(v.found)-1]
	if last.Next != 0 {
		sig.Notes = append(sig.Notes, fmt.Sprintf("at byte 0x%x, behind the second stage, there is another one, which was not looked at: SPL loads the one where it was built to look", last.Next))
	}
	if last.Boot == nil {
		return nil
	}
	from := last.IVT + int64(last.Boot.End()) - int64(last.Self)
	n, err := v.filled(from, min(v.src.Size(), from+searched))
	if n > 0 {
		sig.Notes = append(sig.Notes, fmt.Sprintf("what stands behind the image, from byte 0x%x on, is no stage that is known: nothing here signs it", from))
	}
	return err
}

// verifier goes through the stages of a file. Keys that one installs are there for the next.
type verifier struct {
	ctx    context.Context
	src    formats.Source
	keys   formats.Keys
	pin    *pin
	slots  store
	found  []formats.Signature
	first  *boot.Image // stage, if the boot ROM loads it
	signed bool        // a stage is
}

// stage is one stage in the course of being verified.
type stage struct {
	*verifier
	image  *boot.Image
	number int
	csf    *csf.CSF
	base   int64 // of the CSF in the file

	own           []formats.Signature
	authenticated bool         // the CSF
	blocks        []csf.Region // that were
	runs          []run        // of the file, in which they are
	hashed        int64        // bytes, so far
	sdp           bool         // as it is for serial download, with a vector table that points at no DCD
	notes         []string
}

// stage verifies one. Errors are of reading.
func (v *verifier) stage(number int, image *boot.Image) error {
	s := &stage{verifier: v, image: image, number: number}
	if waits(v.src, image) {
		s.unsigned()
		return v.ctx.Err()
	}
	v.signed = true
	err := s.load()
	if err == nil {
		err = s.run()
	}
	if err == nil {
		err = s.whole()
	}
	if ctx := v.ctx.Err(); ctx != nil {
		return ctx
	}
	if err != nil && issue.ID(err) == "" {
		return err // of reading
	}
	s.refused(err)
	s.finish()
	return nil
}

// waits tells whether a stage has no CSF yet. One that is to stand behind what the boot ROM loads is no CSF to wait for, and one behind the end of
// a file that was cut was there.
func waits(src formats.Source, m *boot.Image) bool {
	return m.Unsigned(src) && (m.Boot == nil || uint64(m.CSF) < m.Boot.End()) && (m.CSF == 0 || cut(src, m) == 0)
}

// cut is how many bytes a file lacks before the CSF of a stage; 0 where it lacks none, or so few that a build left padding out.
func cut(src formats.Source, m *boot.Image) int64 {
	if short := m.IVT + int64(m.End()) - int64(m.Self) - src.Size(); !m.Missing && short > mostPadding {
		return short
	}
	return 0
}

// without says how a stage has no CSF.
func (v *verifier) without(m *boot.Image) string {
	switch {
	case m.Missing:
		return fmt.Sprintf("the %s has no vector table, and so no CSF", m.Kind)
	case m.CSF == 0:
		return "the vector table points at no CSF"
	}
	return "no CSF stands where the vector table points"
}

// unsigned reports a stage that nothing signs. Without a vector table of its own, only SPL of an i.MX 8M would have it authenticated, and only
// a FIT: what sign passes over is told of.
func (s *stage) unsigned() {
	m := s.image
	if m.Damaged() {
		s.found = append(s.found, formats.Signature{Scheme: s.scheme("image"), Covers: "nothing", Err: s.faulty()})
		return
	}
	if m.Missing && (m.Kind != boot.FIT || s.first != nil && !is8M(s.first)) {
		if n := len(s.found); n > 0 {
			s.found[n-1].Notes = append(s.found[n-1].Notes,
				fmt.Sprintf("the %s behind it, at byte 0x%x, has no vector table, and nothing signs it: SPL that was built for HAB (CONFIG_IMX_HAB) refuses it, any other runs it as it is", m.Kind, m.First()))
		}
		return
	}
	err := issue.New("unsigned-stage", formats.ErrUnsigned, "the %s at byte 0x%x: no CSF signs it", m.Kind, m.First()).
		Advise("sigtool sign imx-hab -f signs every stage of a file")
	s.found = append(s.found, formats.Signature{Scheme: s.scheme("image"), Covers: "nothing", Err: err})
}

// scheme is what a signature of the stage is called.
func (s *stage) scheme(what string) string {
	if s.number > 1 {
		return fmt.Sprintf("%s %d", what, s.number)
	}
	return what
}

// refused gives an error to the signature that it is about: the last, if that is good, or one of its own.
func (s *stage) refused(err error) {
	if err == nil {
		return
	}
	n := len(s.own)
	if n == 0 {
		s.own = append(s.own, formats.Signature{Scheme: s.scheme("csf"), Covers: "nothing"})
	} else if n == 1 && s.authenticated {
		s.own = append(s.own, formats.Signature{Scheme: s.scheme("image"), Covers: "nothing"})
	}
	last := &s.own[len(s.own)-1]
	if last.Err == nil {
		last.Err = err
	}
}

// finish hands the stage's signatures over. What is good, but under other fuses than the option says, is no good.
func (s *stage) finish() {
	other := s.pin.refuses(s.slots.table)
	for i := range s.own {
		sig := &s.own[i]
		sig.Dateless = true
		sig.Alone = true
		if sig.Err == nil {
			sig.Err = other
		}
		sig.Pinned = sig.Err == nil && (s.pin != nil || s.slots.given(s.keys))
		if r, is := asRefusal(sig.Err); is {
			sig.Properties = append(sig.Properties, formats.Property{Name: "event", Value: r.event.bytes()})
		}
	}
	s.half()
	if n := len(s.own); n > 0 {
		s.own[n-1].Notes = append(s.own[n-1].Notes, s.notes...)
	}
	s.found = append(s.found, s.own...)
}

// half notes that one of two signers was named: -c of the IMG key alone, say.
func (s *stage) half() {
	for _, sig := range s.own {
		if sig.Err != nil || sig.Pinned || accepts(s.keys, sig.Key) {
			continue
		}
		if slices.ContainsFunc(s.own, func(other formats.Signature) bool { return other.Err == nil && accepts(s.keys, other.Key) }) {
			s.once("commands and image are signed by two keys: name both, with -c of each, or the SRK, or its fuses (--%s)", optionHash)
		}
	}
}

// pin is the fuses of the devices that a file is for.
type pin struct {
	hash   []byte // SHA-256, as it is burnt
	option string // that says so
}

// readPin reads --srk-hash and --srk-table; nil where neither is given. Errors: formats.ErrOption.
func readPin(v formats.Values) (*pin, error) {
	var p *pin
	if data := v.Bytes(optionTable); data != nil {
		table, err := readTable(data)
		if err != nil {
			return nil, err
		}
		p = &pin{table.Fuses(crypto.SHA256), optionTable}
	}
	hash := v.Bytes(optionHash)
	switch {
	case hash == nil:
		return p, nil
	case len(hash) != crypto.SHA256.Size():
		return nil, issue.New("srk-hash", formats.ErrOption, "--%s: %d bytes; HABv4 has the 32 of a SHA-256", optionHash, len(hash)).
			Advise("sigtool cert imx-srk TABLE prints the hash of a table")
	case p != nil && !bytes.Equal(p.hash, hash):
		return nil, issue.New("srk-hash", formats.ErrOption, "--%s is not the hash of --%s: the table's is %x", optionHash, optionTable, p.hash)
	}
	return &pin{hash, optionHash}, nil
}

// refuses is what a device with these fuses would say of a table, or nil.
func (p *pin) refuses(t *table) error {
	if p == nil || t == nil || bytes.Equal(t.Fuses(crypto.SHA256), p.hash) {
		return nil
	}
	hint := "the image is for devices of other keys, or --" + p.option + " is of another table"
	if bytes.Equal(srk.AsWords(t.Fuses(crypto.SHA256)), p.hash) {
		hint = "these are the fuses' words, whose bytes are the other way round: the hash is what the table has, and sigtool cert imx-srk --read-back takes words"
	}
	return of(invCertificate, t.command).refuseAs(formats.ErrOther, hint,
		"the SRK table's hash is %x, and --%s says %x", t.Fuses(crypto.SHA256), p.option, p.hash)
}
