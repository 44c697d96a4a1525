// Package idsig writes and reads APK Signature Scheme v4 files (.idsig), by which Android checks an APK page by page while it is still arriving.
package idsig

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"

	"sigtool/formats/apk/alg"
	"sigtool/internal/patch"
)

// Signer is what v4 signs with: the key and certificate of the APK's v3 signature (or v2), and the content digest that one has.
type Signer struct {
	Key    crypto.Signer
	Cert   *x509.Certificate
	Digest []byte // the strongest of its content digests
	// Rotated says that the certificate stands in the v3.1 block: it goes into a further signing info of that block.
	Rotated bool
}

// Sign makes the .idsig of a signed APK. signers: that of v3 (or v2) first, then, where there is one, that of v3.1.
func Sign(ctx context.Context, apk patch.Source, signers []Signer, memo *patch.Memo) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// Info is one signing info of a file, with what came of checking it.
type Info struct {
	Block  uint32 // 0 for the file's own, else the id of the APK's block it belongs to
	Alg    alg.ID
	Digest []byte // content digest that the APK's signature must have
	Cert   *x509.Certificate
	Err    error // an issue V4_…; nil: it is good
}

// Verify checks a .idsig against the APK beside it: tree, root and signatures. That Digest and Cert are those of the APK's own signatures is for the
// caller. Errors: formats.ErrFormat for what is no .idsig, issues V4_… otherwise.
func Verify(ctx context.Context, apk patch.Source, idsig []byte, memo *patch.Memo) ([]Info, error) {
	return nil, errors.ErrUnsupported
}
