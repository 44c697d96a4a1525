package export

import (
	"errors"
	"fmt"

	"sigtool/internal/issue"
	"sigtool/keygen"
)

// ErrOption means that what was asked for can't be done as asked: a usage error.
var ErrOption = errors.New("export")

// Option is a flag of a target's own.
type Option struct {
	Name  string // "kid"
	Value string // what stands for the value in help: "URL"
	Many  bool   // may be given several times
	Help  string // one line, with Value between back quotes
}

// Values are options as they were given.
type Values map[string][]string

// String is the last value given, or "".
func (v Values) String(name string) string {
	if list := v[name]; len(list) > 0 {
		return list[len(list)-1]
	}
	return ""
}

// All targets, in the order in which help shows them.
func All() []*Target {
	return []*Target{pkcs8, pkcs1, sec1, pkcs12, jwk, ssh, azure, azureBYOK, awsKMS, gcpKMS, vault, pkcs11, yubihsm, tpm2, tezos, age}
}

// ByName returns a target, or nil.
func ByName(name string) *Target {
	for _, t := range All() {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// refused is the error for a key that a target can't take, with what to do instead.
func refused(alg keygen.Algorithm, why, instead string) error {
	return issue.New("unsuitable-key", keygen.ErrUnsupported, "%s: %s", alg, why).Advise(instead)
}

// asFile is the advice for a key that has to stay a file: the form that takes it.
func asFile(alg keygen.Algorithm) string {
	if alg == keygen.BLS12381 {
		return "export it as tezos"
	}
	return "export it as pkcs8"
}

// wrong is the error for an option that can't be followed.
func wrong(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrOption, fmt.Sprintf(format, args...))
}
