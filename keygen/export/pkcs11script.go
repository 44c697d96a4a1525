package export

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	_ "embed"
	"encoding/pem"
	"path/filepath"
	"strings"

	"sigtool/keygen"
)

// The parts of the script, in the order in which they stand: its head, one of sealed and wrapped, then what both have in common.
var (
	//go:embed pkcs11.sh
	tokenCommon string
	//go:embed pkcs11sealed.sh
	tokenSealed string
	//go:embed pkcs11wrapped.sh
	tokenWrapped string
	//go:embed pkcs11unwrap.py
	tokenUnwrap string
)

const tokenHead = `#!/bin/sh
# %PROGRAM%: brings the %ALGORITHM% key
# %FINGERPRINT%
# into a PKCS #11 token, signs with it there and compares the public key. A key that is there is never overwritten.
#
#   sh SCRIPT -m MODULE -t TOKEN [-p FILE] %USAGE%
#
#   -m MODULE  the token's PKCS #11 library
#   -t TOKEN   the token's label
#   -p FILE    the user PIN is the first line of FILE; without it, the script asks
%HELP%
#   -c         import nothing, only check the key that is there
#
# Wants openssl 3 and pkcs11-tool (OpenSC 0.23 was tried)%WANTS%.

set -eu
umask 077

# What arguments can change:
module=/usr/lib/softhsm/libsofthsm2.so
token_label=
pin_file=
`

const tokenFacts = `
# What the key is, and what it is to be called in the token. The public key is for comparing.
file=$(dirname -- "$0")/%FILE%
id=%ID%
label=%LABEL%
kind=%KIND%
curve=%ALGORITHM%
fingerprint='%FINGERPRINT%'
public='%PUBLIC%'

`

const (
	helpSealed = `#   -f FILE    the passphrase of the key file is the first line of FILE; without it, the script asks
#   -u TOOL    import by TOOL: pkcs11-tool, p11tool (no secp256k1) or softhsm2-util`
	helpWrapped = `#   -w ID      the id, in hex, of the private key in the token that unwraps`
)

// kindOf is what kind of key the script and PKCS #11 speak of: ec, rsa or ed25519.
func kindOf(pub crypto.PublicKey) (kind string, isEd25519 bool) {
	switch pub.(type) {
	case ed25519.PublicKey:
		return "ed25519", true
	case *rsa.PublicKey:
		return "rsa", false
	}
	return "ec", false
}

// script writes the shell script that imports the file beside it. Nothing in it is secret.
func (w tokenWay) script(k Key, public []byte) ([]byte, error) {
	alg, err := keygen.AlgorithmOf(k.Signer.Public())
	if err != nil {
		return nil, err
	}
	kind, isEd25519 := kindOf(k.Signer.Public())
	tool, way, usage, help, wants := "pkcs11-tool", tokenSealed, "[-f FILE] [-u TOOL] [-c]", helpSealed, ""
	if isEd25519 {
		tool, wants = "p11tool", ", and p11tool (GnuTLS) for Ed25519"
	}
	if w.pub != nil {
		way, usage, help, wants = tokenWrapped, "-w ID [-c]", helpWrapped, wants+", and Python 3 with PyKCS11"
	}
	oaep := "sha1"
	if w.hash == crypto.SHA256 {
		oaep = "sha256"
	}
	// One pass: what is put in is not looked through for marks again.
	return []byte(strings.NewReplacer(
		"%PROGRAM%", w.Program, "%ALGORITHM%", string(alg), "%FINGERPRINT%", keygen.Fingerprint(k.Signer.Public()),
		"%USAGE%", usage, "%HELP%", help, "%WANTS%", wants, "%TOOL%", tool, "%OAEP%", oaep, "%PYTHON%", tokenUnwrap,
		"%KIND%", kind, "%ID%", w.id, "%LABEL%", shellQuote(w.Label), "%FILE%", shellQuote(filepath.Base(w.Output)),
		"%PUBLIC%", strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))),
	).Replace(tokenHead + way + tokenFacts + tokenCommon)), nil
}
