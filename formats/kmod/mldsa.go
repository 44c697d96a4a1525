package kmod

import (
	"context"
	"crypto"
	"fmt"
	"slices"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
)

// ML-DSA came with Linux 7.0: pkcs7_sig_note_pkey_algo and pkcs7_check_authattrs (crypto/asymmetric_keys/pkcs7_parser.c), pkcs7_digest and
// pkcs7_verify (pkcs7_verify.c), software_key_determine_akcipher (public_key.c). Without attributes it is over the module itself, and the
// digest algorithm that is named has no part in it; so we sign, and so sign-file does with OpenSSL 4. OpenSSL 3 can't, so that sign-file made with it signs
// attributes with the module's SHA-512, which kernels take where CONFIG_PKCS7_WAIVE_AUTHATTRS_REJECTION_FOR_MLDSA is set.

// maxWhole is the largest module, in bytes, that is read as a whole to be signed or verified with ML-DSA.
const maxWhole = 64 << 20

const (
	noteMLDSA  = "only kernels with CONFIG_CRYPTO_MLDSA, from Linux 7.0 on, can check this key's signatures"
	noteWaived = "it has signed attributes, which only kernels with CONFIG_PKCS7_WAIVE_AUTHATTRS_REJECTION_FOR_MLDSA take; sigtool sign kmod signs without"
)

// Attributes that make pkcs7_sig_note_authenticated_attr refuse a signature over plain data, with what it says: S/MIME capabilities, and two of Authenticode's.
var refusedAttributes = map[string]string{
	"1.2.840.113549.1.9.15":  "S/MIME Caps only allowed with Authenticode",
	"1.3.6.1.4.1.311.2.1.12": "Authenticode AuthAttrs only allowed with Authenticode",
	"1.3.6.1.4.1.311.2.1.11": "Authenticode AuthAttrs only allowed with Authenticode",
}

// refusedAttribute returns the first of those that a signer has, with what a kernel says of it; nothing where it has none.
func refusedAttribute(s *cms.SignerInfo) (oid, says string) {
	types, _ := s.AttributeTypes()
	for _, oid := range types {
		if says = refusedAttributes[oid.String()]; says != "" {
			return oid.String(), says
		}
	}
	return "", ""
}

// signingTime is an attribute that has to be there once, as contentType and messageDigest, which package cms sees to, have to.
const signingTime = "1.2.840.113549.1.9.5"

func isMLDSA(pub crypto.PublicKey) bool {
	_, ok := pub.(sigalg.MessageKey)
	return ok
}

func kindMLDSA(kind cms.Kind) bool { return kind == cms.MLDSA65 || kind == cms.MLDSA87 }

// signMLDSA makes the CMS message over a module.
func signMLDSA(ctx context.Context, m *module, req formats.Request) (message []byte, known []string, err error) {
	if hash := req.Options.String(optionHash, "sha512"); hash != "sha512" {
		return nil, nil, fmt.Errorf("%w: --%s %s: an ML-DSA key signs the module, not a hash of it; leave --%s out", formats.ErrOption, optionHash, hash, optionHash)
	}
	content, err := whole(ctx, m.body, m.size)
	if err != nil {
		return nil, nil, err
	}
	message, err = cms.SignContent(req.Key, req.Chain[0], content, cms.Options{Hash: crypto.SHA512})
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %v", formats.ErrKey, err)
	}
	return message, []string{noteMLDSA}, nil
}

// whole reads the first size bytes of a module.
func whole(ctx context.Context, src formats.Source, size int64) ([]byte, error) {
	if size > maxWhole {
		return nil, fmt.Errorf("%w: ML-DSA signs modules of at most %d MiB, for it takes them as a whole; this one has %d bytes", formats.ErrFormat, maxWhole>>20, size)
	}
	content := make([]byte, size)
	if err := patch.ReadFull(src, content, 0); err != nil {
		return nil, err
	}
	return content, ctx.Err()
}

// useContent gives a message whose signatures want it the first size bytes of src.
func useContent(ctx context.Context, signed *cms.SignedData, src formats.Source, size int64) error {
	if !signed.NeedsContent() {
		return nil
	}
	content, err := whole(ctx, src, size)
	if err == nil {
		signed.UseContent(content)
	}
	return err
}

// checkMLDSA is checkSigner for a signature by ML-DSA.
func checkMLDSA(s *cms.SignerInfo) error {
	if s.Hash == 0 {
		return refuse("unsupported-hash", "Unsupported digest algo", "%v", s.Supported())
	}
	if s.Attributes == nil {
		return nil
	}
	if s.Hash != crypto.SHA512 {
		return refuse("unsupported-hash", "", "signed attributes with a %s digest, where kernels want SHA-512 of ML-DSA", sigalg.HashName(s.Hash))
	}
	types, err := s.AttributeTypes()
	if err != nil {
		return refuse("damaged-signature", "", "%v", err)
	}
	if oid, says := refusedAttribute(s); oid != "" {
		return refuse("signed-attributes", says, "the signed attribute %s, which kernels refuse in signatures of modules", oid).
			Advise("sign it without: openssl cms -sign -nosmimecap, or sigtool sign kmod")
	}
	times := 0
	for _, oid := range types {
		if oid.String() == signingTime {
			times++
		}
	}
	if times > 1 {
		return refuse("signed-attributes", "Repeated/multivalue AuthAttrs not permitted", "two signing times")
	}
	return nil
}

// checkConsistent holds the signers of a message to have signed attributes all or none of them.
func checkConsistent(signed *cms.SignedData) error {
	with := 0
	for i := range signed.Signers {
		if signed.Signers[i].Attributes != nil {
			with++
		}
	}
	if with > 0 && with < len(signed.Signers) {
		return refuse("mixed-signers", "Inconsistently supplied authAttrs", "some signers have signed attributes, and some have not")
	}
	return nil
}

// describeMLDSA says in the result what a person should know of the signature.
func describeMLDSA(sig *formats.Signature, s *cms.SignerInfo) {
	sig.Notes = append(sig.Notes, noteMLDSA)
	if s.Attributes != nil {
		sig.Notes = append(sig.Notes, noteWaived)
		return
	}
	sig.Properties = slices.DeleteFunc(sig.Properties, func(p formats.Property) bool { return p.Name == "hash" }) // none is used
}
