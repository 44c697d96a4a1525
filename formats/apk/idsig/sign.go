package idsig

import (
	"context"
	"errors"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lp"
	"sigtool/internal/patch"
)

// Sign makes the .idsig of a signed APK. signers: that of v3 (or v2) first, then, where there is one, that of v3.1. Errors: formats.ErrKey for keys
// that Android can't check and certificates that are too large.
func Sign(ctx context.Context, apk patch.Source, signers []Signer, memo *patch.Memo) ([]byte, error) {
	if len(signers) == 0 || len(signers) > 2 || signers[0].Rotated || len(signers) == 2 && !signers[1].Rotated {
		return nil, errors.New("v4 signs by the signer of v3 and, where there is one, that of v3.1")
	}
	algs := make([]alg.ID, len(signers))
	for i, s := range signers { // before the work
		ids, err := alg.ForKey(s.Key.Public(), false)
		if err != nil {
			return nil, err
		}
		algs[i] = ids[0]
	}
	// The tree of a large APK has megabytes: it is made where it stays, and what goes before it is put there afterwards.
	room := make([]byte, MaxSize(apk.Size()))
	tree := room[int64(len(room))-content.TreeSize(apk.Size()):]
	root, err := content.Tree(ctx, apk, tree, memo)
	if err != nil {
		return nil, err
	}
	over := hashing(root)
	var infos []byte
	var failed error // all are asked: the keys may be elsewhere
	for i, s := range signers {
		one, err := s.sign(algs[i], apk.Size(), over)
		failed = errors.Join(failed, err)
		if s.Rotated {
			one = lp.Append(lp.Uint32(nil, blockV31), one)
		}
		infos = append(infos, one...)
	}
	if failed != nil {
		return nil, failed
	}
	if len(infos) > maxInfos {
		return nil, fmt.Errorf("%w: Android reads v4 signatures of at most %d bytes with their certificates, and these have %d", formats.ErrKey, maxInfos, len(infos))
	}
	front := lp.Append(lp.Append(lp.Uint32(nil, version), over), infos)
	front = lp.Uint32(front, uint32(len(tree)))
	out := room[len(room)-len(tree)-len(front):]
	copy(out, front)
	return out, nil
}

// sign makes a signing info.
func (s Signer) sign(id alg.ID, apk int64, hashing []byte) ([]byte, error) {
	i := info{digest: s.Digest, cert: s.Cert.Raw, key: s.Cert.RawSubjectPublicKeyInfo, alg: id}
	var err error
	if i.signature, err = alg.Sign(id, s.Key, i.signed(apk, hashing)); err != nil {
		return nil, err
	}
	return i.append(nil), nil
}
