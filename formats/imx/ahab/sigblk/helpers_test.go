package sigblk_test

import (
	"crypto"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/keygen"
)

const testdata = "../../../../testdata"

// blockAt is where the samples' signature block begins.
const blockAt = 0x90

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata, "imx/ahab/sigblk", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// secret is a key of the samples.
func secret(t testing.TB, name string) crypto.Signer {
	t.Helper()
	block, _ := pem.Decode(sample(t, name+".pem"))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(crypto.Signer)
}

// parsed reads the block of a container.
func parsed(t testing.TB, container []byte) *sigblk.Block {
	t.Helper()
	b, err := sigblk.Parse(container[blockAt:], container[0])
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// used is the SRK that a container names.
func used(container []byte) int { return int(container[4] >> 4 & 3) }

// failure reads and verifies a container, and returns the first thing that is wrong with it.
func failure(container []byte) error {
	b, err := sigblk.Parse(container[blockAt:], container[0])
	if err != nil {
		return err
	}
	for _, c := range b.Verify(container[:b.Covered(blockAt)], used(container)) {
		if c.Err != nil {
			return c.Err
		}
	}
	return nil
}

// table is an SRK table with the keys at the given place and others elsewhere.
func table(t testing.TB, kind srk.Kind, hash crypto.Hash, at int, key crypto.PublicKey, others ...crypto.PublicKey) *srk.Table {
	t.Helper()
	var entries []srk.Entry
	for i := range srk.MaxRecords {
		entry := srk.Entry{Key: key, Hash: hash, CA: true}
		if i != at && len(others) > 0 {
			entry.Key = others[i%len(others)]
		}
		entries = append(entries, entry)
	}
	list, err := srk.New(kind, entries)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// build makes a container of an order: a header without images, and the block.
func build(t testing.TB, order sigblk.Order) []byte {
	t.Helper()
	container, err := tryBuild(order)
	if err != nil {
		t.Fatal(err)
	}
	return container
}

func tryBuild(order sigblk.Order) ([]byte, error) {
	draft, err := order.Draft()
	if err != nil {
		return nil, err
	}
	head := make([]byte, blockAt)
	head[0], head[3], head[4], head[12] = order.Container, 0x87, byte(2|order.Used<<4), blockAt
	binary.LittleEndian.PutUint16(head[1:], uint16(blockAt+draft.Size))
	block, err := draft.Sign(steady{}, append(head, draft.Head...))
	return append(head[:blockAt:blockAt], block...), err
}

// steady is a source of salts that is always the same.
type steady struct{}

func (steady) Read(p []byte) (int, error) { return len(p), nil }

// mldsa is a key of the tests', which the standard library does not read.
func mldsa(t testing.TB, name string) crypto.Signer {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata, "keys", name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := keygen.Load(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return key.Signer
}
