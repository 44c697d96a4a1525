package hab

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
	"sigtool/internal/issue"
	"sigtool/internal/keytest"
	"sigtool/internal/patch"
)

// What would make a device refuse the image, or is not known to be right, is refused before anything is signed.
func TestImagesRefused(t *testing.T) {
	fit := sample(t, "inside-v1.bin")[0x3400:]
	change := func(data []byte, at int, word uint32) []byte {
		data = bytes.Clone(data)
		put(data, at, word)
		return data
	}
	room := sample(t, "small.imx")
	torn := change(plain(t), 16, 0x9074f8) // boot data whose last word is where the image ends
	copy(torn[0xf8:], []byte{0, 0x70, 0x90, 0, 0, 5, 0, 0})
	for what, row := range map[string]struct {
		data []byte
		id   string
	}{
		"nothing":                              {nil, "no-ivt"},
		"text":                                 {[]byte("text, and no image"), "no-ivt"},
		"a container of AHAB":                  {append([]byte{0, 0x20, 0, 0x87}, zeros(0x1000)...), "no-ivt"},
		"entry in the vector table":            {change(room, 4, 0x907408), "inv-ivt"},
		"entry before the image":               {change(room, 4, 0x906000), "inv-ivt"},
		"entry behind what is loaded":          {change(room, 4, 0x90a000), "inv-ivt"},
		"boot data over the vector table":      {change(room, 16, 0x907410), "no-ivt"},
		"DCD outside":                          {change(room, 12, 0x917400), "inv-dcd"},
		"DCD that is none":                     {change(room, 12, 0x907480), "inv-dcd"},
		"DCD too long":                         {change(room, 0x2c, 0x40ff07d2), "inv-dcd"},
		"DCD with a torn command":              {change(room, 0x30, 0x040d00cc), "inv-dcd"},
		"DCD with an unknown command":          {change(room, 0x30, 0x040c00be), "inv-dcd"},
		"CSF over the vector table":            {change(room, 24, 0x907410), "inv-csf"},
		"CSF over the boot data":               {append(torn, zeros(4)...), "inv-csf"},
		"CSF before the image":                 {change(room, 24, 0x900000), "inv-csf"},
		"CSF before the entry":                 {change(room, 24, 0x907440), "inv-csf"},
		"CSF at an odd address":                {change(room, 24, 0x907501), "inv-address"},
		"CSF far behind the file":              {change(room, 24, 0x917500), "inv-size"},
		"the file cut":                         {change(plain(t), 0x24, 0x400+0x3000), "inv-size"},
		"something where the CSF goes":         {slices.Concat(room, zeros(0x800), []byte("x")), "occupied"},
		"a next stage too close":               {slices.Concat(plain(t), zeros(0x700), []byte("\x27\x05\x19\x56"), zeros(60)), "no-room"},
		"a plugin":                             {change(room, 0x28, 1), "plugin"},
		"FIT: entry outside":                   {change(fit, len(fit)-28, 0x50000000), "inv-ivt"},
		"FIT: CSF over the vector table":       {change(fit, len(fit)-8, binary.LittleEndian.Uint32(fit[len(fit)-12:])+4), "inv-csf"},
		"FIT: a DCD":                           {change(fit, len(fit)-20, 0x907480), "inv-dcd"},
		"FIT: device tree where U-Boot is odd": {bytes.Replace(sample(t, "outside-v2.bin"), []byte{0, 0, 1, 0x48}, []byte{0, 0, 1, 0x45}, 1), "inv-address"},
		"FIT: data are compressed":             {bytes.Replace(sample(t, "outside-v2.bin"), []byte("none"), []byte("gzip"), 1), "inv-assertion"},
		"FIT: data outside the file":           {sample(t, "outside-v2.bin")[:0x3400+0x3100], "inv-size"},
		"FIT: cut in its device tree":          {sample(t, "inside-v1.bin")[:0x3400+0x200], "damaged-stage"},
		"legacy image without a vector table":  {sample(t, "u-boot-ivt.img")[:0x1000], "no-ivt"},
	} {
		_, err := trySign(t, row.data, by(t))
		if !isNamed(err, row.id, formats.ErrFormat) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Keys and certificates that a device would refuse are refused before anything is signed.
func TestKeysRefused(t *testing.T) {
	ca, fast := sample(t, "ca.table"), sample(t, "fast.table")
	img, csfs := ours(t, "rsa2048", "img-rsa"), ours(t, "rsa3072", "csf-rsa")
	option := func(r formats.Request, name, value string) formats.Request {
		r.Options.Set(name, value)
		return r
	}
	ed := keytest.Key(t, "ed25519")
	for what, row := range map[string]struct {
		request formats.Request
		id      string
		kind    error
	}{
		"no table":                            {formats.Request{Key: img.key, Chain: []*x509.Certificate{img.cert}}, "srk-table", formats.ErrOption},
		"a table that is none":                {requestOf([]byte("table"), img, csfs), "srk-table", formats.ErrOption},
		"a table with more behind it":         {requestOf(append(bytes.Clone(ca), 0), img, csfs), "srk-table", formats.ErrOption},
		"another key's certificate":           {requestOf(ca, pair{img.key, csfs.cert}, csfs), "", formats.ErrCert},
		"another CSF key's certificate":       {requestOf(ca, img, pair{csfs.key, img.cert}), "csf-cert", formats.ErrKey},
		"IMG certificate not from an SRK":     {requestOf(ca, pair{img.key, keytest.Cert(t, "rsa2048")}, csfs), "srk-other", formats.ErrKey},
		"CSF certificate not from an SRK":     {requestOf(ca, img, pair{csfs.key, keytest.Cert(t, "rsa3072")}), "srk-other", formats.ErrKey},
		"CSF and IMG from different SRKs":     {requestOf(ca, ours(t, "rsa2048", "img-rsa2"), csfs), "srk-other", formats.ErrKey},
		"the SRK is a hash alone":             {requestOf(sample(t, "short.table"), ours(t, "rsa2048", "img-rsa2"), csfs), "srk-other", formats.ErrKey},
		"an SRK signs the image, but is a CA": {requestOf(ca, ours(t, "rsa4096", "srk-rsa")), "srk-ca", formats.ErrKey},
		"a key of no SRK without a CSF key":   {requestOf(ca, img), "srk-other", formats.ErrKey},
		"the wrong index":                     {option(requestOf(ca, img, csfs), optionIndex, "1"), "srk-index", formats.ErrOption},
		"an index that there is not":          {option(requestOf(ca, img, csfs), optionIndex, "3"), "srk-index", formats.ErrOption},
		"a negative index":                    {option(requestOf(ca, img, csfs), optionIndex, "-2"), "srk-index", formats.ErrOption},
		"two CSF keys":                        {requestOf(ca, img, csfs, csfs), "csf-key", formats.ErrOption},
		"curves before HAB 4.5":               {option(requestOf(ca, ours(t, "p256", "img-rsa-p256"), csfs), optionVersion, "4.3"), "hab-version", formats.ErrOption},
		"curves of the SRK before HAB 4.5":    {option(requestOf(fast, ours(t, "p384", "srk-fast-p384")), optionVersion, "4.4"), "hab-version", formats.ErrOption},
		"a HAB that there is not":             {option(requestOf(ca, img, csfs), optionVersion, "4.6"), "hab-version", formats.ErrOption},
		"an Ed25519 key":                      {requestOf(ca, pair{ed, keytest.Cert(t, "ed25519")}, csfs), "key-type", formats.ErrKey},
		"features that there are not":         {option(requestOf(ca, img, csfs), optionUnlock, "mid,all"), "unlock", formats.ErrOption},
		"no address":                          {sdp(option(requestOf(ca, img, csfs), optionSDPDCD, "here")), "address", formats.ErrOption},
		"an odd address":                      {sdp(option(requestOf(ca, img, csfs), optionSDPDCD, "0x910001")), "address", formats.ErrOption},
	} {
		_, err := trySign(t, sample(t, "small.imx"), row.request)
		if !errors.Is(err, row.kind) || issue.ID(err) != row.id {
			t.Errorf("%s: %v", what, err)
		}
		if row.id == "srk-index" && !strings.Contains(err.Error(), "entry 0") && !strings.Contains(err.Error(), "0 to 2") {
			t.Errorf("%s: the right one is not named: %v", what, err)
		}
	}
}

// sdp asks for serial download.
func sdp(r formats.Request) formats.Request {
	r.Options.Set(optionSDP, "true")
	return r
}

// Every key that HABv4 takes signs what verifies: with a CSF key or by an SRK alone, under a full table and one with hashes.
func TestKeys(t *testing.T) {
	ca, fast := sample(t, "ca.table"), sample(t, "fast.table")
	for what, row := range map[string]struct {
		request formats.Request
		table   []byte
		index   byte
	}{
		"RSA":               {by(t), ca, 0},
		"curve under RSA":   {requestOf(ca, ours(t, "p256", "img-rsa-p256"), ours(t, "rsa3072", "csf-rsa")), ca, 0},
		"P-256":             {requestOf(ca, ours(t, "p256", "img-p256"), ours(t, "p256", "csf-p256")), ca, 2},
		"P-384":             {requestOf(ca, ours(t, "p384", "img-p384"), ours(t, "p256", "csf-p256")), ca, 2},
		"P-521":             {requestOf(ca, ours(t, "p521", "img-p521"), ours(t, "rsa2048", "csf-mixed")), ca, 2},
		"the SRK alone":     {requestOf(fast, ours(t, "rsa2048", "srk-fast")), fast, 0},
		"the SRK, by P-384": {requestOf(fast, ours(t, "p384", "srk-fast-p384")), fast, 1},
	} {
		out, err := trySign(t, sample(t, "small.imx"), row.request)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		accepted(t, out, row.table)
		_, c := csfOf(t, out, 0)
		if install, ok := c.Commands[0].Body.(*csf.KeyCommand); !ok || install.Source != row.index {
			t.Errorf("%s: another SRK is installed: %+v", what, install)
		}
	}
}

// Options come out as commands, as CST writes them.
func TestOptions(t *testing.T) {
	r := by(t)
	r.Options.Set(optionUnlock, "MID, rng")
	r.Options.Set(optionVersion, "4.2")
	r.Options.Set(optionEngine, "caam")
	out := signed(t, sample(t, "small.imx"), r)
	_, c := csfOf(t, out, 0)
	var unlocks []uint32
	for _, command := range c.Commands {
		if f, ok := command.Body.(*csf.FeatureCommand); ok && f.Unlock && f.Engine == csf.EngineCAAM {
			unlocks = append(unlocks, f.Features)
		}
	}
	if c.Version != 0x42 || !slices.Equal(unlocks, []uint32{3}) {
		t.Errorf("version %x, unlocks %v", c.Version, unlocks)
	}
	for name, want := range map[string]byte{"small.imx": csf.EngineAny, "inside-v1.bin": csf.EngineCAAM} {
		_, c := csfOf(t, signed(t, sample(t, name), by(t)), 0)
		for _, command := range c.Commands {
			if a, ok := command.Body.(*csf.AuthCommand); ok && a.Engine != want {
				t.Errorf("%s: engine %s", name, csf.EngineName(a.Engine))
			}
		}
	}
	r = by(t)
	r.Options.Set(optionFIT, "0x40100000")
	alone := sample(t, "inside-v1.bin")[0x3400 : 0x3400+0x1000]
	if got := blocksOf(t, signed(t, alone, r), 0); got[0].Address != 0x40100000 {
		t.Errorf("the FIT is at %+v", got)
	}
	if _, err := trySign(t, sample(t, "inside-v1.bin"), r); !isNamed(err, "fit-address", formats.ErrOption) {
		t.Errorf("an address for a FIT that has one: %v", err)
	}
	r = by(t)
	r.Options.Set(optionEngine, "dcp")
	if _, err := trySign(t, sample(t, "outside-v2.bin"), r); !isNamed(err, "imx-csf-blocks", formats.ErrOption) {
		t.Errorf("DCP and blocks of any size: %v", err)
	}
}

// For serial download the pointer to the DCD is signed as zero, and stays in the file, where the tool takes it from.
func TestSerialDownload(t *testing.T) {
	image := sample(t, "small.imx")
	out := signed(t, image, sdp(by(t)))
	want := []csf.Region{{Address: 0x907400, Length: 0x100}, {Address: 0x910000, Length: 16}}
	if got := blocksOf(t, out, 0); !slices.Equal(got, want) {
		t.Errorf("blocks %+v", got)
	}
	differ(t, "the image", out[:0x100], image)
	accepted(t, out, sample(t, "ca.table"))
	if _, err := trySign(t, sample(t, "inside-v1.bin"), sdp(by(t))); !isNamed(err, "no-dcd", formats.ErrOption) {
		t.Errorf("without a DCD: %v", err)
	}
}

// absent is a key that is elsewhere: it counts what it is asked.
type absent struct {
	crypto.Signer
	asked *int
}

var errAbsent = errors.New("elsewhere")

func (a absent) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	*a.asked++
	return nil, errAbsent
}

// Keys that are elsewhere are asked for all that can be asked at once: with RSA for the images and CSFs of both stages.
func TestKeysElsewhere(t *testing.T) {
	for _, row := range []struct {
		key, cert string
		want      int
	}{{"rsa2048", "img-rsa", 4}, {"p256", "img-rsa-p256", 2}} {
		img, csfs, asked := ours(t, row.key, row.cert), ours(t, "rsa3072", "csf-rsa"), 0
		_, err := trySign(t, sample(t, "inside-v1.bin"), requestOf(sample(t, "ca.table"), pair{absent{img.key, &asked}, img.cert}, pair{absent{csfs.key, &asked}, csfs.cert}))
		if err == nil || asked != row.want {
			t.Errorf("%s: asked %d times, %v", row.key, asked, err)
		}
	}
}

// Warnings tell what stays unsigned.
func TestUnsignedSecondStage(t *testing.T) {
	data := slices.Concat(plain(t), zeros(0x3f00), sample(t, "inside-v1.bin")[0x3400:0x3400+0x1000])
	result, err := Format{}.Sign(t.Context(), patch.Bytes(data), by(t))
	if err != nil || len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], "byte 16384") {
		t.Errorf("%+v, %v", result, err)
	}
	r := by(t)
	r.Options.Set(optionFIT, "0x10000000")
	if n := accepted(t, signed(t, data, r), sample(t, "ca.table")); n != 4 {
		t.Errorf("%d signatures", n)
	}
}

