package export

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sigtool/internal/issue"
	"sigtool/internal/oracle"
	"sigtool/keygen"
)

const testKID = "https://lab.vault.azure.net/keys/kek/0123456789abcdef0123456789abcdef"

// cloudExport exports with the wrapping key of testdata/keys, or with another file.
func cloudExport(t testing.TB, target *Target, wrap []byte, values Values, alg keygen.Algorithm) *Result {
	t.Helper()
	if err := target.Refuse(alg); err != nil {
		t.Fatal(err)
	}
	s := settingsFor(values)
	s.Wrap = wrap
	result := exported(t, target, s, keyOf(t, alg))
	checksKey(t, result, alg)
	return result
}

// checksKey: the last command tells, by the fingerprint, whether the key arrived; none has a secret in it.
func checksKey(t testing.TB, result *Result, alg keygen.Algorithm) {
	t.Helper()
	last := result.Commands[len(result.Commands)-1]
	if want := strings.TrimPrefix(keygen.Fingerprint(signerOf(t, alg).Public()), "SHA256:"); !last.Check || !last.Online || !strings.Contains(last.What, want) && alg != keygen.Ed25519 {
		t.Errorf("%s: %+v does not check the key", alg, last)
	}
	for _, command := range result.Commands {
		if err := exec.Command("sh", "-n", "-c", command.Line).Run(); err != nil {
			t.Errorf("a shell does not read %s: %v", command.Line, err)
		}
	}
}

func line(r *Result, what string) string {
	for _, command := range r.Commands {
		if strings.HasPrefix(command.What, what) {
			return command.Line
		}
	}
	return ""
}

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

// awsJSON is what `aws kms get-parameters-for-import` prints.
func awsJSON(t testing.TB, until string) []byte {
	t.Helper()
	block, _ := pem.Decode(wrapFile(t, keygen.RSA4096))
	return fmt.Appendf(nil, `{"KeyId":"arn:aws:kms:eu-central-1:111122223333:key/1234abcd","ImportToken":"%s","PublicKey":"%s","ParametersValidTo":%s}`,
		base64.StdEncoding.EncodeToString([]byte("the token")), base64.StdEncoding.EncodeToString(block.Bytes), until)
}

func TestAWS(t *testing.T) {
	t.Parallel()
	result := cloudExport(t, awsKMS, awsJSON(t, `"2026-11-23T12:00:00.123000+00:00"`), nil, keygen.Secp256k1)
	if der := opensslUnwraps(t, result.Files[0].Data, keygen.RSA4096, "sha256"); !bytes.Equal(der, wants(t, keygen.Secp256k1)) {
		t.Error("openssl opens something else")
	}
	if len(result.Files) != 2 || result.Files[1].Suffix != ".token" || string(result.Files[1].Data) != "the token" {
		t.Errorf("%d files", len(result.Files))
	}
	want := "aws kms import-key-material --key-id arn:aws:kms:eu-central-1:111122223333:key/1234abcd --encrypted-key-material fileb://out.key --import-token fileb://out.key.token --expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE"
	if got := line(result, "import it"); got != want {
		t.Error(got)
	}
	if !slices.ContainsFunc(result.Notes, func(n string) bool { return strings.Contains(n, "--key-spec ECC_SECG_P256K1") }) || len(result.Warnings) != 2 {
		t.Errorf("%q, %q", result.Notes, result.Warnings)
	}
	block, _ := pem.Decode(wrapFile(t, keygen.RSA2048))
	result = cloudExport(t, awsKMS, []byte(base64.StdEncoding.EncodeToString(block.Bytes)), Values{"oaep": {"sha1"}}, keygen.P384)
	if der := opensslUnwraps(t, result.Files[0].Data, keygen.RSA2048, "sha1"); !bytes.Equal(der, wants(t, keygen.P384)) || len(result.Files) != 1 {
		t.Error("openssl opens something else")
	}
	if got := line(result, "import it"); !strings.Contains(got, "--key-id KEY ") || !strings.Contains(got, "--import-token fileb://import.token ") {
		t.Error(got)
	}
}

