package csf

import (
	"crypto"
	"crypto/x509"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

// maker turns a plan into the bytes of commands, and parts that stand behind them. Pointers and sizes come in once all parts have their sizes.
type maker struct {
	plan     *Plan
	hash     crypto.Hash
	commands []byte
	parts    []*part // in the order of the file; the signature of the CSF is not among them, as it comes last
	csf      *part
	stage    stage
	table    *srk.Table
	index    int                       // of the SRK in the table
	slots    map[int]*x509.Certificate // keys that are installed, but for the SRK; with NOCAK the SRK, in SlotCSF
	fast     bool                      // NOCAK
	rng      bool                      // a command says what becomes of CAAM's random number generator
}

// part is what stands behind the commands: a segment, or a signature that is still to be made.
type part struct {
	pointer int    // offset in the commands of the pointer to it; -1 for none
	data    []byte // with header and padding
	cert    *x509.Certificate
	blocks  []Block // of a signature over data
}

// stage is how far a plan has come. CST holds to this order too.
type stage int

const (
	atTable stage = iota
	atKey
	atCSF
	atData
)

// lay makes the commands of a plan, with 0 for the pointers, and the parts, but for the signatures.
func (p *Plan) lay() (*maker, error) {
	m := &maker{plan: p, hash: p.Hash, slots: map[int]*x509.Certificate{}}
	if m.hash == 0 {
		m.hash = crypto.SHA256
	}
	if err := m.sha256(m.hash); err != nil {
		return nil, err
	}
	if p.Version < 0x40 || p.Version > 0x45 {
		return nil, refuse("version", "HABv4 has the versions 4.0 to 4.5, not %d.%d", p.Version>>4, p.Version&15)
	}
	if err := p.Engine.check(); err != nil {
		return nil, err
	}
	m.commands = []byte{TagCSF, 0, 0, p.Version}
	for _, step := range p.Steps {
		if err := m.add(step); err != nil {
			return nil, err
		}
	}
	if m.stage != atData {
		return nil, refuse("order", "the commands end before the one that authenticates them").Advise("Authenticate CSF")
	}
	if p.Engine.ID == EngineCAAM && !m.rng {
		// U-Boot and Linux start the generator themselves; CST adds this command for them.
		m.feature(TagUnlock, EngineCAAM, []uint32{UnlockCAAMRNG}, nil)
	}
	if len(m.commands) > MaxCommands {
		return nil, refuse("size", "the commands have %d bytes; %d are the most", len(m.commands), MaxCommands).Advise("fewer blocks: join those that touch")
	}
	be.PutUint16(m.commands[1:], uint16(len(m.commands)))
	return m, nil
}

// refuse is an error in the plan.
func refuse(id, format string, args ...any) *issue.Error {
	return issue.New("imx-csf-"+id, formats.ErrOption, format, args...)
}

// sha256 holds a hash to the one that HABv4 is fused with and that all of its engines have. CST signs with SHA-1 and SHA-512 too, which no
// closed device takes.
func (m *maker) sha256(h crypto.Hash) error {
	if h == crypto.SHA256 {
		return nil
	}
	return refuse("hash", "HABv4 takes signatures over SHA-256, and fuses of SHA-256, not %s", h)
}

// check refuses engines that do not calculate, and configurations that they do not have.
func (e Engine) check() error {
	known, calculates := bits[e.ID]
	if !calculates {
		return refuse("engine", "the engine %s calculates no signatures and hashes", EngineName(e.ID)).Advise("CAAM, DCP, SAHARA, RTIC, SW or ANY")
	}
	all := byte(0)
	for _, bit := range known {
		all |= bit
	}
	if e.Config&^all != 0 {
		return refuse("engine", "the engine %s has no configuration %#02x", EngineName(e.ID), e.Config)
	}
	return nil
}

// engine is the one of a command that calculates: its own, or the plan's.
func (m *maker) engine(own *Engine) (Engine, error) {
	if own == nil {
		return m.plan.Engine, nil
	}
	return *own, own.check()
}

// command appends a command with this body, and returns the offset of the body.
func (m *maker) command(tag, parameter byte, body []byte) int {
	m.commands = append(m.commands, tag, byte((headerLength+len(body))>>8), byte(headerLength+len(body)), parameter)
	m.commands = append(m.commands, body...)
	return len(m.commands) - len(body)
}

// segment is a part with its header, padded to 4 bytes.
func (m *maker) segment(tag byte, content []byte) ([]byte, error) {
	size := headerLength + len(content)
	if size > 0xffff {
		return nil, fmt.Errorf("%w: a certificate or signature of %d bytes, more than the 65531 that HABv4 can say", formats.ErrKey, len(content))
	}
	data := make([]byte, align(size))
	copy(data, []byte{tag, byte(size >> 8), byte(size), m.plan.Version})
	copy(data[headerLength:], content)
	return data, nil
}