// A second stage behind the second is not signed, which both signing and verifying tell.
func TestThirdStage(t *testing.T) {
	fit := sample(t, "inside-v1.bin")[0x3400:]
	data := slices.Concat(sample(t, "inside-v1.bin"), zeros(0x8000-17440), fit)
	result, err := Format{}.Sign(t.Context(), patch.Bytes(data), by(t))
	if err != nil || len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], "0x8000") {
		t.Errorf("%+v, %v", result, err)
	}
	found, err := judged(signed(t, data, by(t)))
	if err != nil || len(found) != 4 || !strings.Contains(strings.Join(found[3].Notes, "\n"), "at byte 0x8000") {
		t.Errorf("%+v, %v", found, err)
	}
}

// What decrypts an image stands in its CSF, which is not thrown away.
func TestEncrypted(t *testing.T) {
	out := signed(t, sample(t, "small.imx"), by(t))
	_, c := csfOf(t, out, 0)
	for _, command := range c.Commands {
		if _, ok := command.Body.(*csf.KeyCommand); ok {
			out[0x100+command.Offset+4] = csf.ProtocolBlob
		}
	}
	r := by(t)
	r.Force = true
	if _, err := trySign(t, out, r); !isNamed(err, "encrypted", formats.ErrFormat) {
		t.Error(err)
	}
}
