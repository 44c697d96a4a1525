package keygen

import (
	"bytes"
	"crypto"
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
	return []byte(statedPrefix + string(alg) + " " + Fingerprint(pub) + "\n")
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
	switch block.Type {
	case typeSealed:
		return statedLine(data)
	case typeOpenSSH:
		return statedSSH(block)
	case typeSEC1:
		return []Algorithm{P256, P384, P521, Secp256k1}
	case typePKCS1:
		return []Algorithm{RSA2048, RSA3072, RSA4096}
	}
	return nil
}

// statedLine reads the line before a sealed key. Two lines that differ say nothing: one of them is left over from another key.
func statedLine(data []byte) (said []Algorithm) {
	for line := range bytes.Lines(data) {
		text, is := strings.CutPrefix(strings.TrimSpace(string(line[:min(len(line), 200)])), statedPrefix)
		if !is {
			continue
		}
		name, _, _ := strings.Cut(text, " ")
		if alg := Algorithm(name); !slices.Contains(algorithms, alg) && !oddRSA(alg) || len(said) > 0 && said[0] != alg {
			return nil
		}
		said = []Algorithm{Algorithm(name)}
	}
	return said
}

// oddRSA tells whether a name is "rsa<bits>", as AlgorithmOf gives it to a key of a size that is not made here.
func oddRSA(alg Algorithm) bool {
	digits, is := strings.CutPrefix(string(alg), "rsa")
	bits, err := strconv.ParseUint(digits, 10, 16)
	return is && err == nil && digits == strconv.FormatUint(bits, 10)
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
	plain, is := public.(ssh.CryptoPublicKey)
	if !is {
		return nil
	}
	alg, err := AlgorithmOf(plain.CryptoPublicKey())
	if err != nil {
		return nil
	}
	return []Algorithm{alg}
}
