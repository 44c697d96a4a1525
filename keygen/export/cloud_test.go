package export

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	"sigtool/internal/issue"
	"sigtool/keygen"
)

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
