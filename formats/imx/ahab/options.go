package ahab

import (
	"crypto"
	"fmt"
	"strconv"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
)

// asked is what the options of sign say.
type asked struct {
	tables      []*srk.Table // nil: those that the container has
	index       int          // -1: found out
	revoke      int
	revokeGiven bool
	only        int64 // the container to sign; -1 is each
	certificate []byte
	srks        []crypto.PublicKey // whose certificate it is, for each table; only where the container has hashes of keys (version 2)
}

// readOptions reads the options of sign. Errors: formats.ErrOption, formats.ErrFormat.
func readOptions(v formats.Values) (asked, error) {
	o := asked{index: int(min(v.Int(optionIndex, -1), srk.MaxRecords)), only: -1, certificate: v.Bytes(optionSGK)}
	if o.index == srk.MaxRecords {
		return o, fmt.Errorf("%w: --%s: an SRK table has %d keys, 0 to %d", formats.ErrOption, optionIndex, srk.MaxRecords, srk.MaxRecords-1)
	}
	if text := v.String(optionRevoke, ""); text != "" {
		mask, err := strconv.ParseUint(text, 0, 32)
		if err != nil || mask >= 1<<srk.MaxRecords {
			return o, fmt.Errorf("%w: --%s: %q is no mask of four keys: 0x1 is SRK1, 0xe is SRK2 to SRK4", formats.ErrOption, optionRevoke, text)
		}
		o.revoke, o.revokeGiven = int(mask), true
	}
	var err error
	if o.only, err = chosenOffset(v); err != nil {
		return o, err
	}
	for _, chain := range v.Chains(optionSRKCert) {
		if len(chain) > 0 {
			o.srks = append(o.srks, chain[0].PublicKey)
		}
	}
	if len(o.srks) > 0 && o.certificate == nil {
		return o, fmt.Errorf("%w: --%s goes with --%s", formats.ErrOption, optionSRKCert, optionSGK)
	}
	if data := v.Bytes(optionTable); data != nil {
		if o.tables, err = readTables(data); err != nil {
			return o, fmt.Errorf("%w: --%s: %w", formats.ErrOption, optionTable, err)
		}
	}
	return o, nil
}

// chosenOffset is where the one container stands that is asked for; -1 is all of them. Errors: formats.ErrOption.
func chosenOffset(v formats.Values) (int64, error) {
	text := v.String(optionContainer, "")
	if text == "" {
		return -1, nil
	}
	at, err := strconv.ParseInt(text, 0, 64)
	if err != nil || at < 0 {
		return 0, fmt.Errorf("%w: --%s: %q is no offset, as 0x400 is", formats.ErrOption, optionContainer, text)
	}
	return at, nil
}
