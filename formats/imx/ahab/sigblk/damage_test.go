package sigblk_test

import (
	"bytes"
	"crypto"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
	"sigtool/internal/keytest"
)

// No byte of a signed container's head can change, however it is signed, and each refusal has a name. Of the hybrid one, whose verification
// takes long, one byte in seven is tried.
func TestEveryByte(t *testing.T) {
	files := map[string][]byte{"hybrid": build(t, hybrid(t))}
	for _, name := range []string{"v0-p384-sgk", "v0-rsa", "v2-p384-sgk", "v2-pss-sgk"} {
		files[name] = sample(t, name+".bin")
	}
	for name, data := range files {
		if err := failure(data); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		step := 1
		if name == "hybrid" {
			step = 7
		}
		for i := 1; i < len(data); i += step {
			data[i] ^= 1
			if err := failure(data); err == nil || issue.ID(err) == "" {
				t.Errorf("%s: byte %#x: %v", name, i, err)
			}
			data[i] ^= 1
		}
	}
}

// A block that is cut short anywhere is refused.
func TestTruncated(t *testing.T) {
	data := sample(t, "v2-p384-sgk.bin")
	for n := range len(data) - blockAt {
		if _, err := sigblk.Parse(data[blockAt:blockAt+n], 2); !errors.Is(err, formats.ErrFormat) || issue.ID(err) != "bad-signature-block" {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// put writes little-endian numbers of 16 bits into a copy of the block of a sample, at the offsets given.
func put(data []byte, pairs ...int) []byte {
	data = bytes.Clone(data)
	for i := 0; i < len(pairs); i += 2 {
		binary.LittleEndian.PutUint16(data[blockAt+pairs[i]:], uint16(pairs[i+1]))
	}
	return data
}

// What does not fit together is refused for what it is.
func TestSlips(t *testing.T) {
	v0, v2 := sample(t, "v0-p384-sgk.bin"), sample(t, "v2-p384-sgk.bin") // tables at 16, signature at 456 or 440, certificate at 560 or 544
	for what, c := range map[string]struct {
		data []byte
		text string
	}{
		"unknown container":      {append([]byte{1}, v0[1:]...), "container of version 1"},
		"block of version 1":     {put(v0, 0, 0x1001), "version 1"},
		"no signature":           {put(v0, 8, 0), "not both"},
		"no table":               {put(v0, 6, 0), "not both"},
		"certificate alone":      {put(v0, 6, 0, 8, 0), "not both"},
		"table in the header":    {put(v0, 6, 8), "not behind"},
		"table late":             {put(v0, 6, 24), "no part"},
		"signature in the table": {put(v0, 8, 448), "not behind"},
		"offset not aligned":     {put(v0, 8, 452), "multiple of 8"},
		"offset outside":         {put(v0, 10, 4096), "not behind"},
		"blob of one byte":       {put(v2, 10, 871), "blob of 1 bytes"},
		"gap before the end":     {put(v0, 1, 768), "room for"},
		"table of version 2":     {put(v0, 18, 0x4301), "container's version"},
		"table too long":         {put(v0, 17, 4000), "an SRK table of 4000 bytes"},
		"three records":          {put(v0, 17, 4+3*108), "4 records"},
		"record too long":        {put(v0, 21, 200), "an SRK record"},
		"record's key too long":  {put(v0, 28, 49), "its key would give it"},
		"record's flags":         {put(v0, 26, 0x4000), "flags"},
		"array of none":          {put(v2, 20, 0), "array of 0"},
		"array of three":         {put(v2, 20, 3), "array of 3"},
		"array short":            {put(v2, 17, 419), "room for 103"},
		"data of no record":      {put(v2, 16+8+308+4, 4), "SRK data"},
		"data too long":          {put(v2, 16+8+308+1, 105), "SRK data"},
		"certificate's version":  {put(v0, 560, 0xe001), "version 1"},
		"certificate's length":   {put(v0, 561, 223), "certificate"},
		"its signature's offset": {put(v0, 564, 4), "header"},
		"permissions":            {put(v0, 566, 0x01ff), "inverted"},
		"empty signature":        {put(v0, 457, 8), "empty"},
	} {
		if _, err := sigblk.Parse(c.data[blockAt:], c.data[0]); !errors.Is(err, formats.ErrFormat) || issue.ID(err) != "bad-signature-block" || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What is right in itself, and signed by the wrong one, has a name of its own.
func TestMismatches(t *testing.T) {
	key, other := keytest.Key(t, "p384"), secret(t, "p384-srk3")
	set := func(tab *srk.Table, key crypto.Signer) []sigblk.Set { return []sigblk.Set{{Table: tab, Key: key}} }
	v0 := sigblk.Order{Used: 1, Sets: set(table(t, srk.AHAB, crypto.SHA384, 1, key.Public(), other.Public()), key)}
	v2 := sigblk.Order{Container: 2, Used: 1, Sets: set(table(t, srk.AHABv2, crypto.SHA384, 1, key.Public(), other.Public()), key)}
	index := func(data []byte, n byte) []byte { data[4] = 2 | n<<4; return data }
	debug := v0
	debug.Certificate = certificate(t, 0, debug, sigblk.PermitContainer)
	certified := build(t, debug)
	copy(certified[blockAt+560:], certificate(t, 0, v0, sigblk.PermitDebug))
	for what, c := range map[string]struct {
		data []byte
		id   string
	}{
		"another SRK's":             {index(build(t, v0), 2), "bad-signature"},
		"another SRK's, version 2":  {index(build(t, v2), 2), "bad-key"},
		"another's hash, version 2": {flip(build(t, v2), blockAt+16+8+4+76+12), "bad-key"},
		"off its curve":             {flip(build(t, v0), blockAt+16+4+108+12), "bad-key"},
		"SHA-256 for SHA-384":       {flip(build(t, v0), blockAt+16+4+108+4), "bad-signature"},
		"certificate":               {flip(sample(t, "v0-p384-sgk.bin"), blockAt+560+200), "bad-certificate"},
	} {
		if err := failure(c.data); !errors.Is(err, formats.ErrMismatch) || issue.ID(err) != c.id {
			t.Errorf("%s: %v", what, err)
		}
	}
	// With a certificate that is for debugging alone, the SRK signs the container.
	b := parsed(t, certified)
	checks := b.Verify(certified[:b.Covered(blockAt)], 1)
	if len(checks) != 2 || checks[0].Err != nil || len(checks[0].Notes) != 1 || checks[1].Err != nil || !key.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(checks[1].Key) {
		t.Errorf("a certificate for debugging: %+v", checks)
	}
	for _, n := range []int{-1, 4} {
		if checks := b.Verify(certified, n); !errors.Is(checks[1].Err, formats.ErrMismatch) {
			t.Errorf("SRK %d: %v", n, checks[1].Err)
		}
	}
}

// flip changes the lowest two bits of a byte.
func flip(data []byte, i int) []byte {
	data[i] ^= 3
	return data
}

// Algorithms that nothing here calculates are said to be that, by name or number, and vouch for nothing; those that nobody knows are wrong.
func TestUnknown(t *testing.T) {
	const record = blockAt + 16 + 8 + 4 + 76 // SRK 1 of v2-p384
	for _, c := range []struct {
		alg, hash, size byte
		kind            error
		name, text      string
	}{
		{0xd1, 1, 9, formats.ErrNoKey, "dilithium3-sha384", "third round"},
		{0xd1, 1, 10, formats.ErrNoKey, "dilithium5-sha384", "third round"},
		{0x28, 3, 8, formats.ErrNoKey, "sm2-unknown", "sm2, hash number 0x03"},
		{0x27, 8, 2, formats.ErrNoKey, "p384-unknown", "hash number 0x08"},
		{0x27, 7, 2, formats.ErrMismatch, "p384-unknown", "hash number 0x07"},
		{0x99, 1, 7, formats.ErrMismatch, "unknown (algorithm 0x99, size 0x07)-sha384", "algorithm 0x99"},
		{0x27, 1, 4, formats.ErrMismatch, "unknown (algorithm 0x27, size 0x04)-sha384", "size 0x04"},
	} {
		data := sample(t, "v2-p384.bin")
		data[record+3], data[record+4], data[record+5] = c.alg, c.hash, c.size
		b := parsed(t, data)
		check := b.Verify(data[:b.Covered(blockAt)], 1)[0]
		if !errors.Is(check.Err, c.kind) || issue.ID(check.Err) != "unknown-algorithm" || check.Alg != c.name || !strings.Contains(check.Err.Error(), c.text) ||
			(c.kind == formats.ErrNoKey) != (issue.Hint(check.Err) != "") {
			t.Errorf("%s: %+v", c.name, check)
		}
	}
}

// A container that nobody signed has a block of nothing but its header.
func TestUnsigned(t *testing.T) {
	for _, container := range []byte{0, 2} {
		b, err := sigblk.Parse([]byte{0, 16, 0, 0x90, 15: 0, 40: 1}, container)
		if err != nil || len(b.Tables) != 0 || len(b.Raw) != sigblk.HeaderSize || len(b.Verify(nil, 0)) != 0 {
			t.Errorf("version %d: %+v, %v", container, b, err)
		}
	}
}

// FuzzParse: whatever is read is as large as it says, verifies without a crash, and has parts that lie in it.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"v0-p384-sgk", "v0-rsa", "v2-p384-sgk", "v2-pss-sgk"} {
		data := sample(f, name+".bin")
		f.Add(data[blockAt:], data[0])
	}
	f.Add(build(f, hybrid(f))[blockAt:], byte(2))
	f.Fuzz(func(t *testing.T, data []byte, container byte) {
		if cert, err := sigblk.ParseCertificate(data); err == nil && len(cert.Signatures) != len(cert.Keys) {
			t.Errorf("%d signatures of %d keys", len(cert.Signatures), len(cert.Keys))
		}
		b, err := sigblk.Parse(data, container)
		if err != nil {
			if !errors.Is(err, formats.ErrFormat) || issue.ID(err) == "" {
				t.Fatalf("%v", err)
			}
			return
		}
		if len(b.Raw) > len(data) || len(b.Tables) != len(b.Signatures) || b.At.Signatures > len(b.Raw) || len(b.Tables) > 2 {
			t.Fatalf("%+v in %d bytes", b.At, len(data))
		}
		for _, c := range b.Verify(data[:b.At.Signatures], 0) {
			if c.Err == nil && c.Key == nil {
				t.Error("a signature by nobody matches")
			}
		}
	})
}
