package csf_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"sigtool/formats/imx/csf"
)

// small is the CSF of a trial, without an oracle.
func small(t *testing.T, name string) (*forest, []byte) {
	t.Helper()
	f := newForest(t)
	for _, trial := range trials() {
		if trial.name == name {
			return f, f.signed(trial.plan(f))
		}
	}
	t.Fatalf("no trial is called %q", name)
	return nil, nil
}

func (f *forest) signed(plan *csf.Plan) []byte {
	f.t.Helper()
	plan.Time = signingTime
	data, err := plan.Sign(f.t.Context(), f.key)
	if err != nil {
		f.t.Fatal(err)
	}
	return data
}

// patched is data with other bytes at an offset.
func patched(data []byte, offset int, b ...byte) []byte {
	data = bytes.Clone(data)
	copy(data[offset:], b)
	return data
}

// Slips in the structure, each with HAB's code for it. The CSF is that of the trial "caam": SRK at 0x04, CSF key at 0x10, Authenticate CSF at 0x1c,
// IMG key at 0x28, Authenticate Data at 0x34, Unlock at 0x48; the table at 0x50.
func TestSlips(t *testing.T) {
	_, good := small(t, "caam")
	for _, slip := range []struct {
		name   string
		data   []byte
		reason csf.Reason
		says   string
	}{
		{"empty", nil, csf.InvalidCSF, "no command sequence file"},
		{"a header alone", good[:3], csf.InvalidCSF, "no command sequence file"},
		{"another tag", patched(good, 0, 0xd2), csf.InvalidCSF, "no command sequence file"},
		{"HABv3", patched(good, 3, 0x30), csf.InvalidCSF, "version"},
		{"cut within the commands", good[:0x30], csf.InvalidCSF, "bytes where"},
		{"a header longer than the file", patched(good, 1, 0xff, 0xff), csf.InvalidCSF, "bytes where"},
		{"a header shorter than itself", patched(good, 1, 0, 3), csf.InvalidCSF, "bytes where"},
		{"a header that ends in a command", patched(good, 1, 0, 0x4a), csf.InvalidCSF, "within a command"},
		{"a command without a length", patched(good, 5, 0, 0), csf.InvalidCommand, "Install Key"},
		{"a command longer than the rest", patched(good, 0x49, 0xff, 0xff), csf.InvalidCommand, "are left"},
		{"Install Key with too much", patched(good, 5, 0, 24), csf.InvalidCommand, "length"},
		{"Install Key with a hash that is not there", patched(good, 7, csf.FlagHash), csf.InvalidCommand, "length"},
		{"Install Key with a hash of no kind", patched(good, 0x13, csf.FlagHash), csf.InvalidCommand, "is no hash"},
		{"Authenticate Data with half a block", patched(good, 0x35, 0, 16), csf.InvalidCommand, "length"},
		{"Unlock with half a word", patched(good, 0x49, 0, 6), csf.InvalidCommand, "length"},
		{"an unknown command", patched(good, 0x48, 0xb7), csf.UnsupportedCommand, "is no command"},
		{"a table at an address", patched(good, 7, csf.FlagAbsolute), csf.InvalidAddress, "address"},
		{"a signature at an address", patched(good, 0x37, csf.FlagAbsolute), csf.InvalidAddress, "address"},
		{"a table within the commands", patched(good, 0x0c, 0, 0, 0, 0x4c), csf.InvalidCertificate, "no SRK table can stand"},
		{"a table behind the end", patched(good, 0x0c, 0x7f, 0, 0, 0), csf.InvalidCertificate, "no SRK table can stand"},
		{"a table within a table", patched(good, 0x0c, 0, 0, 0, 0x54), csf.InvalidCertificate, "no SRK table stands"},
		{"a certificate for a signature", patched(good, 0x3c, good[0x18:0x1c]...), csf.InvalidSignature, "no signature stands"},
		{"a table for a certificate", patched(good, 0x18, good[0x0c:0x10]...), csf.InvalidCertificate, "overlaps"},
		{"a table without entries", patched(good, 0x51, 0, 4), csf.InvalidCertificate, "no SRK table stands"},
		{"a table longer than the file", patched(good, 0x51, 0xff, 0xff), csf.InvalidCertificate, "no SRK table stands"},
		{"a table over the certificate", patched(good, 0x51, 0x06, 0), csf.InvalidCertificate, "overlaps"},
	} {
		c, err := csf.Parse(slip.data)
		if err == nil {
			err = c.Err()
		}
		var fault *csf.Error
		if !errors.As(err, &fault) || fault.Reason != slip.reason || !strings.Contains(fault.Text, slip.says) {
			t.Errorf("%s: %v", slip.name, err)
		}
	}
}

// What is cut off is missed.
func TestTruncated(t *testing.T) {
	_, good := small(t, "caam")
	c := parse(t, good)
	for n := range c.End {
		if cut, err := csf.Parse(good[:n]); err == nil && cut.Err() == nil {
			t.Fatalf("%d of %d bytes are taken", n, len(good))
		}
	}
}

