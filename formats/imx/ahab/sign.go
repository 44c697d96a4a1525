package ahab

import (
	"context"
	"crypto"
	"encoding/binary"
	"fmt"
	"io"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// Sign signs every container that is not NXP's under an SRK table, laid out as CST does, into the room before the first image. Nothing but the
// containers changes. An image whose hash is wrong, a key that is none of the table's, and no room are refused; so is a container
// that is signed already, unless forced.
func (Format) Sign(ctx context.Context, src formats.Source, req formats.Request) (*formats.Result, error) {
	if len(req.Chain) > 0 && !formats.SameKey(req.Key.Public(), req.Chain[0].PublicKey) {
		return nil, fmt.Errorf("%w: %w: the one given is another key's", formats.ErrKey, formats.ErrCert)
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
	var jobs []*job
	for _, c := range chosen {
		j, err := o.prepare(ctx, src, found, c, req)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c, err)
		}
		jobs = append(jobs, j)
	}
	return finish(jobs, req.Rand)
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

// job is a container that only lacks its signature.
type job struct {
	c       *container
	order   sigblk.Order
	draft   *sigblk.Draft
	covered []byte // what is signed
}

// prepare lays the container out.
func (o asked) prepare(ctx context.Context, src formats.Source, found []*container, c *container, req formats.Request) (*job, error) {
	if err := c.checkHashes(ctx, src, req.Memo, formats.ErrFormat); err != nil {
		return nil, err
	}
	old, err := sigblk.Parse(c.raw[c.block:], c.version)
	if err != nil {
		return nil, err
	}
	j := &job{c: c}
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
		return nil, issue.New("srk-revoked", formats.ErrOption, "--%s 0x%x would revoke SRK %d, which signs it", optionRevoke, revoke, j.order.Used)
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

// order says what the block is to be made of: the tables given, or those it has, and what else it has. Used is right, or 0 where only the
// certificate can tell.
func (o asked) order(c *container, old *sigblk.Block, keys []crypto.Signer) (sigblk.Order, error) {
	order := sigblk.Order{Container: c.version, Used: max(o.index, 0), Certificate: o.certificate, Blob: old.Blob, KeyID: old.KeyID}
	tables := o.tables
	for _, t := range old.Tables {
		if o.tables == nil {
			tables = append(tables, t.Table)
		}
	}
	if len(tables) == 0 {
		return order, issue.New("no-srk-table", formats.ErrOption, "it takes the SRK table, whose hash is in the fuses").Advise("--srk-table FILE, as srktool or sigtool cert imx-srk makes it")
	}
	if len(tables) != len(keys) {
		return order, issue.New("hybrid", formats.ErrOption, "%d SRK tables, and %d keys to sign under them", len(tables), len(keys)).
			Advise("a hybrid container takes -k, of the first table, and --" + optionSecond + ", of the second")
	}
	for i, t := range tables {
		set := sigblk.Set{Table: t, Key: keys[i]}
		if i < len(o.srks) {
			set.SRK = o.srks[i]
		}
		order.Sets = append(order.Sets, set)
	}
	used, err := o.used(order.Sets[0])
	order.Used = used
	return order, err
}

// used is the index of the SRK in its table. Errors: formats.ErrKey, formats.ErrOption.
func (o asked) used(s sigblk.Set) (int, error) {
	key := s.SRK
	switch {
	case key != nil:
	case o.certificate != nil:
		return max(o.index, 0), nil
	default:
		key = s.Key.Public()
	}
	switch n := s.Table.Index(key); {
	case n < 0 && o.certificate == nil:
		return 0, issue.New("wrong-srk", formats.ErrKey, "the key is none of the SRK table's").
			Advise("a subordinate key (SGK) needs --" + optionSGK + ", the certificate that an SRK gave it")
	case n < 0:
		return 0, issue.New("wrong-srk", formats.ErrKey, "--%s is none of the SRK table's keys", optionSRKCert)
	case o.index >= 0 && o.index != n:
		return 0, issue.New("srk-index", formats.ErrOption, "the key is SRK %d of the table, not %d", n, o.index).Advise(fmt.Sprintf("--%s %d, or leave it out", optionIndex, n))
	default:
		return n, nil
	}
}

// draft lays the block out, and finds out which SRK made a certificate where nobody says.
func draft(order sigblk.Order, index int) (*sigblk.Draft, int, error) {
	d, err := order.Draft()
	for used := 1; issue.ID(err) == "wrong-srk" && order.Certificate != nil && order.Sets[0].SRK == nil && index < 0 && used < srk.MaxRecords; used++ {
		order.Used = used
		d, err = order.Draft()
	}
	if err != nil {
		return nil, 0, err
	}
	return d, order.Used, nil
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
