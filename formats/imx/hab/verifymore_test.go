package hab

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/boot"
	"sigtool/formats/imx/csf"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// Fast authentication (NOCAK): the SRK is no CA, and signs all itself.
func TestVerifyFast(t *testing.T) {
	w := newWorld(t, false)
	loose := w.fast()
	loose[0].segment = append(append(bytes.Clone(w.table), make([]byte, -len(w.table)&3)...), wrapped(0xd7, w.srk.cert.Raw)...)
	other := w.fast()
	other[0].segment = append(append(bytes.Clone(w.table), make([]byte, -len(w.table)&3)...), wrapped(0xd7, w.other.cert.Raw)...)
	for what, row := range map[string]struct {
		items []item
		slip
	}{
		"as crucible":            {items: w.fast()},
		"as CST":                 {items: loose},
		"another's certificate":  {other, slip{id: "inv-certificate"}},
		"a CSF key all the same": {w.usual(), slip{id: "inv-index"}},
		"an image key":           {append(w.fast()[:2], installKey(0, 0, 2, w.img), authenticate(2, w.img, allOfIt)), slip{id: "inv-key"}},
		"data by slot 1":         {append(w.fast()[:2], authenticate(1, w.srk, allOfIt)), slip{id: "inv-command"}},
		"the CSF by slot 0":      {[]item{w.fast()[0], {command: []byte{0xca, 0, 12, 0, 0, 0xc5, 0, 0, 0, 0, 0, 0}, by: w.srk}}, slip{id: "inv-command"}},
		"by the other SRK":       {[]item{w.fast()[0], authenticateCSF(w.other), authenticate(0, w.other, allOfIt)}, slip{id: "inv-signature"}},
	} {
		found, err := judged(built(t, bare(), row.items))
		expect(t, what, row.slip, found, err)
		if row.id == "" && (len(found) != 2 || !formats.SameKey(found[1].Key, w.srk.key.Public())) {
			t.Errorf("%s: the SRK signed, and that is not said", what)
		}
	}
}

// For serial download the DCD is signed where the tool puts it, and the vector table as it is without its pointer there.
func TestVerifySerialDownload(t *testing.T) {
	w := newWorld(t, true)
	image := bare()
	serial := bytes.Clone(image)
	put32(12, 0)(serial)
	items := w.usual()
	items[4] = authenticate(2, w.img, allOfIt)
	file := built(t, serial, items)
	copy(file, image)
	found, err := judged(file)
	expect(t, "without a block for the DCD", slip{note: "serial download"}, found, err)

	file = signed(t, image, sdp(w.request()))
	found, err = judged(file)
	expect(t, "with one", slip{note: "at 0x00910000"}, found, err)
	file[12] ^= 4
	if _, err := judged(file); err == nil {
		t.Error("a pointer at the DCD that leads elsewhere")
	}
	file[12] ^= 4
	file[dcdAt+15]++
	if _, err := judged(file); err == nil {
		t.Error("another DCD")
	}
}

// The bytes of the CSF that CST made are held: by a signature, by the fuses, or for what stands behind commands, by its form.
func TestEveryByte(t *testing.T) {
	for _, tree := range []string{"rsa2048", "p256"} {
		file := golden(t, "hab/mx6q-signed-"+tree+".imx")
		fuses := golden(t, "hab/pki-"+tree+"/crts/SRK_1_2_3_4_fuse.bin")
		t.Run(tree, func(t *testing.T) {
			t.Parallel()
			at := csfOffset(t, file, 0)
			_, c := csfOf(t, file, 0)
			for i := 0; i < c.End; i++ {
				flips(t, file, at+i, optionHash, fuses)
				if i >= c.Size && !heads(c, i) {
					i += 4 // the suite has every byte of a CSF of ours
				}
			}
		})
	}
}

// heads tells whether a byte of a CSF is among the first of a segment.
func heads(c *csf.CSF, i int) bool {
	return slices.ContainsFunc(c.Segments, func(s *csf.Segment) bool { return s.Offset-8 <= i && i < s.Offset+32 })
}

// flips changes a byte, which has to be refused by a name of its own.
func flips(t *testing.T, file []byte, at int, pairs ...any) {
	t.Helper()
	bit := byte(1) << (at % 8)
	file[at] ^= bit
	_, err := judged(file, pairs...)
	file[at] ^= bit
	named := issue.ID(err) != "" && (errors.Is(err, formats.ErrMismatch) || errors.Is(err, formats.ErrOther) || errors.Is(err, formats.ErrUnsigned))
	if !named && !(at < 0x2c && errors.Is(err, formats.ErrFormat)) { // a vector table, with the boot data, that is none is no image
		t.Errorf("byte %d: %v", at, err)
	}
}

