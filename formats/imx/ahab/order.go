package ahab

import (
	"crypto"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

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
		switch {
		case i < len(o.srks):
			set.SRK = o.srks[i]
		case c.version == 2 && o.certificate != nil:
			return order, issue.New("no-srk-cert", formats.ErrOption, "a container of version 2 holds the key of the SRK that made the certificate, and its table has hashes alone").
				Advise("--" + optionSRKCert + " CERT, the SRK's own certificate; again for the second table of a hybrid one")
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
	case n >= 0 && o.index >= 0 && holds(s.Table, o.index, key): // a key may stand in a table twice
		return o.index, nil
	case n < 0 && s.Table.Records[0].Hash == 0: // nobody can tell, and so Draft says
		return max(o.index, 0), nil
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

// holds tells whether a key is the table's of that index.
func holds(t *srk.Table, index int, key crypto.PublicKey) bool {
	if t.Kind == srk.AHABv2 {
		_, err := t.Data(index, key)
		return err == nil
	}
	return index < len(t.Records) && formats.SameKey(t.Records[index].Key, key)
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
