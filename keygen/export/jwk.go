package export

import (
	"sigtool/keygen"
)

var jwk = &Target{
	Name:    "jwk",
	Summary: "a JSON Web Key (RFC 7517), in the clear",
	Takes:   "ed25519, p256, p384, p521, secp256k1, RSA",
	Refuse: refuseBut("there is no JWK of it that other software reads", "",
		keygen.Ed25519, keygen.P256, keygen.P384, keygen.P521, keygen.Secp256k1, anyRSA),
	Plain:   true,
	Prepare: prepareJWK,
}

func prepareJWK(s Settings) (*Export, error) {
	if !s.Plain {
		return nil, wrong("a JWK is not sealed: whoever reads it has the key; say so with --plain --no-passphrase, or export it as pkcs8")
	}
	return &Export{Make: func(k Key) (*Result, error) {
		kid := keygen.NameOf(keygen.Names(k.Signer.Public()), keygen.NameJWK)
		file, err := keygen.MarshalJWK(k.Signer, "secp256k1", kid)
		if err != nil {
			return nil, err
		}
		if file, err = opensAgain(file, k); err != nil {
			return nil, err
		}
		result := &Result{Files: []File{{Data: file}}, Warnings: leftPlain(s), Commands: []Command{{
			Check: true, What: "look at it again; it has to show " + keygen.Fingerprint(k.Signer.Public()), Line: "sigtool key show " + shellFile(s.Output)}}}
		if kid != "" {
			result.Notes = append(result.Notes, "kid, the key's thumbprint (RFC 7638): "+kid)
		}
		if _, k1 := k.Signer.(*keygen.Secp256k1PrivateKey); k1 {
			result.Notes = append(result.Notes, "the curve is called secp256k1 (RFC 8812); for Azure, which calls it P-256K, export it as azure or azure-byok")
		}
		return result, nil
	}}, nil
}
