package export

import (
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"strings"

	"sigtool/keygen"
)

const (
	wrapsBYOK = "the vault's KEK: PEM of `az keyvault key download`, or JSON of `az keyvault key show`"
	fetchKEK  = "az keyvault key download --vault-name VAULT --name KEK --file kek.pem; it is made with --kty RSA-HSM --ops import"
)

var azureBYOK = &Target{
	Name:    "azure-byok",
	Summary: "a .byok file for an HSM of Azure Key Vault, wrapped to a key of that vault (KEK)",
	Takes:   "p256, p384, p521, secp256k1, rsa2048, rsa3072, rsa4096",
	Refuse:  refuseBYOK,
	Wraps:   wrapsBYOK,
	Options: []Option{{Name: "kid", Value: "URL", Help: "the `URL` of the KEK, its version included; JSON in --wrap has it"}},
	Prepare: prepareBYOK,
}

// azureTypes are the key types and curves of Key Vault by our names. --kty says EC for EC-HSM: the command line adds the HSM itself.
var azureTypes = map[keygen.Algorithm]string{
	keygen.P256: "--kty EC --curve P-256", keygen.P384: "--kty EC --curve P-384", keygen.P521: "--kty EC --curve P-521",
	keygen.Secp256k1: "--kty EC --curve P-256K", keygen.RSA2048: "--kty RSA", keygen.RSA3072: "--kty RSA", keygen.RSA4096: "--kty RSA",
}

func refuseBYOK(alg keygen.Algorithm) error {
	switch {
	case azureTypes[alg] != "":
		return nil
	case alg == keygen.Ed25519:
		return refused(alg, "Azure Key Vault has no Ed25519", "use a p256 key there, or keep this one in a vault that has it: sigtool export gcp-kms or vault")
	case isRSA(alg):
		return refused(alg, "Azure Key Vault has RSA of 2048, 3072 and 4096 bits", "make a key of one of these sizes: sigtool keygen -a rsa3072")
	}
	return refused(alg, "Azure Key Vault does not take such keys", "use p256, p384, p521, secp256k1 or RSA there")
}

func prepareBYOK(s Settings) (*Export, error) {
	if err := needWrap(&s, wrapsBYOK); err != nil {
		return nil, err
	}
	pub, said, err := readKEK(s)
	if err != nil {
		return nil, err
	}
	given := s.Values.String("kid")
	switch {
	case given == "" && said == "":
		return nil, wrong("no --kid: the URL of the KEK in the vault, which `az keyvault key show --query key.kid` prints")
	case given != "" && said != "" && given != said:
		return nil, wrong("--kid is %s, but the file that --wrap names is of %s", given, said)
	case given == "":
		given = said
	}
	kek, err := parseKID(given)
	if err != nil {
		return nil, err
	}
	return wrapsTo(pub, func(k Key) (*Result, error) { return makeBYOK(s, pub, kek, k.Signer) }), nil
}

// byokFile is a key transfer blob (Microsoft's BYOK specification 1.0.0). The ciphertext is what CKM_RSA_AES_KEY_WRAP makes, with SHA-1.
type byokFile struct {
	SchemaVersion string     `json:"schema_version"`
	Header        byokHeader `json:"header"`
	Ciphertext    string     `json:"ciphertext"` // Base64url without padding (RFC 7515 §2)
	Generator     string     `json:"generator"`
}

type byokHeader struct {
	KID string `json:"kid"`
	Alg string `json:"alg"`
	Enc string `json:"enc"`
}

