package export

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigtool/internal/oracle"
	"sigtool/keygen"
)

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
