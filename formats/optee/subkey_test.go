package optee

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/issue"
	"sigtool/internal/keytest"
	"sigtool/internal/patch"
)

const (
	stubUUID = "3f7a4c10-9d2e-4b51-8c60-1e5b27a9d483"
	rootUUID = "f4750faa-2c28-4f4d-8d52-1a2b3c4d5e6f"
)

func mustUUID(t *testing.T, text string) *UUID {
	t.Helper()
	uuid, err := ParseUUID(text)
	if err != nil {
		t.Fatal(err)
	}
	return &uuid
}

func number(n uint32) *uint32 { return &n }

// A chain of two subkeys, and what stands below it, is made byte for byte as OP-TEE's script makes it; each verifies by the root key alone.
func TestChain(t *testing.T) {
	root, mid, leaf := keytest.Key(t, "rsa4096"), keytest.Key(t, "rsa3072"), keytest.Key(t, "rsa2048")
	first, _, err := Certify(zeros{}, root, Subkey{
		Public: mid.Public(), UUID: mustUUID(t, rootUUID), NameSize: 32, MaxDepth: number(3), Version: 2, Scheme: schemePKCS1,
	})
	if err != nil || !bytes.Equal(first, formatstest.Read(t, "optee/subkey1.bin")) {
		t.Fatalf("the first subkey is another: %v", err)
	}
	second, uuid, err := Certify(zeros{}, mid, Subkey{Public: leaf.Public(), NameSize: 64, Scheme: schemePKCS1, Chain: first, Name: "mid"})
	if err != nil || !bytes.Equal(second, formatstest.Read(t, "optee/subkey2.bin")) || uuid.String() != "339ca71c-2273-5021-a5b3-d2c55e80b20c" {
		t.Fatalf("the second subkey is another, %s: %v", uuid, err)
	}
	if uuid, err := Below(second, "my_ta"); err != nil || uuid.String() != "8389ca35-f4bf-5f9b-8184-6860fa54b520" {
		t.Errorf("%s: %v", uuid, err)
	}
	ta := mustSign(t, formatstest.Read(t, "optee/bare.elf"), leaf, optionSubkey, second, optionSubkeyName, "my_ta", optionScheme, schemePKCS1)
	if !bytes.Equal(ta, formatstest.Read(t, "optee/below.ta")) {
		t.Error("what stands below it is another")
	}
	for name, levels := range map[string]int{"subkey1.bin": 1, "subkey2.bin": 2, "below.ta": 3} {
		data := formatstest.Read(t, "optee/"+name)
		if found, err := verified(data, root.Public()); err != nil || len(found) != levels || !formats.SameKey(found[0].Key, root.Public()) {
			t.Errorf("%s: %d signatures: %v", name, len(found), err)
		}
		for _, key := range []crypto.PublicKey{mid.Public(), leaf.Public()} {
			if found, err := verified(data, key); !errors.Is(err, formats.ErrMismatch) || len(found) != 1 {
				t.Errorf("%s by a subkey: %d signatures: %v", name, len(found), err)
			}
		}
		if _, err := verified(data, nil); !errors.Is(err, formats.ErrNoKey) {
			t.Errorf("%s by no key: %v", name, err)
		}
	}
}

// Each byte of a chain counts, the names between its pieces too.
func TestChainBytes(t *testing.T) {
	for name, key := range map[string]string{"optee/below.ta": "rsa4096", "optee/identity.ta": "rsa3072"} {
		data, root := formatstest.Read(t, name), keytest.Key(t, key).Public()
		if _, err := verified(data, root); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range data[:len(data)-1000] { // the image's own are the suite's
			data[i] ^= 1 << (i % 8)
			if _, err := verified(data, root); err == nil {
				t.Errorf("%s: byte %d changed, and nobody noticed", name, i)
			}
			data[i] ^= 1 << (i % 8)
		}
	}
}