func TestAWSParameters(t *testing.T) {
	t.Parallel()
	s := settingsFor(nil)
	for until, want := range map[string]string{
		`"2026-11-22T12:00:01Z"`: "", `1795348801.5`: "", `null`: "",
		`"2026-11-22T12:00:00Z"`:      "the import token was valid until 2026-11-22 12:00:00 UTC",
		`"2026-11-22T12:30:00+01:00"`: "wrapping-key-expired", `1600000000.25`: "wrapping-key-expired",
		`"tomorrow"`: "can't be read", `{}`: "can't be read", `1e300`: "can't be read", `-1`: "can't be read",
	} {
		s.Wrap = awsJSON(t, until)
		_, err := awsKMS.Prepare(s)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want) || issue.Hint(err) == "") {
			t.Errorf("%s: %v, not %q", until, err, want)
		}
	}
	for _, data := range []string{`{"ImportToken":""}`, `{"ImportToken":"AA==","PublicKey":"?"}`, `{"ImportToken":"AA==","PublicKey":""}`} {
		s.Wrap = []byte(data)
		if _, err := awsKMS.Prepare(s); err == nil || issue.ID(err) != "wrapping-key" {
			t.Errorf("%s: %v", data, err)
		}
	}
	s.Wrap, s.Values = awsJSON(t, "null"), Values{"oaep": {"md5"}}
	if _, err := awsKMS.Prepare(s); err == nil || !strings.Contains(err.Error(), "--oaep takes") {
		t.Error(err)
	}
}

// jobJSON is what `gcloud kms import-jobs describe --format=json` prints.
func jobJSON(t testing.TB, method, state, expire, level string) []byte {
	t.Helper()
	text, err := json.Marshal(string(wrapFile(t, keygen.RSA3072)))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Appendf(nil, `{"createTime":"2026-11-20T12:00:00.1Z","expireTime":"%s","importMethod":"%s","name":"projects/lab/locations/europe-west3/keyRings/ring/importJobs/job","protectionLevel":"%s","publicKey":{"pem":%s},"state":"%s"}`,
		expire, method, level, text, state)
}

func TestGCP(t *testing.T) {
	t.Parallel()
	const later = "2026-11-23T12:00:00.123456Z"
	for alg, c := range map[keygen.Algorithm]struct{ method, hash, name string }{
		keygen.Ed25519:   {"RSA_OAEP_3072_SHA256_AES_256", "sha256", "ec-sign-ed25519"},
		keygen.Secp256k1: {"RSA_OAEP_3072_SHA1_AES_256", "sha1", "ec-sign-secp256k1-sha256"},
		keygen.RSA2048:   {"", "sha1", "rsa-sign-pkcs1-2048-sha256"},
	} {
		wrap, values, where := jobJSON(t, c.method, "ACTIVE", later, "HSM"), Values(nil), "--project lab --location europe-west3 --keyring ring --key release-key --import-job job"
		if c.method == "" {
			wrap, values, where = wrapFile(t, keygen.RSA3072), Values{"oaep": {"sha1"}}, "--location LOCATION --keyring RING --key release-key --import-job JOB"
		}
		result := cloudExport(t, gcpKMS, wrap, values, alg)
		if der := opensslUnwraps(t, result.Files[0].Data, keygen.RSA3072, c.hash); !bytes.Equal(der, wants(t, alg)) {
			t.Errorf("%s: openssl opens something else", alg)
		}
		if got, want := line(result, "import it"), "gcloud kms keys versions import "+where+" --algorithm "+c.name+" --wrapped-key-file out.key"; got != want {
			t.Errorf("%s:\n%s, not\n%s", alg, got, want)
		}
	}
	s := settingsFor(nil)
	for want, wrap := range map[string][]byte{
		"wrapping-key-expired":         jobJSON(t, "RSA_OAEP_3072_SHA256_AES_256", "ACTIVE", "2026-11-22T12:00:00Z", "HSM"),
		"not ACTIVE":                   jobJSON(t, "RSA_OAEP_3072_SHA256_AES_256", "EXPIRED", later, "HSM"),
		"has no key yet":               jobJSON(t, "RSA_OAEP_3072_SHA256_AES_256", "PENDING_GENERATION", later, "HSM"),
		`"RSA_OAEP_3072_SHA256"`:       jobJSON(t, "RSA_OAEP_3072_SHA256", "ACTIVE", later, "HSM"),
		"3072 bits, not of 4096":       jobJSON(t, "RSA_OAEP_4096_SHA256_AES_256", "ACTIVE", later, "HSM"),
		"expires can't be read":        jobJSON(t, "RSA_OAEP_3072_SHA256_AES_256", "ACTIVE", "soon", "HSM"),
		"2048 bits, not of 3072 or 40": wrapFile(t, keygen.RSA2048),
		"get-parameters-for-import":    awsJSON(t, "null"),
	} {
		s.Wrap = wrap
		if _, err := gcpKMS.Prepare(s); err == nil || !strings.Contains(err.Error(), want) || issue.Hint(err) == "" {
			t.Errorf("%v, not %q", err, want)
		}
	}
	s.Wrap = jobJSON(t, "RSA_OAEP_3072_SHA256_AES_256", "ACTIVE", later, "SOFTWARE")
	way, err := gcpKMS.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := way.Make(keyOf(t, keygen.Secp256k1)); issue.ID(err) != "unsuitable-key" {
		t.Errorf("secp256k1 in software: %v", err)
	}
	s.Values = Values{"oaep": {"sha1"}}
	if _, err := gcpKMS.Prepare(s); err == nil || !strings.Contains(err.Error(), "but the import job's method is") {
		t.Error(err)
	}
}

