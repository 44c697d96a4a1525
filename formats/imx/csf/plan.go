package csf

import (
	"crypto"
	"crypto/x509"
	"io"
	"time"
)

// Plan is a CSF that is to be made: Sign makes it.
type Plan struct {
	Version byte        // 0x40 to 0x45
	Hash    crypto.Hash // of signatures and of the SRK table; 0 means SHA-256
	Engine  Engine      // for each step that gives none
	Time    time.Time   // that the signatures say
	Steps   []Step      // in the order of CST: SRK table, CSF key or NOCAK, authentication of the CSF, then the rest
}

// Engine is what calculates, and how its input and output are turned.
type Engine struct {
	ID     byte // EngineAny, EngineCAAM, …
	Config byte // bits as the device takes them; see Config
}

// Step is a command of a plan: InstallSRK, InstallCSFK, InstallNOCAK, AuthenticateCSF, InstallKey, AuthenticateData, SetEngine, Init, Unlock, NOP.
type Step interface{ step() }

// InstallSRK installs a key of an SRK table.
type InstallSRK struct {
	Table []byte      // the whole file
	Index int         // CST's Source index, from 0 on
	Hash  crypto.Hash // 0 means the plan's
}

// InstallCSFK installs the key that signs the CSF.
type InstallCSFK struct{ Cert *x509.Certificate }

// InstallNOCAK says that the SRK itself signs the CSF and all data (fast authentication). No command stands for it, but its certificate goes in.
type InstallNOCAK struct{ Cert *x509.Certificate }

// AuthenticateCSF authenticates the commands themselves.
type AuthenticateCSF struct{ Engine *Engine }

// InstallKey installs a key that signs data.
type InstallKey struct {
	Cert   *x509.Certificate
	Verify int // slot of the key that certifies it: 0, the SRK, or 2 to 4
	Target int // slot that it gets: 2, 3, 4 or 7
}

// AuthenticateData authenticates blocks of memory.
type AuthenticateData struct {
	Key    int // slot of the key: that of an InstallKey, or 0 after InstallNOCAK
	Engine *Engine
	Blocks []Block
}

// Block is a piece of memory that is signed, and where its bytes are at hand.
type Block struct {
	Address, Length uint32
	Data            io.ReaderAt
	Offset          int64 // in Data
}

// SetEngine sets the engine for an algorithm.
type SetEngine struct {
	Hash   crypto.Hash
	Engine Engine
}

// Init has features of an engine started when the boot ROM ends.
type Init struct {
	Engine   byte
	Features []uint32 // joined by or; none: the command has no word for them
}

// Unlock has the boot ROM leave features of an engine unlocked when it ends.
type Unlock struct {
	Engine   byte
	Features []uint32 // as in Init
	UID      []byte   // of the one device that it is for
}

// NOP does nothing.
type NOP struct{}

func (InstallSRK) step()       {}
func (InstallCSFK) step()      {}
func (InstallNOCAK) step()     {}
func (AuthenticateCSF) step()  {}
func (InstallKey) step()       {}
func (AuthenticateData) step() {}
func (SetEngine) step()        {}
func (Init) step()             {}
func (Unlock) step()           {}
func (NOP) step()              {}
