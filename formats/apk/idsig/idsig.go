// Package idsig writes and reads APK Signature Scheme v4 files (.idsig), by which Android checks an APK page by page while it is still arriving;
// no byte of such a file can be changed unnoticed.
package idsig

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lp"
	"sigtool/internal/issue"
)

// A file, its integers little-endian, "lp" a value behind its length of 4 bytes (Android's V4Signature):
//
//	version u32 = 2 | lp hashing | lp signing infos | lp tree
//
//	hashing:        hash u32 = 1 (SHA-256) | log2 of the block size u8 = 12 | lp salt, empty | lp root, 32 bytes
//	signing infos:  info | any number of: block id u32 | lp info
//	info:           lp digest of the APK | lp certificate | lp additional data | lp public key | algorithm u32 | lp signature
//	what is signed: its own length u32 | size of the APK u64 | hashing | lp digest | lp certificate | lp additional data
const (
	version     = 2
	hashSHA256  = 1
	log2Block   = 12
	maxInfos    = 7168 // what Android reads
	blockV31    = 0x1b93ad61
	hashingSize = 4 + 1 + 4 + 4 + sha256.Size
)

// MaxSize is how many bytes the .idsig of so large an APK has at most.
func MaxSize(apk int64) int64 { return 4 + 4 + hashingSize + 4 + maxInfos + 4 + content.TreeSize(apk) }

// info is a signing info: fields as they stand in the file.
type info struct {
	digest, cert, additional, key lp.Bytes
	alg                           alg.ID
	signature                     lp.Bytes
}

// signed is what an info's signature is over.
func (i *info) signed(apk int64, hashing []byte) []byte {
	body := binary.LittleEndian.AppendUint64(nil, uint64(apk))
	body = append(body, hashing...)
	body = lp.Append(body, i.digest)
	body = lp.Append(body, i.cert)
	body = lp.Append(body, i.additional)
	return append(lp.Uint32(nil, uint32(4+len(body))), body...)
}

// append writes the info behind dst.
func (i *info) append(dst []byte) []byte {
	for _, field := range [][]byte{i.digest, i.cert, i.additional, i.key} {
		dst = lp.Append(dst, field)
	}
	dst = lp.Uint32(dst, uint32(i.alg))
	return lp.Append(dst, i.signature)
}

// take reads an info; false when it ends early.
func (i *info) take(data *lp.Bytes) bool {
	var id uint32
	ok := data.Prefixed(&i.digest) && data.Prefixed(&i.cert) && data.Prefixed(&i.additional) && data.Prefixed(&i.key) &&
		data.Uint32(&id) && data.Prefixed(&i.signature)
	i.alg = alg.ID(id)
	return ok
}

// file is a .idsig that was read.
type file struct {
	hashing lp.Bytes
	root    []byte
	infos   []info
	blocks  []uint32 // of the infos; 0 for the first
	tree    lp.Bytes
}

// parse reads a file. Fields that no signature is over have the one value that they can have, or the file is refused.
func parse(data []byte) (*file, error) {
	rest, v := lp.Bytes(data), uint32(0)
	if !rest.Uint32(&v) {
		return nil, issue.New("V4_SIG_NO_SIGNATURES", formats.ErrMismatch, "the .idsig has %d bytes", len(data))
	}
	if v != version {
		return nil, issue.New("V4_SIG_VERSION_NOT_CURRENT", formats.ErrMismatch, "the .idsig is of version %d, and %d is the only one there is", v, version)
	}
	f := &file{}
	var infos lp.Bytes
	switch {
	case !rest.Prefixed(&f.hashing) || !rest.Prefixed(&infos):
		return nil, malformed("it ends early")
	case len(infos) > maxInfos:
		return nil, malformed("its signatures have %d bytes, and Android reads %d", len(infos), maxInfos)
	case len(rest) == 0:
		return nil, issue.New("V4_SIG_APK_TREE_DID_NOT_VERIFY", formats.ErrMismatch, "the .idsig has no hash tree")
	case !rest.Prefixed(&f.tree):
		return nil, malformed("it ends early")
	case len(rest) > 0:
		return nil, malformed("%d bytes follow it", len(rest))
	}
	if len(f.hashing) != hashingSize || !bytes.Equal(f.hashing[:hashingSize-sha256.Size], hashing(nil)) {
		return nil, malformed("Android hashes by SHA-256, in blocks of 4096 bytes and without salt, and this is something else")
	}
	f.root = f.hashing[hashingSize-sha256.Size:]
	return f, f.readInfos(infos)
}

func (f *file) readInfos(data lp.Bytes) error {
	f.infos, f.blocks = make([]info, 1, 2), make([]uint32, 1, 2)
	if !f.infos[0].take(&data) {
		return malformed("its signature ends early")
	}
	if len(data) == 0 {
		return nil
	}
	var next info
	var block uint32
	var body lp.Bytes
	if !data.Uint32(&block) || !data.Prefixed(&body) || !next.take(&body) || len(body) > 0 || len(data) > 0 {
		return malformed("what follows its first signature is not one more")
	}
	if block != blockV31 { // nothing vouches for that number, and v3.1 is all it can be
		return malformed("a signature in it belongs to the unknown block 0x%08x", block)
	}
	f.infos, f.blocks = append(f.infos, next), append(f.blocks, block)
	return nil
}

// hashing is the hashing info of a tree with that root; with a nil root, what stands before it.
func hashing(root []byte) []byte {
	out := lp.Uint32(make([]byte, 0, hashingSize), hashSHA256)
	out = append(out, log2Block)
	out = lp.Append(out)
	return append(lp.Uint32(out, sha256.Size), root...)
}

func malformed(text string, args ...any) error {
	return issue.New("V4_SIG_MALFORMED_SIGNERS", formats.ErrMismatch, "the .idsig is damaged: %s", fmt.Sprintf(text, args...))
}

// Signer is what v4 signs with: the key and certificate of the APK's v3 signature (or v2), and the content digest that one has.
type Signer struct {
	Key    crypto.Signer
	Cert   *x509.Certificate
	Digest []byte // the strongest of its content digests
	// Rotated says that the certificate stands in the v3.1 block: it goes into a further signing info of that block.
	Rotated bool
}

// Info is one signing info of a file, with what came of checking it.
type Info struct {
	Block  uint32 // 0 for the file's own, else the id of the APK's block it belongs to
	Alg    alg.ID
	Digest []byte // content digest that the APK's signature must have
	Cert   *x509.Certificate
	Err    error // an issue V4_…; nil: it is good
}
