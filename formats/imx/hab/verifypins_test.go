package hab

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"math/big"
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
		one := key == w.img || key == w.csf
		if notes := strings.Join(found[1].Notes, "\n"); strings.Contains(notes, "name both") != one {
			t.Errorf("%s given: noted: %s", key.cert.Subject, notes)
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

// A key is worth what those above it are: short SRKs, and certificates over SHA-1.
func TestWeakAbove(t *testing.T) {
	short := &slot{key: &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 1023), E: 65537}}
	long := &slot{key: &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047), E: 65537}}
	cert := func(alg x509.SignatureAlgorithm) *x509.Certificate { return &x509.Certificate{SignatureAlgorithm: alg} }
	for what, row := range map[string]struct {
		key  *slot
		weak bool
	}{
		"an SRK that signs all":   {short, false}, // package verify asks about the signer himself
		"below a sound SRK":       {&slot{cert: cert(x509.SHA256WithRSA), above: long}, false},
		"below a short SRK":       {&slot{cert: cert(x509.SHA256WithRSA), above: short}, true},
		"certified over SHA-1":    {&slot{cert: cert(x509.SHA1WithRSA), above: long}, true},
		"two below one, the same": {&slot{cert: cert(x509.SHA256WithRSA), above: &slot{cert: cert(x509.ECDSAWithSHA1), above: long}}, true},
	} {
		if err := row.key.weak(); (err != nil) != row.weak || row.weak && (!errors.Is(err, formats.ErrOther) || issue.ID(err) != "too-weak") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Slots 5 and 6 are NXP's: a table of anybody's own there, and the right one beside it, are not what the fuses say.
func TestVerifyNXPSlots(t *testing.T) {
	w, own := newWorld(t, true), newWorld(t, true)
	own.srk = own.other
	own.table = func() []byte {
		table, err := srk.New(srk.HAB, []srk.Entry{{Key: own.srk.key.Public(), CA: true}})
		if err != nil {
			t.Fatal(err)
		}
		return table.Raw
	}()
	own.img, own.csf = own.strangers[0], own.strangers[1]
	table, _ := srk.Parse(w.table)
	theirs := installSRK(0, own.table)
	theirs.command[7] = 5
	for _, slot := range []byte{1, 6} {
		whole := authenticateCSF(own.csf)
		whole.command[4] = slot
		items := []item{theirs, installSRK(0, w.table), installKey(2, 5, slot, own.csf), whole, installKey(0, 5, 2, own.img), authenticate(2, own.img, allOfIt)}
		for range 2 {
			found, err := judged(built(t, bare(), items), optionHash, table.Fuses(crypto.SHA256))
			if err == nil || slices.ContainsFunc(found, func(s formats.Signature) bool { return s.Pinned }) {
				t.Errorf("the CSF key in slot %d: accepted", slot)
			}
			items[0], items[1] = items[1], items[0]
		}
	}
}
