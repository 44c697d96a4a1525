package cst

import (
	"crypto"
	"crypto/x509"
	"time"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
)

// Files opens what a script names.
type Files struct {
	Table       func(name string) ([]byte, error)
	Certificate func(name string) (*x509.Certificate, error)
	Data        func(name string) (formats.Source, error)
}

// build makes a command, when its files are at hand.
type build func(Files) (csf.Step, error)

// habScript is a text for HABv4.
type habScript struct {
	version byte
	engine  csf.Engine // of commands that give none
	setting string     // the engine's configuration, as it is written
	nocak   bool
	slots   map[int]bool // keys of [Install Key] that there are so far
	builds  []build
	data    bool // something is authenticated
}

// Plan makes of a script for HAB what is to be signed at a time. Errors: formats.ErrFormat, and those of the files.
func (s *Script) Plan(files Files, at time.Time) (*csf.Plan, error) {
	plan := &csf.Plan{Version: s.hab.version, Hash: crypto.SHA256, Engine: s.hab.engine, Time: at}
	for _, build := range s.hab.builds {
		step, err := build(files)
		if err != nil {
			return nil, err
		}
		plan.Steps = append(plan.Steps, step)
	}
	return plan, nil
}

// read takes the sections for HAB, which have an order.
func (h *habScript) read(sections []section) error {
	h.slots = map[int]bool{}
	var order order
	for i := range sections {
		s := &sections[i]
		if err := order.take(s); err != nil {
			return err
		}
		build, err := h.section(s)
		if err != nil {
			return err
		}
		if build != nil {
			h.builds = append(h.builds, build)
		}
	}
	return order.complete(&sections[len(sections)-1], h.data)
}

func (h *habScript) section(s *section) (build, error) {
	switch s.name {
	case "Header":
		return nil, h.header(s)
	case "Install SRK":
		return h.installSRK(s)
	case "Install CSFK", "Install NOCAK":
		return h.installCSFK(s)
	case "Authenticate CSF":
		return h.authenticateCSF(s)
	case "Install Key":
		return h.installKey(s)
	case "Authenticate Data":
		return h.authenticateData(s)
	case "Set Engine":
		return h.setEngine(s)
	case "Init", "Unlock":
		return h.features(s)
	case "NOP":
		return func(Files) (csf.Step, error) { return csf.NOP{}, nil }, nil
	}
	return nil, s.errorf("csf-section", "for AHAB, and the target is HAB").Advise("Target = AHAB in [Header]")
}

func (h *habScript) header(s *section) error {
	v, given, err := s.one(argVersion, shapePair, "a version (4.3)")
	switch {
	case err != nil:
		return err
	case !given:
		return s.missing(argVersion)
	case v.numbers[0] != 4 || v.numbers[1] > 5:
		return s.errorAt(s.get(argVersion), "csf-value", "%d.%d is not 4.0 to 4.5", v.numbers[0], v.numbers[1]).
			Advise("4.0 is for all but ECDSA keys, which want 4.5; cst takes anything")
	}
	h.version = byte(0x40 | v.numbers[1])
	if err := s.noMode(); err != nil {
		return err
	}
	if _, err := s.hash(); err != nil {
		return err
	}
	if err := s.formats(); err != nil {
		return err
	}
	h.engine.ID, err = s.engine(csf.EngineAny)
	if err != nil {
		return err
	}
	if h.setting, err = s.setting("0"); err != nil {
		return err
	}
	if h.engine.Config, err = s.config(h.engine.ID, h.setting); err != nil {
		return err
	}
	return s.bare(h.engine.ID, h.setting)
}

// hash is SHA-256 or, where it is not given, 0. CST takes SHA-1 and SHA-512 too, and for its other words SHA-256.
func (s *section) hash() (crypto.Hash, error) {
	text, given, err := s.word(argHash)
	switch {
	case err != nil || !given:
		return 0, err
	case is(text, "sha256"), is(text, "HAB RSA SHA256"):
		return crypto.SHA256, nil
	case is(text, "sha1"), is(text, "sha512"), is(text, "HAB RSA SHA1"):
		return 0, s.errorAt(s.get(argHash), "csf-unsupported", "%s: HABv4's signatures are of SHA-256", text)
	}
	return 0, s.badValue(argHash, "sha256")
}

// formats refuses any but X.509 certificates and CMS signatures.
func (s *section) formats() error {
	for _, one := range []struct{ name, wanted string }{{argCertFormat, "X509"}, {argSigFormat, "CMS"}} {
		text, given, err := s.word(one.name)
		if err != nil {
			return err
		}
		if given && !is(text, one.wanted) {
			return s.badValue(one.name, one.wanted)
		}
	}
	return nil
}
