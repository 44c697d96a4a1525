package export

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/binary"
	"errors"

	gotpm "github.com/google/go-tpm/tpm2"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

// tpmCurves are the curves that a TPM has, by its numbers.
var tpmCurves = map[keygen.Algorithm]gotpm.TPMECCCurve{keygen.P256: gotpm.TPMECCNistP256, keygen.P384: gotpm.TPMECCNistP384, keygen.P521: gotpm.TPMECCNistP521}

// tpmPublic is the public area of a key that may sign, by the scheme that is asked for, and no more than that. Keys with an empty passphrase are not
// worth guessing at, so that no lockout counts for them (noda).
func tpmPublic(public crypto.PublicKey) (*gotpm.TPMTPublic, error) {
	area := &gotpm.TPMTPublic{NameAlg: gotpm.TPMAlgSHA256, ObjectAttributes: gotpm.TPMAObject{SignEncrypt: true, UserWithAuth: true, NoDA: true}}
	none := gotpm.TPMTSymDefObject{Algorithm: gotpm.TPMAlgNull}
	alg, err := keygen.AlgorithmOf(public)
	if err != nil {
		return nil, err
	}
	switch public := public.(type) {
	case *rsa.PublicKey:
		if public.E != 65537 {
			return nil, refused(alg, "TPMs take the public exponent 65537 alone", "make another key for the TPM: sigtool keygen --algorithm p256")
		}
		area.Type = gotpm.TPMAlgRSA
		area.Parameters = gotpm.NewTPMUPublicParms(gotpm.TPMAlgRSA, &gotpm.TPMSRSAParms{Symmetric: none, Scheme: gotpm.TPMTRSAScheme{Scheme: gotpm.TPMAlgNull},
			KeyBits: gotpm.TPMKeyBits(public.N.BitLen())})
		area.Unique = gotpm.NewTPMUPublicID(gotpm.TPMAlgRSA, &gotpm.TPM2BPublicKeyRSA{Buffer: public.N.Bytes()})
		return area, nil
	case *ecdsa.PublicKey:
		area.Type = gotpm.TPMAlgECC
		area.Parameters = gotpm.NewTPMUPublicParms(gotpm.TPMAlgECC, &gotpm.TPMSECCParms{Symmetric: none, Scheme: gotpm.TPMTECCScheme{Scheme: gotpm.TPMAlgNull},
			CurveID: tpmCurves[alg], KDF: gotpm.TPMTKDFScheme{Scheme: gotpm.TPMAlgNull}})
		area.Unique, err = tpmPoint(public)
		return area, err
	}
	return nil, refuseTPM(alg)
}

func tpmPoint(public *ecdsa.PublicKey) (gotpm.TPMUPublicID, error) {
	point, err := public.Bytes()
	if err != nil {
		return gotpm.TPMUPublicID{}, err
	}
	half := 1 + len(point)/2
	return gotpm.NewTPMUPublicID(gotpm.TPMAlgECC, &gotpm.TPMSECCPoint{X: gotpm.TPM2BECCParameter{Buffer: point[1:half]}, Y: gotpm.TPM2BECCParameter{Buffer: point[half:]}}), nil
}

// tpmSensitive writes a TPMT_SENSITIVE (TPM 2.0 Part 2 §12.3.2.4). The caller wipes it. Numbers are big-endian:
//
//	0  type: 0x0001 RSA, 0x0023 ECC
//	2  length of the passphrase: 0
//	4  length of the seed: 0, for it is no storage key
//	6  length of the number, 2 bytes, and the number: of RSA the first prime, half as long as the modulus; of EC the scalar
func tpmSensitive(key crypto.Signer) ([]byte, error) {
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		scalar, err := key.Bytes()
		if err != nil {
			return nil, err
		}
		defer secret.Wipe(scalar)
		return append([]byte{0, 0x23, 0, 0, 0, 0, 0, byte(len(scalar))}, scalar...), nil
	case *rsa.PrivateKey:
		size := key.Size() / 2
		if len(key.Primes) != 2 || key.Primes[0].BitLen() != size*8 || key.Primes[1].BitLen() != size*8 {
			return nil, errors.New("the two primes are not of the same length, and a TPM has no room for the longer")
		}
		head := binary.BigEndian.AppendUint16([]byte{0, 1, 0, 0, 0, 0}, uint16(size))
		both := append(head, make([]byte, size)...)
		key.Primes[0].FillBytes(both[len(head):])
		return both, nil
	}
	return nil, errors.New("a TPM has no such key")
}
