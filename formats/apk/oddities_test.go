package apk

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/apk/apktest"
	"sigtool/internal/patch"
)

var le = binary.LittleEndian

// oddity is a package that was made odd, and the names apksig has for what is wrong with it; none: it is taken.
type oddity struct {
	what, options string
	data          []byte
	want          string
}

// records calls f with each record of the directory and the offset of its local header.
func records(data []byte, f func(name string, record, local []byte)) {
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	for at := int(le.Uint32(data[end+16:])); at+46 < end; {
		r := data[at:]
		size := int(le.Uint16(r[28:])) + int(le.Uint16(r[30:])) + int(le.Uint16(r[32:]))
		f(string(r[46:46+int(le.Uint16(r[28:]))]), r, data[le.Uint32(r[42:]):])
		at += 46 + size
	}
}

// odd changes the fields of the entries whose names end so.
func odd(data []byte, suffix string, change func(record, local []byte)) []byte {
	data = bytes.Clone(data)
	records(data, func(name string, record, local []byte) {
		if strings.HasSuffix(name, suffix) {
			change(record, local)
		}
	})
	return data
}

// block finds the signing block: its offset, and that of the directory behind it.
func block(data []byte) (start, directory int) {
	directory = int(le.Uint32(data[bytes.LastIndex(data, []byte("PK\x05\x06"))+16:]))
	return directory - int(le.Uint64(data[directory-24:])) - 8, directory
}

// sized gives another size of the block, in its head or its foot or both.
func sized(data []byte, change int, head, foot bool) []byte {
	data = bytes.Clone(data)
	start, directory := block(data)
	size := uint64(directory - start - 8 + change)
	if head {
		le.PutUint64(data[start:], size)
	}
	if foot {
		le.PutUint64(data[directory-24:], size)
	}
	return data
}

// paired gives another length of the block's first pair.
func paired(data []byte, length uint64) []byte {
	data = bytes.Clone(data)
	start, _ := block(data)
	le.PutUint64(data[start+8:], length)
	return data
}

// resigned has another signature of the first signer of the block's first pair, which is v2, over the same signed data.
func resigned(data []byte, sign func(message []byte) []byte) []byte {
	data = bytes.Clone(data)
	start, _ := block(data)
	signer := data[start+8+12+4+4:]
	size := int(le.Uint32(signer))
	message, sig := signer[4:4+size], signer[4+size+4+4+8:]
	copy(sig, sign(message))
	return data
}

// What is odd about packages that were met in the wild or in Google's suite is taken, or refused by its name, as apksig does.
func TestOddities(t *testing.T) {
	by := loadSigner(t, "rsa2048")
	v1, _ := signed(t, sample(t, "sample.apk"), request(t, by.Key, by.Chain[0], "v1=true v2=false v3=false max-sdk=29"))
	v1v2, v2v3 := sample(t, "sample-rsa2048.apk"), sample(t, "sample-rsa2048-v2v3.apk")
	sha512Signed := func(message []byte) []byte {
		sum := sha512.Sum512(message)
		sig, err := rsa.SignPKCS1v15(nil, by.Key.(*rsa.PrivateKey), crypto.SHA512, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return sig
	}
	list := []oddity{
		{"any method but stored is deflated", "max-sdk=29", odd(v1, ".RSA", func(r, _ []byte) { r[10] = 21 }), ""},
		{"the local header's method does not count", "max-sdk=29", odd(v1, ".RSA", func(_, l []byte) { l[8] = 0 }), ""},
		{"digests decide, not CRC-32", "max-sdk=29", odd(v1, ".SF", func(r, l []byte) { r[16] ^= 1; l[14] ^= 1 }), ""},
		{"another content", "max-sdk=29", bytes.Replace(v1, []byte("stored\n"), []byte("Stored\n"), 1), "JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY"},
		{"a block with another magic", "min-sdk=24", bytes.Replace(v2v3, []byte("APK Sig Block 42"), []byte("APK Sig Block 43"), 1), "JAR_SIG_NO_MANIFEST"},
		{"a block with sizes that differ", "min-sdk=24", sized(v2v3, 8, true, false), "JAR_SIG_NO_MANIFEST"},
		{"a block with another size", "min-sdk=24", sized(v2v3, -8, true, true), "JAR_SIG_NO_MANIFEST"},
		{"a pair that is too long", "min-sdk=24", paired(v2v3, 1<<20), "JAR_SIG_NO_MANIFEST"},
		{"a pair that is too short", "min-sdk=24", paired(v2v3, 3), "JAR_SIG_NO_MANIFEST"},
		{"a broken block, and v1 that says there is one", "", sized(v1v2, 8, true, false), "JAR_SIG_MISSING_APK_SIG_REFERENCED"},
		{"a signature by another hash than it says", "min-sdk=24 max-sdk=27", resigned(v2v3, sha512Signed), "V2_SIG_VERIFY_EXCEPTION"},
		{"a signature of zeros", "min-sdk=24 max-sdk=27", resigned(v2v3, func([]byte) []byte { return make([]byte, 256) }), "V2_SIG_DID_NOT_VERIFY"},
	}
	for _, o := range list {
		var options formats.Values
		for _, option := range strings.Fields(o.options) {
			name, value, _ := strings.Cut(option, "=")
			options.Set(name, value)
		}
		found, err := Format{}.Verify(context.Background(), patch.Bytes(o.data), formats.Keys{Options: options})
		for _, sig := range found {
			err = errors.Join(err, sig.Err)
		}
		if o.want == "" && err != nil || o.want != "" && !slices.Contains(issues(err), o.want) {
			t.Errorf("%s: %v, want %q", o.what, err, o.want)
		}
	}
}

// A package that was changed is told to be, and not that its stamp is missing, which nobody looked for then.
func TestStampOfChanged(t *testing.T) {
	data := apktest.Read(t, "v2-only-with-stamp.apk")
	keys := formats.Keys{}
	keys.Options.Set(optionStamp, "true")
	if _, err := (Format{}).Verify(t.Context(), patch.Bytes(data), keys); errors.Is(err, formats.ErrUnsigned) {
		t.Fatalf("as it is: %v", err)
	}
	data[100] ^= 1
	found, err := Format{}.Verify(t.Context(), patch.Bytes(data), keys)
	for _, sig := range found {
		err = errors.Join(err, sig.Err)
	}
	if !errors.Is(err, formats.ErrMismatch) || errors.Is(err, formats.ErrUnsigned) {
		t.Errorf("changed: %v", err)
	}
}
