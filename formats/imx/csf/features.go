package csf

// setEngine appends Set, of an engine.
func (m *maker) setEngine(s SetEngine) error {
	code := codeOf(s.Hash)
	if code == algorithmAny {
		return refuse("hash", "Set Engine for %s, which HABv4 does not know", s.Hash)
	}
	engine, err := m.engine(&s.Engine)
	m.command(TagSet, ItemEngine, []byte{0, code, engine.ID, engine.Config})
	return err
}

func (m *maker) init(s Init) error {
	if err := m.reach(atData, "Init"); err != nil {
		return err
	}
	m.feature(TagInit, s.Engine, s.Features, nil)
	return nil
}

// unlock appends Unlock. Which features are for one device alone is in HAB4_API §5 (OCOTP).
func (m *maker) unlock(s Unlock) error {
	if err := m.reach(atData, "Unlock"); err != nil {
		return err
	}
	if n := len(s.UID); n != 0 && (n != 8 || len(s.Features) == 0) {
		return refuse("uid", "an identifier of a device has 8 bytes, and features that it is for; here %d bytes", n)
	}
	if s.Engine == EngineOCOTP {
		joined := join(s.Features)
		if joined&(UnlockOCOTPFieldReturn|UnlockOCOTPSCS|UnlockOCOTPJTAG) != 0 && len(s.UID) == 0 {
			return refuse("uid", "FIELD RETURN, SCS and JTAG are unlocked on one device, whose identifier is missing").Advise("UID = its 8 bytes")
		}
		if joined == UnlockOCOTPRevoke && len(s.UID) > 0 {
			return refuse("uid", "SRK REVOKE is unlocked without an identifier of a device")
		}
	}
	m.feature(TagUnlock, s.Engine, s.Features, s.UID)
	return nil
}

// feature appends Init or Unlock, and notes what becomes of the random number generator.
func (m *maker) feature(tag, engine byte, features []uint32, uid []byte) {
	joined := join(features)
	var body []byte
	if len(features) > 0 {
		body = be.AppendUint32(nil, joined)
	}
	m.command(tag, engine, append(body, uid...))
	wanted := map[byte]uint32{TagUnlock: UnlockCAAMRNG, TagInit: initCAAMRNG}[tag]
	m.rng = m.rng || engine == EngineCAAM && joined&wanted != 0
}

// join is all features in one word.
func join(features []uint32) (joined uint32) {
	for _, f := range features {
		joined |= f
	}
	return joined
}
