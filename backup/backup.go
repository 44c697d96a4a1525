// Package backup puts a secret on paper and brings it back exactly, or refuses and says which line is at fault: never a wrong secret,
// and never a correction that is not shown.
//
// A Codec turns a Payload into a Sheet and the text of a sheet, printed or typed by a person, back into the payload. The codecs are in
// the folders below this one and know nothing of each other; what they share (the head of a sheet, its layout, the errors) is here.
package backup

import (
	"cmp"
	"fmt"
	"time"

	"sigtool/internal/secret"
)

// Kind says what the secret of a sheet is.
type Kind string

const (
	KindSealedKey  Kind = "sealed-key" // a private key sealed by a passphrase: PKCS#8 EncryptedPrivateKeyInfo, DER (RFC 5958 §3)
	KindAgeKey     Kind = "age-key"    // a private key sealed to age recipients: a binary age file (C2SP age) with PKCS#8 PrivateKeyInfo, DER, in it
	KindKey        Kind = "key"        // a private key in the clear: PKCS#8 PrivateKeyInfo, DER (RFC 5958 §2)
	KindSeed       Kind = "seed"       // the 32 bytes that a key is made from; Payload.Derivation says how
	KindPassphrase Kind = "passphrase" // UTF-8 text
	KindData       Kind = "data"       // any bytes
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{KindSealedKey, KindAgeKey, KindKey, KindSeed, KindPassphrase, KindData}
}

// Sealed tells whether what is on the paper is worth nothing without something that is kept elsewhere.
func (k Kind) Sealed() bool { return k == KindSealedKey || k == KindAgeKey }

// Payload is a secret and what a sheet says about it. Every text may be empty.
type Payload struct {
	Kind        Kind
	Label       string // the owner's name for it, at most 64 bytes of printable UTF-8
	Algorithm   string // of the key: "ed25519", "p256", "rsa4096"; at most 32 bytes of printable ASCII
	Fingerprint string // of the public key: "SHA256:" and the padded base64 of 32 bytes
	Derivation  string // how the key is made from a seed: "seed", "scalar", "c2sp-det-keygen/v1"; at most 32 bytes of printable ASCII
	Secret      *secret.Bytes
}

// Meta is what a sheet says about itself.
type Meta struct {
	Date      time.Time // its day in UTC is printed; the zero time prints none
	Holder    string    // who keeps the sheet, at most 64 bytes of printable UTF-8
	Note      string    // anything a reader should know, at most 64 bytes of printable UTF-8
	Companion string    // where the other half is kept, the passphrase of a sealed key or the key of a passphrase; as Note
	Rehearsal bool      // the secret is a throw-away one, and the sheet says so on top
}

// Codec is one way to write a secret on paper. It holds no state.
type Codec interface {
	// Name is what people type: "lines".
	Name() string
	// Takes tells whether a payload of this kind can be encoded.
	Takes(Kind) bool
	// Encode returns the sheets of a payload: one, or one for each share of the split. The payload stays the caller's.
	// Error: ErrNoShares for a split by a codec that has none.
	Encode(Payload, Meta, Split) ([]*Sheet, error)
	// Decode reads sheets as they were printed or as a person typed them: any number of texts with any number of pages and shares,
	// in any order. Shares that are sound and too few are an *Incomplete. What does not come back whole, or is of different sets,
	// is a *Damage, which wraps ErrDamaged; any other error means that the text is no sheet of this codec.
	Decode(texts ...[]byte) (*Restored, error)
	// Entry begins a sheet that a person types.
	Entry() Entry
}

// Restored is what a sheet gave back. The caller destroys it.
type Restored struct {
	Payload
	Meta          Meta         // the date and rehearsal as the code itself carries them, where it does; else as the head says
	Code          string       // the codec's name
	DocumentID    string       // as Sheet.DocumentID; of shares, the set's name
	Shares        []Share      // the shares that it came from, where the codec has any
	Corrections   []Correction // everything that was not as it should be and was put right, in order of line
	HeaderDiffers []string     // what the printed head says other than the code, one sentence each
	LeftOut       []string     // shares that can't be put right, where the others are enough, one sentence each
}

// Sound tells whether the sheet was read whole, without a correction, and with a head that agrees with its code.
func (r *Restored) Sound() bool {
	return len(r.Corrections) == 0 && len(r.HeaderDiffers) == 0 && len(r.LeftOut) == 0
}

// Destroy wipes the secret, and forgets the corrections, which show parts of it. It does nothing to nil.
func (r *Restored) Destroy() {
	if r == nil {
		return
	}
	r.Secret.Destroy()
	r.Corrections = nil
}

// Correction is one place where a sheet was put right. Was and Is show a piece of the paper, so of the secret: they are for
// the eyes of whoever holds the paper, and are left out of JSON. They are strings, which can't be wiped.
type Correction struct {
	Page  int    `json:"page"`            // from 1
	Line  int    `json:"line"`            // the number printed before the line or word
	Unit  string `json:"unit,omitempty"`  // what is counted, where it is not lines: "word"
	Group int    `json:"group,omitempty"` // from 1; 0 for the whole line
	Was   string `json:"-"`               // as it was read; empty if it was missing
	Is    string `json:"-"`               // as it should be
	Why   string `json:"why"`             // what was wrong and how it was put right; shows nothing of the secret
}

// Place says where it is: "page 1 line 2 group 3", "page 1 word 9".
func (c Correction) Place() string {
	place := fmt.Sprintf("page %d %s %d", c.Page, cmp.Or(c.Unit, "line"), c.Line)
	if c.Group > 0 {
		place += fmt.Sprintf(" group %d", c.Group)
	}
	return place
}
