package export

import (
	"crypto/ecdsa"
	"regexp"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

var azure = &Target{
	Name:    "azure",
	Summary: "Azure Key Vault, by `az keyvault key import`: for keys that may be in the clear there",
	Takes:   "p256, p384, p521, rsa2048, rsa3072, rsa4096; secp256k1 in the clear only",
	Refuse:  refuseAzure,
	Seals:   true,
	Plain:   true,
	Options: []Option{
		{Name: "vault", Value: "NAME", Help: "the `NAME` of the vault, for the commands"},
		{Name: "name", Value: "NAME", Help: "the `NAME` of the key in the vault, for the commands; without it --label, if it can be one"},
	},
	Prepare: func(s Settings) (*Export, error) {
		place, err := azurePlace(s)
		if err != nil {
			return nil, err
		}
		return &Export{Refuse: refuseSealedK1(s), Make: func(k Key) (*Result, error) {
			if _, k1 := k.Signer.(*keygen.Secp256k1PrivateKey); k1 {
				return makeAzureJWK(k, s, place)
			}
			return makeAzurePEM(k, s, place)
		}}, nil
	},
}

func refuseAzure(alg keygen.Algorithm) error {
	if isRSA(alg) {
		return refuseBut("Azure Key Vault takes RSA of 2048, 3072 and 4096 bits", "make a key of one of these sizes: sigtool keygen -a rsa3072", keygen.RSA2048, keygen.RSA3072, keygen.RSA4096)(alg)
	}
	instead := "use p256 there"
	if alg == keygen.Ed25519 {
		instead = "use p256 there, or keep this key in a vault that has Ed25519: sigtool export gcp-kms or vault"
	}
	return refuseBut("Azure Key Vault has no such keys", instead,
		keygen.P256, keygen.P384, keygen.P521, keygen.Secp256k1)(alg)
}

// refuseSealedK1 refuses secp256k1 keys that are to be sealed.
func refuseSealedK1(s Settings) func(keygen.Algorithm) error {
	return func(alg keygen.Algorithm) error {
		if alg != keygen.Secp256k1 || s.Plain {
			return nil
		}
		return refused(alg, "it goes there as a JWK, which is not sealed (az would take PEM, but call the curve by a name that can't sign)",
			"azure-byok keeps it wrapped; or give --plain --no-passphrase")
	}
}

// azureVaultName and azureKeyName are what a vault and a key may be called there; a dash at the beginning is an option to az.
var (
	azureVaultName = regexp.MustCompile(`^[a-zA-Z](-?[a-zA-Z0-9]){2,23}$`)
	azureKeyName   = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9-]{0,126}$`)
)

// vaultPlace is where in Azure the key goes; VAULT and NAME stand for what nobody said.
type vaultPlace struct{ vault, key string }

func azurePlace(s Settings) (vaultPlace, error) {
	place := vaultPlace{vault: s.Values.String("vault"), key: s.Values.String("name")}
	switch {
	case place.vault != "" && (len(place.vault) > 24 || !azureVaultName.MatchString(place.vault)):
		return place, wrong("--vault: a vault's name has 3 to 24 letters, digits and single dashes, and begins with a letter")
	case place.key != "" && !azureKeyName.MatchString(place.key):
		return place, wrong("--name: a key's name has 1 to 127 letters, digits and dashes, and no dash before them")
	}
	if place.vault == "" {
		place.vault = "VAULT"
	}
	if place.key == "" {
		place.key = "NAME"
		if azureKeyName.MatchString(s.Label) {
			place.key = s.Label
		}
	}
	return place, nil
}

func (p vaultPlace) flags() string {
	return " --vault-name " + p.vault + " --name " + shellQuote(p.key)
}

// check downloads the public half and hashes it as keygen.Fingerprint does.
func (p vaultPlace) check(k Key) Command {
	file := shellFile(p.key + ".pub")
	command := hashed(k.Signer.Public(), "compare what is in the vault",
		"az keyvault key download"+p.flags()+" --encoding PEM --file "+file+" && openssl pkey -pubin -in "+file+" -pubout -outform DER")
	command.Online = true
	return command
}

// makeAzurePEM is for the curves and sizes of which the az command makes the right JWK itself.
func makeAzurePEM(k Key, s Settings, place vaultPlace) (*Result, error) {
	file, err := eitherPKCS8(k, s)
	if err != nil {
		return nil, err
	}
	name := shellFile(s.Output)
	result := &Result{Files: []File{{Data: file}}, Warnings: append(leftPlain(s), leavesClear)}
	load := Command{Online: true, What: "import it", Line: "az keyvault key import" + place.flags() + " --ops sign verify --pem-file " + name}
	if !s.Plain {
		load.What = "import it; openssl asks for the new passphrase"
		result.Notes = []string{"az takes a passphrase in its arguments only (--pem-password), for all who list processes to see: so openssl opens the file, and az reads a pipe"}
		load.Line = "openssl pkey -in " + name + " | az keyvault key import" + place.flags() + " --ops sign verify --pem-file /dev/stdin"
	}
	result.Commands = []Command{load, place.check(k)}
	if field, short := leadingZero(k); short {
		result.Warnings = append(result.Warnings, "az leaves out the leading zero of this key's "+field+", and nobody documents whether the vault takes it so: azure-byok leaves nothing out")
	}
	return result, nil
}

// leavesClear is true of every import but that of a wrapped key.
const leavesClear = "the machine that imports it has the key in its memory, and Azure gets it in the clear within TLS: azure-byok keeps it wrapped up to the vault's HSM"

// makeAzureJWK writes the body of the REST call "Import Key" for secp256k1:
//
//	{"key":{"kty":"EC","crv":"P-256K","x":…,"y":…,"d":…,"key_ops":["sign","verify"]}}
//
// with fields of full width. --pem-file would call the curve SECP256K1, and the SDKs would not sign with it (Azure/azure-cli#18462).
func makeAzureJWK(k Key, s Settings, place vaultPlace) (*Result, error) {
	if err := refuseSealedK1(s)(keygen.Secp256k1); err != nil { // nothing leaves in the clear because a caller did not ask
		return nil, err
	}
	key, err := keygen.MarshalJWK(k.Signer, "P-256K", "")
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(key)
	const before, after = `{"key":`, `,"key_ops":["sign","verify"]}}` + "\n"
	file := make([]byte, 0, len(before)+len(key)+len(after))
	file = append(append(file, before...), key[:len(key)-len("}\n")]...)
	if file, err = opensAgain(append(file, after...), k); err != nil {
		return nil, err
	}
	url := "https://" + place.vault + ".vault.azure.net/keys/" + place.key + "?api-version=7.4"
	load := Command{Online: true, What: "import it", Line: "az rest --method put --resource https://vault.azure.net --url " + shellQuote(url) + " --body @" + shellFile(s.Output)}
	return &Result{
		Files:    []File{{Data: file}},
		Commands: []Command{load, place.check(k)},
		Notes:    []string{"it is the body of the REST call that imports a key: az keyvault key import --pem-file would call the curve SECP256K1, and its keys can't sign ES256K"},
		Warnings: append(leftPlain(s), leavesClear),
	}, nil
}

// leadingZero tells whether a number of an EC key begins with a zero byte, and which.
func leadingZero(k Key) (field string, short bool) {
	key, ok := k.Signer.(*ecdsa.PrivateKey)
	if !ok {
		return "", false
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return "", false
	}
	scalar, err := key.Bytes()
	if err != nil {
		return "", false
	}
	defer secret.Wipe(scalar)
	size := len(scalar)
	switch {
	case scalar[0] == 0:
		return "d", true
	case point[1] == 0:
		return "x", true
	}
	return "y", point[1+size] == 0
}
