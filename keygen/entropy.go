package keygen

import (
	"crypto/hkdf"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"sigtool/internal/secret"
)

const (
	kernelBytes = 64 // drawn anew for each output: twice what the strongest key needs
	seedBytes   = 32
	infoPrefix  = "sigtool/v1/"
)

// Pool mixes the kernel's random numbers with what the operator adds (dice, coins, anything else) into seeds and streams, by
// HKDF-SHA512 (RFC 5869). Whoever knows one of the two ingredients but not the other knows nothing about the output: the kernel
// alone is enough, and so are 50 honest rolls of a die on a machine whose kernel can be foretold. The same kernel bytes and the
// same additions in the same order give the same output, byte for byte.
//
// The key material that goes into HKDF-Extract, without a salt; numbers are big-endian:
//
//	kernel 64 | number of this output 8 | for each addition: length 4, source, length 4, data
//
// The number keeps two outputs of one label apart even where the kernel repeats itself.
type Pool struct {
	kernel  io.Reader
	added   *secret.Bytes // the additions, laid out as above
	outputs uint64
	streams []*stream
}

// NewPool returns a pool without additions. Outside tests kernel is crypto/rand.Reader.
func NewPool(kernel io.Reader) *Pool {
	return &Pool{kernel: kernel, added: secret.New(0)}
}

// Add adds what the operator contributes to all later outputs; the source says what it is, such as "dice". Data is copied, and the caller
// wipes its own.
func (p *Pool) Add(source string, data []byte) {
	old := p.added.Bytes()
	grown := secret.New(len(old) + 4 + len(source) + 4 + len(data))
	b := append(grown.Bytes()[:0], old...)
	b = append(binary.BigEndian.AppendUint32(b, uint32(len(source))), source...)
	_ = append(binary.BigEndian.AppendUint32(b, uint32(len(data))), data...)
	p.added.Destroy()
	p.added = grown
}

// Seed returns 32 bytes for the purpose that label names; HKDF-Expand's info is "sigtool/v1/" and the label. Every call draws 64 new bytes
// from the kernel, so no two seeds are the same, whatever their labels. The caller wipes the seed.
func (p *Pool) Seed(label string) ([]byte, error) {
	prk, err := p.extract(label)
	if err != nil {
		return nil, err
	}
	defer prk.Destroy()
	return hkdf.Expand(sha512.New, prk.Bytes(), infoPrefix+label, seedBytes)
}

// Reader returns an endless stream of random bytes for the purpose that label names, such as a passphrase. It draws 64 bytes from the
// kernel when it is first read. It must not be read after the pool's Destroy.
func (p *Pool) Reader(label string) io.Reader {
	s := &stream{pool: p, label: label}
	p.streams = append(p.streams, s)
	return s
}

// Destroy wipes what was added and every stream.
func (p *Pool) Destroy() {
	p.added.Destroy()
	for _, s := range p.streams {
		s.prk.Destroy()
		s.block.Destroy()
	}
	p.streams = nil
}

// extract returns the pseudorandom key of one output.
func (p *Pool) extract(label string) (*secret.Bytes, error) {
	if label == "" {
		return nil, errors.New("a seed without a label")
	}
	added := p.added.Bytes()
	material := secret.New(kernelBytes + 8 + len(added))
	defer material.Destroy()
	b := material.Bytes()
	if _, err := io.ReadFull(p.kernel, b[:kernelBytes]); err != nil {
		return nil, fmt.Errorf("random numbers from the kernel: %w", err)
	}
	binary.BigEndian.PutUint64(b[kernelBytes:], p.outputs)
	p.outputs++
	copy(b[kernelBytes+8:], added)
	prk, err := hkdf.Extract(sha512.New, b, nil)
	if err != nil {
		return nil, err
	}
	return secret.From(prk), nil
}

// stream is HKDF-Expand in blocks of 64 bytes; the info of block n is "sigtool/v1/", the label, "/stream/" and n in decimal.
type stream struct {
	pool   *Pool
	label  string
	prk    *secret.Bytes
	block  *secret.Bytes
	used   int // bytes of block
	blocks uint64
}

func (s *stream) Read(b []byte) (int, error) {
	if s.prk == nil {
		prk, err := s.pool.extract(s.label)
		if err != nil {
			return 0, err
		}
		s.prk, s.block, s.used = prk, secret.New(sha512.Size), sha512.Size
	}
	if s.used == s.block.Len() {
		info := fmt.Sprintf("%s%s/stream/%d", infoPrefix, s.label, s.blocks)
		next, err := hkdf.Expand(sha512.New, s.prk.Bytes(), info, s.block.Len())
		if err != nil {
			return 0, err
		}
		copy(s.block.Bytes(), next)
		secret.Wipe(next)
		s.blocks++
		s.used = 0
	}
	n := copy(b, s.block.Bytes()[s.used:])
	secret.Wipe(s.block.Bytes()[s.used : s.used+n])
	s.used += n
	return n, nil
}
