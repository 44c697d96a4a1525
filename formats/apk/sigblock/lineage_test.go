package sigblock

import (
	"crypto/x509"
	"math"
	"testing"

	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lineage"
	"sigtool/internal/issue"
	"sigtool/internal/keytest"
)

// A lineage has to end with the signer, those of several signers have to be one, and what Make writes of all this is read back.
func TestLineage(t *testing.T) {
	key, cert := keytest.Key(t, "p256"), keytest.Cert(t, "p256")
	lines, err := lineage.Extend(nil, lineage.Signer{Key: key, Cert: cert}, lineage.Signer{Cert: keytest.Cert(t, "p384")})
	if err != nil {
		t.Fatal(err)
	}
	m := SignerConfig{Key: key, Chain: []*x509.Certificate{cert}, Algs: []alg.ID{alg.ECDSASHA256},
		Digests: map[content.Algorithm][]byte{content.SHA256: []byte(digestOf32)}, MinSDK: 28, MaxSDK: 32, Lineage: lines.Sub(0), RotationMinSDK: 33}
	value, err := Make(3, []SignerConfig{m})
	if err != nil {
		t.Fatal(err)
	}
	signers, err := Signers(3, value, 28, 32)
	if err != nil || len(signers) != 1 || signers[0].Err != nil || signers[0].RotationMinSDK != 33 || len(signers[0].Lineage.Nodes) != 1 {
		t.Errorf("%v %+v", err, signers)
	}
	twice := newRaw(t)
	twice.attrs = []entry{{attrLineage, lines.Sub(0).Attribute()}, {attrLineage, lines.Sub(0).Attribute()}}
	if got, _ := verdict(3, 28, math.MaxInt32, twice.encode(t, 3)); got != "V3_SIG_MALFORMED_LINEAGE" {
		t.Errorf("two lineages: %q", got)
	}
	m.Lineage = lines
	if value, err = Make(3, []SignerConfig{m}); err != nil {
		t.Fatal(err)
	}
	signers, err = Signers(3, value, 28, 32)
	if err != nil || issue.ID(signers[0].Err) != "V3_SIG_POR_CERT_MISMATCH" {
		t.Errorf("a lineage that goes on: %v %+v", err, signers)
	}
}

// Lineages grow from platform to platform, and each is the beginning of the next, with the same flags.
func TestLineages(t *testing.T) {
	key, next := keytest.Key(t, "p256"), keytest.Key(t, "p384")
	cert, nextCert := keytest.Cert(t, "p256"), keytest.Cert(t, "p384")
	lines, err := lineage.Extend(nil, lineage.Signer{Key: key, Cert: cert}, lineage.Signer{Cert: nextCert})
	if err != nil {
		t.Fatal(err)
	}
	digests := map[content.Algorithm][]byte{content.SHA256: []byte(digestOf32), content.SHA512: []byte(digestOf32)}
	old := SignerConfig{Key: key, Chain: []*x509.Certificate{cert}, Algs: []alg.ID{alg.ECDSASHA256}, Digests: digests}
	rotated := SignerConfig{Key: next, Chain: []*x509.Certificate{nextCert}, Algs: []alg.ID{alg.ECDSASHA512}, Digests: digests, Lineage: lines}
	otherFlags := lines.Sub(0)
	otherFlags.Nodes[0].Flags = 1
	for _, row := range []struct {
		name          string
		first, second SignerConfig
		lineage       *lineage.Lineage // of the old signer
		want          string
	}{
		{"growing", old, rotated, lines.Sub(0), ""},
		{"from none", old, rotated, nil, ""},
		{"shrinking", rotated, old, lines.Sub(0), "V3_INCONSISTENT_LINEAGES"},
		{"other flags", old, rotated, otherFlags, "V3_INCONSISTENT_LINEAGES"},
	} {
		signers := []SignerConfig{row.first, row.second}
		for i := range signers {
			if signers[i].Chain[0] == cert {
				signers[i].Lineage = row.lineage
			}
		}
		signers[0].MinSDK, signers[0].MaxSDK = 28, 32
		signers[1].MinSDK, signers[1].MaxSDK = 33, math.MaxInt32
		value, err := Make(3, signers)
		if err != nil {
			t.Fatal(err)
		}
		all, err := Signers(3, value, 28, math.MaxInt32)
		if got := issue.ID(err); got != row.want || len(all) != 2 || all[0].Err != nil || all[1].Err != nil {
			t.Errorf("%s: %q, want %q; %+v", row.name, got, row.want, all)
		}
		if row.want == "" && (len(all[0].Digests) != 1 || len(all[1].Digests) != 1) {
			t.Errorf("%s: digests %v and %v", row.name, all[0].Digests, all[1].Digests)
		}
	}
}