// What OP-TEE would not load is not made.
func TestSubkeyRefusals(t *testing.T) {
	root, mid, leaf := keytest.Key(t, "rsa4096"), keytest.Key(t, "rsa3072"), keytest.Key(t, "rsa2048")
	first, second := formatstest.Read(t, "optee/subkey1.bin"), formatstest.Read(t, "optee/subkey2.bin")
	last, _, err := Certify(zeros{}, leaf, Subkey{Public: mid.Public(), Scheme: schemePSS, Chain: second, Name: "x", MaxDepth: number(0), NameSize: 8})
	if err != nil {
		t.Fatal(err)
	}
	changed := func(data []byte, at int) []byte {
		b := bytes.Clone(data)
		b[(len(b)+at)%len(b)]++
		return b
	}
	for what, row := range map[string]struct {
		key     crypto.Signer
		request Subkey
		id      string
	}{
		"no UUID":                 {root, Subkey{Public: mid.Public()}, "no-uuid"},
		"a name at the root":      {root, Subkey{Public: mid.Public(), UUID: mustUUID(t, rootUUID), Name: "x"}, "name"},
		"another key than ends":   {leaf, Subkey{Public: root.Public(), Chain: first, Name: "x"}, "not-the-subkey"},
		"no name":                 {mid, Subkey{Public: leaf.Public(), Chain: first}, "name"},
		"a long name":             {mid, Subkey{Public: leaf.Public(), Chain: first, Name: string(make([]byte, 33))}, "name"},
		"a name with a zero":      {mid, Subkey{Public: leaf.Public(), Chain: first, Name: "a\x00b"}, "name"},
		"another UUID":            {mid, Subkey{Public: leaf.Public(), Chain: first, Name: "x", UUID: mustUUID(t, rootUUID)}, "uuid-differs"},
		"a depth that stays":      {mid, Subkey{Public: leaf.Public(), Chain: first, Name: "x", MaxDepth: number(3)}, "max-depth"},
		"a depth beyond all":      {root, Subkey{Public: mid.Public(), UUID: mustUUID(t, rootUUID), MaxDepth: number(1<<32 - 1)}, "max-depth"},
		"none allowed below":      {mid, Subkey{Public: leaf.Public(), Chain: last, Name: "x"}, "max-depth"},
		"a changed hash":          {mid, Subkey{Public: leaf.Public(), Chain: changed(first, fixedSize), Name: "x"}, "chain-broken"},
		"a changed version":       {leaf, Subkey{Public: mid.Public(), Chain: changed(second, -300), Name: "x", MaxDepth: number(0)}, "chain-broken"},
		"room for a large name":   {root, Subkey{Public: mid.Public(), UUID: mustUUID(t, rootUUID), NameSize: maxName + 1}, "name-size"},
		"a trusted application":   {root, Subkey{Public: mid.Public(), Chain: formatstest.Read(t, "optee/below.ta")}, ""},
		"a key that is not RSA":   {root, Subkey{Public: keytest.Key(t, "p256").Public(), UUID: mustUUID(t, rootUUID)}, ""},
		"a signer that is not":    {keytest.Key(t, "p256"), Subkey{Public: mid.Public(), UUID: mustUUID(t, rootUUID)}, ""},
		"a scheme nobody has":     {root, Subkey{Public: mid.Public(), UUID: mustUUID(t, rootUUID), Scheme: "cms"}, ""},
		"a chain that is cut":     {mid, Subkey{Public: leaf.Public(), Chain: first[:len(first)-1], Name: "x"}, "cut-off"},
		"a chain with more to it": {mid, Subkey{Public: leaf.Public(), Chain: append(bytes.Clone(first), 0), Name: "x"}, "cut-off"},
	} {
		if row.request.Scheme == "" {
			row.request.Scheme = schemePSS
		}
		_, _, err := Certify(zeros{}, row.key, row.request)
		if err == nil || issue.ID(err) != row.id || !errors.Is(err, formats.ErrOption) && !errors.Is(err, formats.ErrKey) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Below(formatstest.Read(t, "optee/identity.bin"), "x"); !errors.Is(err, formats.ErrOption) {
		t.Errorf("a name below a subkey without names: %v", err)
	}
	if uuid, err := Below(formatstest.Read(t, "optee/identity.bin"), ""); err != nil || uuid.String() != stubUUID {
		t.Errorf("%s: %v", uuid, err)
	}
	if _, err := Below(nil, "x"); !errors.Is(err, formats.ErrOption) {
		t.Errorf("an empty chain: %v", err)
	}
}

// OP-TEE takes a first subkey that allows UINT32_MAX-1 below it, and none that allows one more.
func TestDeepest(t *testing.T) {
	root, leaf := keytest.Key(t, "rsa4096"), keytest.Key(t, "rsa2048")
	chain, _, err := Certify(zeros{}, root, Subkey{Public: leaf.Public(), UUID: mustUUID(t, rootUUID), MaxDepth: number(1<<32 - 2), Scheme: schemePKCS1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verified(chain, root.Public()); err != nil {
		t.Error(err)
	}
	own := &subkey{uuid: *mustUUID(t, rootUUID), depth: 1<<32 - 1, alg: algPKCS1, key: leaf.Public().(*rsa.PublicKey)}
	image := own.image()
	h := newHeader(kindSubkey, int64(len(image)), algPKCS1, 512)
	hashHead(&h, image).Sum(h.hash[:0])
	if err := h.sign(zeros{}, root); err != nil {
		t.Fatal(err)
	}
	if _, err := verified(append(h.bytes(), image...), root.Public()); issue.ID(err) != "max-depth" {
		t.Errorf("one more: %v", err)
	}
}

// Who asks for a trusted application by its UUID or version does not get a chain of subkeys.
func TestChainIsNoApplication(t *testing.T) {
	root, chain := keytest.Key(t, "rsa4096"), formatstest.Read(t, "optee/subkey1.bin")
	for _, option := range [][]any{{optionUUID, rootUUID}, {optionVersion, "0"}, {optionEncKey, sampleAES()}} {
		if _, err := verified(chain, root.Public(), option...); !errors.Is(err, formats.ErrFormat) || issue.ID(err) != "subkey" {
			t.Errorf("%s: %v", option[0], err)
		}
	}
}

// A chain is eight subkeys long at most, and what is signed below the last of eight verifies.
func TestLongChain(t *testing.T) {
	key := keytest.Key(t, "rsa2048")
	request := Subkey{Public: key.Public(), UUID: mustUUID(t, stubUUID), MaxDepth: number(100), Scheme: schemePKCS1}
	for range maxDepth {
		chain, _, err := Certify(zeros{}, key, request)
		if err != nil {
			t.Fatal(err)
		}
		request = Subkey{Public: key.Public(), Chain: chain, Scheme: schemePKCS1}
	}
	if _, _, err := Certify(zeros{}, key, request); issue.ID(err) != "chain-too-long" {
		t.Errorf("a ninth: %v", err)
	}
	ta := mustSign(t, formatstest.Read(t, "optee/stub64.elf"), key, optionSubkey, request.Chain)
	if _, err := verified(ta, key.Public()); err != nil {
		t.Error(err)
	}
	nine := append(bytes.Clone(formatstest.Read(t, "optee/identity.bin")), ta...)
	if _, err := verified(nine, key.Public()); issue.ID(err) != "chain-too-long" {
		t.Errorf("nine: %v", err)
	}
}

// Who signs below a subkey needs the chain each time; of a chain there is nothing to strip.
func TestBelowAgain(t *testing.T) {
	key := keytest.Key(t, "rsa2048")
	ta, chain := formatstest.Read(t, "optee/identity.ta"), formatstest.Read(t, "optee/identity.bin")
	if _, _, err := signed(ta, key, false); issue.ID(err) != "subkey-needed" {
		t.Errorf("without its chain: %v", err)
	}
	if again := mustSign(t, ta, key, optionSubkey, chain); !bytes.Equal(again[:len(chain)], chain) || len(again) != len(ta) {
		t.Error("with its chain, it is another")
	}
	if _, _, err := signed(ta, keytest.Key(t, "rsa3072"), false, optionSubkey, chain); issue.ID(err) != "not-the-subkey" {
		t.Errorf("by another key: %v", err)
	}
	if _, _, err := signed(formatstest.Read(t, "optee/stub64.elf"), key, false, optionSubkey, formatstest.Read(t, "optee/subkey2.bin"), optionSubkeyName, "x"); issue.ID(err) != "uuid-differs" {
		t.Errorf("below a name that makes another UUID: %v", err)
	}
	broken := bytes.Clone(formatstest.Read(t, "optee/subkey2.bin"))
	broken[len(broken)-300]++ // the version of the second
	below := mustSign(t, formatstest.Read(t, "optee/bare.elf"), key, optionSubkey, broken, optionSubkeyName, "x")
	if _, err := verified(below, key.Public(), optionSubkey, broken); !errors.Is(err, formats.ErrMismatch) {
		t.Errorf("below a changed chain: %v", err)
	}
	broken[len(broken)-200]++ // the modulus of the second
	if _, _, err := signed(formatstest.Read(t, "optee/bare.elf"), key, false, optionSubkey, broken, optionSubkeyName, "x"); issue.ID(err) != "not-the-subkey" {
		t.Errorf("below a broken chain: %v", err)
	}
	broken = bytes.Clone(chain)
	broken[fixedSize]++ // the hash of the first
	if _, err := verified(mustSign(t, ta, key, optionSubkey, broken), key.Public(), optionSubkey, broken); !errors.Is(err, formats.ErrMismatch) {
		t.Errorf("below a chain whose hash is another: %v", err)
	}
	if _, err := verified(mustSign(t, ta, key, optionSubkey, chain), key.Public(), optionSubkey, chain); err != nil {
		t.Errorf("to the one who signs: %v", err)
	}
	if _, _, err := signed(chain, key, false); issue.ID(err) != "subkey" {
		t.Errorf("a chain: %v", err)
	}
	if _, err := (Format{}).Strip(context.Background(), patch.Bytes(chain)); issue.ID(err) != "subkey" {
		t.Errorf("a chain, stripped: %v", err)
	}
}
