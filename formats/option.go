package formats

// Kind is the type of an option's value.
type Kind int

// The kinds. A File option's value is the file's content (at most 1 MiB), which the command line reads.
const (
	String Kind = iota
	Bool
	Int
	File
)

// Option is one flag of a format's own.
type Option struct {
	Name    string // "hash"
	Kind    Kind
	Default string
	Enum    []string // for String: the values it takes; nil for any
	Help    string   // lower case, one line
	Sign    bool     // taken by sign
	Verify  bool     // taken by verify
}

// Values are the options given, by name; ask for a default through the option's own constants.
type Values struct {
	strings map[string]string
	bytes   map[string][]byte
}

// Set gives the option a value as typed.
func (v *Values) Set(name, value string) {
	if v.strings == nil {
		v.strings = map[string]string{}
	}
	v.strings[name] = value
}

// SetBytes gives a File option its content.
func (v *Values) SetBytes(name string, data []byte) {
	if v.bytes == nil {
		v.bytes = map[string][]byte{}
	}
	v.bytes[name] = data
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

// Bytes returns a File option's content, or nil when it was not given.
func (v Values) Bytes(name string) []byte { return v.bytes[name] }
