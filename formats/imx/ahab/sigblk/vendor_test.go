package sigblk_test

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/internal/oracle"
	"sigtool/keygen"
)

// What NXP's tool 4 signed verifies, and is what its CSF asked for.
func TestVendor(t *testing.T) {
	for _, c := range []struct {
		name, alg string
		index     int
		at        sigblk.Offsets
		notes     int
	}{
		{"v0-p384-sgk", "ecdsa-p384-sha384", 2, sigblk.Offsets{Tables: 16, Signatures: 456, Certificate: 560}, 0},
		{"v0-p521", "ecdsa-p521-sha512", 0, sigblk.Offsets{Tables: 16, Signatures: 600}, 0},
		{"v0-pss", "rsa-pss-sha256", 0, sigblk.Offsets{Tables: 16, Signatures: 1104}, 1},
		{"v0-rsa", "rsa-pkcs1-sha256", 0, sigblk.Offsets{Tables: 16, Signatures: 1104}, 1},
		{"v0-rsa-sgk", "rsa-pkcs1-sha256", 1, sigblk.Offsets{Tables: 16, Signatures: 1104, Certificate: 1368}, 1},
		{"v2-p384", "ecdsa-p384-sha384", 1, sigblk.Offsets{Tables: 16, Signatures: 440}, 0},
		{"v2-p384-sgk", "ecdsa-p384-sha384", 2, sigblk.Offsets{Tables: 16, Signatures: 440, Certificate: 544}, 1},
		{"v2-pss-sgk", "rsa-pss-sha256", 0, sigblk.Offsets{Tables: 16, Signatures: 600, Certificate: 864}, 1},
		{"v2-rsa", "rsa-pkcs1-sha256", 0, sigblk.Offsets{Tables: 16, Signatures: 600}, 1},
	} {
		container := sample(t, c.name+".bin")
		b := parsed(t, container)
		checks := b.Verify(container[:b.Covered(blockAt)], used(container))
		want, notes := 1, 0
		if strings.HasSuffix(c.name, "-sgk") {
			want = 2
		}
		if len(checks) != want || b.At != c.at || used(container) != c.index || b.Version != container[0]>>1 || len(b.Raw) != len(container)-blockAt {
			t.Errorf("%s: %d signatures, %+v, SRK %d, version %d, %d bytes", c.name, len(checks), b.At, used(container), b.Version, len(b.Raw))
		}
		for _, check := range checks {
			notes += len(check.Notes)
			if check.Err != nil || check.Alg != c.alg || check.Key == nil || check.SRK == nil || !check.CA {
				t.Errorf("%s: %+v", c.name, check)
			}
		}
		if notes != c.notes {
			t.Errorf("%s: %d notes, not %d: %+v", c.name, notes, c.notes, checks)
		}
	}
}

// What NXP's tool 3.4.1 and 4 signed for a build that uses one SRK, with the fuses that srktool computed.
func TestVendorCorpus(t *testing.T) {
	folder := filepath.Join(testdata, "../../shared/data")
	if data := os.Getenv("SIGTOOL_CORPUS"); data != "" {
		folder = data
	}
	for _, name := range []string{"3_p256", "3_p384", "4_p256", "4_p384"} {
		container, err := os.ReadFile(filepath.Join(folder, "imx/ahab/signed"+name+".bin"))
		if err != nil {
			oracle.Missing(t, "the i.MX samples (shared/data/imx beside the module, or $SIGTOOL_CORPUS/imx)")
		}
		fuses, err := os.ReadFile(filepath.Join(folder, "imx/ahab/srk"+strings.TrimPrefix(name, "3")+".fuse512"))
		if err != nil {
			t.Fatal(err)
		}
		if err := failure(container); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := parsed(t, container).Tables[0].Fuses(crypto.SHA512); !bytes.Equal(got, fuses) {
			t.Errorf("%s: fuses %x, not %x", name, got, fuses)
		}
	}
}

// RSA has no randomness in it: what CST wrote is made again, byte for byte, certificate and all.
func TestVendorBytes(t *testing.T) {
	for _, c := range []struct{ name, srk, sgk string }{
		{"v0-rsa", "rsa-srk1", ""}, {"v2-rsa", "rsa-srk1", ""}, {"v0-rsa-sgk", "rsa-srk2", "rsa-sgk2"},
	} {
		want := sample(t, c.name+".bin")
		if got := remake(t, want, c.srk, c.sgk); !bytes.Equal(got, want) {
			t.Errorf("%s: other bytes than CST's", c.name)
		}
	}
	want := sample(t, "v0-p384-sgk.bin") // of ECDSA, all but the signatures
	got := remake(t, want, "p384-srk3", "p384-sgk3")
	if err := failure(got); err != nil {
		t.Errorf("v0-p384-sgk: %v", err)
	}
	for _, data := range [][]byte{got, want} {
		b := parsed(t, data)
		clear(b.Signatures[0].Value)
		clear(b.Certificate.Signatures[0].Value)
	}
	if !bytes.Equal(got, want) {
		t.Error("v0-p384-sgk: another layout than CST's")
	}
}

// remake signs a sample's header and images again, under its SRK table.
func remake(t *testing.T, container []byte, srkName, sgkName string) []byte {
	t.Helper()
	b := parsed(t, container)
	tab, err := srk.Parse(b.Tables[0].Raw)
	if err != nil {
		t.Fatal(err)
	}
	order := sigblk.Order{Container: container[0], Used: used(container), Sets: []sigblk.Set{{Table: tab, Key: secret(t, srkName)}}}
	if sgkName != "" {
		sgk := secret(t, sgkName)
		order.Certificate, err = sigblk.Certify(steady{}, sigblk.Grant{Container: container[0], Permissions: sigblk.PermitContainer,
			Subjects: []sigblk.Subject{{Key: sgk.Public(), SRK: order.Sets[0].Key, As: tab.Records[order.Used]}}})
		if err != nil {
			t.Fatal(err)
		}
		order.Sets[0].Key = sgk
	}
	draft, err := order.Draft()
	if err != nil {
		t.Fatal(err)
	}
	head := bytes.Clone(container[:blockAt])
	block, err := draft.Sign(steady{}, append(head[:blockAt:blockAt], draft.Head...))
	if err != nil {
		t.Fatal(err)
	}
	return append(head, block...)
}

// The tables of SPSDK's keys have the hashes that SPSDK burns.
func TestSPSDK(t *testing.T) {
	folder := filepath.Join(testdata, "imx/ahab/spsdk")
	var keys []crypto.PublicKey
	for _, name := range []string{"srk0", "srk1", "srk2", "srk3"} {
		data, err := os.ReadFile(filepath.Join(folder, name+"_ecc256.pub"))
		if err != nil {
			t.Fatal(err)
		}
		key, _, err := keygen.ParsePublic(data)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	text, err := os.ReadFile(filepath.Join(folder, "fuses.txt"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Fields(string(text))
	for i, h := range []crypto.Hash{crypto.SHA256, crypto.SHA512} {
		var entries []srk.Entry
		for _, key := range keys {
			entries = append(entries, srk.Entry{Key: key, Hash: crypto.SHA256})
		}
		tab, err := srk.New([]srk.Kind{srk.AHAB, srk.AHABv2}[i], entries)
		if err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(tab.Fuses(h)); got != strings.ToLower(want[i]) {
			t.Errorf("%s: %s, not %s", tab.Kind, got, want[i])
		}
	}
}
