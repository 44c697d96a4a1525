package ahab

import (
	"context"
	"crypto"
	"encoding/binary"
	"fmt"
	"io"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// Sign signs every container that is not NXP's under an SRK table, laid out as CST does, into the room before the first image. Nothing but the
// containers changes. An image whose hash is wrong, a key that is none of the table's, and no room are refused; so is a container
// that is signed already, unless forced.
func (Format) Sign(ctx context.Context, src formats.Source, req formats.Request) (*formats.Result, error) {
	if len(req.Chain) > 0 { // which no container holds
		if _, err := req.Certificate(); err != nil {
			return nil, err
		}
	}
	o, err := readOptions(req.Options)
	if err != nil {
		return nil, err
	}
	found, err := find(src)
	if err != nil {
		return nil, err
	}
	chosen, err := o.choose(found, req.Force)
	if err != nil {
		return nil, err
	}
	if o.only < 0 {
		if err := wholeNXP(ctx, src, found, req.Memo); err != nil {
			return nil, err
		}
	}
	var jobs []*job
	for _, c := range chosen {
		j, err := o.prepare(ctx, src, found, c, req)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c, err)
		}
		jobs = append(jobs, j)
	}
	result, err := finish(jobs, req.Rand)
	if err != nil {
		return nil, err
	}
	notes, err := loose(ctx, src, found)
	result.Warnings = append(result.Warnings, notes...)
	return result, err
}

// choose returns the containers to be signed. Errors: formats.ErrFormat, formats.ErrOption.
func (o asked) choose(found []*container, force bool) ([]*container, error) {
	var chosen []*container
	for _, c := range found {
		switch {
		case o.only >= 0 && c.at != o.only:
		case c.err != nil:
			return nil, fmt.Errorf("%s: %w", c, rekind(c.err, formats.ErrFormat))
		case c.set() == setNXP && o.only < 0: // NXP's firmware stays as NXP signed it
		case c.set() == setNXP:
			return nil, issue.New("nxp-container", formats.ErrFormat, "%s is signed by NXP, whose keys it needs", c)
		case c.set() == setOEM && !force:
			return nil, issue.New("already-signed", formats.ErrFormat, "%s is signed already", c).
				Advise("-f signs it anew; --container OFFSET signs another one alone")
		default:
			chosen = append(chosen, c)
		}
	}
	switch {
	case len(chosen) > 0:
		return chosen, nil
	case o.only >= 0:
		return nil, issue.New("no-container", formats.ErrOption, "--%s: no container stands at 0x%x", optionContainer, o.only)
	}
	return nil, issue.New("nxp-container", formats.ErrFormat, "NXP signed all of its containers: there is nothing to sign")
}

// wholeNXP refuses a file with a container of NXP's that was damaged: whatever else is signed in it, no device boots it. Errors: formats.ErrFormat.
func wholeNXP(ctx context.Context, src formats.Source, found []*container, memo *patch.Memo) error {
	for _, c := range found {
		if c.set() != setNXP {
			continue
		}
		if s := c.signature(ctx, src, memo, pin{}); !s.Aside {
			return rekind(s.Err, formats.ErrFormat)
		}
	}
	return nil
}

// job is a container that only lacks its signature.
type job struct {
	c       *container
	order   sigblk.Order
	draft   *sigblk.Draft
	covered []byte // what is signed
	tables  int    // SRK tables that the container had before
}

// prepare lays the container out.
func (o asked) prepare(ctx context.Context, src formats.Source, found []*container, c *container, req formats.Request) (*job, error) {
	if err := c.checkHashes(ctx, src, req.Memo, formats.ErrFormat); err != nil {
		return nil, rekind(err, formats.ErrFormat)
	}
	old, err := c.signatureBlock()
	if err != nil {
		return nil, err
	}
	j := &job{c: c, tables: len(old.Tables)}
	keys := append([]crypto.Signer{req.Key}, req.Options.Keys(optionSecond)...)
	if j.order, err = o.order(c, old, keys); err != nil {
		return nil, err
	}
	if j.draft, j.order.Used, err = draft(j.order, o.index); err != nil {
		return nil, err
	}
	revoke := o.revoke
	if !o.revokeGiven && c.set() == setOEM {
		revoke = c.revoked()
	}
	if revoke>>j.order.Used&1 == 1 {
		return nil, issue.New("srk-revoked", formats.ErrOption, "--%s 0x%x would revoke SRK %d, which signs it", optionRevoke, revoke, j.order.Used).
			Advise("--" + optionIndex + " with another key signs it, or leave this one out of the mask")
	}
	length := c.block + j.draft.Size
	if err := room(src, found, c, length); err != nil {
		return nil, err
	}
	j.covered = append(append(j.covered, c.raw[:c.block]...), j.draft.Head...)
	binary.LittleEndian.PutUint16(j.covered[1:], uint16(length))
	binary.LittleEndian.PutUint32(j.covered[4:], c.signedFlags(j.order.Used, revoke))
	return j, nil
}

// finish signs. Every key is asked before an error is returned, so that signatures that are made elsewhere are asked for at once.
func finish(jobs []*job, random io.Reader) (*formats.Result, error) {
	result := &formats.Result{}
	var failed error
	for _, j := range jobs {
		block, err := j.draft.Sign(random, j.covered)
		if err != nil {
			if failed == nil {
				failed = fmt.Errorf("%s: %w: %w", j.c, formats.ErrKey, err)
			}
			continue
		}
		signed := append(j.covered[:j.c.block:j.c.block], block...)
		if rest := j.c.length - len(signed); rest > 0 {
			signed = append(signed, make([]byte, rest)...) // nothing stays of a longer signature
		}
		result.Edits = append(result.Edits, patch.Edit{Offset: j.c.at, Remove: int64(len(signed)), Insert: signed})
		result.Warnings = append(result.Warnings, j.warnings()...)
	}
	if failed != nil {
		return nil, failed
	}
	return result, nil
}
