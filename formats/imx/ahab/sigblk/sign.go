package sigblk

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/binary"
	"fmt"
	"io"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
	"sigtool/internal/sigalg"
)

// sign makes a signature with its header, by the key, as its record says. RSA-PSS has a salt as long as the hash, as SPSDK's; CST takes
// the longest one that fits. What the firmware wants is not documented; verifiers take either.
func sign(random io.Reader, key crypto.Signer, r srk.Record, message []byte) ([]byte, error) {
	digest := sum(r.Hash, message)
	var value []byte
	var err error
	switch pub := key.Public().(type) {
	case *rsa.PublicKey:
		if r.PSS {
			value, err = sigalg.SignPSS(random, key, r.Hash, digest)
		} else {
			value, err = sigalg.Sign(key, r.Hash, digest)
		}
	case *ecdsa.PublicKey:
		value, err = sigalg.Sign(key, r.Hash, digest)
		if err == nil {
			value, err = fromDER(value, (pub.Curve.Params().BitSize+7)/8)
		}
	default:
		value, err = sigalg.SignMessage(key, 0, digest)
	}
	if err != nil {
		return nil, err
	}
	if want := r.SignatureSize(); len(value) != want {
		return nil, fmt.Errorf("the key gave a signature of %d bytes, not %d", len(value), want)
	}
	head := binary.LittleEndian.AppendUint16([]byte{0}, uint16(signatureHeader+len(value)))
	return append(append(head, tagSignature, 0, 0, 0, 0), value...), nil
}

// fits tells whether a key can sign as a record says.
func fits(r srk.Record, key crypto.PublicKey) error {
	name := srk.AlgOf(key)
	switch {
	case name == "":
		return issue.New("bad-key", formats.ErrKey, "AHAB knows RSA of 2048, 3072 and 4096 bits, P-256, P-384, P-521, ML-DSA-65 and ML-DSA-87, and no other key")
	case name != r.Alg:
		return issue.New("bad-key", formats.ErrKey, "the key is %s, and the SRK table's keys are %s", name, r.Alg).
			Advise("the SRKs and the subordinate keys under them are of one kind")
	case r.Hash == 0:
		return issue.New("unknown-algorithm", formats.ErrKey, "the SRK table wants a hash (number %#02x) that is not known here", r.Raw[4])
	}
	return nil
}

// makeRecord makes the record of a certificate's key, and the KeyData that follows it in version 2: those of the first key of an SRK table.
func makeRecord(version byte, s Subject) (record, data []byte, err error) {
	if err := fits(s.As, s.Key); err != nil {
		return nil, nil, err
	}
	kind := srk.AHAB
	if version == 2 {
		kind = srk.AHABv2
	}
	entry := srk.Entry{Key: s.Key, CA: s.CA, Hash: s.As.Hash, PSS: s.As.PSS}
	table, err := srk.New(kind, []srk.Entry{entry, entry, entry, entry})
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", formats.ErrKey, err)
	}
	if version == 2 {
		data, err = table.Data(0, s.Key)
	}
	return table.Records[0].Raw, data, err
}
