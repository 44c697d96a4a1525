package cert_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/oracle"
	"sigtool/keygen/cert"
)

// opensslFor is the openssl that knows the kind of key: ML-DSA came with 3.5.
func opensslFor(t testing.TB, kind string) string {
	t.Helper()
	if strings.HasPrefix(kind, "mldsa") {
		return oracle.Need(t, "openssl-3.5")
	}
	return oracle.Need(t, "openssl")
}

// OpenSSL reads every certificate, verifies it as its own root, and shows the profile that the documentation promises.
func TestOpenSSLAccepts(t *testing.T) {
	for _, kind := range kinds {
		openssl := opensslFor(t, kind)
		for _, ca := range []bool{false, true} {
			der, err := cert.SelfSigned(loadKey(t, kind), `CN=Acme root,O=Acme\, Inc.,C=DE`, 3650, cert.ProfileOf(ca), noon, stream(kind))
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "a.crt")
			if err := os.WriteFile(path, cert.Encode(der), 0o600); err != nil {
				t.Fatal(err)
			}
			oracle.Run(t, openssl, "verify", "-x509_strict", "-check_ss_sig", "-attime", "1800000000", "-CAfile", path, path)
			shown := string(oracle.Run(t, openssl, "x509", "-in", path, "-noout", "-subject", "-nameopt", "RFC2253", "-dates", "-purpose",
				"-ext", "basicConstraints,keyUsage,subjectKeyIdentifier,authorityKeyIdentifier"))
			want := []string{
				`subject=CN=Acme root,O=Acme\, Inc.,C=DE`, "notBefore=Nov 21 12:00:00 2026 GMT", "notAfter=Nov 18 11:59:59 2036 GMT",
				"X509v3 Basic Constraints: critical", "X509v3 Key Usage: critical", "X509v3 Subject Key Identifier:", "X509v3 Authority Key Identifier:",
			}
			if ca {
				want = append(want, "CA:TRUE\n", "Digital Signature, Certificate Sign, CRL Sign\n", "S/MIME signing CA : Yes\n")
			} else {
				want = append(want, "CA:FALSE\n", "    Digital Signature\n", "S/MIME signing CA : No\n")
			}
			for _, line := range want {
				if !strings.Contains(shown, line) {
					t.Errorf("%s, CA %v: %q is missing from\n%s", kind, ca, line, shown)
				}
			}
		}
	}
}

// The two key identifiers are those that OpenSSL computes from the same key, and it understands a subject as we do.
func TestOpenSSLMakesTheSame(t *testing.T) {
	for _, kind := range kinds {
		openssl := opensslFor(t, kind)
		path := filepath.Join(t.TempDir(), "theirs.crt")
		oracle.Run(t, openssl, "req", "-new", "-x509", "-key", "../../testdata/keys/"+kind+".pem", "-days", "10", "-out", path, "-utf8",
			"-subj", `/C=DE/O=Acme, Inc./OU=Größe+OU=B\/2/emailAddress=a@example.org/CN=Acme root`, "-multivalue-rdn")
		theirs, err := cert.ParseChain(readFile(t, path))
		if err != nil {
			t.Fatal(err)
		}
		der, err := cert.SelfSigned(loadKey(t, kind), "x", 10, cert.Authority, noon, stream(kind))
		if err != nil {
			t.Fatal(err)
		}
		ours, err := cert.ParseChain(der)
		if err != nil || string(ours[0].SubjectKeyId) != string(theirs[0].SubjectKeyId) {
			t.Errorf("%s: key identifiers %x and %x (%v)", kind, ours[0].SubjectKeyId, theirs[0].SubjectKeyId, err)
		}
		for _, text := range []string{
			`/C=DE/O=Acme, Inc./OU=Größe+OU=B\/2/emailAddress=a@example.org/CN=Acme root`,
			`CN=Acme root, E=a@example.org, OU=B/2+OU=Gr\C3\B6\C3\9Fe, O=Acme\, Inc., C=DE`,
		} {
			name, err := cert.ParseSubject(text)
			if err != nil || readable(t, name) != readable(t, theirs[0].RawSubject) {
				t.Errorf("%s: %v\n%s\n%s", text, err, readable(t, name), readable(t, theirs[0].RawSubject))
			}
		}
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
