// Package optee signs OP-TEE trusted applications as OP-TEE's own script does, byte for byte where a signature can be, and refuses in verifying
// what OP-TEE refuses in loading.
package optee

import (
	"crypto"
	"crypto/rsa"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/sigalg"
)

// Format is trusted applications: the ELF file that the linker made, and the .ta that is made of it.
type Format struct{}

// Name is "optee".
func (Format) Name() string { return "optee" }

// Summary is one line of help.
func (Format) Summary() string { return "OP-TEE trusted applications (.ta, or the TA's ELF file)" }

// Files are the names that signed ones have.
func (Format) Files() []string { return []string{"*.ta"} }

// Options are the format's own flags.
func (Format) Options() []formats.Option {
	return []formats.Option{
		{Name: optionUUID, Kind: formats.String, Sign: true, Verify: true,
			Help: "the trusted application's UUID, where its .ta_head section does not say it; in verifying, the one it must have"},
		{Name: optionVersion, Kind: formats.String, Sign: true, Verify: true,
			Help: "its version, 0 unless it has one already; in verifying, the lowest that is taken"},
		{Name: optionScheme, Kind: formats.String, Default: schemePSS, Enum: []string{schemePSS, schemePKCS1}, Sign: true,
			Help: "how RSA signs; a .ta that is signed again keeps its own"},
		{Name: optionEncKey, Kind: formats.File, Limit: maxKeyText, Sign: true, Verify: true,
			Help: "the AES key that the image is, or is to be, encrypted with: hexadecimal digits or bytes"},
		{Name: optionEncKeyType, Kind: formats.String, Default: keyDevice, Enum: []string{keyDevice, keyClass}, Sign: true,
			Help: "whether the AES key is one device's or that of a class of them"},
		{Name: optionSubkey, Kind: formats.File, Limit: maxChain, Sign: true,
			Help: "the chain of subkeys that ends in the signing key, as sigtool cert optee-subkey makes it"},
		{Name: optionSubkeyName, Kind: formats.String, Sign: true,
			Help: "the name below the subkey, of which the UUID is made"},
	}
}

const (
	optionUUID       = "uuid"
	optionVersion    = "ta-version"
	optionScheme     = "scheme"
	optionEncKey     = "enc-key"
	optionEncKeyType = "enc-key-type"
	optionSubkey     = "subkey"
	optionSubkeyName = "subkey-name"

	schemePSS   = "pss"
	schemePKCS1 = "pkcs1"
)

// algorithm is how a header is signed, by its number in GlobalPlatform's TEE Internal Core API.
type algorithm uint32

const (
	algPKCS1 algorithm = 0x70004830 // TEE_ALG_RSASSA_PKCS1_V1_5_SHA256
	algPSS   algorithm = 0x70414930 // TEE_ALG_RSASSA_PKCS1_PSS_MGF1_SHA256
)

func (a algorithm) known() bool { return a == algPKCS1 || a == algPSS }

// String is what reports call it.
func (a algorithm) String() string {
	switch a {
	case algPKCS1:
		return "rsa-pkcs1-sha256"
	case algPSS:
		return sigalg.NamePSS(crypto.SHA256)
	}
	return fmt.Sprintf("0x%08x", uint32(a))
}

// algorithmOf is the algorithm of a --scheme.
func algorithmOf(scheme string) (algorithm, error) {
	switch scheme {
	case schemePSS:
		return algPSS, nil
	case schemePKCS1:
		return algPKCS1, nil
	}
	return 0, fmt.Errorf("%w: --%s: %q is neither %s nor %s", formats.ErrOption, optionScheme, scheme, schemePSS, schemePKCS1)
}

// verify tells whether pub made sig over digest. Errors: sigalg.ErrMismatch.
func (a algorithm) verify(pub *rsa.PublicKey, digest, sig []byte) error {
	if a == algPSS {
		return sigalg.VerifyPSS(pub, crypto.SHA256, digest, sig) // OP-TEE's salt has the hash's length
	}
	return sigalg.Verify(pub, crypto.SHA256, digest, sig)
}

// fits tells whether OP-TEE takes RSA keys of a size: less than 2048 bits it refuses, and no platform has room for more than 4096.
func fits(bits int) bool { return bits == 2048 || bits == 3072 || bits == 4096 }

// rsaKey is the public half of a key that can sign trusted applications. Errors: formats.ErrKey.
func rsaKey(pub crypto.PublicKey) (*rsa.PublicKey, error) {
	key, is := pub.(*rsa.PublicKey)
	if !is {
		return nil, fmt.Errorf("%w: OP-TEE checks RSA signatures, not %s", formats.ErrKey, sigalg.Name(pub, crypto.SHA256))
	}
	if !fits(key.N.BitLen()) {
		return nil, fmt.Errorf("%w: OP-TEE takes RSA keys of 2048, 3072 and 4096 bits, and this one has %d", formats.ErrKey, key.N.BitLen())
	}
	return key, nil
}
