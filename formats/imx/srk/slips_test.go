package srk

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// at gives a copy of a table with bytes put at an offset.
func at(table []byte, offset int, values ...byte) []byte {
	table = bytes.Clone(table)
	copy(table[offset:], values)
	return table
}

// What is no table, or not as srktool writes it, is refused by name.
func TestDamagedTables(t *testing.T) {
	hab, hashed, ahab := sample(t, "hab-p521.table"), sample(t, "hab-p521-short.table"), sample(t, "ahab-p521.table")
	array := sample(t, "v2-p521.array")
	pss, v2 := sample(t, "ahab-pss2048.table"), array[arrayHead:][:4+4*76]
	for _, v := range []struct {
		what string
		data []byte
		id   string
	}{
		{"nothing", nil, "srk-tag"},
		{"a certificate", sample(t, "p521-ca-1.pem"), "srk-tag"},
		{"an unknown version", at(hab, 3, 0x41), "srk-version"},
		{"cut short", hab[:len(hab)-1], "srk-truncated"},
		{"no room for its head", at(hab, 1, 0, 3), "srk-length"},
		{"too long", at(append(slices.Clone(hab), make([]byte, 4096)...), 1, 0x10, 0), "srk-length"},
		{"no record", at(hab[:4], 1, 0, 4), "srk-count"},
		{"five records", at(append(slices.Clone(hashed), hashed[4+0x90:][:36]...), 1, 1, 0x24), "srk-count"},
		{"three records of AHAB", at(ahab[:len(ahab)-0x90], 1, (580-0x90)&0xFF, (580-0x90)>>8), "srk-count"},
		{"an unknown tag", at(hab, 4, 0xE2), "srk-record"},
		{"a hash in AHAB", at(ahab, 4, 0xEE), "srk-record"},
		{"a record longer than the table", at(hab, 5, 0x10), "srk-record"},
		{"a record shorter than its head", at(hab, 5, 0, 11), "srk-record"},
		{"a record of three bytes", at(hab, 5, 0, 3), "srk-record"},
		{"half a head of a record", at(hab[:4+3], 1, 0, 7), "srk-record"},
		{"reserved bytes", at(hab, 8, 1), "srk-record"},
		{"another flag", at(hab, 11, 0x40), "srk-record"},
		{"an unknown algorithm", at(hab, 7, 0x28), "srk-key"},
		{"RSA-PSS in HABv4", at(hab, 7, 0x22), "srk-key"},
		{"an unknown curve", at(hab, 12, 0x4C), "srk-key"},
		{"another curve", at(hab, 12, 0x4B), "srk-record"},
		{"another size of the curve", at(hab, 14, 2, 8), "srk-record"},
		{"no point of the curve", at(hab, 16+70, hab[16+70]^1), "srk-key"},
		{"a hash of SHA-1", at(hashed, 4+0x90+3, 0x11), "srk-record"},
		{"SM2", at(ahab, 7, 0x28), "srk-key"},
		{"an unknown hash", at(ahab, 8, 7), "srk-hash"},
		{"SHA-3 in version 0", at(ahab, 8, 4), "srk-hash"},
		{"another size of AHAB", at(ahab, 9, 2), "srk-key"},
		{"reserved bytes of AHAB", at(ahab, 10, 1), "srk-record"},
		{"an even modulus", at(pss, 16+255, pss[16+255]&^1), "srk-key"},
		{"a short modulus", at(pss, 16, 0), "srk-key"},
		{"an even exponent", at(pss, 16+256+2, 2), "srk-key"},
		{"an exponent of one", at(pss, 16+256, 0, 0, 1), "srk-key"},
		{"an exponent of 5 bytes", at(pss, 14, 5), "srk-key"},
		{"numbers of other lengths", at(pss, 14, 2), "srk-record"},
		{"a short hash of version 2", at(at(v2, 1, byte(len(v2)-1)), 5, 75), "srk-record"},
	} {
		_, err := Parse(v.data)
		refused(t, v.what, err, v.id)
	}
}

