package export

import (
	"encoding/pem"
	"strings"

	openssh "golang.org/x/crypto/ssh"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

var ssh = &Target{
	Name:    "ssh",
	Summary: "an OpenSSH private key, sealed by a new passphrase; the public line is printed",
	Takes:   "ed25519, p256, p384, p521, RSA",
	Refuse: refuseBut("SSH has no such keys", "make a key for SSH: sigtool keygen -a ed25519",
		keygen.Ed25519, keygen.P256, keygen.P384, keygen.P521, anyRSA),
	Seals: true,
	Plain: true,
	Prepare: func(s Settings) (*Export, error) {
		if err := ownSealing(s); err != nil {
			return nil, err
		}
		return &Export{Make: func(k Key) (*Result, error) { return makeSSH(k, s) }}, nil
	},
}

// makeSSH writes the form of OpenSSH's PROTOCOL.key: aes256-ctr under bcrypt with 16 rounds, as ssh-keygen does.
func makeSSH(k Key, s Settings) (*Result, error) {
	public, err := openssh.NewPublicKey(k.Signer.Public())
	if err != nil {
		return nil, notOurs(k)
	}
	var block *pem.Block
	switch {
	case s.Plain:
		block, err = openssh.MarshalPrivateKey(k.Signer, s.Label)
	case k.Passphrase == nil:
		err = errNoPassphrase
	default:
		block, err = openssh.MarshalPrivateKeyWithPassphrase(k.Signer, s.Label, k.Passphrase.Bytes())
	}
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(block.Bytes)
	file, err := opensAgain(pem.EncodeToMemory(block), k)
	if err != nil {
		return nil, err
	}
	line := strings.TrimSpace(string(openssh.MarshalAuthorizedKey(public)))
	return &Result{
		Files:    []File{{Data: file}},
		Notes:    []string{"public line:\n" + line + " " + s.Label},
		Warnings: leftPlain(s),
		Commands: []Command{{Check: true, What: "ssh-keygen opens it, too; it has to print the public line", Line: "ssh-keygen -y -f " + shellFile(s.Output)}},
	}, nil
}

// ownSealing refuses a choice that a form does not leave.
func ownSealing(s Settings) error {
	if s.KDF == keygen.Scrypt && !s.Plain {
		return wrong("--kdf scrypt: this form is sealed in a way of its own")
	}
	return nil
}
