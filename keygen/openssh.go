package keygen

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/ssh"

	"sigtool/internal/secret"
)

const opensshMagic = "openssh-key-v1\x00"

// opensshHeader is what stands in the clear before an OpenSSH key (PROTOCOL.key of OpenSSH); strings have a length of 4 bytes, big-endian.
//
//	"openssh-key-v1" 00 | string cipher | string kdf | string { string salt, uint32 rounds } | uint32 1 | string public key | string sealed part
type opensshHeader struct {
	sealed bool
	public []byte // in SSH wire form
}

func readOpenSSHHeader(data []byte) (*opensshHeader, error) {
	var cipher, kdf, options, public, body cryptobyte.String
	var count uint32
	input := cryptobyte.String(data)
	if !input.Skip(len(opensshMagic)) || !bytes.HasPrefix(data, []byte(opensshMagic)) ||
		!readString(&input, &cipher) || !readString(&input, &kdf) || !readString(&input, &options) ||
		!input.ReadUint32(&count) || count != 1 || !readString(&input, &public) || !readString(&input, &body) {
		return nil, damaged("not an OpenSSH key inside")
	}
	if err := checkSSHType(public); err != nil {
		return nil, err
	}
	h := &opensshHeader{public: public, sealed: string(kdf) != "none"}
	var salt cryptobyte.String
	var rounds uint32
	switch {
	case !h.sealed && input.Empty():
		return h, nil
	case h.sealed && string(kdf) != "bcrypt":
		return nil, unsupported("an OpenSSH key sealed with the key derivation %.40q", []byte(kdf))
	case h.sealed && string(cipher) != "aes256-ctr" && string(cipher) != "aes256-cbc":
		return nil, unsupported("an OpenSSH key sealed with the cipher %.40q (ssh-keygen -p -Z aes256-ctr changes it)", []byte(cipher))
	case !input.Empty(): // not even a tag: the two ciphers taken have none
		return nil, damaged("more in it than an OpenSSH key")
	case !readString(&options, &salt) || !options.ReadUint32(&rounds) || !options.Empty() || rounds == 0 || len(salt) == 0:
		return nil, damaged("the way the OpenSSH key is sealed can't be read")
	case uint64(rounds) > uint64(limits.bcryptRounds):
		return nil, unsupported("an OpenSSH key sealed with %d rounds (up to %d are taken)", rounds, limits.bcryptRounds)
	}
	return h, nil
}

// checkSSHType refuses before anybody is asked for a passphrase what would be refused after it.
func checkSSHType(public cryptobyte.String) error {
	var kind cryptobyte.String
	if !readString(&public, &kind) {
		return damaged("the public half of the OpenSSH key can't be read")
	}
	switch string(kind) {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoRSA:
		return nil
	}
	return unsupported("an OpenSSH key of the type %.60q", []byte(kind))
}

func readString(from, to *cryptobyte.String) bool {
	var n uint32
	return from.ReadUint32(&n) && uint64(n) <= uint64(len(*from)) && from.ReadBytes((*[]byte)(to), int(n))
}

// openOpenSSH reads an OpenSSH key: ed25519, ecdsa or rsa.
func openOpenSSH(block *pem.Block, ask func() (*secret.Bytes, error)) (*Key, error) {
	header, err := readOpenSSHHeader(block.Bytes)
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes}) // x/crypto/ssh takes PEM only
	defer secret.Wipe(text)
	var raw any
	if header.sealed {
		var pass *secret.Bytes
		if pass, err = askFor(ask); err != nil {
			return nil, err
		}
		raw, err = ssh.ParseRawPrivateKeyWithPassphrase(text, pass.Bytes())
	} else {
		raw, err = ssh.ParseRawPrivateKey(text)
	}
	if errors.Is(err, x509.IncorrectPasswordError) {
		return nil, fmt.Errorf("%w, or the file is damaged", ErrPassphrase)
	}
	if err != nil {
		return nil, damaged("%v", err)
	}
	signer, err := fromSSH(raw)
	if err != nil {
		return nil, err
	}
	public, err := ssh.NewPublicKey(signer.Public())
	if err != nil || !bytes.Equal(public.Marshal(), header.public) {
		return nil, damaged("the public half does not belong to the secret one")
	}
	return &Key{Signer: signer, Sealed: header.sealed, Form: FormOpenSSH}, nil
}

// fromSSH makes our own of the keys that x/crypto/ssh returns, which believes the public half of an Ed25519 key and any size of RSA.
func fromSSH(raw any) (crypto.Signer, error) {
	switch key := raw.(type) {
	case *ed25519.PrivateKey:
		own := ed25519.NewKeyFromSeed(key.Seed())
		if !own.Equal(*key) {
			return nil, damaged("the public half does not belong to the secret one")
		}
		return own, nil
	case *ecdsa.PrivateKey:
		return key, Check(key)
	case *rsa.PrivateKey:
		return key, checkRSASize(key.N, big.NewInt(int64(key.E)))
	}
	return nil, unsupported("an OpenSSH key of type %T", raw)
}