// Of two stages, too: what is signed of both, and each CSF. And a file that was cut is not one that is whole, wherever it was.
func TestEveryByteOfStages(t *testing.T) {
	older := sample(t, "inside-v1.bin") // of an i.MX 6 or 7, whose SPL need not ask for signatures
	older[3] = 0x40
	for name, data := range map[string][]byte{"inside": sample(t, "inside-v1.bin"), "outside": sample(t, "outside-v2.bin"), "of an i.MX 6": older,
		"a legacy image": slices.Concat(sample(t, "small.imx"), zeros(0x1100), sample(t, "u-boot-ivt.img"), zeros(boot.Room))} {
		file := signed(t, data, requestOf(sample(t, "ca.table"), ours(t, "p256", "img-p256"), ours(t, "p256", "csf-p256")))
		found, err := boot.Find(patch.Bytes(file))
		if err != nil || len(found) != 2 {
			t.Fatalf("%s: %d stages, %v", name, len(found), err)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := range found {
				_, c := csfOf(t, file, n)
				at := csfOffset(t, file, n)
				for i := 0; i < c.End; i += 31 {
					flips(t, file, at+i)
				}
				for _, b := range found[n].Blocks() {
					for i := int64(0); i < int64(b.Length); i += 1 + i/8 {
						flips(t, file, int(b.Offset+i))
					}
				}
			}
			if name == "of an i.MX 6" {
				return // a FIT without its vector table is a whole one that nobody signed
			}
			for n := int(found[1].First()) + 64; n < csfOffset(t, file, 1)+0x800; n += 61 {
				if _, err := judged(file[:n]); err == nil {
					t.Errorf("cut to %d bytes: accepted", n)
				}
			}
		})
	}
}

// Bytes of the image, all over it, are held too.
func TestEveryPage(t *testing.T) {
	file := golden(t, "hab/mx6q-signed-rsa2048.imx")
	fuses := golden(t, "hab/pki-rsa2048/crts/SRK_1_2_3_4_fuse.bin")
	for n := 0; n < csfOffset(t, file, 0); n += 1 + n/2 {
		file[n] ^= 0x10
		_, err := judged(file, optionHash, fuses)
		file[n] ^= 0x10
		if err == nil {
			t.Errorf("byte %d changed, and nobody noticed", n)
		}
	}
}

// A second stage is asked for by the keys of the first, and one that nobody signed is told of.
func TestVerifyStages(t *testing.T) {
	w := newWorld(t, true)
	for _, name := range []string{"inside-v1.bin", "outside-v2.bin"} {
		file := signed(t, sample(t, name), w.request())
		found, err := judged(file, optionTable, w.table)
		if err != nil || len(found) != 4 || found[2].Scheme != "csf 2" || found[3].Scheme != "image 2" {
			t.Errorf("%s: %d signatures, %v", name, len(found), err)
		}
		first, second := csfOffset(t, file, 0), csfOffset(t, file, 1)
		cut := bytes.Clone(file)
		clear(cut[second : second+64])
		if _, err := judged(cut); !errors.Is(err, formats.ErrUnsigned) || issue.ID(err) != "unsigned-stage" || issue.Hint(err) == "" {
			t.Errorf("%s: the second stage is not signed: %v", name, err)
		}
		cut = bytes.Clone(file)
		clear(cut[first : first+64])
		if _, err := judged(cut); !errors.Is(err, formats.ErrUnsigned) {
			t.Errorf("%s: the first stage is not signed: %v", name, err)
		}
	}
}

// request is one to sign with everybody's keys.
func (w *world) request() formats.Request {
	return requestOf(w.table, pair{w.img.key, w.img.cert}, pair{w.csf.key, w.csf.cert})
}

func chainOf(who *identity) []*x509.Certificate { return []*x509.Certificate{who.cert} }

// csfOffset is where the CSF of a stage stands.
func csfOffset(t testing.TB, file []byte, stage int) int {
	t.Helper()
	found, err := boot.Find(patch.Bytes(file))
	if err != nil || len(found) <= stage {
		t.Fatalf("%d stages, %v", len(found), err)
	}
	at, _ := found[stage].CSFOffset()
	return int(at)
}

// What is encrypted only the device can check; what is signed besides still counts.
func TestVerifyEncrypted(t *testing.T) {
	w := newWorld(t, true)
	secret := item{command: []byte{0xbe, 0, 12, 1, 0xbb, 0, 0, 0, 0x17, 0x80, 0x40, 0}}
	sealed := item{command: []byte{0xca, 0, 20, 0, 0, 0xa3, 0x1d, 0, 0, 0, 0, 0, 0x17, 0x7f, 0xf8, 0, 0, 0, 0x0c, 0}, segment: []byte{0xac, 0, 12, 0x45, 1, 2, 3, 4, 5, 6, 7, 8}}
	items := w.usual()
	items[4] = authenticate(2, w.img, [2]uint32{base, entryAt})
	found, err := Format{}.Verify(context.Background(), patch.Bytes(built(t, bare(), append(items, secret, sealed))), formats.Keys{})
	if err != nil || len(found) != 3 || found[1].Err != nil || !errors.Is(found[2].Err, formats.ErrNoKey) || !strings.Contains(strings.Join(found[2].Notes, ""), "secret key") {
		t.Errorf("%+v, %v", found, err)
	}
	sealed.segment = nil
	if _, err := judged(built(t, bare(), append(items, secret, sealed))); !errors.Is(err, formats.ErrMismatch) {
		t.Errorf("without its code: %v", err)
	}
}
