package ceremony

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"sigtool/backup"
	"sigtool/internal/pgpwords"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// state is what the steps hand on to each other.
type state struct {
	pool       *keygen.Pool
	made       []*made
	passphrase *keygen.Passphrase
	outputs    []output
	secrets    []*secret.Bytes // others that are to be forgotten
	sealed     bool            // the transcript is complete
}

// made is a key on its way through the ceremony.
type made struct {
	plan        Key
	seed        *secret.Bytes
	signer      crypto.Signer
	fingerprint string
	pem         []byte // sealed by the passphrase
	sheet       *backup.Sheet
}

// output is a file that was put.
type output struct {
	name   string
	sum    [sha256.Size]byte
	secret bool
}

// forget wipes what can be wiped; see package secret for what can't.
func (r *Run) forget() {
	for _, m := range r.made {
		m.seed.Destroy()
		if key, ok := m.signer.(ed25519.PrivateKey); ok {
			secret.Wipe(key)
		}
		if m.sheet != nil {
			m.sheet.Destroy()
		}
	}
	if r.passphrase != nil {
		r.passphrase.Secret.Destroy()
	}
	if r.pool != nil {
		r.pool.Destroy()
	}
	for _, s := range r.secrets {
		s.Destroy()
	}
	r.state = state{sealed: r.sealed}
}

// keep has a secret forgotten at the end of the ceremony, however it ends.
func (r *Run) keep(s *secret.Bytes) *secret.Bytes {
	r.secrets = append(r.secrets, s)
	return s
}

// fileName is where the file of a kind is put for a key: "key.pem" when there is one key, "LABEL.pem" when there are several.
// The sheet is "sheet.txt" or "LABEL.sheet.txt".
func (r *Run) fileName(m *made, kind string) string {
	switch {
	case len(r.plan.Keys) > 1:
		return m.plan.Label + "." + kind
	case kind == "sheet.txt":
		return kind
	}
	return "key." + kind
}

// put makes a file, reads it back from where it is, and logs it.
func (r *Run) put(step, name string, data []byte, isSecret bool) error {
	if err := r.world.PutFile(name, data, isSecret); err != nil {
		return err
	}
	if err := r.sameAsPut(name, data); err != nil {
		return err
	}
	r.outputs = append(r.outputs, output{name, sha256.Sum256(data), isSecret})
	return r.log.Output(step, name, data, isSecret)
}

func (r *Run) sameAsPut(name string, data []byte) error {
	again, err := r.world.ReadBack(name)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, data) {
		return fmt.Errorf("%s: what was read back is not what was written", name)
	}
	return nil
}

// opened loads a key sealed by the ceremony's passphrase and tells whether it is the one that was made.
func (r *Run) opened(m *made, pem []byte) error {
	key, err := keygen.Load(pem, func() (*secret.Bytes, error) { return r.passphrase.Secret, nil })
	if err != nil {
		return err
	}
	defer key.Seed.Destroy()
	if keygen.Fingerprint(key.Signer.Public()) != m.fingerprint {
		return errors.New("it is another key")
	}
	return nil
}

// digestRows shows a SHA-256 as hex and as words, a few to a line, so that two people can compare by reading aloud.
func digestRows(data []byte) [][2]string {
	sum := sha256.Sum256(data)
	return [][2]string{{"SHA-256", groups(hexGroups(sum[:]), 8)}, {"in words", groups(pgpwords.Of(sum[:]), 4)}}
}

// groups joins words with spaces, so many to a line.
func groups(words []string, perLine int) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i > 0 && i%perLine == 0:
			b.WriteByte('\n')
		case i > 0:
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

// hexGroups writes bytes as hex in groups of four digits.
func hexGroups(data []byte) []string {
	text := hex.EncodeToString(data)
	var out []string
	for i := 0; i < len(text); i += 4 {
		out = append(out, text[i:min(i+4, len(text))])
	}
	return out
}
