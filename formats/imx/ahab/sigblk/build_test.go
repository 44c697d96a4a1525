package sigblk_test

import (
	"bytes"
	"crypto"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
	"sigtool/internal/keytest"
	"sigtool/internal/oracle"
	"sigtool/keygen"
)

// hybrid is an order of P-384 and ML-DSA-65 keys, SRK 1 of both tables.
func hybrid(t testing.TB) sigblk.Order {
	classic, post := keytest.Key(t, "p384"), mldsa(t, "mldsa65")
	return sigblk.Order{Container: 2, Used: 1, Sets: []sigblk.Set{
		{Table: table(t, srk.AHABv2, crypto.SHA384, 1, classic.Public()), Key: classic},
		{Table: table(t, srk.AHABv2, crypto.SHA384, 1, post.Public()), Key: post},
	}}
}

// Every kind of key signs a container of every version that takes it, directly and through a certificate, and what is made verifies.
func TestKinds(t *testing.T) {
	for _, c := range []struct {
		name string
		key  crypto.Signer
		hash crypto.Hash
		pss  bool
	}{
		{"p256", keytest.Key(t, "p256"), crypto.SHA256, false}, {"p521", keytest.Key(t, "p521"), crypto.SHA512, false},
		{"rsa3072", keytest.Key(t, "rsa3072"), crypto.SHA512, false}, {"rsa4096", keytest.Key(t, "rsa4096"), crypto.SHA384, true},
		{"ml-dsa-65", mldsa(t, "mldsa65"), crypto.SHA384, false}, {"ml-dsa-87", mldsa(t, "mldsa87"), crypto.SHA3_512, false},
	} {
		for version, kind := range map[byte]srk.Kind{0: srk.AHAB, 2: srk.AHABv2} {
			entry := srk.Entry{Key: c.key.Public(), Hash: c.hash, PSS: c.pss, CA: true}
			tab, err := srk.New(kind, []srk.Entry{entry, entry, entry, entry})
			if err != nil && version == 0 && c.name[:2] == "ml" {
				continue // the first version knows no ML-DSA
			}
			if err != nil {
				t.Fatal(err)
			}
			order := sigblk.Order{Container: version, Used: 3, Sets: []sigblk.Set{{Table: tab, Key: c.key, SRK: c.key.Public()}}}
			direct := build(t, order)
			order.Certificate = certificate(t, version, order, sigblk.PermitContainer)
			order.Blob, order.KeyID = bytes.Repeat([]byte{0xca}, 72), 7
			certified := build(t, order)
			if err := failure(direct); err != nil {
				t.Errorf("%s, version %d: %v", c.name, version, err)
			}
			if err := failure(certified); err != nil {
				t.Errorf("%s, version %d, certified: %v", c.name, version, err)
			}
			if b := parsed(t, certified); b.KeyID != 7 || !bytes.Equal(b.Blob, order.Blob) || b.Certificate == nil {
				t.Errorf("%s, version %d: %+v", c.name, version, b.At)
			}
		}
	}
}