// An array is one or two tables of version 2, with room for a key behind each, and nothing else; a table stands alone.
func TestDamagedArrays(t *testing.T) {
	hab, array := sample(t, "hab-p521.table"), sample(t, "v2-p521.array")
	v2, room := array[arrayHead:][:4+4*76], array[arrayHead+4+4*76:]
	two := append(append(append(append(slices.Clone(array[:arrayHead]), v2...), room...), v2...), room...)
	two = at(two, 1, byte(len(two)), byte(len(two)>>8))
	if tables, err := ParseFile(at(two, 4, 2)); err != nil || len(tables) != 2 {
		t.Errorf("two tables: %d, %v", len(tables), err)
	}
	foreign := append(append(slices.Clone(array[:arrayHead]), hab...), room...)
	for _, v := range []struct {
		what string
		data []byte
		id   string
	}{
		{"bytes behind a table", append(slices.Clone(hab), 0), "srk-length"},
		{"another tag", at(array, 3, 0x5B), "srk-tag"},
		{"another length", at(array, 1, 0), "srk-array"},
		{"no table", at(array, 4, 0), "srk-array"},
		{"three tables", at(array, 4, 3), "srk-array"},
		{"reserved bytes", at(array, 7, 1), "srk-array"},
		{"a table too few", at(array, 4, 2), "srk-tag"},
		{"a table too many", at(two, 4, 1), "srk-array"},
		{"a table of HABv4", at(foreign, 1, byte(len(foreign)), byte(len(foreign)>>8)), "srk-array"},
		{"no room for a key", at(array, len(array)-len(room)+3, 0), "srk-array"},
		{"too much room for a key", at(array, len(array)-len(room)+1, 0xFF), "srk-array"},
	} {
		_, err := ParseFile(v.data)
		refused(t, v.what, err, v.id)
	}
	_, err := Array()
	refused(t, "an array of none", err, "srk-array")
	table, _ := Parse(hab)
	_, err = Array(table)
	refused(t, "an array of HABv4", err, "srk-array")
}

// A byte changed anywhere in a table leaves no table, or one with another hash and of the bytes that it was read from.
func TestEveryByte(t *testing.T) {
	good := 0
	array := sample(t, "v2-p521.array")
	for _, raw := range [][]byte{sample(t, "hab-p521.table"), sample(t, "hab-p521-short.table"), sample(t, "ahab-p521.table"), sample(t, "ahab-pss2048.table"), array[arrayHead:][:4+4*76]} {
		table, err := Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		for i := range raw {
			other, err := Parse(at(raw, i, raw[i]^1))
			if err != nil {
				continue
			}
			good++
			if bytes.Equal(other.Fuses(crypto.SHA512), table.Fuses(crypto.SHA512)) {
				t.Errorf("%s: byte %d changes nothing", table.Kind, i)
			}
		}
	}
	if good == 0 { // an RSA key's, say, or a hash's
		t.Error("no byte may change")
	}
}

// What srktool would not put into a table, or no device could use, is not made.
func TestRefusedEntries(t *testing.T) {
	ec, pss := entries(t, sample, "p521-ca-%d.pem", crypto.SHA512), entries(t, sample, "pss2048-%d.pem", crypto.SHA256)
	with := func(list []Entry, change func(*Entry)) []Entry {
		list = slices.Clone(list)
		change(&list[2])
		return list
	}
	odd := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(3), 1534), E: 65537}
	even := &rsa.PublicKey{N: pss[0].Key.(*rsa.PublicKey).N, E: 4}
	for _, v := range []struct {
		what string
		kind Kind
		list []Entry
		id   string
		text string
	}{
		{"none", HAB, nil, "srk-count", "0 keys"},
		{"five", HAB, append(slices.Clone(ec), ec[0]), "srk-count", "5 keys"},
		{"three for AHAB", AHAB, ec[:3], "srk-count", "3 keys"},
		{"a CA among others", HAB, with(ec, func(e *Entry) { e.CA = false }), "srk-ca", "key 3"},
		{"RSA-PSS for HABv4", HAB, pss, "srk-key", "key 1: HABv4 knows no RSA-PSS"},
		{"a key of 1536 bits", HAB, with(ec, func(e *Entry) { e.Key = odd }), "srk-key", "key 3: an RSA key of 1536 bits"},
		{"an even exponent", AHAB, with(pss, func(e *Entry) { e.Key = even }), "srk-key", "key 3: an exponent of 4"},
		{"P-224", HAB, with(ec, func(e *Entry) { e.Key = &ecdsa.PublicKey{Curve: elliptic.P224()} }), "srk-key", "key 3: a key on P-224"},
		{"no key", HAB, with(ec, func(e *Entry) { e.Key = nil }), "srk-key", "key 3: a key of type <nil>"},
		{"a hash for AHAB", AHAB, with(ec, func(e *Entry) { e.Short = true }), "srk-key", "key 3: AHAB's tables know no hashed entries"},
		{"PSS of a curve", AHAB, with(ec, func(e *Entry) { e.PSS = true }), "srk-key", "does not sign by RSA-PSS"},
		{"SHA-1", AHAB, with(ec, func(e *Entry) { e.Hash = crypto.SHA1 }), "srk-key", "SHA-1 is not among the hashes"},
		{"SHA-3 in version 0", AHAB, with(ec, func(e *Entry) { e.Hash = crypto.SHA3_256 }), "srk-key", "SHA3-256 is not among the hashes"},
		{"another hash", AHAB, with(ec, func(e *Entry) { e.Hash = crypto.SHA256 }), "srk-mixed", "key 3 is one of p521 with SHA-256"},
		{"PKCS #1 among PSS", AHABv2, with(pss, func(e *Entry) { e.PSS = false }), "srk-mixed", "key 3"},
		{"ML-DSA in version 0", AHAB, with(ec, func(e *Entry) { e.Key = encoded(make([]byte, 1952)) }), "srk-key", "knows no ML-DSA"},
		{"ML-DSA for HABv4", HAB, with(ec, func(e *Entry) { e.Key = encoded(make([]byte, 2592)) }), "srk-key", "knows no ML-DSA"},
	} {
		_, err := New(v.kind, v.list)
		refused(t, v.what, err, v.id)
		if err != nil && !strings.Contains(err.Error(), v.text) {
			t.Errorf("%s: %v does not say %q", v.what, err, v.text)
		}
	}
}

