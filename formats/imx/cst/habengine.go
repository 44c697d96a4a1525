package cst

import (
	"strings"

	"sigtool/formats/imx/csf"
)

// engine is the engine, or another where it is not given.
func (s *section) engine(otherwise byte) (byte, error) {
	text, given, err := s.word(argEngine)
	if err != nil || !given {
		return otherwise, err
	}
	if engine, ok := csf.EngineByName(text); ok {
		return engine, nil
	}
	return 0, s.badValue(argEngine, "an engine: ANY, CAAM, DCP, RTIC, SAHARA, SW; to unlock, SRTC, CAAM, SNVS or OCOTP")
}

// setting is the configuration of an engine, a number or a word, or another where it is not given.
func (s *section) setting(otherwise string) (string, error) {
	a := s.get(argConfig)
	if a == nil {
		return otherwise, nil
	}
	if a.values[0].shape == shapeNumber {
		n, err := s.number(argConfig, 0, 11)
		return decimal(n), err
	}
	text, _, err := s.word(argConfig)
	return strings.ToUpper(text), err
}

// config turns the configuration into the engine's bits.
func (s *section) config(engine byte, setting string) (byte, error) {
	config, err := csf.Config(engine, setting)
	if err != nil {
		return 0, s.errorf("csf-value", "%v", err)
	}
	return config, nil
}

// bare refuses a configuration that is given for ANY, which has none. One that it inherits from the header CST leaves out.
func (s *section) bare(engine byte, setting string) error {
	if engine != csf.EngineAny || setting == "0" {
		return nil
	}
	return s.errorf("csf-value", "ANY has no configuration").Advise("Engine Configuration = 0")
}

// ownEngine is the engine that a section gives with its configuration, each of which the header's stands in for; nil where it gives neither.
func (h *habScript) ownEngine(s *section) (*csf.Engine, error) {
	named := s.get(argEngine)
	if named == nil && s.get(argConfig) == nil {
		return nil, nil
	}
	id, err := s.engine(h.engine.ID)
	if err != nil {
		return nil, err
	}
	setting, err := s.setting(h.setting)
	if err != nil {
		return nil, err
	}
	if named != nil && id == csf.EngineAny {
		if s.get(argConfig) == nil {
			return nil, s.errorAt(named, "csf-value", "ANY without a configuration").Advise("Engine Configuration = 0, too: cst wants it")
		}
		if err := s.bare(id, setting); err != nil {
			return nil, err
		}
	}
	config, err := s.config(id, setting)
	return &csf.Engine{ID: id, Config: config}, err
}
