package export

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigtool/internal/issue"
	"sigtool/keygen"
)

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
	for _, name := range []string{`--endpoint-url=https://x`, `$(id)`, `a\n`, `a\u001b[2J`, `it's`} {
		s.Wrap = bytes.Replace(awsJSON(t, "null"), []byte("arn:aws:kms:"), []byte(name), 1)
		if _, err := awsKMS.Prepare(s); err == nil || issue.ID(err) != "wrapping-key" || !strings.Contains(err.Error(), "no name of a key") {
			t.Errorf("%s as the name of a key: %v", name, err)
		}
	}
	s.Wrap, s.Values = awsJSON(t, "null"), Values{"oaep": {"md5"}}
	if _, err := awsKMS.Prepare(s); err == nil || !strings.Contains(err.Error(), "--oaep takes") {
		t.Error(err)
	}
}
