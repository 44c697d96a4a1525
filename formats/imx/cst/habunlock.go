package cst

import (
	"slices"
	"strings"

	"sigtool/formats/imx/csf"
)

// ofDevice are the features of OCOTP that are unlocked on one device alone, which its UID names.
const ofDevice = csf.UnlockOCOTPFieldReturn | csf.UnlockOCOTPSCS | csf.UnlockOCOTPJTAG

// uidBytes is the length of a device's UID.
const uidBytes = 8

// features reads [Init] or [Unlock].
func (h *habScript) features(s *section) (build, error) {
	if s.get(argEngine) == nil {
		return nil, s.missing(argEngine)
	}
	engine, err := s.engine(0)
	if err != nil {
		return nil, err
	}
	list, all, err := s.featureList(engine)
	if err != nil {
		return nil, err
	}
	uid, err := s.uid()
	if err != nil {
		return nil, err
	}
	bound := engine == csf.EngineOCOTP && all&ofDevice != 0
	switch {
	case bound && s.name == "Init":
		return nil, s.errorAt(s.get(argFeatures), "csf-value", "these features are for [Unlock]").Advise("cst wants a UID with them here too, and leaves it out of the command")
	case bound && uid == nil:
		return nil, s.errorf("csf-argument", "%s is missing: these features are unlocked on one device alone", argUID)
	case !bound && uid != nil:
		return nil, s.errorAt(s.get(argUID), "csf-argument", "these features are unlocked on every device alike").Advise("leave it out")
	}
	return func(Files) (csf.Step, error) {
		if s.name == "Init" {
			return csf.Init{Engine: engine, Features: list}, nil
		}
		return csf.Unlock{Engine: engine, Features: list, UID: uid}, nil
	}, nil
}

// featureList reads the features, words or numbers, and what they are together.
func (s *section) featureList(engine byte) (list []uint32, all uint32, err error) {
	a := s.get(argFeatures)
	if a == nil {
		return nil, 0, nil
	}
	names := csf.Features(engine)
	for _, v := range a.values {
		bit, ok := uint32(0), false
		switch {
		case v.doubt != "":
			return nil, 0, s.doubt(a, v)
		case v.shape == shapeNumber:
			bit, ok = v.numbers[0], len(names) > 0
		case v.shape == shapeWord:
			// CST takes these names in capitals alone, other than all the rest.
			n := slices.IndexFunc(names, func(name string) bool { return strings.ReplaceAll(name, " ", "") == v.text })
			bit, ok = 1<<max(n, 0), n >= 0
		}
		if !ok {
			return nil, 0, s.errorAt(a, "csf-value", "no feature of this engine").
				Advise("in capitals: CAAM has MID, RNG and MFG, SNVS has LP SWR and ZMK WRITE, OCOTP has FIELD RETURN, SRK REVOKE, SCS and JTAG")
		}
		list, all = append(list, bit), all|bit
	}
	return list, all, nil
}

// uid reads the bytes of a UID; nil where there is none.
func (s *section) uid() (uid []byte, err error) {
	a := s.get(argUID)
	if a == nil {
		return nil, nil
	}
	for _, v := range a.values {
		switch {
		case v.doubt != "":
			return nil, s.doubt(a, v)
		case v.shape != shapeNumber || v.numbers[0] > 0xff:
			return nil, s.errorAt(a, "csf-value", "bytes are wanted here, 0 to 255")
		}
		uid = append(uid, byte(v.numbers[0]))
	}
	if len(uid) != uidBytes {
		return nil, s.errorAt(a, "csf-value", "%d bytes, where a UID has %d", len(uid), uidBytes)
	}
	return uid, nil
}
