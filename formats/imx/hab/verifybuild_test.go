package hab

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"math/big"
	"testing"
	"time"

	"sigtool/formats/imx/srk"
	"sigtool/internal/cms"
	"sigtool/internal/keytest"
)

// Where things stand in the images of these tests: a boot image of one page, loaded to base.
const (
	base    = 0x177ff400
	entryAt = 0x400
	dcdAt   = 0x2c
	csfAt   = 0x1000
	csfRoom = 0x2000
)

// bare is a boot image whose vector table points at a CSF behind it, which is not there.
func bare() []byte {
	b := make([]byte, csfAt)
	for i := entryAt; i < csfAt; i++ {
		b[i] = byte(i * 7)
	}
	le := binary.LittleEndian
	copy(b, []byte{0xd1, 0, 0x20, 0x40})
	for i, word := range []uint32{base + entryAt, 0, base + dcdAt, base + 32, base, base + csfAt, 0, base - 0x400, 0x400 + csfAt + csfRoom, 0} {
		le.PutUint32(b[4+4*i:], word)
	}
	copy(b[dcdAt:], []byte{0xd2, 0, 16, 0x40, 0xcc, 0, 12, 4, 0x02, 0x0e, 5, 0xa8, 0, 0, 0, 0x30})
	return b
}

// identity is a key with its certificate.
type identity struct {
	key  crypto.Signer
	cert *x509.Certificate
}

// issue certifies a test key: by an SRK, or by itself.
func issueCert(t testing.TB, key, name string, ca bool, by *identity) *identity {
	t.Helper()
	who := &identity{key: keytest.Key(t, key)}
	template := &x509.Certificate{SerialNumber: new(big.Int).SetBytes([]byte(name)[:4]), Subject: pkix.Name{CommonName: name}, BasicConstraintsValid: true, IsCA: ca,
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(86400, 0)} // expired: nobody looks
	parent := &identity{key: who.key, cert: template}
	if by != nil {
		parent = by
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent.cert, who.key.Public(), parent.key)
	if err != nil {
		t.Fatal(err)
	}
	if who.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return who
}

// world is everybody who signs in these tests.
type world struct {
	srk, other, img, csf *identity
	table                []byte
	strangers            [2]*identity // certified by the other SRK: an image key, a CSF key
	cas                  [2]*identity // the same, certified by the first, and CAs
}

// newWorld has two SRKs in its table; ca says whether they certify keys.
func newWorld(t testing.TB, ca bool) *world {
	t.Helper()
	w := &world{srk: issueCert(t, "rsa2048", "SRK1", ca, nil), other: issueCert(t, "rsa3072", "SRK2", ca, nil)}
	w.img, w.csf = issueCert(t, "p256", "IMG1", false, w.srk), issueCert(t, "p384", "CSF1", false, w.srk)
	w.strangers = [2]*identity{issueCert(t, "p256", "IMG2", false, w.other), issueCert(t, "p384", "CSF2", false, w.other)}
	w.cas = [2]*identity{issueCert(t, "p256", "IMG3", true, w.srk), issueCert(t, "p384", "CSF3", true, w.srk)}
	table, err := srk.New(srk.HAB, []srk.Entry{{Key: w.srk.key.Public(), CA: ca}, {Key: w.other.key.Public(), CA: ca}})
	if err != nil {
		t.Fatal(err)
	}
	w.table = table.Raw
	return w
}

// item is a command, with what it points at: a segment that is there, or a signature to be made.
type item struct {
	command []byte
	segment []byte
	by      *identity
	blocks  [][2]uint32 // of the image; nil for the CSF itself
}

func wrapped(tag byte, data []byte) []byte {
	b := []byte{tag, byte((len(data) + 4) >> 8), byte(len(data) + 4), 0x45}
	return append(b, data...)
}

func installSRK(index byte, table []byte) item {
	return item{command: []byte{0xbe, 0, 12, 0, 3, 0x17, index, 0, 0, 0, 0, 0}, segment: table}
}

func installKey(flags, source, target byte, who *identity) item {
	return item{command: []byte{0xbe, 0, 12, flags, 9, 0, source, target, 0, 0, 0, 0}, segment: wrapped(0xd7, who.cert.Raw)}
}

func authenticateCSF(by *identity) item {
	return item{command: []byte{0xca, 0, 12, 0, 1, 0xc5, 0x1d, 0, 0, 0, 0, 0}, by: by}
}

func authenticate(key byte, by *identity, blocks ...[2]uint32) item {
	c := []byte{0xca, byte((12 + 8*len(blocks)) >> 8), byte(12 + 8*len(blocks)), 0, key, 0xc5, 0x1d, 0, 0, 0, 0, 0}
	for _, b := range blocks {
		c = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(c, b[0]), b[1])
	}
	return item{command: c, by: by, blocks: blocks}
}

var allOfIt = [2]uint32{base, csfAt}

// usual are the commands that CST writes.
func (w *world) usual() []item {
	return []item{installSRK(0, w.table), installKey(2, 0, 1, w.csf), authenticateCSF(w.csf), installKey(0, 0, 2, w.img), authenticate(2, w.img, allOfIt)}
}

// signature is a CMS message over content.
func signature(t testing.TB, by *identity, content []byte) []byte {
	t.Helper()
	sum := sha256.Sum256(content)
	sig, err := cms.SignDigest(by.key, by.cert, sum[:], cms.Options{Hash: crypto.SHA256, Attributes: true, Time: time.Unix(1, 0)})
	if err != nil {
		t.Fatal(err)
	}
	return wrapped(0xd8, sig)
}

// assembled puts a CSF together without asking whether it makes sense. What image has at the blocks' addresses is signed.
func assembled(t testing.TB, image []byte, items []item) []byte {
	t.Helper()
	size := 4
	for i := range items {
		items[i].command = bytes.Clone(items[i].command)
		size += len(items[i].command)
	}
	head, tail := []byte{0xd4, byte(size >> 8), byte(size), 0x45}, []byte{}
	place := func(n int, segment []byte) {
		binary.BigEndian.PutUint32(items[n].command[8:], uint32(size+len(tail)))
		tail = append(tail, segment...)
		tail = append(tail, make([]byte, -len(tail)&3)...)
	}
	own := -1
	for n, it := range items {
		var content []byte
		for _, b := range it.blocks {
			from := min(max(int(int64(b[0])-base), 0), len(image))
			to := min(from+int(b[1]), len(image))
			content = append(content, image[from:to]...)
			content = append(content, make([]byte, int(b[1])-(to-from))...) // the padding
		}
		switch {
		case it.segment != nil:
			place(n, it.segment)
		case it.by != nil && it.blocks != nil:
			place(n, signature(t, it.by, content))
		case it.by != nil && own < 0:
			own = n
		}
	}
	if own >= 0 {
		place(own, nil)
	}
	for _, it := range items {
		head = append(head, it.command...)
	}
	if own >= 0 {
		tail = append(tail, signature(t, items[own].by, head)...)
	}
	return append(head, tail...)
}

// built is an image with its CSF and the padding behind it.
func built(t testing.TB, image []byte, items []item) []byte {
	t.Helper()
	c := assembled(t, image, items)
	return append(append(bytes.Clone(image), c...), make([]byte, csfRoom-len(c))...)
}

// fast are the commands of fast authentication: the SRK, which is no CA, signs all itself. CST leaves its certificate in the CSF.
func (w *world) fast() []item {
	return []item{installSRK(0, w.table), authenticateCSF(w.srk), authenticate(0, w.srk, allOfIt)}
}
