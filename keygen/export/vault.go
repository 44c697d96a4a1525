package export

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

const (
	wrapsVault = "the transit engine's wrapping key: JSON of `vault read -format=json transit/wrapping_key`, or its PEM alone"
	fetchVault = "vault read -field=public_key transit/wrapping_key >wrap.pem"
)

var vault = &Target{
	Name:    "vault",
	Summary: "ciphertext for the transit engine of HashiCorp Vault (and OpenBao), wrapped to its wrapping key",
	Takes:   "ed25519, p256, p384, p521, rsa2048, rsa3072, rsa4096",
	Refuse:  refuseVault,
	Wraps:   wrapsVault,
	Prepare: prepareVault,
}

// vaultTypes are the key types of the transit engine by our names.
var vaultTypes = map[keygen.Algorithm]string{
	keygen.Ed25519: "ed25519", keygen.P256: "ecdsa-p256", keygen.P384: "ecdsa-p384", keygen.P521: "ecdsa-p521",
	keygen.RSA2048: "rsa-2048", keygen.RSA3072: "rsa-3072", keygen.RSA4096: "rsa-4096",
}

func refuseVault(alg keygen.Algorithm) error {
	switch {
	case vaultTypes[alg] != "":
		return nil
	case alg == keygen.Secp256k1:
		return refused(alg, "Vault's transit engine has no secp256k1", "use p256 there, or export it to azure-byok, aws-kms, gcp-kms or pkcs11")
	case isRSA(alg):
		return refused(alg, "Vault's transit engine has RSA of 2048, 3072 and 4096 bits", "make a key of one of these sizes: sigtool keygen -a rsa3072")
	}
	return refused(alg, "Vault's transit engine does not import such keys", "use ed25519, p256, p384, p521 or RSA there")
}

// readVaultKey reads the wrapping key, which is RSA of 4096 bits wherever a transit engine made one.
func readVaultKey(data []byte) (*rsa.PublicKey, error) {
	var found struct {
		Data struct {
			PublicKey string `json:"public_key"`
		} `json:"data"`
	}
	if isJSON(data) && len(data) <= maxWrapFile && json.Unmarshal(data, &found) == nil && found.Data.PublicKey != "" {
		data = []byte(found.Data.PublicKey)
	}
	return readWrapRSA(data, fetchVault, 4096)
}

func prepareVault(s Settings) (*Export, error) {
	if err := needWrap(&s, wrapsVault); err != nil {
		return nil, err
	}
	pub, err := readVaultKey(s.Wrap)
	if err != nil {
		return nil, err
	}
	return wrapsTo(pub, func(k Key) (*Result, error) { return makeVault(s, pub, k.Signer) }), nil
}

func makeVault(s Settings, pub *rsa.PublicKey, key crypto.Signer) (*Result, error) {
	alg, err := takenAs(key, refuseVault)
	if err != nil {
		return nil, err
	}
	blob, err := rsaAESWrap(s.Rand, pub, crypto.SHA256, key)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(blob)
	name := plainName(s.Label, "-_.", 64)
	return &Result{
		Files: []File{{Data: base64.StdEncoding.AppendEncode(nil, blob)}},
		Commands: []Command{
			{Online: true, What: "import it", Line: "vault write transit/keys/" + name + "/import " + shellQuote("ciphertext=@"+s.Output) + " hash_function=SHA256 type=" + vaultTypes[alg]},
			vaultCheck(key, name),
		},
		Notes:    []string{"where the transit engine is mounted under another name, that name stands in place of transit"},
		Warnings: []string{"Vault keeps the key in its storage, sealed by its own keys, and in memory in the clear: who has root on its server has the key"},
	}, nil
}

// vaultCheck reads the public key back: PEM, but of Ed25519 the 32 bytes in Base64.
func vaultCheck(key crypto.Signer, name string) Command {
	get := "vault read -format=json transit/keys/" + name + ` | jq -r '.data.keys["1"].public_key'`
	if pub, ok := key.Public().(ed25519.PublicKey); ok {
		return Command{Online: true, Check: true, What: "see that it is this key; it has to print " + base64.StdEncoding.EncodeToString(pub), Line: get}
	}
	return arrived(key, get, true)
}
