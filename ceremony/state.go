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

	"sigtool/ceremony/transcript"
	"sigtool/internal/pgpwords"
	"sigtool/internal/secret"
	"sigtool/keygen"

	"sigtool/backup"
)

// state is what the steps hand on to each other.
type state struct {
	kernel     *keygen.Committed
	pool       *keygen.Pool
	initials   map[string]string // by name
	seen       []Finding         // what the machine was when it was measured last; nil before that
	wanted     []Key             // that come back from paper
	made       []*made
	papers     []*paper
	proven     int      // drills that brought a key back
	bags       []string // their numbers
	destroyed  []string // what the witness saw destroyed
	missing    []string // what was to be destroyed and was not there
	bagged     []string // documents that are in bags, by a run before this one
	signed     []ToSign // files that were signed
	ways       []*way   // exports that were looked at before any key was there
	noted      []string // of a run that goes on: digests of the record, of which one was written down after the drill
	passphrase *secret.Bytes
	outputs    []output
	secrets    []*secret.Bytes   // others that are to be forgotten
	resumed    bool              // another run of the program began this ceremony
	head       [sha256.Size]byte // of the last line that was recorded
	sealed     bool              // the transcript is complete
}

// made is a key on its way through the ceremony: one that was made, or that came back from paper.
type made struct {
	plan        Key
	seed        *secret.Bytes // nil of a key that came back without one
	signer      crypto.Signer
	fingerprint string
	pem         []byte // sealed by the passphrase
}

// rows show the fingerprint, in letters, figures and words, and the addresses.
func (m *made) rows() [][2]string {
	figures, words := backup.Fingerprint(m.fingerprint)
	rows := [][2]string{{m.plan.Label, m.fingerprint}, {"in figures", groups(figures, 8)}, {"in words", groups(words, 4)}}
	for _, n := range transcript.Addresses(m.signer.Public()) {
		rows = append(rows, [2]string{n.Label, n.Value})
	}
	return rows
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
	}
	for _, p := range r.papers {
		p.destroy()
	}
	r.passphrase.Destroy()
	if r.pool != nil {
		r.pool.Destroy()
		r.kernel.Destroy()
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

// key finds a key by its label.
func (r *Run) key(label string) *made {
	for _, m := range r.made {
		if m.plan.Label == label {
			return m
		}
	}
	return nil
}

// put makes a file, reads it back from where it is, and records it.
func (r *Run) put(step, name string, data []byte, isSecret bool) error {
	if err := r.world.PutFile(name, data, isSecret); err != nil {
		return err
	}
	return r.record(step, name, data, isSecret)
}

func (r *Run) record(step, name string, data []byte, isSecret bool) error {
	if err := r.sameAsPut(name, data); err != nil {
		return err
	}
	if err := r.log.Output(step, name, data, isSecret); err != nil {
		return err
	}
	r.outputs = append(r.outputs, output{name, sha256.Sum256(data), isSecret})
	return nil
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

// seal returns the key sealed by the ceremony's passphrase, PKCS#8 PEM, and keeps it.
func (r *Run) seal(m *made) ([]byte, error) {
	if m.pem != nil {
		return m.pem, nil
	}
	pkcs8, err := m.pkcs8()
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(pkcs8)
	m.pem, err = keygen.Seal(pkcs8, r.passphrase.Bytes(), keygen.PBKDF2, r.world.Rand)
	return m.pem, err
}

// pkcs8 is the key in the clear, with its seed where it has one. The caller wipes it.
func (m *made) pkcs8() ([]byte, error) {
	if m.seed == nil {
		return keygen.MarshalPrivate(m.signer)
	}
	return keygen.MarshalPrivateWithSeed(m.signer, m.seed.Bytes())
}

// opened loads a key sealed by the ceremony's passphrase and tells whether it is the one that was made.
func (r *Run) opened(m *made, pem []byte) error {
	key, err := keygen.Load(pem, func() (*secret.Bytes, error) { return r.passphrase, nil })
	if err != nil {
		return err
	}
	defer key.Destroy()
	if keygen.Fingerprint(key.Signer.Public()) != m.fingerprint {
		return errors.New("it is another key")
	}
	return nil
}

// digestRows shows a SHA-256 as figures and as words, a few to a line, so that people can compare by reading aloud.
func digestRows(of string, sum [sha256.Size]byte) [][2]string {
	return [][2]string{{of, groups(hexGroups(sum[:]), 8)}, {"in words", groups(pgpwords.Of(sum[:]), 4)}}
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
