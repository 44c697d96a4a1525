package kmod

import (
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/issue"
)

// What a kernel asks of a signature before it looks for the key: mod_check_sig (kernel/module_signature.c), pkcs7_parse_message and pkcs7_verify
// (crypto/asymmetric_keys/pkcs7_parser.c, pkcs7_verify.c) and verify_pkcs7_signature (certs/system_keyring.c). Each refusal has a name, and what the
// kernel writes to its log, where it writes anything.

// refuse is a signature that a kernel would not take, whoever made it.
func refuse(id, kernel, format string, args ...any) *issue.Error {
	text := fmt.Sprintf(format, args...)
	if kernel != "" {
		text += fmt.Sprintf(" (a kernel says %q)", kernel)
	}
	return issue.New(id, formats.ErrMismatch, "%s", text)
}

// check holds the struct to what mod_check_sig asks for, in its order.
func (t *trailer) check() error {
	switch {
	case t.payload == 0:
		return refuse("nothing-signed", "", "there is nothing before the signature")
	case t.fields[2] != idPKCS7:
		return refuse("wrong-id-type", "not signed with expected PKCS#7 message", "signature type %d is not PKCS #7, which is 2", t.fields[2])
	case t.fields != [8]byte{2: idPKCS7}:
		return refuse("nonzero-params", "PKCS#7 signature info has unexpected non-zero params", "non-zero fields before the signature's length")
	case t.sigLen == 0:
		return refuse("empty-signature", "", "the trailer announces a signature of 0 bytes")
	case t.sigLen > cms.MaxSize:
		return refuse("damaged-signature", "", "a signature of %d bytes", t.sigLen)
	}
	return nil
}

// parse reads a CMS message and holds it to what a kernel takes for modules. Kernels read BER and pass over what stands behind the message; what is
// not DER to the last byte is refused here all the same, for no signer writes it.
func parse(der []byte) (*cms.SignedData, error) {
	signed, err := cms.Parse(der)
	if err != nil {
		return nil, refuse("damaged-signature", "", "%v", err)
	}
	if !signed.ContentType.Equal(cms.OIDData) {
		says := "Unsupported data type"
		if signed.ContentType.String() == authenticode {
			says = "" // one of two things, by the versions in the message
		}
		return nil, refuse("not-plain-data", says, "the signature is over another type of content than plain data")
	}
	if err := checkConsistent(signed); err != nil {
		return nil, err
	}
	named := 0
	for i := range signed.Signers {
		if err := checkSigner(&signed.Signers[i]); err != nil {
			return nil, err
		}
		if signed.Signers[i].KeyID != nil {
			named++
		}
	}
	switch {
	case named > 0 && named < len(signed.Signers):
		return nil, refuse("mixed-signers", "SignedData-SignerInfo version mismatch", "some signers are named by key identifier, and some by issuer and serial number")
	case !signed.Detached:
		return nil, refuse("attached-content", "PKCS#7 signature with non-detached data", "the signature carries its content along, which kernels refuse").
			Advise("sign it detached: openssl cms -sign without -nodetach")
	}
	return signed, nil
}

// authenticode is the content type of Authenticode, which kernels parse for the files that kexec loads.
const authenticode = "1.3.6.1.4.1.311.2.1.4"

// keyAlgorithms are the signature algorithms that pkcs7_sig_note_pkey_algo knows, of those that this program does: RSA by the key's own identifier
// alone, and ECDSA with a hash (RFC 8017 §A.1, RFC 5758 §3.2).
var keyAlgorithms = []string{
	"1.2.840.113549.1.1.1",
	"1.2.840.10045.4.1", "1.2.840.10045.4.3.1", "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4",
}

// checkSigner refuses what makes a kernel refuse the whole message, also where another signer is good.
func checkSigner(s *cms.SignerInfo) error {
	if kindMLDSA(s.Kind) {
		return checkMLDSA(s)
	}
	if s.Attributes != nil {
		_, says := refusedAttribute(s)
		if says == "" {
			says = "Invalid module sig (has authattrs)"
		}
		return refuse("signed-attributes", says, "the signature has signed attributes, which kernels refuse").
			Advise("sign it without: openssl cms -sign -noattr, or sigtool sign kmod")
	}
	if s.Hash == 0 {
		return refuse("unsupported-hash", "Unsupported digest algo", "%v", s.Supported())
	}
	if !slices.Contains(keyAlgorithms, s.SigOID.String()) {
		why := s.Supported()
		if why == nil {
			why = fmt.Errorf("signature algorithm %s is none of a kernel's", s.SigOID)
		}
		return refuse("unsupported-algorithm", "Unsupported pkey algo", "%v; kernels want RSA with PKCS#1 v1.5 padding (rsaEncryption) or ECDSA", why)
	}
	if err := s.Supported(); err != nil {
		return refuse("damaged-signature", "", "%v", err)
	}
	return nil
}

// rsaSizes are the sizes of RSA keys in bits that kernels check (crypto/rsa.c, rsa_check_key_length), where they round up to whole words. They know shorter
// ones too, except in FIPS mode; nothing is signed with those here, and verify takes none.
var rsaSizes = []int{2048, 3072, 4096}

// checkRSA tells whether a kernel can check what the key signs.
func checkRSA(pub *rsa.PublicKey) error {
	bits := pub.N.BitLen()
	if bits < rsaSizes[0]-63 {
		return fmt.Errorf("%w: an RSA key of %d bits is too short: kernels in FIPS mode refuse it, and verify takes none below 2048", formats.ErrKey, bits)
	}
	if rounded := (bits + 63) / 64 * 64; !slices.Contains(rsaSizes, rounded) {
		return fmt.Errorf("%w: kernels know RSA keys of 2048, 3072 and 4096 bits, and this one has %d", formats.ErrKey, bits)
	}
	return nil
}

// checkFound refuses a signature that is good, by a key that no kernel knows.
func checkFound(pub crypto.PublicKey) error {
	if key, ok := pub.(*rsa.PublicKey); ok && key.N.BitLen() < rsaSizes[0] {
		return nil // kernels do check these; that they are weak is for others to say
	}
	if err := checkKey(pub); err != nil {
		return refuse("unsupported-key", "", "%v", err)
	}
	return nil
}

// unsigned says that the first size bytes of a module have no signature that a kernel sees, and why where one is there.
func unsigned(src formats.Source, size int64) error {
	n := stray(src, size)
	if n == 0 {
		return formats.ErrUnsigned
	}
	return issue.New("bytes-behind-signature", formats.ErrUnsigned, "a signature is there with %s behind it, so a kernel takes the module as unsigned", bytesOf(n)).
		Advise(fmt.Sprintf("take what was added behind it away (truncate -s -%d, of the unpacked module), or sign the module again as it was built", n))
}

// unsignedBeside is unsigned where the signature may stand in a file beside the module: a kernel does not look there, and people may have meant it.
func unsignedBeside(err error, keys formats.Keys) error {
	if keys.Sidecar == nil || !errors.Is(err, formats.ErrUnsigned) || issue.ID(err) != "" {
		return err
	}
	if message, _ := keys.Sidecar(suffixP7S, "", cms.MaxSize); message == nil {
		return err
	}
	return issue.New("signature-beside", err, "it is in the %s file beside the module, where no kernel looks", suffixP7S).
		Advise("verify kmod --p7s checks that one; sign kmod --attach appends it")
}

func bytesOf(n int64) string {
	if n == 1 {
		return "one byte"
	}
	return fmt.Sprintf("%d bytes", n)
}
