package csf

// CSF is a parsed command sequence file. Its slices point into the bytes that were parsed.
type CSF struct {
	Version  byte // 0x40 to 0x45 for HAB 4.0 to 4.5
	Size     int  // bytes of header and commands, which the CSF's own signature covers
	Commands []Command
	Segments []*Segment // what commands point at, each once, by offset; and loose certificates behind them (Segment.Loose)
	End      int        // offset behind the last command or segment, without padding
	Raw      []byte     // up to End
}

// Command is a command of a CSF.
type Command struct {
	Offset int    // in the CSF
	Raw    []byte // as it stands, with its header
	Body   Body   // what it says: *KeyCommand, *AuthCommand, *SetCommand, *FeatureCommand, *WriteCommand, *CheckCommand, *NOPCommand, *OtherCommand
	Err    error  // *Error: the command can be read, but a device would refuse it as it stands, such as for where it points; or nil
}

// Body is what a command says.
type Body interface {
	// Text is what it says, in one line, for people.
	Text() string
}

// KeyCommand is Install Key.
type KeyCommand struct {
	Flags    byte
	Protocol byte
	Alg      byte // hash of the certificate, or of the SRK table
	Source   byte // slot of the key that certifies this one; of an SRK table the entry; of a secret key the key encryption key
	Target   byte // slot that it gets
	At       uint32
	Hash     []byte   // with FlagHash: of the certificate
	Segment  *Segment // nil where At is an address, or leads nowhere
}

// AuthCommand is Authenticate Data. Without blocks and with a CSF key it is the CSF that is authenticated.
type AuthCommand struct {
	Flags    byte
	Key      byte // slot
	Protocol byte
	Engine   byte
	Config   byte
	At       uint32
	Blocks   []Region
	Segment  *Segment // nil where At is an address, or leads nowhere
}

// Region is a block of memory that is signed.
type Region struct{ Address, Length uint32 }

// SetCommand is Set: of the engine that an algorithm is calculated by, or of where a manufacturing identifier is fused.
type SetCommand struct {
	Item  byte
	Value [4]byte // of an engine: 0, algorithm, engine, configuration; of an identifier: bank, row, first bit, number of fuses
}

// FeatureCommand is Init or Unlock.
type FeatureCommand struct {
	Unlock   bool
	Engine   byte
	Features uint32
	Given    bool   // Features are there at all
	UID      []byte // what follows them: the identifier of the one device that it is for
}

// WriteCommand is Write Data.
type WriteCommand struct {
	Width int  // bytes: 1, 2 or 4
	Flags byte // 1: change only the bits of the mask; 2: set them
	Pairs []WritePair
}

// WritePair is an address and what is written there.
type WritePair struct{ Address, Value uint32 }

// CheckCommand is Check Data.
type CheckCommand struct {
	Width         int
	Flags         byte // 2: bits have to be set; 4: any of them will do
	Address, Mask uint32
	Count         *uint32 // how often it is tried; nil: for ever
}

// NOPCommand does nothing.
type NOPCommand struct{}

// OtherCommand is one that HAB does not know.
type OtherCommand struct{ Tag byte }
