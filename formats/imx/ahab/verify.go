package ahab

import (
	"context"
	"crypto"
	"errors"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// Verify checks every container: its signature, that of a subordinate key's certificate, every image's hash, that it does not revoke its own key,
// and that its SRK table is the one asked for. Containers that NXP signed vouch for nobody, but have to be whole. One that nobody
// signed, beside others, is refused, as a closed device refuses it. With the option of sign that asks for one container alone, the others
// stand aside: so what was just signed is proved while the rest still waits.
func (Format) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	p, err := readPin(keys)
	if err != nil {
		return nil, err
	}
	only, err := chosenOffset(keys.Options)
	if err != nil {
		return nil, err
	}
	found, err := find(src)
	if err != nil {
		return nil, err
	}
	var signatures []formats.Signature
	signed := false
	for i, c := range found {
		s := c.signature(ctx, src, keys.Memo, p)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.Scheme = fmt.Sprintf("container %d", i+1)
		s.Aside = s.Aside || only >= 0 && c.at != only
		signed = signed || !s.Aside && (c.set() != setNone || c.err != nil)
		signatures = append(signatures, s)
	}
	if !signed {
		return nil, issue.New("not-signed", formats.ErrUnsigned, "%s", unsigned(found)).Advise("sign it with: sigtool sign imx-ahab")
	}
	notes, err := loose(ctx, src, found)
	for i := range signatures { // said once, by a signature that counts
		if s := &signatures[i]; !s.Aside {
			s.Notes = append(s.Notes, notes...)
			break
		}
	}
	return signatures, err
}

// signature says who signed the container and whether it and its images are what was signed.
func (c *container) signature(ctx context.Context, src formats.Source, memo *patch.Memo, p pin) formats.Signature {
	s := formats.Signature{Alone: true, Dateless: true, Covers: c.covers()}
	s.Err = c.verify(&s, p)
	if s.Err == nil || errors.Is(s.Err, formats.ErrNoKey) { // what is wrong is told even where nobody can tell who signed
		if err := c.checkHashes(ctx, src, memo, formats.ErrMismatch); err != nil && !errors.Is(err, formats.ErrNoKey) {
			s.Err = rekind(err, formats.ErrMismatch)
		} else if s.Err == nil {
			s.Err = err
		}
	}
	if s.Err != nil {
		s.Err = fmt.Errorf("%s: %w", c, s.Err)
	}
	if c.set() == setNXP && c.err == nil {
		s.Notes = append(s.Notes, c.nxpNotes()...)
		s.Aside = s.Err == nil || errors.Is(s.Err, formats.ErrNoKey)
	}
	return s
}

// unsigned says of a file of which nobody but NXP signed anything what there is.
func unsigned(found []*container) string {
	for _, c := range found {
		if c.set() == setNone {
			return fmt.Sprintf("%s is not signed", c)
		}
	}
	return "it has no container but NXP's own"
}

// covers says what the container's signature is over, its images by their hashes.
func (c *container) covers() string {
	var size int64
	for _, m := range c.images {
		size += m.size
	}
	plural := "s"
	if len(c.images) == 1 {
		plural = ""
	}
	return fmt.Sprintf("the head at 0x%x and %d image%s of %d bytes", c.at, len(c.images), plural, size)
}

// verify checks the container without its images, and fills in who signed.
func (c *container) verify(s *formats.Signature, p pin) error {
	switch {
	case c.err != nil:
		return c.err
	case c.set() == setNone:
		return issue.New("unsigned-container", formats.ErrUnsigned, "it is not signed, while others are: a closed device refuses it (ELE_NO_AUTHENTICATION_FAILURE)")
	case c.set() != setNXP && c.set() != setOEM:
		return issue.New("srk-set", formats.ErrMismatch, "it says that its SRKs are neither NXP's nor an OEM's (the firmware would say ELE_BAD_SRK_SET_FAILURE)")
	}
	b, err := c.signatureBlock()
	if err != nil {
		return rekind(err, formats.ErrMismatch)
	}
	if len(b.Tables) == 0 {
		return issue.New("no-signature", formats.ErrUnsigned, "it says that it is signed, and has no signature")
	}
	srk, err := c.checks(b, s)
	if err != nil {
		return err
	}
	if c.revoked()>>c.index()&1 == 1 {
		return issue.New("srk-revoked", formats.ErrMismatch, "it has SRK %d revoked, by which it is signed", c.index())
	}
	if c.set() == setNXP {
		return nil
	}
	if c.version == 2 && len(p.hash) == crypto.SHA256.Size() {
		s.Notes = append(s.Notes, "processors that take containers of version 2 have SHA-512 of the table in their fuses, and --"+optionHash+" is a SHA-256")
	}
	if len(b.Tables) > 1 && len(p.tables) < len(b.Tables) {
		s.Notes = append(s.Notes, "hybrid: the second table's hash is in fuses of its own, and has to be compared by hand")
	}
	s.Pinned, err = p.accepts(b, srk)
	return err
}
