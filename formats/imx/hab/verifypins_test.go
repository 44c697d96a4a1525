package hab

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// Who is accepted: whoever has these fuses, or names the SRK. Other fuses are told from what was changed.
func TestVerifyPins(t *testing.T) {
	w, other := newWorld(t, true), newWorld(t, false)
	file := built(t, bare(), w.usual())
	table, _ := srk.Parse(w.table)
	fuses := table.Fuses(crypto.SHA256)
	for what, pairs := range map[string][]any{"hash": {optionHash, fuses}, "table": {optionTable, w.table}, "both": {optionHash, fuses, optionTable, w.table}} {
		found, err := judged(file, pairs...)
		if err != nil || slices.ContainsFunc(found, func(s formats.Signature) bool { return !s.Pinned }) {
			t.Errorf("%s: %v", what, err)
		}
	}
	found, err := judged(file, optionTable, other.table)
	if !errors.Is(err, formats.ErrOther) || issue.ID(err) != "inv-certificate" || found[0].Pinned || !strings.Contains(err.Error(), "HAB_INV_CERTIFICATE (0x21)") {
		t.Errorf("other fuses: %v", err)
	}
	changed := bytes.Clone(file)
	changed[entryAt]++
	if _, err := judged(changed, optionTable, other.table); err == nil {
		t.Error("changed, and of other fuses")
	}
	for what, pairs := range map[string][]any{
		"a short hash":   {optionHash, fuses[:31]},
		"no table":       {optionTable, fuses},
		"more behind it": {optionTable, append(bytes.Clone(w.table), 0)},
		"two minds":      {optionHash, fuses, optionTable, other.table},
	} {
		if _, err := judged(file, pairs...); !errors.Is(err, formats.ErrOption) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for key, want := range map[*identity]bool{w.srk: true, w.other: false, w.img: false, w.csf: false} {
		keys := formats.Keys{Public: []crypto.PublicKey{key.key.Public()}}
		found, err := Format{}.Verify(context.Background(), patch.Bytes(file), keys)
		certified, _ := Format{}.Verify(context.Background(), patch.Bytes(file), formats.Keys{Certs: chainOf(key)})
		if err != nil || found[0].Pinned != want || found[1].Pinned != want || certified[0].Pinned != want {
			t.Errorf("%s given: %v", key.cert.Subject, err)
		}
	}
}

// A table whose other keys are hashes has the same fuses; a key that is only a hash signs nothing.
func TestHashedEntries(t *testing.T) {
	w := newWorld(t, true)
	entries := []srk.Entry{{Key: w.srk.key.Public(), CA: true}, {Key: w.other.key.Public(), CA: true, Short: true}}
	hashed, err := srk.New(srk.HAB, entries)
	if err != nil {
		t.Fatal(err)
	}
	items := w.usual()
	items[0] = installSRK(0, hashed.Raw)
	found, err := judged(built(t, bare(), items), optionTable, w.table)
	expect(t, "the other", slip{}, found, err)
	items[0] = installSRK(1, hashed.Raw)
	found, err = judged(built(t, bare(), items))
	expect(t, "this one", slip{id: "inv-key"}, found, err)
}

// Nobody looks at dates: the certificates of these tests are of 1970. Another SRK table with the same key in it is told by its fuses alone.
func TestVerifyExpiredAndSwapped(t *testing.T) {
	w := newWorld(t, true)
	found, err := judged(built(t, bare(), w.usual()), optionTable, w.table)
	if err != nil || !found[0].Dateless || !found[1].Dateless || found[1].Cert.NotAfter.Year() != 1970 {
		t.Errorf("expired: %v", err)
	}
	swapped, err := srk.New(srk.HAB, []srk.Entry{{Key: w.srk.key.Public(), CA: true}, {Key: w.csf.key.Public(), CA: true}})
	if err != nil {
		t.Fatal(err)
	}
	items := w.usual()
	items[0] = installSRK(0, swapped.Raw)
	file := built(t, bare(), items)
	if _, err := judged(file); err != nil {
		t.Errorf("swapped, and nothing pinned: %v", err)
	}
	if _, err := judged(file, optionTable, w.table); !errors.Is(err, formats.ErrOther) || issue.ID(err) != "inv-certificate" {
		t.Errorf("swapped: %v", err)
	}
}
