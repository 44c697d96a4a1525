package export

import (
	"bytes"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"sigtool/internal/issue"
	"sigtool/keygen"
)

// minWrapRSA is the smallest wrapping key where the vault names no sizes, in bits.
const minWrapRSA = 2048

// maxWrapFile bounds what is read of JSON, in bytes: vaults write a few KiB.
const maxWrapFile = 256 << 10

// readWrapRSA reads the public half of a wrapping key: PEM or DER, SubjectPublicKeyInfo or PKCS#1, or the Base64 of DER. Sizes are what
// the vault has, in bits; none: 2048 and more. fetch says how to get the right file, for the hint.
//
// Each error has the id wrapping-key: a certificate, a private key, another kind of key, another size, a file that is none.
func readWrapRSA(data []byte, fetch string, sizes ...int) (*rsa.PublicKey, error) {
	if of := vaultOfJSON(data); of != "" {
		return nil, badWrap(fetch, "JSON of %s, not the wrapping key of this target", of)
	}
	if der, ok := bareBase64(data); ok {
		data = der
	}
	if bytes.Contains(data, []byte("PRIVATE KEY-----")) { // beside a public one, too
		return nil, badWrap(fetch, givenAway)
	}
	pub, cert, err := keygen.ParsePublic(data)
	switch {
	case errors.Is(err, keygen.ErrPrivate):
		return nil, badWrap(fetch, givenAway)
	case err != nil:
		return nil, badWrap(fetch, "%v", err)
	case cert != nil:
		return nil, badWrap("if its key is the wrapping key: openssl x509 -in CERT -pubkey -noout >wrap.pem", "it is a certificate, not a public key")
	}
	key, ok := pub.(*rsa.PublicKey)
	if !ok {
		alg, _ := keygen.AlgorithmOf(pub)
		return nil, badWrap(fetch, "it is %s; keys are wrapped to RSA keys here", alg)
	}
	if bits := key.N.BitLen(); len(sizes) == 0 && bits < minWrapRSA || len(sizes) > 0 && !slices.Contains(sizes, bits) {
		return nil, badWrap(fetch, "it is RSA of %d bits, not of %s", bits, sizesText(sizes))
	}
	if smallFactor(key.N) {
		return nil, badWrap(fetch, "it is damaged: its modulus has a small factor")
	}
	return key, nil
}

const givenAway = "it is a private key; a vault never gives away that half of its wrapping key"

// smallFactor tells whether a number can be divided by a prime below 752, as those that aren't a product of two large primes mostly can: PEM and DER
// have no checksum, and what is wrapped to a damaged modulus nobody it is for opens (NIST SP 800-89 §5.3.3).
func smallFactor(n *big.Int) bool {
	var rest big.Int
	for d := int64(2); d < 752; d++ {
		if rest.Mod(n, big.NewInt(d)).Sign() == 0 {
			return true
		}
	}
	return false
}

// badWrap is the error for a wrapping key that can't be used, with what to do about it.
func badWrap(hint, format string, args ...any) error {
	return issue.New("wrapping-key", nil, "the wrapping key: %s", fmt.Sprintf(format, args...)).Advise(hint)
}

func sizesText(sizes []int) string {
	if len(sizes) == 0 {
		return strconv.Itoa(minWrapRSA) + " or more"
	}
	texts := make([]string, len(sizes))
	for i, bits := range sizes {
		texts[i] = strconv.Itoa(bits)
	}
	return strings.Join(texts, " or ")
}

// bareBase64 takes the Base64 of a DER SEQUENCE, as AWS prints it. Line ends count for nothing.
func bareBase64(data []byte) ([]byte, bool) {
	text := bytes.TrimSpace(data)
	if !bytes.HasPrefix(text, []byte("MII")) {
		return nil, false
	}
	der := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(der, text)
	return der[:n], err == nil
}

// vaultOfJSON says which vault's tool wrote some JSON; "" for what is no JSON object.
func vaultOfJSON(data []byte) string {
	var found map[string]json.RawMessage
	if !isJSON(data) || len(data) > maxWrapFile || json.Unmarshal(data, &found) != nil {
		return ""
	}
	for _, known := range []struct{ field, of string }{
		{"ImportToken", "aws kms get-parameters-for-import"},
		{"importMethod", "gcloud kms import-jobs describe"},
		{"key", "az keyvault key show"},
		{"lease_id", "vault read"},
	} {
		if _, ok := found[known.field]; ok {
			return "`" + known.of + "`"
		}
	}
	return "another kind"
}

// isJSON tells whether a file is to be read as a JSON object.
func isJSON(data []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) }