// encoded is a key that has nothing but an encoding, as ML-DSA's.
type encoded []byte

func (e encoded) Bytes() []byte { return e }

// Keys of ML-DSA stand in tables of version 2, by their hashes.
func TestMLDSA(t *testing.T) {
	var list []Entry
	for n := range 4 {
		key := encoded(make([]byte, 2592))
		key[0] = byte(n)
		list = append(list, Entry{Key: key, Hash: HashFor(key)})
	}
	table, err := New(AHABv2, list)
	if err != nil || table.Records[3].Alg != "ml-dsa-87" || table.Records[3].Hash != crypto.SHA512 || table.Index(list[3].Key) != 3 {
		t.Fatalf("%+v, %v", table, err)
	}
	if data, err := table.Data(2, list[2].Key); err != nil || len(data) != 8+2592 {
		t.Errorf("%d bytes of data: %v", len(data), err)
	}
}

// A table that can be read, but has something odd, says so.
func TestNotes(t *testing.T) {
	ec := entries(t, sample, "p521-ca-%d.pem", crypto.SHA512)
	twice := []Entry{ec[0], ec[1], ec[0], ec[1]}
	twice[3].Short = true
	for _, v := range []struct {
		what string
		list []Entry
		note string
	}{
		{"twice", twice, "keys 1 and 3 are one key"},
		{"twice, once as a hash", twice, "keys 2 and 4 are one key"},
		{"hashes", short(slices.Clone(ec), 0), "every entry is a hash"},
	} {
		table, err := New(HAB, v.list)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(table.Notes(), "\n"), v.note) {
			t.Errorf("%s: %q", v.what, table.Notes())
		}
	}
	table, err := New(AHABv2, []Entry{ec[0], ec[1], ec[2], ec[1]})
	if err != nil || !strings.Contains(strings.Join(table.Notes(), "\n"), "keys 2 and 4 are one key") {
		t.Errorf("twice in version 2: %v, %v", table.Notes(), err)
	}
	table, err = Parse(at(sample(t, "hab-p521.table"), 11, 0))
	if err != nil || !strings.Contains(strings.Join(table.Notes(), "\n"), "some of its keys sign certificates") {
		t.Errorf("mixed flags: %v, %v", table.Notes(), err)
	}
	table, err = Parse(at(sample(t, "ahab-p521.table"), 8, 0))
	if err != nil || !strings.Contains(strings.Join(table.Notes(), "\n"), "of several sorts") {
		t.Errorf("mixed sorts: %v, %v", table.Notes(), err)
	}
	weak := &rsa.PublicKey{N: new(big.Int).SetBit(new(big.Int).SetBit(new(big.Int), 1023, 1), 0, 1), E: 65537}
	table, err = New(HAB, []Entry{{Key: weak}})
	if err != nil || !strings.Contains(strings.Join(table.Notes(), "\n"), "key 1 is one of 1024 bits") {
		t.Errorf("a weak key: %v", err)
	}
}