// Vault's own code takes what we wrap, and shows the public key.
func TestVault(t *testing.T) {
	t.Parallel()
	tool := oracle.Need(t, "vault-import")
	text, err := json.Marshal(string(wrapFile(t, keygen.RSA4096)))
	if err != nil {
		t.Fatal(err)
	}
	wrap := fmt.Appendf(nil, `{"request_id":"1","lease_id":"","data":{"public_key":%s},"warnings":null}`, text)
	for _, alg := range []keygen.Algorithm{keygen.Ed25519, keygen.P256, keygen.P384, keygen.P521, keygen.RSA2048, keygen.RSA3072} {
		result := cloudExport(t, vault, wrap, nil, alg)
		kind := regexp.MustCompile(`type=([a-z0-9-]+)$`).FindStringSubmatch(line(result, "import it"))
		cmd := exec.Command(tool, filepath.Join("..", "..", "testdata", "keys", "rsa4096.pem"), kind[1], "SHA256")
		cmd.Stdin = bytes.NewReader(result.Files[0].Data)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: Vault: %v\n%s", alg, err, out)
			continue
		}
		if got := strings.TrimSpace(string(out)); got != vaultShows(t, signerOf(t, alg).Public()) {
			t.Errorf("%s: Vault shows %s", alg, got)
		}
	}
}

// vaultShows is how Vault shows a public key: PEM, and Ed25519 as the bare bytes in Base64.
func vaultShows(t testing.TB, pub crypto.PublicKey) string {
	t.Helper()
	der, err := keygen.MarshalPublic(pub)
	if err != nil {
		t.Fatal(err)
	}
	if alg, _ := keygen.AlgorithmOf(pub); alg == keygen.Ed25519 {
		return base64.StdEncoding.EncodeToString(der[len(der)-32:])
	}
	return strings.TrimSpace(string(keygen.EncodePublic(der)))
}

// What a vault does not have is refused, with what to do instead, before any key is opened.
func TestCloudRefuses(t *testing.T) {
	t.Parallel()
	refuses := map[*Target][]keygen.Algorithm{
		azureBYOK: {keygen.Ed25519, keygen.MLDSA65, "rsa1024", "rsa3000", "bls12381"},
		awsKMS:    {keygen.Ed25519, keygen.MLDSA65, keygen.MLDSA87, "rsa2047", "bls12381"},
		gcpKMS:    {keygen.P521, keygen.MLDSA65, "rsa8192", "bls12381"},
		vault:     {keygen.Secp256k1, keygen.MLDSA87, "rsa1024", "bls12381"},
	}
	for target, algs := range refuses {
		for _, alg := range algs {
			if err := target.Refuse(alg); issue.ID(err) != "unsuitable-key" || issue.Hint(err) == "" {
				t.Errorf("%s, %s: %v", target.Name, alg, err)
			}
		}
		for _, alg := range strings.Split(target.Takes, ", ") {
			if err := target.Refuse(keygen.Algorithm(alg)); err != nil {
				t.Errorf("%s says that it takes %s: %v", target.Name, alg, err)
			}
		}
		if _, err := target.Prepare(settingsFor(nil)); err == nil || !strings.Contains(err.Error(), "no wrapping key") {
			t.Errorf("%s without a wrapping key: %v", target.Name, err)
		}
	}
}

func TestPlainName(t *testing.T) {
	for label, want := range map[string]string{"release key": "release-key", "-x": "x", "$(rm)": "rm", "日本": "key", "": "key", "aaaaaaaaaaaaaaaaaaaaa": "aaaaaaaaaaaaaaaa"} {
		if got := plainName(label, "-", 16); got != want {
			t.Errorf("%q: %q, not %q", label, got, want)
		}
	}
	if timed, err := timeIn(json.RawMessage(`1600000000`)); err != nil || !timed.Equal(time.Unix(1600000000, 0)) {
		t.Error(timed, err)
	}
}
