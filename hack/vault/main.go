// Command vault-import does what the transit engine of HashiCorp Vault does with an import, by Vault's own code: it unwraps a ciphertext with
// the private half of the wrapping key, has it imported, and prints the public key that Vault then shows. It is a module of its own, so
// that what Vault's code depends on stays out of sigtool.
//
//	vault-import WRAPPING-KEY.pem TYPE HASH <ciphertext
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/hashicorp/vault/sdk/helper/keysutil"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/tink-crypto/tink-go/v2/kwp/subtle"
)

var types = map[string]keysutil.KeyType{
	"ecdsa-p256": keysutil.KeyType_ECDSA_P256, "ecdsa-p384": keysutil.KeyType_ECDSA_P384, "ecdsa-p521": keysutil.KeyType_ECDSA_P521,
	"ed25519": keysutil.KeyType_ED25519, "rsa-2048": keysutil.KeyType_RSA2048, "rsa-3072": keysutil.KeyType_RSA3072, "rsa-4096": keysutil.KeyType_RSA4096,
}

var hashes = map[string]func() hash.Hash{"SHA1": sha1.New, "SHA256": sha256.New}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "vault-import:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return errors.New("WRAPPING-KEY.pem TYPE HASH <ciphertext")
	}
	kind, known := types[args[1]]
	newHash, knownHash := hashes[args[2]]
	if !known || !knownHash {
		return fmt.Errorf("the type %q or the hash %q is not known", args[1], args[2])
	}
	wrapping, err := wrappingKey(args[0])
	if err != nil {
		return err
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	key, err := unwrap(wrapping, newHash(), string(text))
	if err != nil {
		return err
	}
	return importKey(kind, key)
}

func wrappingKey(name string) (*rsa.PrivateKey, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New(name + " is not PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	pair, ok := key.(*rsa.PrivateKey)
	if !ok || pair.Size() != 512 {
		return nil, errors.New("transit's wrapping key is RSA of 4096 bits")
	}
	return pair, nil
}

// unwrap follows what the server does with `ciphertext` (builtin/logical/transit/path_import.go), which is no part of Vault's SDK: the
// first 512 bytes hold an AES key of 32 bytes, the rest the key, which the library for key wrap that the server uses opens.
func unwrap(wrapping *rsa.PrivateKey, oaep hash.Hash, text string) ([]byte, error) {
	blob, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	if len(blob) <= 512 {
		return nil, errors.New("the ciphertext is too short")
	}
	aesKey, err := rsa.DecryptOAEP(oaep, rand.Reader, wrapping, blob[:512], nil)
	if err != nil {
		return nil, err
	}
	if len(aesKey) != 32 {
		return nil, fmt.Errorf("an AES key of %d bytes, not 32", len(aesKey))
	}
	kwp, err := subtle.NewKWP(aesKey)
	if err != nil {
		return nil, err
	}
	return kwp.Unwrap(blob[512:])
}

// importKey has Vault import the key, into storage in memory, and prints the public half that Vault made of it.
func importKey(kind keysutil.KeyType, key []byte) error {
	ctx, storage := context.Background(), &logical.InmemStorage{}
	manager, err := keysutil.NewLockManager(false, 0)
	if err != nil {
		return err
	}
	request := keysutil.PolicyRequest{Storage: storage, Name: "key", KeyType: kind, IsPrivateKey: true}
	if err := manager.ImportPolicy(ctx, request, key, rand.Reader); err != nil {
		return err
	}
	policy, _, err := manager.GetPolicy(ctx, keysutil.PolicyRequest{Storage: storage, Name: "key"}, rand.Reader)
	if err != nil {
		return err
	}
	if policy == nil {
		return errors.New("Vault took the key, but does not have it")
	}
	entry := policy.Keys["1"]
	if entry.RSAKey == nil {
		fmt.Println(string(bytes.TrimSpace([]byte(entry.FormattedPublicKey))))
		return nil
	}
	der, err := x509.MarshalPKIXPublicKey(entry.RSAKey.Public())
	if err != nil {
		return err
	}
	return pem.Encode(os.Stdout, &pem.Block{Type: "PUBLIC KEY", Bytes: der})
}
