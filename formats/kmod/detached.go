package kmod

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/issue"
)

// suffixP7S is of the file that sign-file -p writes beside a module: the CMS message alone, without the trailer.
const suffixP7S = ".p7s"

// Apart tells whether the signature goes beside the file.
func (Format) Apart(_ formats.Source, options formats.Values) bool { return options.Bool(optionP7S) }

// verifyP7S checks the message beside a module, which is over the module without what is appended to it: what sign-file -s would append it to.
func verifyP7S(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	m, err := openModule(src)
	if err != nil {
		return nil, err
	}
	if keys.Sidecar == nil {
		return nil, formats.ErrUnsigned
	}
	message, err := keys.Sidecar(suffixP7S, "", cms.MaxSize)
	if err != nil {
		return nil, err
	}
	if message == nil {
		return nil, fmt.Errorf("%w: no %s beside the file", formats.ErrUnsigned, suffixP7S)
	}
	return verifyMessage(ctx, m.body, m.size, message, keys, m.of())
}

// checkAttached holds a signature that was made elsewhere to the module, to the certificate that it has to be by, and to what a kernel asks for.
func checkAttached(ctx context.Context, m *module, message []byte, cert *x509.Certificate) (known []string, err error) {
	signatures, err := verifyMessage(ctx, m.body, m.size, message, formats.Keys{Certs: []*x509.Certificate{cert}}, "")
	if err != nil {
		return nil, err
	}
	mine := false
	for _, s := range signatures {
		if s.Err == nil {
			mine = mine || formats.SameKey(s.Key, cert.PublicKey)
		} else if !errors.Is(s.Err, formats.ErrNoKey) {
			return nil, fmt.Errorf("--%s: %w", optionAttach, s.Err)
		}
	}
	if !mine {
		return nil, issue.New("attached-by-another", formats.ErrMismatch, "--%s: the signature is not by the key of the certificate given, but by %s", optionAttach, signatures[0].Signer).
			Advise("-c names the certificate of whoever made the signature")
	}
	return notes(cert.PublicKey, hashOf(message)), nil
}

// hashOf is what the first signer of a message, which was found good, signed with.
func hashOf(message []byte) crypto.Hash {
	signed, err := cms.Parse(message)
	if err != nil {
		return 0
	}
	return signed.Signers[0].Hash
}
