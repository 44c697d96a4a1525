// Package formats says what a signing format is: something that turns a readable file and a key into a short list of edits.
package formats

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
)

// Source is the file at hand. See patch.Source.
type Source = patch.Source

// Format signs and verifies one kind of file. It never opens, writes or renames a file, and holds no state.
type Format interface {
	// Name is what people type: "kmod".
	Name() string
	// Summary is one line for `sigtool formats` and help.
	Summary() string
	// Files are the file name patterns (path.Match) that folders of this format's files use; nil for none.
	// A file so named that Sniff does not know is an error in a folder run, not a file to pass over.
	Files() []string
	// Sniff tells whether the source looks like this format. It reads at most 64 KiB.
	Sniff(Source) bool
	// Options are the format's own flags.
	Options() []Option
	// Sign returns the edits and sidecar files that make the source a signed one. It writes nothing.
	// Errors: ErrFormat for a source it can't take, ErrKey for a key or certificate it can't use.
	Sign(context.Context, Source, Request) (*Result, error)
	// Verify returns the signatures in the source, each with its own Err: what is in the bytes and whether it
	// matches, without trust or policy. Errors: ErrUnsigned, ErrFormat.
	Verify(context.Context, Source, Keys) ([]Signature, error)
}

// Request is what a format signs with.
type Request struct {
	Key     crypto.Signer
	Chain   []*x509.Certificate // the signer's certificate first; may be empty where the format needs none
	Time    time.Time
	Rand    io.Reader // salts and nonces come from it
	Force   bool      // replace what the format would otherwise refuse to
	Options Values
	// Beside opens another file of the source's folder by its plain name; nil where there is no such file, or no folder.
	Beside func(name string) (BesideFile, error)
	// Memo remembers what Sign worked out of the source, for Verify of what it made; nil remembers nothing.
	Memo *patch.Memo
}

// BesideFile is a file that was opened beside another, to be closed by who asked for it.
type BesideFile interface {
	Source
	io.Closer
}

// Result is what signing changes: edits to the source, and files to stand beside it.
type Result struct {
	Edits    []patch.Edit
	Sidecars []Sidecar
	Notes    []string // things a person should know of the format; printed once a run, never fatal
	Warnings []string // the same, of this very file
}

// Sidecar is a file beside the signed one: its name is that file's name with Suffix behind it (".sig"), or in place of Replaces where
// that is not empty (entry.json and ".jar": entry.jar).
type Sidecar struct {
	Suffix   string
	Replaces string
	Data     []byte
}

// Name is what the sidecar of a file of that name is called.
func (s Sidecar) Name(file string) string { return strings.TrimSuffix(file, s.Replaces) + s.Suffix }

// Apart is what a format also is that signs files by a file of its own, beside FILE, which stays as it is.
type Apart interface {
	// Apart tells whether this source, signed with these options, is such a file.
	Apart(Source, Values) bool
}

// Describer is what a format also is whose files say more of themselves than who signed them: a name, a version, what they hold.
type Describer interface {
	// Describe returns what the file says, for people, in the order of the file. Errors: ErrFormat.
	Describe(context.Context, Source) ([]Property, error)
}

// Stripper is what a format also is whose signatures can be taken away, which leaves the file as it was before it was signed.
type Stripper interface {
	// Strip returns the edits that take every signature away. Errors: ErrUnsigned, ErrFormat.
	Strip(context.Context, Source) (*Result, error)
}

// Timed is what a format also is whose signatures may say when they were made, so that they differ from one second to the next.
type Timed interface {
	// Timed tells whether a file signed with these options says when.
	Timed(Values) bool
}

// Keys is what a file is verified with.
type Keys struct {
	// Public are candidates for formats whose files carry no key.
	Public []crypto.PublicKey
	// Certs are candidates that also bring an issuer and serial number.
	Certs []*x509.Certificate
	// Sidecar reads the file beside the source that has the name of a Sidecar with this Suffix and Replaces, at most limit bytes; nil when there
	// is none.
	Sidecar func(suffix, replaces string, limit int64) ([]byte, error)
	Options Values
	// Beside and Memo are as in Request.
	Beside func(name string) (BesideFile, error)
	Memo   *patch.Memo
}

// Signature is one signature found in a file.
type Signature struct {
	Scheme string              // the format's name for it: "pkcs7", "v3"
	Alg    string              // "rsa-pkcs1-sha256", see sigalg.Name
	Key    crypto.PublicKey    // the key that made it, or nil when it is not known
	Cert   *x509.Certificate   // the signer's certificate when the file or the caller brings it
	Chain  []*x509.Certificate // other certificates that the file brings, to get from Cert to a CA
	Signer string              // how the file names its signer ("CN=…, serial 01"), for people
	Covers string              // what it covers, for people: "bytes 0-17496"
	Err    error               // nil: it matches; wraps ErrMismatch or ErrNoKey otherwise

	Aside      bool       // it tells of the file's way and vouches for nothing: its Err is no more than a warning
	Alone      bool       // readers go by its signer whoever else signed, and no other signature vouches for him: he has to be accepted himself
	ByCert     bool       // the format's readers tell signers by their certificates, not by their keys
	Legacy     bool       // the format's readers take weak keys and hashes too, and its signers can't leave theirs
	Dateless   bool       // the format's readers do not look at the dates of certificates
	Pinned     bool       // an option of the format's own says whom you accept (fuses, say), and this is by him
	Notes      []string   // what a person should know, good or not
	Properties []Property // what else it says: SDK versions, past signers
}

// Property is a named thing that a signature says.
type Property struct{ Name, Value string }

// What a caller must tell apart.
var (
	ErrFormat   = errors.New("not a file this format can take")
	ErrUnsigned = errors.New("no signature")
	ErrMismatch = sigalg.ErrMismatch                                     // "signature does not match"
	ErrNoKey    = sigalg.ErrNoKey                                        // "no key given matches the signer"
	ErrOther    = errors.New("good, but not by the one that you accept") // where an option of the format's own says whom
	ErrOption   = errors.New("these options do not fit")
	ErrKey      = errors.New("this key can't sign this format")
	ErrCert     = errors.New("the key's certificate is needed") // always together with ErrKey
)

// Certificate returns the certificate of the key, which is the first of the chain.
// Errors: ErrKey with ErrCert when there is none, or when it is another key's.
func (r Request) Certificate() (*x509.Certificate, error) {
	if len(r.Chain) == 0 {
		return nil, fmt.Errorf("%w: %w: the signature names its signer by it", ErrKey, ErrCert)
	}
	if !SameKey(r.Key.Public(), r.Chain[0].PublicKey) {
		return nil, fmt.Errorf("%w: %w: the one given is another key's", ErrKey, ErrCert)
	}
	return r.Chain[0], nil
}

// SameKey tells whether two public keys are one; keys of unknown types never are.
func SameKey(a, b crypto.PublicKey) bool {
	key, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && key.Equal(b)
}
