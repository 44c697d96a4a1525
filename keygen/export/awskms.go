package export

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/json"

	"sigtool/keygen"
)

const (
	wrapsAWS = "KMS's wrapping key: JSON of `aws kms get-parameters-for-import`, or its public key alone (DER, PEM, Base64)"
	fetchAWS = "get new ones: aws kms get-parameters-for-import --key-id KEY --wrapping-algorithm RSA_AES_KEY_WRAP_SHA_256 --wrapping-key-spec RSA_4096 >import.json"
	// maxToken bounds an import token, in bytes: AWS writes up to 6 KiB.
	maxToken = 64 << 10
)

var awsKMS = &Target{
	Name:    "aws-kms",
	Summary: "key material for AWS KMS, wrapped to the public key that KMS gives out for an import",
	Takes:   "p256, p384, p521, secp256k1, rsa2048, rsa3072, rsa4096",
	Refuse:  refuseAWS,
	Wraps:   wrapsAWS,
	Options: []Option{oaepOption},
	Prepare: prepareAWS,
}

// awsSpecs are the key specs of KMS by our names.
var awsSpecs = map[keygen.Algorithm]string{
	keygen.P256: "ECC_NIST_P256", keygen.P384: "ECC_NIST_P384", keygen.P521: "ECC_NIST_P521", keygen.Secp256k1: "ECC_SECG_P256K1",
	keygen.RSA2048: "RSA_2048", keygen.RSA3072: "RSA_3072", keygen.RSA4096: "RSA_4096",
}

func refuseAWS(alg keygen.Algorithm) error {
	switch {
	case awsSpecs[alg] != "":
		return nil
	case alg == keygen.Ed25519:
		return refused(alg, "KMS makes Ed25519 keys of its own, but AWS does not say in which form it imports one", "export it to gcp-kms or vault, or use p256 there")
	case alg == keygen.MLDSA65 || alg == keygen.MLDSA87:
		return refused(alg, "KMS makes ML-DSA keys of its own, but AWS describes this import for RSA and elliptic curves only", "have KMS make the key, or use p256 there")
	case isRSA(alg):
		return refused(alg, "KMS has RSA of 2048, 3072 and 4096 bits", "make a key of one of these sizes: sigtool keygen -a rsa3072")
	}
	return refused(alg, "AWS KMS does not take such keys", "use p256, p384, p521, secp256k1 or RSA there")
}

// awsParameters is what `aws kms get-parameters-for-import` prints. The time is text, or seconds by version 1 of the tool.
type awsParameters struct {
	KeyID             string `json:"KeyId"`
	ImportToken       []byte // Base64
	PublicKey         []byte // Base64 of DER SubjectPublicKeyInfo
	ParametersValidTo json.RawMessage
}

// readAWS reads the wrapping key, with the import token and the name of the key in KMS where the file has them.
func readAWS(s Settings) (*rsa.PublicKey, *awsParameters, error) {
	found := &awsParameters{}
	data := s.Wrap
	if isJSON(data) && len(data) <= maxWrapFile && bytes.Contains(data, []byte(`"ImportToken"`)) {
		if json.Unmarshal(data, found) != nil || len(found.PublicKey) == 0 || len(found.ImportToken) == 0 || len(found.ImportToken) > maxToken {
			return nil, nil, badWrap(fetchAWS, "PublicKey and ImportToken can't be read from the JSON")
		}
		if found.KeyID != "" && !plainNames(found.KeyID) {
			return nil, nil, badWrap(fetchAWS, "its KeyId %.60q is no name of a key in KMS", found.KeyID)
		}
		until, err := timeIn(found.ParametersValidTo)
		if err != nil {
			return nil, nil, badWrap(fetchAWS, "ParametersValidTo can't be read")
		}
		if !until.IsZero() && !s.Now.Before(until) {
			return nil, nil, stale("the import token", until, s.Now, fetchAWS)
		}
		data = found.PublicKey
	}
	pub, err := readWrapRSA(data, fetchAWS, 2048, 3072, 4096)
	return pub, found, err
}

func prepareAWS(s Settings) (*Export, error) {
	hash, err := oaepHash(s, crypto.SHA256)
	if err == nil {
		err = needWrap(&s, wrapsAWS)
	}
	if err != nil {
		return nil, err
	}
	pub, found, err := readAWS(s)
	if err != nil {
		return nil, err
	}
	way := wrapsTo(pub, func(k Key) (*Result, error) { return makeAWS(s, pub, hash, found, k.Signer) })
	if len(found.ImportToken) > 0 {
		way.Beside = []string{".token"}
	}
	return way, nil
}

func makeAWS(s Settings, pub *rsa.PublicKey, hash crypto.Hash, found *awsParameters, key crypto.Signer) (*Result, error) {
	alg, err := takenAs(key, refuseAWS)
	if err != nil {
		return nil, err
	}
	blob, err := rsaAESWrap(s.Rand, pub, hash, key)
	if err != nil {
		return nil, err
	}
	algorithm := map[crypto.Hash]string{crypto.SHA256: "RSA_AES_KEY_WRAP_SHA_256", crypto.SHA1: "RSA_AES_KEY_WRAP_SHA_1"}[hash]
	r := &Result{Files: []File{{Data: blob}}, Notes: []string{
		"the key in KMS has to be made as: aws kms create-key --origin EXTERNAL --key-usage SIGN_VERIFY --key-spec " + awsSpecs[alg],
		"its wrapping key has to be got with --wrapping-algorithm " + algorithm}}
	name, token := "KEY", "fileb://import.token"
	if found.KeyID != "" {
		name = found.KeyID
	}
	if len(found.ImportToken) > 0 {
		r.Files = append(r.Files, File{Suffix: ".token", Data: bytes.Clone(found.ImportToken)})
		token = "fileb://" + s.Output + ".token"
	} else {
		r.Notes = append(r.Notes, "in the commands, KEY is the key in KMS, and import.token the import token (not Base64) that came with this wrapping key")
	}
	r.Commands = []Command{
		{Online: true, What: "import it within 24 hours of getting the wrapping key", Line: "aws kms import-key-material --key-id " + name + " --encrypted-key-material " +
			shellQuote("fileb://"+s.Output) + " --import-token " + shellQuote(token) + " --expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE"},
		arrived(key, "aws kms get-public-key --key-id "+name+" --query PublicKey --output text | base64 -d", false),
	}
	r.Warnings = []string{"KMS keeps imported material less safely than its own: keep the key, so that it can be imported again"}
	if alg == keygen.Secp256k1 {
		r.Warnings = append(r.Warnings, largeS)
	}
	return r, nil
}
