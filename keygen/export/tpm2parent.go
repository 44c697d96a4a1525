package export

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/binary"
	"errors"
	"io"
	"slices"

	gotpm "github.com/google/go-tpm/tpm2"
)

// tpmParent is a storage key: of RSA or a curve of NIST, restricted to decrypting, with AES in CFB for what is below it.
type tpmParent struct {
	area   gotpm.TPMTPublic
	public crypto.PublicKey // *rsa.PublicKey or *ecdsa.PublicKey
	name   []byte           // the algorithm's number, 2 bytes, and the hash of the area
	hash   crypto.Hash      // of names, and of what is derived
	aes    int              // bits of the AES key
}

const tpmFetch = "on that TPM's machine: tpm2_readpublic -c PARENT -f tss -o parent.pub, where PARENT is a storage key's handle, such as 0x81000001, or its context file"

// readTPMParent reads a TPM2B_PUBLIC (TPM 2.0 Part 2 §12.2.5), all numbers big-endian:
//
//	0   length of the rest, 2 bytes
//	2   type: 0x0001 RSA, 0x0023 ECC
//	4   algorithm of the name: 0x000b SHA-256, 0x000c SHA-384, 0x000d SHA-512
//	6   attributes, 4 bytes
//	10  length of the policy, 2 bytes, and the policy
//	    AES 0x0006, bits, CFB 0x0043; scheme: none 0x0010; then
//	      RSA: bits, 2 bytes; exponent, 4 bytes, 0 for 65537; length and modulus
//	      ECC: curve, 2 bytes; derivation: none 0x0010; length and X, length and Y
//
// Each error has the id wrapping-key and says where to get the right file.
func readTPMParent(data []byte) (*tpmParent, error) {
	switch {
	case len(data) == 0:
		return nil, wrong("no storage key to wrap to: give its public area with --wrap; get it %s", tpmFetch)
	case bytes.Contains(data, []byte("-----BEGIN ")):
		return nil, badWrap(tpmFetch, "it is PEM, which doesn't say how the storage key encrypts; the public area does")
	case bytes.HasPrefix(data, []byte{0xba, 0xdc, 0xc0, 0xde}):
		return nil, badWrap(tpmFetch, "it is a context, which only its TPM reads")
	}
	body, ok := unsized(data)
	if !ok {
		return nil, badWrap(tpmFetch, "it is no public area of a TPM (TPM2B_PUBLIC)")
	}
	area, err := gotpm.Unmarshal[gotpm.TPMTPublic](body)
	if err != nil || area.Type != gotpm.TPMAlgRSA && area.Type != gotpm.TPMAlgECC || !bytes.Equal(gotpm.Marshal(area), body) {
		return nil, badWrap(tpmFetch, "it is no public area of an RSA or EC key of a TPM, or a damaged one")
	}
	a := area.ObjectAttributes
	if !a.Restricted || !a.Decrypt || a.SignEncrypt {
		return nil, badWrap("make one: tpm2_createprimary -C o -G ecc -c parent.ctx", "it is no storage key: a TPM imports under restricted keys that decrypt alone")
	}
	if !a.FixedTPM {
		return nil, badWrap("make one: tpm2_createprimary -C o -G ecc -c parent.ctx", "that storage key isn't bound to its TPM (fixedtpm): whoever moves it elsewhere takes along what is below it")
	}
	return tpmParentOf(area)
}

// tpmParentOf takes apart the algorithms of a storage key.
func tpmParentOf(area *gotpm.TPMTPublic) (*tpmParent, error) {
	p := &tpmParent{area: *area}
	var symmetric gotpm.TPMTSymDefObject
	if rsaParms, err := area.Parameters.RSADetail(); err == nil {
		symmetric = rsaParms.Symmetric
		p.public = tpmRSA(area, rsaParms)
	} else if eccParms, err := area.Parameters.ECCDetail(); err == nil {
		symmetric = eccParms.Symmetric
		p.public = tpmEC(area, eccParms)
	}
	if p.public == nil {
		return nil, badWrap(tpmFetch, "it is neither RSA of 2048, 3072 or 4096 bits nor of P-256, P-384 or P-521, or has a scheme of its own")
	}
	bits, err := symmetric.KeyBits.AES()
	mode, err2 := symmetric.Mode.AES()
	if symmetric.Algorithm != gotpm.TPMAlgAES || err != nil || err2 != nil || *mode != gotpm.TPMAlgCFB || !slices.Contains([]int{128, 192, 256}, int(*bits)) {
		return nil, badWrap("make one: tpm2_createprimary -C o -G ecc:aes128cfb -c parent.ctx", "it doesn't encrypt by AES in CFB mode")
	}
	p.aes = int(*bits)
	if !slices.Contains([]gotpm.TPMIAlgHash{gotpm.TPMAlgSHA256, gotpm.TPMAlgSHA384, gotpm.TPMAlgSHA512}, area.NameAlg) {
		return nil, badWrap("make one: tpm2_createprimary -C o -G ecc -g sha256 -c parent.ctx", "its name isn't made by SHA-256, SHA-384 or SHA-512")
	}
	if p.hash, err = area.NameAlg.Hash(); err != nil {
		return nil, err
	}
	name, err := gotpm.ObjectName(area)
	if err != nil {
		return nil, err
	}
	p.name = name.Buffer
	return p, nil
}

