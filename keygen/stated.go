package keygen

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"

	"sigtool/internal/secret"
)

// statedPrefix begins the line that stands before a sealed key and says in the clear what key it is. Readers of PEM pass over it
// (RFC 7468 §5.2); nothing vouches for it.
const statedPrefix = "sigtool key: "

// Statement is that line: "sigtool key: p256 SHA256:…". It is empty for a key of a kind that has no name here.
func Statement(pub crypto.PublicKey) []byte {
	alg, err := AlgorithmOf(pub)
	if err != nil {
		return nil
	}
	return StatementOf(string(alg), Fingerprint(pub))
}

// StatementOf is Statement for a key of which only this is known; empty where it can't be true.
func StatementOf(alg, fingerprint string) []byte {
	hash, is := strings.CutPrefix(fingerprint, "SHA256:")
	if sum, err := base64.StdEncoding.DecodeString(hash); !is || err != nil || len(sum) != sha256.Size || !named(Algorithm(alg)) {
		return nil
	}
	return []byte(statedPrefix + alg + " " + fingerprint + "\n")
}

// Stated tells of which algorithm a private key file's key is, by what stands in it in the clear; known is false where that is not said,
// or leaves a choice. It is for refusing early what would be refused later: whoever could change the file could change this, so once
// the key is open its own algorithm counts. It does not open the key and reads at most as much as Load.
func Stated(data []byte) (alg Algorithm, known bool) {
	if among := StatedAmong(data); len(among) == 1 {
		return among[0], true
	}
	return "", false
}

// StatedAmong is Stated for files that leave a choice: it returns all algorithms that the key can be of, of RSA the usual sizes only; nil
// where the file does not tell.
func StatedAmong(data []byte) []Algorithm {
	found, err := blocks(data)
	if err != nil {
		return nil
	}
	defer func() {
		for _, block := range found {
			secret.Wipe(block.Bytes)
		}
	}()
	block, err := onlyPrivate(found)
	if err != nil {
		return nil
	}
	dek := block.Headers["DEK-Info"] != ""
	switch {
	case block.Type == typeSealed:
		return statedLine(data)
	case block.Type == typeOpenSSH:
		return statedSSH(block)
	case block.Type == typeSEC1 && dek:
		return []Algorithm{P256, P384, P521, Secp256k1}
	case block.Type == typePKCS1 && dek:
		return []Algorithm{RSA2048, RSA3072, RSA4096}
	case block.Type == typeTezos:
		if prefix, _ := tezosText(block.Bytes); prefix != nil {
			return []Algorithm{Algorithm(prefix.Curve)}
		}
	}
	key, err := plain(block.Type, block.Bytes)
	if err != nil {
		return nil
	}
	defer key.Destroy()
	return only(key.Signer.Public())
}

// only is the algorithm of a public key.
func only(pub crypto.PublicKey) []Algorithm {
	alg, err := AlgorithmOf(pub)
	if err != nil {
		return nil
	}
	return []Algorithm{alg}
}

// statedLine reads the line before a sealed key. Two lines that differ say nothing: one of them is left over from another key.
func statedLine(data []byte) (said []Algorithm) {
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
		text, is := strings.CutPrefix(strings.TrimSpace(string(line[:min(len(line), 200)])), statedPrefix)
		if !is {
			continue
		}
		name, _, _ := strings.Cut(text, " ")
		if alg := Algorithm(name); !named(alg) || len(said) > 0 && said[0] != alg {
			return nil
		}
		said = []Algorithm{Algorithm(name)}
	}
	return said
}

// named tells whether AlgorithmOf gives keys that name, "rsa<bits>" of a size that is not made here among them.
func named(alg Algorithm) bool {
	digits, is := strings.CutPrefix(string(alg), "rsa")
	bits, err := strconv.ParseUint(digits, 10, 16)
	return slices.Contains(algorithms, alg) || is && err == nil && digits == strconv.FormatUint(bits, 10)
}

// statedSSH reads the public half, which stands in the clear before an OpenSSH key.
func statedSSH(block *pem.Block) []Algorithm {
	header, err := readOpenSSHHeader(block.Bytes)
	if err != nil {
		return nil
	}
	public, err := ssh.ParsePublicKey(header.public)
	if err != nil {
		return nil
	}
	known, is := public.(ssh.CryptoPublicKey)
	if !is {
		return nil
	}
	return only(known.CryptoPublicKey())
}
