package sigblock

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lineage"
	"sigtool/formats/apk/lp"
)

// SignerConfig is a signer to be written.
type SignerConfig struct {
	Key            crypto.Signer
	Chain          []*x509.Certificate
	Algs           []alg.ID // see alg.ForKey
	Digests        map[content.Algorithm][]byte
	MinSDK, MaxSDK int              // v3 and v3.1
	Lineage        *lineage.Lineage // v3 and v3.1
	V3Too          bool             // v2: there is a v3 signature as well
	RotationMinSDK int              // v3: what v3.1 signs from; 0: no v3.1
	DevRelease     bool             // v3.1: for a platform that is still in development
}

// Make writes the value of a pair: its signers, each signed; with RSA the same bytes as apksigner's. Of a key that fails all the
// signatures are asked for all the same, so that what is to be signed elsewhere is known at once. Errors: formats.ErrKey, and what keys gave.
func Make(scheme Scheme, signers []SignerConfig) ([]byte, error) {
	if len(signers) == 0 || len(signers) > maxSigners {
		return nil, fmt.Errorf("%w: %d signers, and an APK has 1 to %d", formats.ErrKey, len(signers), maxSigners)
	}
	var list []byte
	var failed error
	for i := range signers {
		signer, err := signers[i].write(scheme)
		failed = errors.Join(failed, err)
		list = lp.Append(list, signer)
	}
	if failed != nil {
		return nil, failed
	}
	return lp.Append(nil, list), nil
}

// write makes one signer; its layout is drawn above Signers.
func (m *SignerConfig) write(scheme Scheme) ([]byte, error) {
	if len(m.Chain) == 0 {
		return nil, fmt.Errorf("%w: %w: an APK brings it", formats.ErrKey, formats.ErrCert)
	}
	if len(m.Algs) == 0 {
		return nil, errors.New("no signature algorithm given")
	}
	public := m.Key.Public()
	if !formats.SameKey(public, m.Chain[0].PublicKey) {
		return nil, fmt.Errorf("%w: %w: the one given is another key's", formats.ErrKey, formats.ErrCert)
	}
	key, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", formats.ErrKey, err)
	}
	signed, err := m.signedData(scheme)
	if err != nil {
		return nil, err
	}
	var signatures []byte
	var failed error
	for _, id := range m.Algs {
		sig, err := alg.Sign(id, m.Key, signed)
		failed = errors.Join(failed, err)
		signatures = pair(signatures, uint32(id), sig)
	}
	signer := lp.Append(nil, signed)
	if scheme != 2 {
		signer = lp.Uint32(lp.Uint32(signer, uint32(m.MinSDK)), uint32(m.MaxSDK))
	}
	return lp.Append(lp.Append(signer, signatures), key), failed
}

// signedData is what the signatures are over.
func (m *SignerConfig) signedData(scheme Scheme) ([]byte, error) {
	var digests, certs []byte
	for _, id := range m.Algs {
		over, _ := alg.Content(id)
		digest := m.Digests[over]
		if len(digest) == 0 {
			return nil, fmt.Errorf("no content digest for %s", alg.Name(id, m.Key.Public()))
		}
		digests = pair(digests, uint32(id), digest)
	}
	for _, cert := range m.Chain {
		certs = lp.Append(certs, cert.Raw)
	}
	signed := lp.Append(lp.Append(nil, digests), certs)
	if scheme == 2 {
		return lp.Uint32(lp.Append(signed, m.attributes(scheme)), 0), nil // apksigner's v2 ends with an empty part more than the spec has
	}
	signed = lp.Uint32(lp.Uint32(signed, uint32(m.MinSDK)), uint32(m.MaxSDK))
	return lp.Append(signed, m.attributes(scheme)), nil
}

// attributes are in the order of apksigner.
func (m *SignerConfig) attributes(scheme Scheme) []byte {
	var b []byte
	add := func(id uint32, value []byte) { b = lp.Append(b, lp.Uint32(nil, id), value) }
	if scheme == 2 {
		if m.V3Too {
			add(attrSchemes, lp.Uint32(nil, 3))
		}
		return b
	}
	if m.Lineage != nil {
		add(attrLineage, m.Lineage.Attribute())
	}
	if scheme == 31 && m.DevRelease {
		add(attrDevelopment, nil)
	}
	if scheme == 3 && m.RotationMinSDK != 0 {
		add(attrRotation, lp.Uint32(nil, uint32(m.RotationMinSDK)))
	}
	return b
}
