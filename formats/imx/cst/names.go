package cst

import "strings"

// The arguments.
const (
	argVersion     = "Version"
	argTarget      = "Target"
	argMode        = "Mode"
	argHash        = "Hash Algorithm"
	argEngine      = "Engine"
	argConfig      = "Engine Configuration"
	argCertFormat  = "Certificate Format"
	argSigFormat   = "Signature Format"
	argFile        = "File"
	argSource      = "Source"
	argSourceIndex = "Source Index"
	argSourceSet   = "Source Set"
	argRevocations = "Revocations"
	argVerify      = "Verification Index"
	argTargetIndex = "Target Index"
	argBlocks      = "Blocks"
	argFeatures    = "Features"
	argUID         = "UID"
	argOffsets     = "Offsets"
	argPermissions = "Permissions"
	argSignature   = "Signature"
)

// others are arguments that CST knows and that no section here takes.
var others = []string{"Width", "Address Data", "Count", "Address Mask", "Bank", "Row", "Fuse", "Bits", "Blob Address", "Key", "Key Length", "Mac Bytes",
	"Key Identifier", "Image Indexes", "Signature Size", "Permissions Data", "UUID", "Fuse Version", "Check All Signatures", "Fast Boot"}

// sectionNames are the sections, each with the arguments that it may have.
var sectionNames = map[string][]string{
	"Header":              {argVersion, argTarget, argMode, argHash, argEngine, argConfig, argCertFormat, argSigFormat},
	"Install SRK":         {argFile, argSourceIndex, argHash, argCertFormat, argSource, argSourceSet, argRevocations},
	"Install CSFK":        {argFile, argCertFormat},
	"Install NOCAK":       {argFile, argCertFormat},
	"Authenticate CSF":    {argEngine, argConfig, argSigFormat},
	"Install Key":         {argFile, argVerify, argSourceIndex, argTargetIndex, argHash, argCertFormat},
	"Authenticate Data":   {argVerify, argBlocks, argEngine, argConfig, argSigFormat, argHash, argFile, argOffsets, argSignature},
	"NOP":                 {},
	"Set Engine":          {argHash, argEngine, argConfig},
	"Init":                {argEngine, argFeatures, argUID},
	"Unlock":              {argEngine, argFeatures, argUID},
	"Install Certificate": {argFile, argPermissions, argSignature},
	"Install Secret Key":  nil,
	"Decrypt Data":        nil,
}

// is tells whether a name from a text is the one that the manual writes so: spaces and case don't count.
func is(text, written string) bool {
	return strings.EqualFold(text, strings.ReplaceAll(written, " ", ""))
}

// known replaces the names of a section and its arguments by those that the manual writes, and refuses those that CST does not know, those of
// other sections, and those that come twice.
func (s *section) known() error {
	var may []string
	found := false
	for written, arguments := range sectionNames {
		if is(s.name, written) {
			s.name, may, found = written, arguments, true
		}
	}
	switch {
	case !found:
		return s.errorf("csf-section", "no such section").Advise("cst has: Header, Install SRK, Install CSFK, Install NOCAK, Authenticate CSF, Install Key, Authenticate Data, NOP, Set Engine, Init, Unlock, Install Certificate")
	case may == nil:
		return s.errorf("csf-encrypted", "encrypted boot is not supported").Advise("take [Install Secret Key] and [Decrypt Data] out to sign without encryption, or use NXP's cst")
	}
	for i := range s.args {
		if err := s.argument(i, may); err != nil {
			return err
		}
	}
	return nil
}

// argument gives the argument at i its written name.
func (s *section) argument(i int, may []string) error {
	a := &s.args[i]
	for _, written := range may {
		if !is(a.name, written) {
			continue
		}
		a.name = written
		for _, before := range s.args[:i] {
			if before.name == written {
				return s.errorAt(a, "csf-argument", "it stood in line %d already", before.line)
			}
		}
		return nil
	}
	for _, arguments := range sectionNames {
		for _, written := range append(arguments, others...) {
			if is(a.name, written) {
				a.name = written
				return s.errorAt(a, "csf-argument", "not an argument of this section")
			}
		}
	}
	return s.errorAt(a, "csf-argument", "no such argument")
}

// get finds an argument.
func (s *section) get(name string) *argument {
	for i := range s.args {
		if s.args[i].name == name {
			return &s.args[i]
		}
	}
	return nil
}

// one finds an argument that has one value, of a shape. CST takes others, and reads what stands in memory behind them.
func (s *section) one(name string, wanted shape, what string) (v value, given bool, err error) {
	a := s.get(name)
	switch {
	case a == nil:
		return v, false, nil
	case len(a.values) > 1:
		return v, true, s.errorAt(a, "csf-value", "one value, not %d", len(a.values)).Advise("cst takes the first and passes over the others")
	}
	v = a.values[0]
	switch {
	case v.shape != wanted:
		return v, true, s.errorAt(a, "csf-value", "%s is wanted here", what)
	case v.doubt != "":
		return v, true, s.doubt(a, v)
	}
	return v, true, nil
}

// doubt is the error of a value that CST reads as something else than it looks like.
func (s *section) doubt(a *argument, v value) error {
	err := s.errorAt(a, "csf-value", "%s", v.doubt)
	if v.shape == shapeString || v.shape == shapeBlock {
		err.Advise(`one string on a line; a list goes on behind a comma and a backslash: 0x80000000 0 0x1000 "a.bin", \`)
	}
	return err
}

// word is an argument that is one of CST's words.
func (s *section) word(name string) (text string, given bool, err error) {
	v, given, err := s.one(name, shapeWord, "a word")
	return v.text, given, err
}

// file is an argument that names a file, which has to be there.
func (s *section) file(name string) (string, error) {
	v, given, err := s.one(name, shapeString, "the name of a file in quotation marks")
	if err == nil && !given {
		err = s.missing(name)
	}
	return v.text, err
}

// number is an argument that is a number, which has to be there.
func (s *section) number(name string, low, high int64) (int64, error) {
	v, given, err := s.one(name, shapeNumber, "a number")
	switch {
	case err != nil:
		return 0, err
	case !given:
		return 0, s.missing(name)
	}
	if n := int64(v.numbers[0]); n >= low && n <= high {
		return n, nil
	}
	return 0, s.errorAt(s.get(name), "csf-value", "%d is not from %d to %d", v.numbers[0], low, high)
}

func (s *section) missing(name string) error { return s.errorf("csf-argument", "%s is missing", name) }

// badValue is the error of a value that an argument can't have.
func (s *section) badValue(name, wanted string) error {
	a := s.get(name)
	found := a.values[0].text
	if found == "" {
		found = "this value"
	}
	return s.errorAt(a, "csf-value", "%q is not %s", found, wanted)
}

// refuse is the error of an argument that must not be there.
func (s *section) refuse(why string, names ...string) error {
	for _, name := range names {
		if a := s.get(name); a != nil {
			return s.errorAt(a, "csf-argument", "%s", why)
		}
	}
	return nil
}
