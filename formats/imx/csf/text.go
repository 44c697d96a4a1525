package csf

import (
	"fmt"
	"strings"

	"sigtool/internal/sigalg"
)

// names are what commands are called, as in CST's text form.
var names = map[byte]string{
	TagSet: "Set", TagUnlock: "Unlock", TagInit: "Init", TagInstallKey: "Install Key", TagNOP: "NOP", TagAuthenticate: "Authenticate Data",
	TagWrite: "Write Data", TagCheck: "Check Data",
}

func tagName(tag byte) string {
	if name := names[tag]; name != "" {
		return name
	}
	return fmt.Sprintf("unknown (%#02x)", tag)
}

// Name is what the command is called: "Install SRK", "Authenticate CSF".
func (c Command) Name() string {
	switch body := c.Body.(type) {
	case *KeyCommand:
		switch {
		case body.Protocol == ProtocolSRK:
			return "Install SRK"
		case body.Flags&FlagCSF != 0:
			return "Install CSFK"
		case body.Protocol == ProtocolBlob:
			return "Install Secret Key"
		}
	case *AuthCommand:
		switch {
		case body.OfCSF():
			return "Authenticate CSF"
		case body.Protocol == ProtocolAEAD:
			return "Decrypt Data"
		}
	case *SetCommand:
		switch body.Item {
		case ItemEngine:
			return "Set Engine"
		case ItemMID:
			return "Set MID"
		}
	}
	return tagName(c.Raw[0])
}

// OfCSF tells whether the command authenticates the CSF itself.
func (a *AuthCommand) OfCSF() bool { return a.Key == SlotCSF || a.Key == SlotNXPCSF }

// Text says which key it is, where it goes and where it stands.
func (k *KeyCommand) Text() string {
	var b strings.Builder
	switch k.Protocol {
	case ProtocolSRK:
		fmt.Fprintf(&b, "key %d of the SRK table at %#x", k.Source, k.At)
		if h := hashOf(k.Alg); h != 0 {
			fmt.Fprintf(&b, ", %s", sigalg.HashName(h))
		} else {
			fmt.Fprintf(&b, ", hash %#02x", k.Alg)
		}
	case ProtocolX509:
		fmt.Fprintf(&b, "certificate at %#x, certified by key %d", k.At, k.Source)
	case ProtocolBlob:
		fmt.Fprintf(&b, "secret key, wrapped by master key %d, at address %#08x", k.Source, k.At)
	default:
		fmt.Fprintf(&b, "protocol %#02x, at %#x, source %d", k.Protocol, k.At, k.Source)
	}
	fmt.Fprintf(&b, ", becomes key %d", k.Target)
	b.WriteString(flagText(k.Flags &^ FlagCSF))
	if k.Hash != nil {
		fmt.Fprintf(&b, ", its hash is %x", k.Hash)
	}
	return b.String()
}

// flagText names flags that are rarely set.
func flagText(flags byte) string {
	if flags == 0 {
		return ""
	}
	var set []string
	for i, name := range []string{"absolute address", "CSF key", "bound to a data type", "bound to a configuration", "bound to a device",
		"bound to a manufacturer", "bound to a caller", "certificate's hash"} {
		if flags&(1<<i) != 0 {
			set = append(set, name)
		}
	}
	return " (" + strings.Join(set, ", ") + ")"
}

// Text says which key, by which engine, over which blocks.
func (a *AuthCommand) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "key %d, signature at %#x, engine %s", a.Key, a.At, engineText(a.Engine, a.Config))
	switch a.Protocol {
	case ProtocolCMS:
	case ProtocolAEAD:
		b.WriteString(", decrypts")
	default:
		fmt.Fprintf(&b, ", protocol %#02x", a.Protocol)
	}
	b.WriteString(flagText(a.Flags))
	for i, block := range a.Blocks {
		sep := ", "
		if i == 0 {
			sep = ": "
		}
		fmt.Fprintf(&b, "%s%#08x+%#x", sep, block.Address, block.Length)
	}
	return b.String()
}

// Text says what is set.
func (s *SetCommand) Text() string {
	v := s.Value
	switch s.Item {
	case ItemEngine:
		alg := fmt.Sprintf("algorithm %#02x", v[1])
		if h := hashOf(v[1]); h != 0 {
			alg = sigalg.HashName(h)
		}
		return fmt.Sprintf("%s by %s", alg, engineText(v[2], v[3]))
	case ItemMID:
		return fmt.Sprintf("manufacturing identifier in bank %d, row %d, from bit %d on, %d fuses", v[0], v[1], v[2], v[3])
	}
	return fmt.Sprintf("item %#02x: %x", s.Item, v)
}

// features are the names of what engines can unlock, by bit.
var features = map[byte][]string{
	EngineCAAM:  {"MID", "RNG", "MFG"},
	EngineSNVS:  {"LP SWR", "ZMK WRITE"},
	EngineOCOTP: {"FIELD RETURN", "SRK REVOKE", "SCS", "JTAG"},
}

// Features are CST's names for what an engine can unlock, that of bit 0 first.
func Features(engine byte) []string { return features[engine] }

// Text says which features of which engine, and for which device.
func (f *FeatureCommand) Text() string {
	var set []string
	rest := f.Features
	for i, name := range features[f.Engine] {
		if f.Features&(1<<i) != 0 {
			set = append(set, name)
			rest &^= 1 << i
		}
	}
	if rest != 0 || f.Given && len(set) == 0 {
		set = append(set, fmt.Sprintf("%#x", rest))
	}
	text := strings.TrimSpace(EngineName(f.Engine) + " " + strings.Join(set, ", "))
	if len(f.UID) > 0 {
		text += fmt.Sprintf(", for the device %x", f.UID)
	}
	return text
}

// Text says what is written where.
func (w *WriteCommand) Text() string {
	how := "write"
	if w.Flags&1 != 0 {
		how = map[bool]string{false: "clear", true: "set"}[w.Flags&2 != 0]
	}
	parts := make([]string, len(w.Pairs))
	for i, pair := range w.Pairs {
		parts[i] = fmt.Sprintf("%#08x: %#x", pair.Address, pair.Value)
	}
	return fmt.Sprintf("%s %d bytes: %s", how, w.Width, strings.Join(parts, ", "))
}

// Text says what is waited for.
func (c *CheckCommand) Text() string {
	which := map[bool]string{false: "all", true: "any"}[c.Flags&4 != 0]
	state := map[bool]string{false: "clear", true: "set"}[c.Flags&2 != 0]
	text := fmt.Sprintf("wait until %s of the bits %#x of the %d bytes at %#08x are %s", which, c.Mask, c.Width, c.Address, state)
	if c.Count != nil {
		text += fmt.Sprintf(", %d times at most", *c.Count)
	}
	return text
}

// Text is empty.
func (*NOPCommand) Text() string { return "" }

// Text says that nobody knows it.
func (o *OtherCommand) Text() string { return fmt.Sprintf("%#02x is no command", o.Tag) }
