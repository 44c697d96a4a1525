package keygen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"

	"sigtool/internal/secret"
)

// ErrIdentity means that none of the age identities given opens the file.
var ErrIdentity = errors.New("none of these age identities opens it")

// ParseRecipients reads age recipients, "age1…" of X25519 or "age1pq1…", the post-quantum ones (C2SP age). Several must all be of one
// of the two: age refuses to mix them.
func ParseRecipients(names []string) (list []age.Recipient, err error) {
	for i, name := range names {
		found, err := age.ParseRecipients(strings.NewReader(name))
		if err != nil || len(found) != 1 {
			return nil, fmt.Errorf("number %d is not an age recipient (age1…; age-keygen -y prints an identity's)", i+1) // an identity is not to be shown
		}
		list = append(list, found[0])
	}
	return list, nil
}

// SealTo seals a private key, DER as PKCS#8 says, to age recipients: whoever has one of their identities opens it with `age -d`. It
// returns a binary age file with the DER in it. The file is opened again before it is returned, by the key that age gave its
// recipients, so that only what an identity does to its own part of the header is not proven.
func SealTo(der []byte, recipients []age.Recipient) ([]byte, error) {
	if len(recipients) == 0 {
		return nil, errors.New("no age recipient")
	}
	seen := &fileKey{Recipient: recipients[0]}
	defer func() { secret.Wipe(seen.key) }()
	var file bytes.Buffer
	w, err := age.Encrypt(&file, append([]age.Recipient{seen}, recipients[1:]...)...)
	if err != nil {
		return nil, err
	}
	if _, err = w.Write(der); err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, err
	}
	opened, err := readAge(file.Bytes(), age.NewInjectedFileKeyIdentity(seen.key))
	defer secret.Wipe(opened)
	if err != nil || !bytes.Equal(opened, der) {
		return nil, errors.New("the age file does not open again")
	}
	return file.Bytes(), nil
}

// fileKey is a recipient that remembers the key of the file.
type fileKey struct {
	age.Recipient
	key []byte
}

func (f *fileKey) Wrap(key []byte) ([]*age.Stanza, error) {
	stanzas, _, err := f.WrapWithLabels(key)
	return stanzas, err
}

// WrapWithLabels passes on by which labels age keeps post-quantum recipients from being mixed with others.
func (f *fileKey) WrapWithLabels(key []byte) ([]*age.Stanza, []string, error) {
	f.key = bytes.Clone(key)
	if labelled, ok := f.Recipient.(age.RecipientWithLabels); ok {
		return labelled.WrapWithLabels(key)
	}
	stanzas, err := f.Recipient.Wrap(key)
	return stanzas, nil, err
}

// OpenWith opens an age file that holds a private key, by the identities in the text of an identity file (AGE-SECRET-KEY-…, a line
// each). It is Key.Sealed. Errors: ErrIdentity; any other says what is damaged.
func OpenWith(file, identities []byte) (*Key, error) {
	list, err := age.ParseIdentities(bytes.NewReader(identities))
	if err != nil {
		return nil, errors.New("not a file of age identities (AGE-SECRET-KEY-…); one sealed by a passphrase is opened with age -d")
	}
	text, err := readAge(file, list...)
	defer secret.Wipe(text)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return nil, ErrIdentity
	}
	if err != nil {
		return nil, damaged("%v", err)
	}
	return keyInAge(text)
}

// readAge opens an age file; the caller wipes what was in it.
func readAge(file []byte, identities ...age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(file), identities...)
	if err != nil {
		return nil, err
	}
	text := make([]byte, len(file)) // what is inside is shorter
	n, err := io.ReadFull(r, text)
	if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		secret.Wipe(text)
		return nil, err
	}
	return text[:n], nil
}

// keyInAge reads what was in an age file.
func keyInAge(text []byte) (*Key, error) {
	key, err := Load(text, func() (*secret.Bytes, error) {
		return nil, unsupported("a key sealed twice (open the age file with age -d first)")
	})
	if err != nil {
		return nil, err
	}
	key.Sealed, key.Form = true, FormAge
	return key, nil
}