// certificate lets the keys of an order act for themselves.
func certificate(t testing.TB, version byte, order sigblk.Order, permissions byte) []byte {
	t.Helper()
	g := sigblk.Grant{Container: version, Permissions: permissions}
	for _, set := range order.Sets {
		g.Subjects = append(g.Subjects, sigblk.Subject{Key: set.Key.Public(), SRK: set.Key, As: set.Table.Records[order.Used]})
	}
	cert, err := sigblk.Certify(steady{}, g)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// Two tables make two signatures, each by its own key, and openssl finds ML-DSA's good over the hash of what is covered, which is its message.
func TestHybrid(t *testing.T) {
	container := build(t, hybrid(t))
	b := parsed(t, container)
	checks := b.Verify(container[:b.Covered(blockAt)], 1)
	if len(checks) != 2 || checks[0].Err != nil || checks[1].Err != nil || checks[0].Alg != "ecdsa-p384-sha384" || checks[1].Alg != "ml-dsa-65-sha384" {
		t.Fatalf("%+v", checks)
	}
	h := crypto.SHA384.New()
	h.Write(container[:b.Covered(blockAt)])
	spki, err := keygen.MarshalPublic(checks[1].Key)
	if err != nil {
		t.Fatal(err)
	}
	openssl, folder := oracle.Need(t, "openssl-3.5"), t.TempDir()
	for name, data := range map[string][]byte{"key": keygen.EncodePublic(spki), "message": h.Sum(nil), "signature": b.Signatures[1].Value} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	oracle.Run(t, openssl, "pkeyutl", "-verify", "-pubin", "-inkey", filepath.Join(folder, "key"), "-in", filepath.Join(folder, "message"),
		"-sigfile", filepath.Join(folder, "signature"))

	order := hybrid(t)
	order.Certificate = certificate(t, 2, order, sigblk.PermitContainer)
	certified := build(t, order)
	if err := failure(certified); err != nil {
		t.Errorf("certified: %v", err)
	}
	b = parsed(t, certified)
	b.Certificate.Signatures[1].Value[100] ^= 1
	checks = b.Verify(certified[:b.Covered(blockAt)], 1)
	if checks[0].Err != nil || issue.ID(checks[1].Err) != "bad-certificate" || checks[2].Err != nil || !errors.Is(checks[3].Err, formats.ErrMismatch) {
		t.Errorf("a certificate whose second signature is bad: %+v", checks)
	}
}

// Keys, tables and certificates that do not belong together make no block.
func TestOrders(t *testing.T) {
	p384, p256 := keytest.Key(t, "p384"), keytest.Key(t, "p256")
	sgk := secret(t, "p384-sgk3")
	v0, v2 := table(t, srk.AHAB, crypto.SHA384, 1, p384.Public(), sgk.Public()), table(t, srk.AHABv2, crypto.SHA384, 1, p384.Public(), sgk.Public())
	set := func(tab *srk.Table, key crypto.Signer) []sigblk.Set { return []sigblk.Set{{Table: tab, Key: key}} }
	cert := func(version byte, tab *srk.Table, permissions byte) []byte {
		return certificate(t, version, sigblk.Order{Used: 1, Sets: set(tab, p384)}, permissions)
	}
	for what, c := range map[string]struct {
		order sigblk.Order
		kind  error
		id    string
	}{
		"no table":              {sigblk.Order{}, formats.ErrFormat, "bad-srk-table"},
		"two tables, version 0": {sigblk.Order{Used: 1, Sets: append(set(v0, p384), set(v0, p384)...)}, formats.ErrFormat, "bad-srk-table"},
		"another version's":     {sigblk.Order{Container: 2, Used: 1, Sets: set(v0, p384)}, formats.ErrFormat, "bad-srk-table"},
		"no such index":         {sigblk.Order{Used: 4, Sets: set(v0, p384)}, formats.ErrOption, "bad-srk-index"},
		"another index":         {sigblk.Order{Used: 2, Sets: set(v0, p384)}, formats.ErrKey, "wrong-srk"},
		"another index, v2":     {sigblk.Order{Container: 2, Used: 2, Sets: set(v2, p384)}, formats.ErrKey, "wrong-srk"},
		"another kind":          {sigblk.Order{Used: 1, Sets: set(v0, p256)}, formats.ErrKey, "wrong-srk"},
		"another's certificate": {sigblk.Order{Used: 1, Sets: set(v0, sgk), Certificate: cert(0, v0, 1)}, formats.ErrKey, "wrong-key"},
		"another SRK's":         {sigblk.Order{Used: 2, Sets: set(v0, p384), Certificate: cert(0, v0, 1)}, formats.ErrKey, "wrong-srk"},
		"not for containers":    {sigblk.Order{Used: 1, Sets: set(v0, p384), Certificate: cert(0, v0, 2)}, formats.ErrKey, "bad-certificate"},
		"no certificate":        {sigblk.Order{Used: 1, Sets: set(v0, p384), Certificate: []byte("cert")}, formats.ErrFormat, "bad-certificate"},
		"too large":             {sigblk.Order{Used: 1, Sets: set(v0, p384), Blob: make([]byte, 65000)}, formats.ErrFormat, "signature-block-too-large"},
	} {
		if _, err := tryBuild(c.order); !errors.Is(err, c.kind) || issue.ID(err) != c.id {
			t.Errorf("%s: %v", what, err)
		}
	}
	// SPSDK puts certificates of version 2 into containers of version 0.
	if err := failure(build(t, sigblk.Order{Used: 1, Sets: set(v0, p384), Certificate: cert(2, v0, 1)})); err != nil {
		t.Errorf("a certificate of version 2 in a container of version 0: %v", err)
	}
}

// A certificate says what it can, and no more.
func TestGrants(t *testing.T) {
	key := keytest.Key(t, "p384")
	record := table(t, srk.AHAB, crypto.SHA384, 0, key.Public()).Records[0]
	subjects := []sigblk.Subject{{Key: key.Public(), SRK: key, As: record}}
	uuid := []byte("0123456789abcdef")
	data, err := sigblk.Certify(steady{}, sigblk.Grant{Container: 2, Permissions: 0x43, Data: []byte("permissions!"), Fuse: 9, UUID: uuid, Subjects: subjects})
	if err != nil {
		t.Fatal(err)
	}
	cert, err := sigblk.ParseCertificate(data)
	if err != nil || cert.Version != 2 || cert.Permissions != 0x43 || string(cert.Data) != "permissions!" || cert.Fuse != 9 || !bytes.Equal(cert.UUID, uuid) {
		t.Errorf("%v: %+v", err, cert)
	}
	if got := cert.String(); got != "version 2, permissions 0x43, for p384, fuse version 9, permission data 7065726d697373696f6e7321, UUID 30313233343536373839616263646566" {
		t.Error(got)
	}
	other := sigblk.Subject{Key: keytest.Key(t, "p256").Public(), SRK: key, As: record}
	for what, c := range map[string]struct {
		g    sigblk.Grant
		kind error
	}{
		"no key":            {sigblk.Grant{}, formats.ErrOption},
		"unknown version":   {sigblk.Grant{Container: 1, Subjects: subjects}, formats.ErrOption},
		"two, version 0":    {sigblk.Grant{Subjects: append(subjects, subjects...)}, formats.ErrOption},
		"three":             {sigblk.Grant{Container: 2, Subjects: append(append(subjects, subjects...), subjects...)}, formats.ErrOption},
		"UUID, version 0":   {sigblk.Grant{UUID: uuid, Subjects: subjects}, formats.ErrOption},
		"fuse, version 0":   {sigblk.Grant{Fuse: 1, Subjects: subjects}, formats.ErrOption},
		"short UUID":        {sigblk.Grant{Container: 2, UUID: uuid[1:], Subjects: subjects}, formats.ErrOption},
		"short data":        {sigblk.Grant{Container: 2, Data: uuid, Subjects: subjects}, formats.ErrOption},
		"of another kind":   {sigblk.Grant{Subjects: []sigblk.Subject{other}}, formats.ErrKey},
		"an SRK of Ed25519": {sigblk.Grant{Subjects: []sigblk.Subject{{Key: key.Public(), SRK: keytest.Key(t, "ed25519"), As: record}}}, formats.ErrKey},
	} {
		if _, err := sigblk.Certify(steady{}, c.g); !errors.Is(err, c.kind) || issue.ID(err) == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
}