// Pointers may share what they point at: the same certificate for two slots.
func TestShared(t *testing.T) {
	_, good := small(t, "several keys")
	c := parse(t, good)
	first, second := c.Commands[3], c.Commands[5]
	if first.Name() != "Install Key" || second.Name() != "Install Key" {
		t.Fatal(outline(t, good))
	}
	shared := parse(t, patched(good, second.Offset+8, first.Raw[8:12]...))
	if len(shared.Segments) != len(c.Segments) { // the one that nothing points at any more is loose
		t.Errorf("%d segments, not %d", len(shared.Segments), len(c.Segments))
	}
	loose := 0
	for _, s := range shared.Segments {
		if s.Loose {
			loose++
		}
	}
	if loose != 1 || shared.Stray() != -1 {
		t.Errorf("%d loose segments, stray bytes at %#x", loose, shared.Stray())
	}
}

// What commands say, for people; those among them that CST does not write.
func TestText(t *testing.T) {
	commands := "" +
		"\xb1\x00\x08\x03\x00\x17\x1d\x80" + "\xb1\x00\x08\x01\x02\x03\x04\x05" + "\xb1\x00\x08\x07\x00\x00\x00\x01" +
		"\xb4\x00\x08\x1d\x00\x00\x00\x02" + "\xb2\x00\x04\x0c" + "\xb2\x00\x10\x21\x00\x00\x00\x09\x01\x02\x03\x04\x05\x06\x07\x08" +
		"\xb2\x00\x08\x1e\x00\x00\x00\x10" + "\xb2\x00\x08\x1d\x00\x00\x00\x00" + "\xc0\x00\x04\xae" +
		"\xcc\x00\x14\x0c\x00\x90\x00\x00\x00\x00\x00\x01\x00\x90\x00\x04\x00\x00\x00\x02" + "\xcc\x00\x0c\x1c\x00\x90\x00\x00\x00\x00\x00\x01" +
		"\xcc\x00\x0c\x02\x00\x90\x00\x00\x00\x00\x12\x34" +
		"\xcf\x00\x0c\x14\x00\x90\x00\x00\x00\x00\x00\x01" + "\xcf\x00\x10\x21\x00\x90\x00\x00\x00\x00\x00\x01\x00\x00\x00\x05" +
		"\xbe\x00\x0c\x01\xbb\x00\x00\x00\x00\x90\x10\x00" + "\xca\x00\x14\x01\x00\xa3\x1d\x40\x00\x90\x20\x00\x10\x00\x00\x00\x00\x00\x00\x20" + "\xb7\x00\x04\x00"
	data := append([]byte{csf.TagCSF, 0, 0, 0x42}, commands...)
	binary.BigEndian.PutUint16(data[1:], uint16(len(data)))
	c, err := csf.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Set Engine: sha256 by CAAM (DSCSWAP16)", "Set MID: manufacturing identifier in bank 2, row 3, from bit 4 on, 5 fuses", "Set: item 0x07: 00000001",
		"Init: CAAM RNG", "Unlock: SRTC", "Unlock: OCOTP FIELD RETURN, JTAG, for the device 0102030405060708", "Unlock: SNVS 0x10", "Unlock: CAAM 0x0", "NOP: ",
		"Write Data: clear 4 bytes: 0x00900000: 0x1, 0x00900004: 0x2", "Write Data: set 4 bytes: 0x00900000: 0x1", "Write Data: write 2 bytes: 0x00900000: 0x1234",
		"Check Data: wait until all of the bits 0x1 of the 4 bytes at 0x00900000 are set",
		"Check Data: wait until any of the bits 0x1 of the 1 bytes at 0x00900000 are clear, 5 times at most",
		"Install Secret Key: secret key, wrapped by master key 0, at address 0x00901000, becomes key 0 (absolute address)",
		"Decrypt Data: key 0, signature at 0x902000, engine CAAM (DSCSWAP8), decrypts (absolute address): 0x10000000+0x20",
		"unknown (0xb7): 0xb7 is no command",
	}
	for i, command := range c.Commands {
		if got := command.Name() + ": " + command.Body.Text(); got != want[i] {
			t.Errorf("%d: %s\nwant %s", i, got, want[i])
		}
	}
	if len(c.Commands) != len(want) {
		t.Errorf("%d commands", len(c.Commands))
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range goldens {
		f.Add(golden(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := csf.Parse(data)
		if err != nil {
			var fault *csf.Error
			if !errors.As(err, &fault) {
				t.Fatalf("not an error of this package: %v", err)
			}
			return
		}
		if c.Size > c.End || c.End > len(data) || len(c.Raw) != c.End {
			t.Fatalf("%d, %d of %d bytes", c.Size, c.End, len(data))
		}
		at := 4
		for _, command := range c.Commands {
			if command.Offset != at {
				t.Fatalf("a command at %d, not at %d", command.Offset, at)
			}
			at += len(command.Raw)
			_ = command.Name() + command.Body.Text()
		}
		end := c.Size
		for _, s := range c.Segments {
			if s.Offset < end || s.End() > c.End || s.Name() == "" {
				t.Fatalf("a segment from %d to %d, behind %d", s.Offset, s.End(), end)
			}
			end = s.End()
			_, _ = s.Certificate()
			if m, err := s.Message(); err == nil {
				_ = m.Check(nil, nil, nil)
			}
		}
		c.Stray()
	})
}
