package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"math"
	"slices"
	"strconv"

	"sigtool/formats"
	"sigtool/internal/sigalg"
	"sigtool/keygen"
)

// certLines are the lines that `apksigner verify --print-certs -v` prints of a file's signers, which scripts look for; nil where a signature does
// not match, as there. One who signs by several schemes is told once.
func certLines(signatures []formats.Signature) []byte {
	var text bytes.Buffer
	var signers []formats.Signature
	for _, s := range signatures {
		switch {
		case s.Aside:
		case s.Err != nil:
			return nil
		case s.Cert != nil:
			signers = append(signers, s)
		}
	}
	if rotated := ofScheme(signers, "v3.1"); len(rotated) > 0 {
		for _, s := range slices.Concat(rotated, ofScheme(signers, "v3")) {
			certificateLines(&text, "Signer ("+platforms(s)+")", s.Cert)
		}
	} else {
		for i, certificate := range newest(signers) {
			certificateLines(&text, fmt.Sprintf("Signer #%d", i+1), certificate)
		}
	}
	for _, s := range signatures {
		if s.Aside && s.Err == nil && s.Cert != nil && s.Scheme == "source-stamp" {
			certificateLines(&text, "Source Stamp Signer", s.Cert)
		}
	}
	return text.Bytes()
}

func ofScheme(signatures []formats.Signature, scheme string) (found []formats.Signature) {
	for _, s := range signatures {
		if s.Scheme == scheme {
			found = append(found, s)
		}
	}
	return found
}

// newest lists the signers' certificates, each once: of an APK those of the newest scheme, which are the ones that platforms go by.
func newest(signers []formats.Signature) (list []*x509.Certificate) {
	for _, scheme := range []string{"v3", "v2", "v1"} {
		if of := ofScheme(signers, scheme); len(of) > 0 {
			signers = of
			break
		}
	}
	for _, s := range signers {
		if !slices.ContainsFunc(list, s.Cert.Equal) {
			list = append(list, s.Cert)
		}
	}
	return list
}

// platforms are the API levels that a signature of an APK counts for.
func platforms(s formats.Signature) string {
	least, most, dev := "0", strconv.Itoa(math.MaxInt32), ""
	for _, p := range s.Properties {
		switch p.Name {
		case "min-sdk":
			least = p.Value
		case "max-sdk":
			most = p.Value
		case "development-release":
			dev = " (dev release=true)"
		}
	}
	return "minSdkVersion=" + least + dev + ", maxSdkVersion=" + most
}

func certificateLines(text *bytes.Buffer, who string, certificate *x509.Certificate) {
	line := func(format string, args ...any) {
		fmt.Fprintf(text, "%s %s\n", who, clean(fmt.Sprintf(format, args...)))
	}
	digests := func(what string, der []byte) {
		line("%s SHA-256 digest: %x", what, sha256.Sum256(der))
		line("%s SHA-1 digest: %x", what, sha1.Sum(der))
		line("%s MD5 digest: %x", what, md5.Sum(der))
	}
	line("certificate DN: %s", javaName(certificate))
	digests("certificate", certificate.Raw)
	algorithm, bits := keyKind(certificate.PublicKey)
	line("key algorithm: %s", algorithm)
	line("key size (bits): %d", bits)
	digests("public key", certificate.RawSubjectPublicKeyInfo)
}

// keyKind is a key's algorithm and size as Java calls them.
func keyKind(public any) (algorithm string, bits int) {
	switch key := public.(type) {
	case *rsa.PublicKey:
		return "RSA", key.N.BitLen()
	case *ecdsa.PublicKey:
		return "EC", key.Curve.Params().N.BitLen()
	case *sigalg.DSAPublicKey:
		return "DSA", key.Key.P.BitLen()
	case ed25519.PublicKey:
		return "EdDSA", 255
	case *keygen.Secp256k1PublicKey:
		return "EC", 256
	}
	return "unknown", 0
}
