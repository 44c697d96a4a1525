package srk

import (
	"bytes"
	"crypto"
	"fmt"
	"testing"
)

// What srktool made of these certificates, New makes byte for byte, and Parse finds in it what went in.
func TestVendorTables(t *testing.T) {
	for _, v := range []struct {
		table, fuses string
		read         func(testing.TB, string) []byte
		certs        string
		kind         Kind
		sign, burn   crypto.Hash
		short        int // from this entry on the entries are hashes
	}{
		{"hab-p521.table", "hab-p521.fuse", sample, "p521-ca-%d.pem", HAB, 0, crypto.SHA256, 4},
		{"hab-p521-short.table", "hab-p521.fuse", sample, "p521-ca-%d.pem", HAB, 0, crypto.SHA256, 1},
		{"ahab-p521.table", "ahab-p521.fuse256", sample, "p521-ca-%d.pem", AHAB, crypto.SHA512, crypto.SHA256, 4},
		{"ahab-pss2048.table", "ahab-pss2048.fuse512", sample, "pss2048-%d.pem", AHAB, crypto.SHA384, crypto.SHA512, 4},
		{"v2-p521.array", "v2-p521.fuse512", sample, "p521-ca-%d.pem", AHABv2, crypto.SHA512, crypto.SHA512, 4},
		{"v2-pss2048.array", "v2-pss2048.fuse512", sample, "pss2048-%d.pem", AHABv2, crypto.SHA256, crypto.SHA512, 4},
		{"hab/pki-rsa2048/crts/SRK_1_2_3_4_table.bin", "hab/pki-rsa2048/crts/SRK_1_2_3_4_fuse.bin", corpus, "hab/pki-rsa2048/crts/SRK%d_sha256_2048_65537_v3_ca_crt.pem", HAB, 0, crypto.SHA256, 4},
		{"hab/pki-rsa2048/crts/SRK_1_h2_h3_h4_table.bin", "hab/pki-rsa2048/crts/SRK_1_h2_h3_h4_fuse.bin", corpus, "hab/pki-rsa2048/crts/SRK%d_sha256_2048_65537_v3_ca_crt.pem", HAB, 0, crypto.SHA256, 1},
		{"hab/pki-p256/crts/SRK_1_2_3_4_table.bin", "hab/pki-p256/crts/SRK_1_2_3_4_fuse.bin", corpus, "hab/pki-p256/crts/SRK%d_sha256_prime256v1_v3_ca_crt.pem", HAB, 0, crypto.SHA256, 4},
		{"ahab/srk_p256.tbl", "ahab/srk_p256.fuse256", corpus, "ahab/pki-ahab-p256/crts/SRK%d_sha256_secp256r1_v3_usr_crt.pem", AHAB, crypto.SHA256, crypto.SHA256, 4},
		{"ahab/srk4_p384.tbl", "ahab/srk4_p384.fuse512", corpus, "ahab/pki-ahab-p384/crts/SRK%d_sha384_secp384r1_v3_usr_crt.pem", AHAB, crypto.SHA384, crypto.SHA512, 4},
	} {
		t.Run(v.table, func(t *testing.T) {
			want, fuses := v.read(t, v.table), v.read(t, v.fuses)
			list := entries(t, v.read, v.certs, v.sign)
			made, err := New(v.kind, short(list, v.short))
			if err != nil {
				t.Fatal(err)
			}
			raw := made.Raw
			if v.kind == AHABv2 {
				if raw, err = Array(made); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(raw, want) {
				t.Fatalf("the table is\n%x, not\n%x", raw, want)
			}
			tables, err := ParseFile(want)
			if err != nil || len(tables) != 1 {
				t.Fatalf("%d tables: %v", len(tables), err)
			}
			if got := tables[0].Fuses(v.burn); !bytes.Equal(got, fuses) || !bytes.Equal(made.Fuses(v.burn), fuses) {
				t.Errorf("the hash is %x, not %x", got, fuses)
			}
			checkRecords(t, tables[0], list)
		})
	}
}

// checkRecords compares what Parse found with what went in.
func checkRecords(t *testing.T, table *Table, list []Entry) {
	t.Helper()
	for n, e := range list {
		r := table.Records[n]
		if table.Index(e.Key) != n {
			t.Errorf("key %d has the index %d", n, table.Index(e.Key))
		}
		if (r.Key == nil) != (e.Short || table.Kind == AHABv2) || !e.Short && (r.CA != e.CA || r.Alg == "" || r.PSS != e.PSS) {
			t.Errorf("record %d is %+v", n, r)
		}
		if table.Kind != HAB && r.Hash != e.Hash {
			t.Errorf("record %d signs with %v", n, r.Hash)
		}
	}
	if notes := table.Notes(); len(notes) != 0 {
		t.Errorf("notes: %v", notes)
	}
}

// A hash is written in bytes, in words, and as srktool -f 0 does.
func TestFuseForms(t *testing.T) {
	table, err := Parse(sample(t, "hab-p521-short.table"))
	if err != nil {
		t.Fatal(err)
	}
	hash := table.Fuses(crypto.SHA512) // HABv4 has but one
	if got := Fuses8(hash); !bytes.Equal(got, sample(t, "hab-p521.fuse0")) {
		t.Errorf("format 0 is %x", got)
	}
	if words := Words(hash); len(words) != 8 || fmt.Sprintf("%08x", words[0]) != fmt.Sprintf("%02x%02x%02x%02x", hash[3], hash[2], hash[1], hash[0]) {
		t.Errorf("the words are %x", words)
	}
}

// The SRK data of version 2 is the key that the record's hash is of, and no other.
func TestData(t *testing.T) {
	list := entries(t, sample, "pss2048-%d.pem", crypto.SHA256)
	table, err := New(AHABv2, list)
	if err != nil {
		t.Fatal(err)
	}
	for n, e := range list {
		data, err := table.Data(n, e.Key)
		if err != nil || len(data) != 8+256+3 || data[3] != tagData || data[4] != byte(n) {
			t.Errorf("record %d: %x, %v", n, data, err)
		}
	}
	_, err = table.Data(1, list[0].Key)
	refused(t, "another key", err, "srk-data")
	_, err = table.Data(4, list[0].Key)
	refused(t, "no record", err, "srk-data")
	_, err = table.Data(0, crypto.PublicKey(nil))
	refused(t, "no key", err, "srk-key")
}

// SPSDK writes the exponent of an RSA key in four bytes: the table is another, and so is its hash, but the keys are found.
func TestLongExponent(t *testing.T) {
	raw := bytes.Clone(sample(t, "ahab-pss2048.table"))
	var long []byte
	for at := headSize; at < len(raw); at += recordHead + 256 + 3 {
		record := bytes.Clone(raw[at : at+recordHead+256])
		record[1], record[10] = record[1]+1, 4
		long = append(append(append(long, record...), 0), raw[at+recordHead+256:at+recordHead+256+3]...)
	}
	raw = append(raw[:headSize:headSize], long...)
	raw[1], raw[2] = byte(len(raw)), byte(len(raw)>>8)
	table, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	checkRecords(t, table, entries(t, sample, "pss2048-%d.pem", crypto.SHA384))
	if bytes.Equal(table.Fuses(crypto.SHA512), sample(t, "ahab-pss2048.fuse512")) {
		t.Error("the hash is the same")
	}
}
