package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigtool/internal/issue"
	"sigtool/keygen"
)

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
		if slices.Contains(result.Warnings, largeS) != (alg == keygen.Secp256k1) {
			t.Errorf("%s: %q", alg, result.Warnings)
		}
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
	single := cloudExport(t, gcpKMS, jobJSON(t, "RSA_OAEP_3072_SHA256_AES_256", "ACTIVE", later, "HSM_SINGLE_TENANT"), nil, keygen.P256)
	if !strings.Contains(line(single, "make an empty key"), "--protection-level hsm-single-tenant ") || !strings.Contains(single.Notes[0], "--crypto-key-backend") {
		t.Errorf("an HSM of one's own: %+v", single)
	}
	hostile := bytes.Replace(jobJSON(t, "RSA_OAEP_3072_SHA256_AES_256", "ACTIVE", later, "HSM"), []byte("projects/lab"), []byte("projects/--$(id)"), 1)
	if got := line(cloudExport(t, gcpKMS, hostile, nil, keygen.P256), "import it"); strings.Contains(got, "id)") || !strings.Contains(got, "--keyring RING") {
		t.Errorf("a name that is none: %s", got)
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
