package formats

import (
	"crypto"
	"crypto/x509"
	"strconv"
)

// Kind is the type of an option's value.
type Kind int

// The kinds. A File option's value is the file's content, a Key option's the private keys and a Chain option's the certificates in the files
// named, which the command line reads; Key and Chain options may be given again. A Digest option's value is bytes: hexadecimal digits on the
// command line, or the content of the file named, in bytes or in hexadecimal text.
const (
	String Kind = iota
	Bool
	Int
	File
	Key
	Chain
	Digest
)

// Option is one flag of a format's own.
type Option struct {
	Name    string // "hash"
	Kind    Kind
	Default string
	Enum    []string // for String: the values it takes; nil for any
	Help    string   // lower case, one line
	Limit   int64    // for File: the most bytes; 0 is 1 MiB
	Sign    bool     // taken by sign
	Verify  bool     // taken by verify
}

// Values are the options given, by name; ask for a default through the option's own constants.
type Values struct {
	strings map[string]string
	bytes   map[string][]byte
	keys    map[string][]crypto.Signer
	chains  map[string][][]*x509.Certificate
}

// Set gives the option a value as typed.
func (v *Values) Set(name, value string) {
	if v.strings == nil {
		v.strings = map[string]string{}
	}
	v.strings[name] = value
}

// SetBytes gives a File or Digest option its content.
func (v *Values) SetBytes(name string, data []byte) {
	if v.bytes == nil {
		v.bytes = map[string][]byte{}
	}
	v.bytes[name] = data
}

// AddKey adds to a Key option.
func (v *Values) AddKey(name string, key crypto.Signer) {
	if v.keys == nil {
		v.keys = map[string][]crypto.Signer{}
	}
	v.keys[name] = append(v.keys[name], key)
}

// AddChain adds to a Chain option.
func (v *Values) AddChain(name string, chain []*x509.Certificate) {
	if v.chains == nil {
		v.chains = map[string][][]*x509.Certificate{}
	}
	v.chains[name] = append(v.chains[name], chain)
}

// String returns the option's value, or fallback when it was not given.
func (v Values) String(name, fallback string) string {
	if s, ok := v.strings[name]; ok {
		return s
	}
	return fallback
}

// Bool tells whether the option was given as true.
func (v Values) Bool(name string) bool { return v.strings[name] == "true" }

// Int returns the option's value, or fallback when it was not given. The command line has made sure that it is a number.
func (v Values) Int(name string, fallback int64) int64 {
	if n, err := strconv.ParseInt(v.strings[name], 10, 64); err == nil {
		return n
	}
	return fallback
}

// Keys returns the keys of a Key option, in the order given.
func (v Values) Keys(name string) []crypto.Signer { return v.keys[name] }

// Chains returns the certificates of a Chain option, in the order given.
func (v Values) Chains(name string) [][]*x509.Certificate { return v.chains[name] }

// Bytes returns a File or Digest option's content, or nil when it was not given.
func (v Values) Bytes(name string) []byte { return v.bytes[name] }