// tpmRSA is the public key of an RSA storage key, nil for one that can't be.
func tpmRSA(area *gotpm.TPMTPublic, parms *gotpm.TPMSRSAParms) crypto.PublicKey {
	modulus, err := area.Unique.RSA()
	if err != nil || parms.Scheme.Scheme != gotpm.TPMAlgNull || parms.Exponent != 0 && parms.Exponent != 65537 {
		return nil
	}
	key, err := gotpm.RSAPub(parms, modulus)
	if err != nil || key.N.BitLen() != int(parms.KeyBits) || !slices.Contains([]int{2048, 3072, 4096}, key.N.BitLen()) || smallFactor(key.N) {
		return nil
	}
	return key
}

// tpmEC is the public key of an EC storage key, nil for a point that is not on its curve.
func tpmEC(area *gotpm.TPMTPublic, parms *gotpm.TPMSECCParms) crypto.PublicKey {
	point, err := area.Unique.ECC()
	if err != nil || parms.Scheme.Scheme != gotpm.TPMAlgNull || parms.KDF.Scheme != gotpm.TPMAlgNull {
		return nil
	}
	if _, err := gotpm.ECDHPub(parms, point); err != nil {
		return nil
	}
	key, err := gotpm.ECDSAPub(parms, point)
	if err != nil {
		return nil
	}
	return key
}

// standIn is a storage key of the same kind with a throw-away pair, and what decrypts its seeds.
func (p *tpmParent) standIn(rand io.Reader) (*tpmParent, func(encrypted []byte) ([]byte, error), error) {
	area := p.area
	switch public := p.public.(type) {
	case *rsa.PublicKey:
		key, err := rsa.GenerateKey(rand, public.N.BitLen())
		if err != nil {
			return nil, nil, err
		}
		area.Unique = gotpm.NewTPMUPublicID(gotpm.TPMAlgRSA, &gotpm.TPM2BPublicKeyRSA{Buffer: key.N.Bytes()})
		stand, err := tpmParentOf(&area)
		return stand, func(encrypted []byte) ([]byte, error) {
			return rsa.DecryptOAEP(p.hash.New(), nil, key, encrypted, []byte("DUPLICATE\x00"))
		}, err
	case *ecdsa.PublicKey:
		key, err := ecdsa.GenerateKey(public.Curve, rand)
		if err != nil {
			return nil, nil, err
		}
		if area.Unique, err = tpmPoint(&key.PublicKey); err != nil {
			return nil, nil, err
		}
		stand, err := tpmParentOf(&area)
		if err != nil {
			return nil, nil, err
		}
		private, err := key.ECDH()
		return stand, func(encrypted []byte) ([]byte, error) { return tpmAgree(p.hash, private, public.Curve, encrypted) }, err
	}
	return nil, nil, errors.New("a storage key of another kind")
}

// tpmAgree is the seed that a TPM agrees on with the maker of an ephemeral point (TPM 2.0 Part 1 C.6.1): length and X, length and Y.
func tpmAgree(hash crypto.Hash, key *ecdh.PrivateKey, curve elliptic.Curve, encrypted []byte) ([]byte, error) {
	size := (curve.Params().BitSize + 7) / 8
	if len(encrypted) != 2*(2+size) || int(binary.BigEndian.Uint16(encrypted)) != size || int(binary.BigEndian.Uint16(encrypted[2+size:])) != size {
		return nil, errors.New("no point of the storage key's curve")
	}
	x, y := encrypted[2:2+size], encrypted[4+size:]
	point, err := key.Curve().NewPublicKey(slices.Concat([]byte{4}, x, y))
	if err != nil {
		return nil, err
	}
	z, err := key.ECDH(point)
	if err != nil {
		return nil, err
	}
	return kdfe(hash, z, "DUPLICATE", x, key.PublicKey().Bytes()[1:1+size]), nil
}
