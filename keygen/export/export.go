// Package export makes of a private key what each key vault, security module and file form takes, and opens it again before anybody gets it.
package export

import (
	"crypto"
	"crypto/x509"
	"io"
	"time"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

// Target is a form, or a place, that private keys are exported to.
type Target struct {
	Name    string // as the command line calls it: "azure-byok"
	Summary string // one line of help
	Takes   string // which keys, for help: "p256, p384, p521, secp256k1, rsa2048 to rsa4096"
	// Refuse tells why a key of this algorithm can't go there, as an error that advises what to do instead; nil for one that it takes.
	Refuse func(keygen.Algorithm) error
	// Wraps says what --wrap must name: "the vault's wrapping key (PEM, RSA)"; "" for a target that wraps nothing.
	Wraps string
	// WrapOptional: the target can do without --wrap; else the command line asks for it.
	WrapOptional bool
	// Certs: the file carries certificates of the key; -c is a flag of this target.
	Certs bool
	// Seals: the file is sealed by a new passphrase, unless it is wrapped, or both flags that leave it plain are given.
	Seals bool
	// Plain: the file can be had unsealed.
	Plain bool
	// Options are the target's own.
	Options []Option
	// Prepare reads what the command line says, before any key is opened: a wrapping key of the wrong kind is refused here. Errors: ErrOption.
	Prepare func(Settings) (*Export, error)
}

// Settings are what is said of an export before any key is opened.
type Settings struct {
	Values  Values              // the target's own options
	Wrap    []byte              // the file that --wrap names; nil without one
	Plain   bool                // the file is not to be sealed: both flags were given
	KDF     keygen.KDF          // how a passphrase is stretched, where the form leaves the choice
	Chain   []*x509.Certificate // of the key (PKCS#12)
	Label   string              // what the key is called there; never empty
	Output  string              // the file, as it is to stand in commands
	Program string              // "sigtool 1.2"
	Now     time.Time           // what the validity of import tokens and jobs is judged by
	Rand    io.Reader
}

// Export is a way out that is known to be open.
type Export struct {
	// Wrapping is the fingerprint of the wrapping key, as keygen.Fingerprint writes it, and WrappingAlg its algorithm; "" for none.
	Wrapping, WrappingAlg string
	// Beside are the suffixes of the files that go with the first.
	Beside []string
	// Refuse refuses, of the keys that the target takes, those that it does not take with these settings; nil: none.
	Refuse func(keygen.Algorithm) error
	// Make makes the files and opens each again, as its reader will; where the reader's secret is elsewhere, with a throw-away key in its
	// place. What does not come back as this very key is an error.
	Make func(Key) (*Result, error)
}

// Key is what is exported. Both stay the caller's.
type Key struct {
	Signer     crypto.Signer
	Passphrase *secret.Bytes // the new one; nil where nothing is sealed by one
}

// Result is what leaves.
type Result struct {
	Files    []File    // the first is what -o names
	Commands []Command // in their order; the last tells whether the key arrived
	Notes    []string  // what to know of it
	Warnings []string  // what the target can't protect, or does otherwise than one would think
}

// File is one file; all are secret (0600, never overwritten). The caller wipes them.
type File struct {
	Suffix string // what is added to the name that -o gives; "" for the first
	Data   []byte
}

// Command is something to do with the files.
type Command struct {
	Online bool   // it wants a network: run it on another machine than that of the key. What says where it is of the others
	Check  bool   // it tells whether the key arrived
	What   string // "import it", lower case, for people
	Line   string // the command, ready for a POSIX shell; names are quoted where they have to be
}

// Destroy wipes the files.
func (r *Result) Destroy() {
	if r != nil {
		for _, file := range r.Files {
			secret.Wipe(file.Data)
		}
	}
}
