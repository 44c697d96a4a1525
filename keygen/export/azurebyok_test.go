package export

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"sigtool/keygen"
)

const testKID = "https://lab.vault.azure.net/keys/kek/0123456789abcdef0123456789abcdef"

func TestAzureBYOK(t *testing.T) {
	t.Parallel()
	for alg, c := range map[keygen.Algorithm]struct {
		kek       keygen.Algorithm
		kty, size string
	}{
		keygen.P256:      {keygen.RSA2048, "--kty EC --curve P-256 ", "408"},
		keygen.P521:      {keygen.RSA4096, "--kty EC --curve P-521 ", "768"},
		keygen.Secp256k1: {keygen.RSA3072, "--kty EC --curve P-256K ", "528"},
		keygen.RSA3072:   {keygen.RSA4096, "--kty RSA ", ""},
	} {
		result := cloudExport(t, azureBYOK, wrapFile(t, c.kek), Values{"kid": {testKID}}, alg)
		var file map[string]any
		if err := json.Unmarshal(result.Files[0].Data, &file); err != nil {
			t.Fatal(err)
		}
		header, _ := json.Marshal(file["header"])
		if string(header) != `{"alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP","kid":"`+testKID+`"}` || file["schema_version"] != "1.0.0" || file["generator"] != "sigtool test" || len(file) != 4 {
			t.Errorf("%s: %s", alg, result.Files[0].Data)
		}
		blob, err := base64.RawURLEncoding.DecodeString(file["ciphertext"].(string))
		if err != nil || c.size != "" && fmt.Sprint(len(blob)) != c.size {
			t.Errorf("%s: %d bytes, %v", alg, len(blob), err)
		}
		if der := opensslUnwraps(t, blob, c.kek, "sha1"); !bytes.Equal(der, wants(t, alg)) {
			t.Errorf("%s: openssl opens something else", alg)
		}
		if got := line(result, "import it"); !strings.HasPrefix(got, "az keyvault key import --vault-name lab --name release-key --byok-file out.key "+c.kty) {
			t.Errorf("%s: %s", alg, got)
		}
	}
}

// kekJSON is what `az keyvault key show` prints of the KEK rsa3072, with fields changed.
func kekJSON(t testing.TB, change map[string]string) []byte {
	t.Helper()
	fields := map[string]string{
		"kid": `"` + testKID + `"`, "kty": `"RSA-HSM"`, "keyOps": `["import"]`, "n": `"` + base64.StdEncoding.EncodeToString(modulus(t, keygen.RSA3072)) + `"`, "e": `"AQAB"`,
		"enabled": "true", "expires": "null", "notBefore": "null",
	}
	for name, value := range change {
		fields[name] = value
	}
	return fmt.Appendf(nil, `{"attributes":{"enabled":%s,"expires":%s,"notBefore":%s},"key":{"kid":%s,"kty":%s,"keyOps":%s,"n":%s,"e":%s},"managed":null,"tags":{}}`,
		fields["enabled"], fields["expires"], fields["notBefore"], fields["kid"], fields["kty"], fields["keyOps"], fields["n"], fields["e"])
}

func modulus(t testing.TB, alg keygen.Algorithm) []byte {
	t.Helper()
	der, err := keygen.MarshalPublic(signerOf(t, alg).Public())
	if err != nil {
		t.Fatal(err)
	}
	return der[len(der)-5-384 : len(der)-5] // the INTEGER e has 5 bytes
}

func TestAzureKEK(t *testing.T) {
	t.Parallel()
	s := settingsFor(nil)
	s.Wrap = kekJSON(t, nil)
	way, err := azureBYOK.Prepare(s)
	if err != nil || way.Wrapping != keygen.Fingerprint(signerOf(t, keygen.RSA3072).Public()) || way.WrappingAlg != "rsa3072" {
		t.Fatalf("%+v, %v", way, err)
	}
	s.Wrap = append([]byte("\xef\xbb\xbf"), s.Wrap...)
	if again, err := azureBYOK.Prepare(s); err != nil || again.Wrapping != way.Wrapping {
		t.Errorf("with the mark of Windows before it: %+v, %v", again, err)
	}
	rest := fmt.Appendf(nil, `{"key":{"kid":"%s","kty":"RSA-HSM","key_ops":["import"],"n":"%s","e":"AQAB"},"attributes":{"enabled":true,"nbf":1600000000,"exp":1900000000}}`,
		testKID, base64.RawURLEncoding.EncodeToString(modulus(t, keygen.RSA3072)))
	s.Wrap = rest
	if again, err := azureBYOK.Prepare(s); err != nil || again.Wrapping != way.Wrapping {
		t.Errorf("what the vault itself says: %+v, %v", again, err)
	}
	for want, change := range map[string]map[string]string{
		"not RSA-HSM":             {"kty": `"RSA"`},
		"alone":                   {"keyOps": `["import","sign"]`},
		"disabled":                {"enabled": "false"},
		"wrapping-key-expired":    {"expires": `"2026-11-22T11:59:59+00:00"`},
		"not to be used yet":      {"notBefore": `"2026-11-22T12:00:01+00:00"`},
		"when it expires can't":   {"expires": `"soon"`},
		"n and e can't be read":   {"n": `"?"`},
		"positive and odd":        {"e": `"AQAA"`},
		"RSA of 1000 bits":        {"n": `"` + base64.StdEncoding.EncodeToString(new(big.Int).SetBit(big.NewInt(1), 999, 1).Bytes()) + `"`},
		"does not say its URL":    {"kid": `""`},
		"https://VAULT.vault.az":  {"kid": `"http://lab.vault.azure.net/keys/kek/1"`},
		"it is of the type \"EC-": {"kty": `"EC-HSM"`},
	} {
		s.Wrap = kekJSON(t, change)
		if _, err := azureBYOK.Prepare(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, not %q", change, err, want)
		}
	}
	s.Wrap, s.Values = kekJSON(t, nil), Values{"kid": {testKID + "0"}}
	if _, err := azureBYOK.Prepare(s); err == nil || !strings.Contains(err.Error(), "but the file that --wrap names is of") {
		t.Errorf("two KEKs: %v", err)
	}
}

func TestAzureKID(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		testKID:                               "--vault-name lab",
		"https://Lab.vault.azure.cn/keys/k/1": "--vault-name lab",
		"https://pool.managedhsm.azure.net/keys/k/1":  "--hsm-name pool",
		"https://x.vault.usgovcloudapi.net/keys/k/1":  "--vault-name x",
		"https://vault.example.org:8443/keys/k/1":     "warned",
		"https://a.b.vault.azure.net/keys/k/1":        "warned",
		"http://lab.vault.azure.net/keys/k/1":         "",
		"https://lab.vault.azure.net/keys/k":          "",
		"https://lab.vault.azure.net/keys/k/":         "",
		"https://lab.vault.azure.net/secrets/k/1":     "",
		"https://lab.vault.azure.net/keys/k/1?a=b":    "",
		"https://lab.vault.azure.net/keys/k/1 ; ls":   "",
		"https:///keys/k/1":                           "",
		"https://:8/keys/k/1":                         "",
		"https://-x.vault.azure.net/keys/k/1":         "",
		"https://lab.vault.azure.net/keys/k/1/extra/": "",
	} {
		kek, err := parseKID(url)
		got := ""
		if err == nil {
			if got = kek.flag + " " + kek.vault; kek.warning != "" {
				got = "warned"
			}
		}
		if got != want {
			t.Errorf("%s: %q, %v, not %q", url, got, err, want)
		}
	}
}
