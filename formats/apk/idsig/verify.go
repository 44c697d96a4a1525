package idsig

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/content"
	"sigtool/internal/issue"
	"sigtool/internal/laxcert"
	"sigtool/internal/patch"
)

// Verify checks a .idsig against the APK beside it: tree, root and signatures. That Digest and Cert are those of the APK's own signatures is for the
// caller. Errors: an issue V4_… that wraps formats.ErrMismatch for what is no .idsig, also for one without its tree; the context's; those of the
// source. What is wrong with a signature, or with the tree that all are over, is in Info.Err.
func Verify(ctx context.Context, apk patch.Source, idsig []byte, memo *patch.Memo) ([]Info, error) {
	f, err := parse(idsig)
	if err != nil {
		return nil, err
	}
	infos := make([]Info, len(f.infos))
	good := true
	for n := range f.infos {
		i := &f.infos[n]
		infos[n] = Info{Block: f.blocks[n], Alg: i.alg, Digest: i.digest}
		infos[n].Cert, infos[n].Err = i.check(apk.Size(), f.hashing)
		good = good && infos[n].Err == nil
	}
	if !good {
		return infos, nil
	}
	switch err := f.checkTree(ctx, apk, memo); {
	case issue.ID(err) != "":
		for n := range infos {
			infos[n].Err = err
		}
	case err != nil:
		return nil, err
	}
	return infos, nil
}

// check verifies one signature, in the order that apksig does, and returns its certificate as far as that can be read.
func (i *info) check(apk int64, hashing []byte) (*x509.Certificate, error) {
	over, known := alg.Content(i.alg)
	if !known || over == content.VeritySHA256 { // v4 has no use for the latter, and both names would do for one signature
		return nil, issue.New("V4_SIG_UNKNOWN_SIG_ALGORITHM", formats.ErrMismatch, "the .idsig is signed by the algorithm 0x%04x", uint32(i.alg))
	}
	pub, err := laxcert.ParsePublicKey(i.key)
	if err != nil {
		return nil, issue.New("V4_SIG_MALFORMED_PUBLIC_KEY", formats.ErrMismatch, "the public key in the .idsig: %v", err)
	}
	cert, unread := laxcert.Parse(i.cert)
	switch err := alg.Verify(i.alg, pub, i.signed(apk, hashing), i.signature); {
	case errors.Is(err, formats.ErrMismatch):
		return cert, issue.New("V4_SIG_DID_NOT_VERIFY", formats.ErrMismatch, "the signature in the .idsig is not over this APK's size, and these hashes and certificate")
	case err != nil:
		return cert, issue.New("V4_SIG_VERIFY_EXCEPTION", formats.ErrMismatch, "the signature in the .idsig can't be checked: %v", err)
	case len(i.cert) == 0:
		return nil, issue.New("V4_SIG_NO_CERTIFICATE", formats.ErrMismatch, "the .idsig has no certificate")
	case unread != nil:
		return nil, issue.New("V4_SIG_MALFORMED_CERTIFICATE", formats.ErrMismatch, "the certificate in the .idsig: %v", unread)
	case !bytes.Equal(cert.RawSubjectPublicKeyInfo, i.key):
		return cert, issue.New("V4_SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD", formats.ErrMismatch,
			"the key that signed the .idsig is not that of its certificate")
	}
	return cert, nil
}

// checkTree holds the tree to the APK.
func (f *file) checkTree(ctx context.Context, apk patch.Source, memo *patch.Memo) error {
	root, err := content.CheckTree(ctx, apk, f.tree, memo)
	whole := !errors.Is(err, content.ErrTree)
	if !whole { // whose fault that is
		root, err = content.Tree(ctx, apk, make([]byte, content.TreeSize(apk.Size())), memo)
	}
	switch {
	case err != nil:
		return err
	case !bytes.Equal(root, f.root):
		return issue.New("V4_SIG_APK_ROOT_DID_NOT_VERIFY", formats.ErrMismatch, "the .idsig is of another APK: the root of its hash tree is %x, and this APK's is %x", f.root, root)
	case !whole:
		return issue.New("V4_SIG_APK_TREE_DID_NOT_VERIFY", formats.ErrMismatch, "the hash tree in the .idsig is not the one that its root is of")
	}
	return nil
}
