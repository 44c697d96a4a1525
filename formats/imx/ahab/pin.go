package ahab

import (
	"bytes"
	"crypto"
	"fmt"
	"slices"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

// pin is what a device's fuses accept: an SRK table by its hash or as a whole, or one of these SRKs whatever the table.
type pin struct {
	hash   []byte       // SHA-256 or SHA-512 of the first table
	tables []*srk.Table // nil: not given
	srks   []crypto.PublicKey
}

// readPin reads what verify was told. Errors: formats.ErrOption, formats.ErrFormat.
func readPin(keys formats.Keys) (pin, error) {
	p := pin{hash: keys.Options.Bytes(optionHash), srks: slices.Clip(keys.Public)}
	for _, cert := range keys.Certs {
		p.srks = append(p.srks, cert.PublicKey)
	}
	if n := len(p.hash); n != 0 && n != crypto.SHA256.Size() && n != crypto.SHA512.Size() {
		return p, fmt.Errorf("%w: --%s: %d bytes, and the fuses hold 32 (SHA-256: 8ULP, 91, 93, 95 A) or 64 (SHA-512: 8, 8X, 95 B, 943)", formats.ErrOption, optionHash, n)
	}
	if data := keys.Options.Bytes(optionTable); data != nil {
		var err error
		if p.tables, err = readTables(data); err != nil {
			return p, fmt.Errorf("%w: --%s: %w", formats.ErrOption, optionTable, err)
		}
	}
	return p, nil
}

// fuses is the hash of a table as long as the one given.
func (p pin) fuses(t *srk.Table) []byte {
	if len(p.hash) == crypto.SHA256.Size() {
		return t.Fuses(crypto.SHA256)
	}
	return t.Fuses(crypto.SHA512)
}

// advice is what a person can do about a hash that is not the table's.
func (p pin) advice(have []byte) string {
	if bytes.Equal(srk.AsWords(have), p.hash) {
		return "these are the fuses' words, whose bytes are the other way round: the hash is what the table has, and sigtool cert imx-srk --read-back takes words"
	}
	return "it is for devices of other keys, or --" + optionHash + " is of another table"
}

// accepts tells whether this is whom the pin accepts; false without an error is for those who accept by keys. Errors: formats.ErrOther.
func (p pin) accepts(b *sigblk.Block, key crypto.PublicKey) (bool, error) {
	if p.hash != nil {
		if have := p.fuses(b.Tables[0].Table); !bytes.Equal(have, p.hash) {
			return false, issue.New("bad-key-hash", formats.ErrOther, "the SRK table's hash is %x, and %x was asked for (a closed device would say ELE_BAD_KEY_HASH_FAILURE)", have, p.hash).
				Advise(p.advice(have))
		}
	}
	for i, t := range p.tables {
		if i >= len(b.Tables) || !bytes.Equal(t.Raw, b.Tables[i].Raw) {
			return false, issue.New("bad-key-hash", formats.ErrOther, "its SRK table is not the one that was asked for (a closed device would say ELE_BAD_KEY_HASH_FAILURE)").
				Advise("it is for devices of other keys, or --" + optionTable + " is of another tree, or for containers of another version")
		}
	}
	if p.hash != nil || p.tables != nil {
		return true, nil
	}
	for _, srk := range p.srks {
		if formats.SameKey(srk, key) {
			return true, nil
		}
	}
	return false, nil
}