func makeBYOK(s Settings, pub *rsa.PublicKey, kek *azureKID, key crypto.Signer) (*Result, error) {
	alg, err := takenAs(key, refuseBYOK)
	if err != nil {
		return nil, err
	}
	blob, err := rsaAESWrap(s.Rand, pub, crypto.SHA1, key)
	if err != nil {
		return nil, err
	}
	file, err := json.MarshalIndent(byokFile{
		SchemaVersion: "1.0.0",
		Header:        byokHeader{KID: kek.url, Alg: "dir", Enc: "CKM_RSA_AES_KEY_WRAP"},
		Ciphertext:    base64.RawURLEncoding.EncodeToString(blob),
		Generator:     s.Program,
	}, "", "  ")
	if err != nil {
		return nil, err
	}
	r := &Result{
		Files:    []File{{Data: append(file, '\n')}},
		Commands: byokCommands(s, kek, alg, key),
		Notes:    []string{"the KEK and the key have to be in the same vault, of the tier Premium or a Managed HSM"},
		Warnings: []string{"Azure wants keys that never were outside an HSM in the clear: this one is imported all the same, but is not of HSM origin"},
	}
	if !strings.HasSuffix(s.Output, ".byok") {
		r.Notes = append(r.Notes, "PowerShell's Add-AzKeyVaultKey knows the file by a name that ends in .byok")
	}
	if alg == keygen.Secp256k1 {
		r.Warnings = append(r.Warnings, largeS)
	}
	if kek.warning != "" {
		r.Warnings = append(r.Warnings, kek.warning)
	}
	return r, nil
}

func byokCommands(s Settings, kek *azureKID, alg keygen.Algorithm, key crypto.Signer) []Command {
	where := kek.flag + " " + shellQuote(kek.vault) + " --name " + plainName(s.Label, "-", 127)
	back := shellFile(s.Output + ".imported.pem")
	return []Command{
		{Online: true, What: "import it", Line: "az keyvault key import " + where + " --byok-file " + shellFile(s.Output) + " " + azureTypes[alg] + " --ops sign verify"},
		arrived(key, "az keyvault key download "+where+" --file "+back+" && openssl pkey -pubin -in "+back+" -outform DER", false),
	}
}

// azureKID is the URL of a key in a vault, taken apart: https://VAULT.vault.azure.net/keys/NAME/VERSION.
type azureKID struct {
	url, flag, vault string
	warning          string
}

// azureHosts are the endings of the names of vaults, with the flag that names such a vault.
var azureHosts = []struct{ ending, flag string }{
	{".vault.azure.net", "--vault-name"}, {".managedhsm.azure.net", "--hsm-name"},
	{".vault.azure.cn", "--vault-name"}, {".managedhsm.azure.cn", "--hsm-name"},
	{".vault.usgovcloudapi.net", "--vault-name"}, {".managedhsm.usgovcloudapi.net", "--hsm-name"},
}

// parseKID takes a key's URL apart. Hosts that are not Azure's are warned of, for there are clouds that nobody can list.
func parseKID(url string) (*azureKID, error) {
	const harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.:/"
	rest, https := strings.CutPrefix(url, "https://")
	parts := strings.Split(rest, "/")
	if !https || len(url) > 512 || strings.Trim(url, harmless) != "" || len(parts) != 4 || parts[1] != "keys" || strings.TrimLeft(parts[0], "-.:") != parts[0] || parts[0] == "" || parts[2] == "" || parts[3] == "" {
		return nil, wrong("the KEK's URL is https://VAULT.vault.azure.net/keys/NAME/VERSION, not %.200q: `az keyvault key show --query key.kid` prints it", url)
	}
	kek := &azureKID{url: url, flag: "--vault-name"}
	host, _, _ := strings.Cut(strings.ToLower(parts[0]), ":")
	for _, known := range azureHosts {
		if vault, ok := strings.CutSuffix(host, known.ending); ok && vault != "" && !strings.Contains(vault, ".") {
			kek.flag, kek.vault = known.flag, vault
			return kek, nil
		}
	}
	kek.vault, _, _ = strings.Cut(host, ".")
	kek.warning = "the host " + host + " is no Key Vault that sigtool knows: see that the URL of the KEK is right"
	return kek, nil
}
