package export

import (
	"bytes"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"time"

	"sigtool/keygen"
)

var azureSizes = []int{2048, 3072, 4096}

// azureKey is what `az keyvault key show` and Key Vault itself say of a key. The tool says keyOps, and times as text; the vault says
// key_ops, and times as seconds.
type azureKey struct {
	Key *struct {
		KID     string   `json:"kid"`
		Kty     string   `json:"kty"`
		KeyOps  []string `json:"keyOps"`
		KeyOps2 []string `json:"key_ops"`
		N       string   `json:"n"`
		E       string   `json:"e"`
	} `json:"key"`
	Attributes struct {
		Enabled *bool           `json:"enabled"`
		Expires json.RawMessage `json:"expires"`
		Exp     json.RawMessage `json:"exp"`
		Since   json.RawMessage `json:"notBefore"`
		Nbf     json.RawMessage `json:"nbf"`
	} `json:"attributes"`
}

// readKEK reads the key exchange key, and its URL where the file says it.
func readKEK(s Settings) (*rsa.PublicKey, string, error) {
	var found azureKey
	if !isJSON(s.Wrap) || len(s.Wrap) > maxWrapFile || json.Unmarshal(s.Wrap, &found) != nil || found.Key == nil {
		pub, err := readWrapRSA(s.Wrap, fetchKEK, azureSizes...)
		return pub, "", err
	}
	key := found.Key
	switch ops := append(key.KeyOps, key.KeyOps2...); {
	case key.KID == "":
		return nil, "", badWrap(fetchKEK, "the JSON does not say its URL (kid)")
	case key.Kty != "RSA-HSM":
		return nil, "", badWrap(fetchKEK, "it is of the type %.20q, not RSA-HSM", key.Kty)
	case !slices.Equal(ops, []string{"import"}):
		return nil, "", badWrap(fetchKEK, "it is for %.60q, and a KEK is for \"import\" alone", strings.Join(ops, " "))
	case found.Attributes.Enabled != nil && !*found.Attributes.Enabled:
		return nil, "", badWrap("az keyvault key set-attributes --enabled true --id "+shellQuote(key.KID), "it is disabled in the vault")
	}
	if err := found.judge(s.Now); err != nil {
		return nil, "", err
	}
	n, okN := azureNumber(key.N)
	e, okE := azureNumber(key.E)
	if !okN || !okE || !e.IsInt64() || e.Int64() > 1<<31-1 {
		return nil, "", badWrap(fetchKEK, "its numbers n and e can't be read")
	}
	der, err := keygen.MarshalPublic(&rsa.PublicKey{N: n, E: int(e.Int64())})
	if err != nil {
		return nil, "", badWrap(fetchKEK, "%v", err)
	}
	pub, err := readWrapRSA(der, fetchKEK, azureSizes...) // the checks are there
	return pub, key.KID, err
}

// judge tells whether the key may be used at this time.
func (k *azureKey) judge(now time.Time) error {
	for _, raw := range []json.RawMessage{k.Attributes.Expires, k.Attributes.Exp} {
		until, err := timeIn(raw)
		if err != nil {
			return badWrap(fetchKEK, "when it expires can't be read")
		}
		if !until.IsZero() && !now.Before(until) {
			return stale("the KEK", until, now, "make a new one: az keyvault key create --kty RSA-HSM --size 4096 --ops import --vault-name VAULT --name KEK")
		}
	}
	for _, raw := range []json.RawMessage{k.Attributes.Since, k.Attributes.Nbf} {
		since, err := timeIn(raw)
		if err != nil || now.Before(since) {
			return badWrap(fetchKEK, "it is not to be used yet, by what the vault says of it")
		}
	}
	return nil
}

// azureNumber reads a number in Base64: the tool writes the standard alphabet, the vault that of URLs, with padding or without.
func azureNumber(text string) (*big.Int, bool) {
	text = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	data, err := base64.RawStdEncoding.DecodeString(text)
	data = bytes.TrimLeft(data, "\x00")
	if err != nil || len(data) == 0 || len(data) > 2048 {
		return nil, false
	}
	return new(big.Int).SetBytes(data), true
}
