package optee

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// Verify checks a trusted application as OP-TEE does in loading it: the first header by a key given, each header behind a subkey by that, the
// depth and the UUIDs of a chain, and the hash of the image. It also holds the UUID to that of the image, and to the options.
// Of an encrypted image it is the plain text that is signed: without --enc-key that can't be told, and is an error that wraps formats.ErrNoKey.
// A chain without a trusted application is verified as far as it goes, unless an option asks for one. The levels below one that does not match are not looked at. Errors:
// formats.ErrUnsigned, formats.ErrFormat, formats.ErrOption.
func (Format) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	o, err := readOptions(keys.Options)
	if err != nil {
		return nil, err
	}
	defer clear(o.aes)
	if !looksSigned(src) {
		if _, ok := readELF(src); ok {
			return nil, fmt.Errorf("%w: the ELF file of a trusted application", formats.ErrUnsigned)
		}
		return nil, fmt.Errorf("%w: neither a signed trusted application nor the ELF file of one", formats.ErrFormat)
	}
	f, err := parse(src)
	if err != nil {
		return nil, err
	}
	if f.ta == nil && (o.uuid != nil || o.version != nil || o.aes != nil) {
		return nil, issue.New("subkey", formats.ErrFormat, "a chain of subkeys, and the options ask for a trusted application").
			Advise(fmt.Sprintf("without --%s, --%s and --%s, the chain verifies as far as it goes", optionUUID, optionVersion, optionEncKey))
	}
	v := &verifier{src: src, asked: o, keys: keys}
	v.given()
	for i, key := range f.chain {
		if err := v.level(i+1, key); err != nil {
			return nil, err
		}
		if v.stopped {
			return v.found, nil
		}
	}
	if f.ta != nil {
		err = v.app(ctx, f)
	}
	return v.found, err
}

// verifier goes down a chain.
type verifier struct {
	src   formats.Source
	asked asked
	keys  formats.Keys

	signers []*rsa.PublicKey // who may have signed the next header
	certs   map[*rsa.PublicKey]*x509.Certificate
	above   *subkey // nil at the first
	found   []formats.Signature
	stopped bool
}

// given takes the RSA keys given for those of the first header.
func (v *verifier) given() {
	v.certs = map[*rsa.PublicKey]*x509.Certificate{}
	add := func(key crypto.PublicKey, cert *x509.Certificate) {
		if key, is := key.(*rsa.PublicKey); is && key.N != nil && fits(key.N.BitLen()) {
			v.signers = append(v.signers, key)
			v.certs[key] = cert
		}
	}
	for _, cert := range v.keys.Certs {
		add(cert.PublicKey, cert)
	}
	for _, key := range v.keys.Public {
		add(key, nil)
	}
}

// level checks one subkey, and goes on with its key.
func (v *verifier) level(number int, s *subkey) error {
	image := make([]byte, s.imageSize)
	if err := read(v.src, image, s.body()); err != nil {
		return err
	}
	sum := hashHead(s.header, image).Sum(nil)
	sig := formats.Signature{Scheme: fmt.Sprintf("subkey %d", number), Covers: covers(s.header, s.body()+s.imageSize)}
	sig.Properties = s.properties()
	if !v.putInFront(s) || !bytes.Equal(sum, s.hash[:]) {
		v.check(&sig, s.header, sum)
		if sig.Err == nil {
			sig.Err = v.placed(s)
		}
		v.add(sig)
	}
	v.above, v.signers = s, []*rsa.PublicKey{s.key}
	return nil
}

// putInFront tells whether a subkey is the first of the chain that --subkey put in front, of whose root key the one who signs with a subkey has
// nothing. What follows is checked all the same.
func (v *verifier) putInFront(s *subkey) bool {
	front := make([]byte, len(v.asked.subkey))
	return s.at == 0 && len(front) > 0 && read(v.src, front, 0) == nil && bytes.Equal(front, v.asked.subkey)
}

// placed says what is wrong with a subkey's place in its chain.
func (v *verifier) placed(s *subkey) error {
	switch {
	case v.above == nil && s.depth > maxBelow:
		return issue.New("max-depth", formats.ErrMismatch, "the subkey allows %d below it, and OP-TEE takes %d at most", s.depth, uint32(maxBelow))
	case v.above == nil:
		return nil
	case s.depth >= v.above.depth:
		return issue.New("max-depth", formats.ErrMismatch, "the subkey allows %d below it, and the one above allows it %d at most", s.depth, int64(v.above.depth)-1)
	case s.uuid != v.above.next():
		return issue.New("subkey-uuid", formats.ErrMismatch, "the subkey's UUID is %s, and the one above allows %s", s.uuid, v.above.next())
	}
	return nil
}

// add reports a signature, with what there is to say of the key that made it.
func (v *verifier) add(sig formats.Signature) {
	v.stopped = sig.Err != nil
	v.found = append(v.found, sig)
	key, _ := sig.Key.(*rsa.PublicKey)
	v.found = append(v.found, published(key)...)
}

// check finds who signed a header, and compares its hash with the one that was worked out; nil is one that can't be.
func (v *verifier) check(sig *formats.Signature, h *header, sum []byte) {
	sig.Alg = h.alg.String()
	if len(v.signers) == 0 {
		sig.Err = fmt.Errorf("%w: a trusted application carries none, so the RSA key must be given", formats.ErrNoKey)
		return
	}
	for _, key := range v.signers {
		err := h.alg.verify(key, h.hash[:], h.sig)
		if err != nil && !errors.Is(err, formats.ErrMismatch) {
			sig.Err = err
		}
		if err == nil {
			sig.Key, sig.Cert, sig.Err = key, v.certs[key], nil
			break
		}
	}
	switch {
	case sig.Key == nil && sig.Err == nil && v.above != nil:
		sig.Err = fmt.Errorf("%w with the subkey above, %s", formats.ErrMismatch, v.above.uuid)
	case sig.Key == nil && sig.Err == nil:
		sig.Err = fmt.Errorf("%w with the key given: the header was changed, or another key signed", formats.ErrMismatch)
	case sig.Err == nil && sum != nil && !bytes.Equal(sum, h.hash[:]):
		sig.Err = issue.New("hash", formats.ErrMismatch, "the signed hash is of other content")
	}
}

// covers says which bytes a signature vouches for.
func covers(h *header, end int64) string {
	return fmt.Sprintf("bytes %d-%d and %d-%d", h.at, h.at+fixedSize-1, h.body(), end-1)
}
