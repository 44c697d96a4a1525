package ahab

import (
	"bytes"
	"context"
	"crypto"
	"crypto/elliptic"
	"encoding/binary"
	"errors"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// Offsets in two.bin and what is signed of it.
const (
	secondAt                                  = 0x400
	firstBlock                                = headSize + 2*imageSize
	firstImageAt, secondImageAt, thirdImageAt = 0x2000, 0x2400, 0x2800
)

// What a device would refuse, verify refuses by name, and with the kind that its exit status comes from.
func TestDamage(t *testing.T) {
	good := sample(t, "cst3-p256.bin")
	sgk := sample(t, "cst3-sgk.bin")
	flip := func(data []byte, offset int) []byte { return at(data, offset, data[offset]^4) }
	none := sample(t, "two.bin")
	for what, row := range map[string]struct {
		data []byte
		id   string
		kind error
	}{
		"the container's tag":                                {flip(good, 3), "container-header", formats.ErrMismatch},
		"its version":                                        {flip(good, 0), "container-header", formats.ErrMismatch},
		"its length":                                         {flip(good, 1), "bad-signature", formats.ErrMismatch},
		"a length that ends within the head":                 {at(good, 1, 0x20, 0), "container-length", formats.ErrMismatch},
		"a length that ends within the block":                {at(good, 1, 0x40, 1), "bad-signature-block", formats.ErrMismatch},
		"a length past its image":                            {at(good, 1, 0, 0x28), "image-overlap", formats.ErrMismatch},
		"its fuse version":                                   {flip(good, 10), "bad-signature", formats.ErrMismatch},
		"its software version":                               {flip(good, 8), "bad-signature", formats.ErrMismatch},
		"its number of images":                               {flip(good, 11), "container-header", formats.ErrMismatch},
		"the block's offset":                                 {flip(good, 12), "container-header", formats.ErrMismatch},
		"the index of its SRK":                               {at(good, 4, 0x12), "bad-signature", formats.ErrMismatch},
		"its revocations":                                    {at(good, 5, 0x02), "bad-signature", formats.ErrMismatch},
		"a flag that the firmware reads":                     {flip(good, 6), "bad-signature", formats.ErrMismatch},
		"the second container's tag":                         {flip(good, secondAt+3), "container-header", formats.ErrMismatch},
		"the second container's block":                       {flip(good, secondAt+headSize+imageSize+3), "container-header", formats.ErrMismatch},
		"an image's offset":                                  {flip(good, headSize), "bad-signature", formats.ErrMismatch},
		"an image past the end":                              {at(good, headSize+5, 0xff), "image-outside", formats.ErrMismatch},
		"an image's load address":                            {flip(good, headSize+8), "bad-signature", formats.ErrMismatch},
		"an image's entry":                                   {flip(good, headSize+16), "bad-signature", formats.ErrMismatch},
		"an image's hash":                                    {flip(good, headSize+32), "bad-signature", formats.ErrMismatch},
		"the first image":                                    {flip(good, firstImageAt+0x100), "image-hash", formats.ErrMismatch},
		"the second image's last byte":                       {flip(good, thirdImageAt-1), "image-hash", formats.ErrMismatch},
		"the second container's image":                       {flip(good, thirdImageAt), "image-hash", formats.ErrMismatch},
		"the file's end":                                     {good[:len(good)-1], "image-outside", formats.ErrMismatch},
		"an SRK that signed":                                 {flip(good, firstBlock+16+16), "bad-key", formats.ErrMismatch},
		"an SRK that did not sign":                           {flip(good, firstBlock+16+0x130), "bad-signature", formats.ErrMismatch},
		"the SRK table's tag":                                {flip(good, firstBlock+16), "bad-signature-block", formats.ErrMismatch},
		"the signature's tag":                                {flip(good, firstBlock+0x148+3), "bad-signature-block", formats.ErrMismatch},
		"the signature":                                      {flip(good, firstBlock+0x148+20), "bad-signature", formats.ErrMismatch},
		"a certificate's key":                                {flip(sgk, 0x90+0x230+30), "bad-certificate", formats.ErrMismatch},
		"a certificate's signature":                          {flip(sgk, len(bytes.TrimRight(sgk[:0x2000], "\x00"))-1), "bad-certificate", formats.ErrMismatch},
		"signed, says its flag, and is not":                  {at(none, 4, 2), "no-signature", formats.ErrUnsigned},
		"the second container is not signed":                 {append(bytes.Clone(good[:secondAt]), none[secondAt:]...), "unsigned-container", formats.ErrUnsigned},
		"a set that nobody has":                              {at(good, 4, 3), "srk-set", formats.ErrMismatch},
		"nobody signed":                                      {none, "not-signed", formats.ErrUnsigned},
		"no container":                                       {make([]byte, 1<<16), "no-container", formats.ErrFormat},
		"an unsigned one behind many copies of a signed one": {append(bytes.Repeat(good, 16), none...), "too-many-containers", formats.ErrFormat},
		"nothing":                                            {nil, "no-container", formats.ErrFormat},
		"a container that ends before its array":             {good[:headSize+imageSize+1], "container-header", formats.ErrMismatch},
	} {
		_, err := verified(row.data, formats.Values{})
		if !errors.Is(err, row.kind) || issue.ID(err) != row.id {
			t.Errorf("%s: %v", what, err)
		}
		Format{}.Describe(context.Background(), patch.Bytes(row.data))
	}
}

// A container that revokes the SRK that signed it is refused, though the signature matches.
func TestRevokesItself(t *testing.T) {
	data, key := sample(t, "tiny.bin"), ecKey(t, elliptic.P256(), 1)
	table := tableOf(t, srk.AHAB, elliptic.P256(), crypto.SHA256)
	if _, _, err := signed(data, key, false, options(table, optionRevoke, "0x2")); !errors.Is(err, formats.ErrOption) || issue.ID(err) != "srk-revoked" {
		t.Errorf("signing: %v", err)
	}
	src := patch.Bytes(data)
	found, err := find(src)
	if err != nil {
		t.Fatal(err)
	}
	o := asked{index: -1, only: -1, revoke: 1, revokeGiven: true}
	if o.tables, err = readTables(table); err != nil {
		t.Fatal(err)
	}
	j, err := o.prepare(context.Background(), src, found, found[0], formats.Request{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	binary.LittleEndian.PutUint32(j.covered[4:], found[0].signedFlags(1, 2))
	result, err := finish([]*job{j}, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verified(at(data, 0, result.Edits[0].Insert...), formats.Values{}); !errors.Is(err, formats.ErrMismatch) || issue.ID(err) != "srk-revoked" {
		t.Errorf("verifying: %v", err)
	}
}

// What can't be signed is refused by name, and nothing is changed.
func TestRefusals(t *testing.T) {
	two, done := sample(t, "two.bin"), sample(t, "cst3-p256.bin")
	curve := elliptic.P256()
	key, table := ecKey(t, curve, 1), tableOf(t, srk.AHAB, curve, crypto.SHA256)
	nxp := at(at(two, 4, 0x11), secondAt+4, 0x11)
	for what, row := range map[string]struct {
		data    []byte
		options formats.Values
		key     crypto.Signer
		id      string
		kind    error
	}{
		"a wrong image":                {at(two, firstImageAt, 'x'), options(table), key, "image-hash", formats.ErrFormat},
		"a wrong image of the second":  {at(two, thirdImageAt, 'x'), options(table), key, "image-hash", formats.ErrFormat},
		"a length over the second":     {at(two, 1, 0, 8), options(table), key, "container-length", formats.ErrFormat},
		"a size that lies":             {at(two, headSize+5, 3), options(table), key, "image-hash", formats.ErrFormat},
		"an image past the end":        {two[:len(two)-1], options(table), key, "image-outside", formats.ErrFormat},
		"SM3":                          {at(two, headSize+25, 3), options(table), key, "image-hash-kind", formats.ErrFormat},
		"a hash that nobody knows":     {at(two, headSize+25, 7), options(table), key, "image-hash-kind", formats.ErrFormat},
		"signed already":               {done, options(table), key, "already-signed", formats.ErrFormat},
		"the second is signed already": {at(bytes.Clone(done), 0, two[:secondAt]...), options(table), key, "already-signed", formats.ErrFormat},
		"NXP's alone":                  {nxp, options(table), key, "nxp-container", formats.ErrFormat},
		"NXP's, asked for":             {nxp, options(table, optionContainer, "0x400"), key, "nxp-container", formats.ErrFormat},
		"no container there":           {two, options(table, optionContainer, "0x800"), key, "no-container", formats.ErrOption},
		"a damaged head":               {at(two, secondAt+3, 0), options(table), key, "container-header", formats.ErrFormat},
		"no table":                     {two, options(nil), key, "no-srk-table", formats.ErrOption},
		"another's key":                {two, options(table), ecKey(t, curve, 9), "wrong-srk", formats.ErrKey},
		"another's index":              {two, options(table, optionIndex, "2"), key, "srk-index", formats.ErrOption},
		"no such index":                {two, options(table, optionIndex, "4"), key, "", formats.ErrOption},
		"no such mask":                 {two, options(table, optionRevoke, "0x10"), key, "", formats.ErrOption},
		"no mask":                      {two, options(table, optionRevoke, "two"), key, "", formats.ErrOption},
		"no offset":                    {two, options(table, optionContainer, "-1"), key, "", formats.ErrOption},
		"a HAB table":                  {two, options(sample(t, "../../imx/ahab/README.md")), key, "srk-tag", formats.ErrOption},
		"a table of version 2":         {two, options(tableOf(t, srk.AHABv2, curve, crypto.SHA256)), key, "bad-srk-table", formats.ErrFormat},
		"bytes behind the table":       {two, options(append(bytes.Clone(table), 0)), key, "srk-tag", formats.ErrOption},
		"no room":                      {two, options(sample(t, "srk_rsa2048.tbl")), copyist{rsaOf(t, 0), nil}, "no-room", formats.ErrFormat},
		"something stands there":       {at(two, 0x200, 1), options(table), key, "no-room", formats.ErrFormat},
		"an image in the head":         {at(two, secondAt+headSize, 0x80, 0), options(table), key, "image-overlap", formats.ErrFormat},
		"no file":                      {nil, options(table), key, "no-container", formats.ErrFormat},
	} {
		if _, _, err := signed(row.data, row.key, false, row.options); !errors.Is(err, row.kind) || issue.ID(err) != row.id {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// rsaOf is the public half of a key of the table of RSA keys.
func rsaOf(t *testing.T, n int) crypto.PublicKey {
	table, err := srk.Parse(sample(t, "srk_rsa2048.tbl"))
	if err != nil {
		t.Fatal(err)
	}
	return table.Records[n].Key
}

// Each byte of each container of CST's, and of its images, that changes is told: as a file that was changed, never as one that can't be read.
func TestEveryByteOfGoldens(t *testing.T) {
	for _, g := range goldens {
		data := sample(t, g.name)
		containers, err := find(patch.Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range containers {
			covered := []struct{ from, to, step int64 }{{c.at, c.at + int64(c.length), g.step}}
			for _, m := range c.images {
				covered = append(covered, struct{ from, to, step int64 }{c.at + m.offset, c.at + m.offset + m.size, 251})
			}
			for _, r := range covered {
				for i := r.from; i < r.to; i += r.step {
					data[i] ^= 1 << (i % 8)
					_, err := verified(data, formats.Values{})
					data[i] ^= 1 << (i % 8)
					if !errors.Is(err, formats.ErrMismatch) && issue.ID(err) != "unsigned-container" && issue.ID(err) != "not-signed" && issue.ID(err) != "no-container" || issue.ID(err) == "" {
						t.Errorf("%s: byte 0x%x: %v", g.name, i, err)
					}
				}
			}
		}
	}
}

// An image with a hash that is not calculated here (SM3) makes the file neither good nor wrong, unless something else is; one without any
// hash is wrong. Neither is signed.
func TestHashesUnknown(t *testing.T) {
	src, key, table := sample(t, "two.bin"), ecKey(t, elliptic.P256(), 0), tableOf(t, srk.AHAB, elliptic.P256(), crypto.SHA256)
	sm3 := at(src, headSize+25, 3)
	for what, row := range map[string]struct {
		data []byte
		id   string
		kind error
	}{
		"SM3":                      {sm3, "image-hash-kind", formats.ErrNoKey},
		"SM3 and a wrong hash":     {at(sm3, secondImageAt, 0xff), "image-hash", formats.ErrMismatch},
		"no hash":                  {at(src, headSize+32, make([]byte, 64)...), "image-hash", formats.ErrMismatch},
		"a hash that nobody knows": {at(src, headSize+25, 7), "image-hash-kind", formats.ErrMismatch},
	} {
		if _, _, err := signed(row.data, key, false, options(table)); !errors.Is(err, formats.ErrFormat) || errors.Is(err, formats.ErrNoKey) || issue.ID(err) != row.id {
			t.Errorf("%s, signing: %v", what, err)
		}
		if _, err := verified(signedAs(t, row.data, setOEM, 2, key, table), options(table)); !errors.Is(err, row.kind) || issue.ID(err) != row.id {
			t.Errorf("%s, verifying: %v", what, err)
		}
	}
}
