package optee

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/issue"
	"sigtool/internal/keytest"
	"sigtool/internal/patch"
)

// Offsets in identity.ta: a header signed by rsa3072, the subkey, a header signed by rsa2048, the trusted application.
const (
	subkeyAt = fixedSize + 32 + 384
	attrsAt  = subkeyAt + subkeySize
	nextAt   = subkeyAt + subkeySize + 2*attrSize + 257 + 3
)

// with is a copy with a number at an offset, of two or four bytes.
func with(data []byte, at int, n uint32, size int) []byte {
	b := bytes.Clone(data)
	for i := range size {
		b[at+i] = byte(n >> (8 * i))
	}
	return b
}

// What a file says of itself is not believed: each of these is refused by name, in verifying, signing, stripping and describing.
func TestHostile(t *testing.T) {
	key := keytest.Key(t, "rsa2048")
	ta := mustSign(t, formatstest.Read(t, "optee/stub64.elf"), key)
	sealed, chain := formatstest.Read(t, "optee/enc-dev.ta"), formatstest.Read(t, "optee/identity.ta")
	sealing := fixedSize + 32 + 256 + appSize
	for what, row := range map[string]struct {
		data []byte
		id   string
	}{
		"the first kind":             {with(ta, 4, 0, 4), "legacy-ta"},
		"an unknown kind":            {with(ta, 4, 4, 4), "image-type"},
		"an image that is too long":  {with(ta, 8, 1<<32-1, 4), "image-size"},
		"an image that is too short": {with(ta, 8, 1, 4), "image-size"},
		"no image":                   {with(ta, 8, 0, 4), "image-size"},
		"bytes behind it":            {append(bytes.Clone(ta), 0), "image-size"},
		"the last byte away":         {ta[:len(ta)-1], "image-size"},
		"SHA-1":                      {with(ta, 12, 0x70002830, 4), "algorithm"},
		"ECDSA":                      {with(ta, 12, 0x70003041, 4), "algorithm"},
		"SHA-512":                    {with(ta, 12, 0x70006830, 4), "algorithm"},
		"no hash":                    {with(ta, 16, 0, 2), "hash-size"},
		"a long hash":                {with(ta, 16, 0xffff, 2), "hash-size"},
		"no signature":               {with(ta, 18, 0, 2), "signature-size"},
		"RSA-1024":                   {with(ta, 18, 128, 2), "signature-size"},
		"a giant signature":          {with(ta, 18, 0xffff, 2), "signature-size"},
		"a header and no more":       {ta[:fixedSize], "cut-off"},
		"a header cut":               {ta[:fixedSize-1], "cut-off"},
		"a signature cut":            {ta[:fixedSize+40], "cut-off"},
		"a UUID cut":                 {ta[:fixedSize+32+256+3], "cut-off"},

		"another cipher":  {with(sealed, sealing, 0x10000010, 4), "encryption"},
		"unknown flags":   {with(sealed, sealing+4, 2, 4), "encryption"},
		"no nonce":        {with(sealed, sealing+8, 0, 2), "encryption"},
		"a giant nonce":   {with(sealed, sealing+8, 0xffff, 2), "encryption"},
		"a short tag":     {with(sealed, sealing+10, 4, 2), "encryption"},
		"a cipher header": {sealed[:sealing+5], "cut-off"},

		"a subkey of no size":     {with(chain, 8, 0, 4), "subkey-size"},
		"a giant subkey":          {with(chain, 8, 1<<32-1, 4), "subkey-size"},
		"a subkey past the end":   {with(chain[:nextAt-1], 8, uint32(nextAt-subkeyAt), 4), "cut-off"},
		"a giant name":            {with(chain, subkeyAt+16, 1<<31, 4), "name-size"},
		"a name past the end":     {with(chain[:nextAt+20], subkeyAt+16, 64, 4), "cut-off"},
		"a name that hides":       {with(chain, subkeyAt+16, 64, 4), "name-padding"},
		"ECDSA subkey":            {with(chain, subkeyAt+28, 0x70003041, 4), "algorithm"},
		"no attributes":           {with(chain, subkeyAt+32, 0, 4), "subkey-attributes"},
		"one attribute":           {with(chain, subkeyAt+32, 1, 4), "subkey-attributes"},
		"billions of attributes":  {with(chain, subkeyAt+32, 1<<32-1, 4), "subkey-attributes"},
		"attributes past the end": {with(with(chain, 8, 60, 4), subkeyAt+32, 3, 4), "subkey-attributes"},
		"an attribute's offset":   {with(chain, attrsAt+4, 1<<32-1, 4), "subkey-attributes"},
		"an attribute's size":     {with(chain, attrsAt+8, 1<<32-1, 4), "subkey-attributes"},
		"the modulus twice":       {with(chain, attrsAt+attrSize, attrModulus, 4), "subkey-attributes"},
		"an empty modulus":        {with(chain, attrsAt+8, 0, 4), "subkey-key"},
		"a short modulus":         {with(chain, attrsAt+8, 200, 4), "subkey-key"},
		"an exponent of one":      {with(chain, nextAt-3, 1<<16, 3), "subkey-key"},
		"no header behind it":     {with(chain, nextAt, 0, 4), "magic"},
	} {
		keys := formats.Keys{Options: options(optionEncKey, sampleAES())}
		keys.Public = append(keys.Public, key.Public(), keytest.Key(t, "rsa3072").Public())
		_, err := Format{}.Verify(context.Background(), patch.Bytes(row.data), keys)
		_, _, signErr := signed(row.data, key, true)
		_, stripErr := Format{}.Strip(context.Background(), patch.Bytes(row.data))
		_, tellErr := Format{}.Describe(context.Background(), patch.Bytes(row.data))
		for _, err := range []error{err, signErr, stripErr, tellErr} {
			if !errors.Is(err, formats.ErrFormat) || issue.ID(err) != row.id {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
}

// An ELF file is looked at as carefully: a section that leads nowhere says no UUID, and nothing else is taken for a trusted application.
func TestHostileELF(t *testing.T) {
	elf := formatstest.Read(t, "optee/stub64.elf")
	table := binary.LittleEndian.Uint32(elf[40:])
	section := int(table) + 4*64 // .ta_head
	for what, data := range map[string][]byte{
		"no section headers":          with(elf, 60, 0, 2),
		"names from nowhere":          with(elf, 62, 99, 2),
		"a name past the names":       with(elf, section, 1<<31, 4),
		"a section past the end":      with(elf, section+24, 1<<31, 4),
		"a section that overflows":    with(with(elf, section+24, 1<<32-1, 4), section+28, 1<<32-1, 4),
		"a giant section":             with(with(elf, section+32, 1<<32-1, 4), section+36, 1<<32-1, 4),
		"a section that is too small": with(elf, section+32, 15, 4),
	} {
		if (Format{}).Sniff(patch.Bytes(data)) {
			t.Errorf("%s: known", what)
		}
		if _, _, err := signed(data, keytest.Key(t, "rsa2048"), false); issue.ID(err) != "no-uuid" {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, row := range map[string]struct {
		data []byte
		id   string
	}{
		"a relocatable file":    {with(elf, 16, 1, 2), ""},
		"a program":             {with(elf, 16, 2, 2), ""},
		"big-endian":            {with(elf, 5, 2, 1), ""},
		"no class":              {with(elf, 4, 3, 1), ""},
		"odd section headers":   {with(elf, 58, 63, 2), ""},
		"headers past the end":  {with(elf, 40, 1<<31, 4), "cut-off"},
		"headers that overflow": {with(with(elf, 40, 1<<32-1, 4), 44, 1<<32-1, 4), "cut-off"},
		"cut":                   {elf[:len(elf)-1], "cut-off"},
		"a kernel module":       {formatstest.Read(t, "kmod/sample.ko"), ""},
	} {
		if (Format{}).Sniff(patch.Bytes(row.data)) {
			t.Errorf("%s: known", what)
		}
		if _, _, err := signed(row.data, keytest.Key(t, "rsa2048"), true, optionUUID, stubUUID); !errors.Is(err, formats.ErrFormat) || issue.ID(err) != row.id {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// FuzzSigned: nothing that a file says makes a reader panic or take much memory.
func FuzzSigned(f *testing.F) {
	for _, name := range []string{"enc-dev.ta", "enc-class.ta", "below.ta", "identity.ta", "subkey2.bin", "default.ta"} {
		f.Add(formatstest.Read(f, "optee/"+name))
	}
	root, leaf := keytest.Key(f, "rsa4096"), keytest.Key(f, "rsa2048")
	f.Fuzz(func(t *testing.T, data []byte) {
		verified(data, root.Public(), optionEncKey, sampleAES())
		verified(data, leaf.Public())
		Format{}.Describe(context.Background(), patch.Bytes(data))
		if result, err := (Format{}).Strip(context.Background(), patch.Bytes(data)); err == nil && (len(result.Edits) != 1 || result.Edits[0].Remove > int64(len(data))) {
			t.Error("more is stripped than there is")
		}
		if _, err := Below(data, "x"); err == nil {
			if _, _, err := Certify(zeros{}, leaf, Subkey{Public: root.Public(), Chain: data, Name: "x", Scheme: schemePKCS1}); err != nil && !errors.Is(err, formats.ErrOption) {
				t.Error(err)
			}
		}
	})
}
