package csf

func (m *maker) authenticateCSF(s AuthenticateCSF) error {
	if err := m.reach(atCSF, "Authenticate CSF"); err != nil {
		return err
	}
	if err := m.signs(m.slots[SlotCSF]); err != nil {
		return err
	}
	pointer, err := m.authenticate(SlotCSF, s.Engine, nil)
	m.csf, m.stage = &part{pointer: pointer, cert: m.slots[SlotCSF]}, atData
	return err
}

func (m *maker) authenticateData(s AuthenticateData) error {
	if err := m.reach(atData, "Authenticate Data"); err != nil {
		return err
	}
	cert := m.slots[s.Key]
	switch {
	case m.fast && s.Key != SlotSRK:
		return refuse("nocak", "Authenticate Data by slot %d after Install NOCAK, where the SRK, slot 0, signs everything", s.Key)
	case m.fast:
		cert = m.slots[SlotCSF]
	case s.Key < 2 || s.Key > 4 || cert == nil:
		return refuse("slot", "no key that signs data is installed in slot %d", s.Key).Advise("Install Key, with this target index")
	}
	if err := m.signs(cert); err != nil {
		return err
	}
	if len(s.Blocks) == 0 {
		return refuse("blocks", "Authenticate Data without blocks")
	}
	if len(s.Blocks) > MaxCommands/8 {
		return refuse("size", "%d blocks are more than a command sequence file has room for", len(s.Blocks))
	}
	for _, block := range s.Blocks {
		if uint64(block.Address)+uint64(block.Length) > 1<<32 {
			return refuse("blocks", "the block at %#08x with %#x bytes is not in 32 bits of memory", block.Address, block.Length)
		}
	}
	pointer, err := m.authenticate(s.Key, s.Engine, s.Blocks)
	m.parts = append(m.parts, &part{pointer: pointer, cert: cert, blocks: s.Blocks})
	return err
}

// authenticate appends Authenticate Data, and returns the offset of its pointer.
func (m *maker) authenticate(key int, own *Engine, blocks []Block) (int, error) {
	engine, err := m.engine(own)
	if err == nil {
		err = engine.takes(blocks)
	}
	body := []byte{byte(key), ProtocolCMS, engine.ID, engine.Config, 0, 0, 0, 0}
	for _, block := range blocks {
		body = be.AppendUint32(be.AppendUint32(body, block.Address), block.Length)
	}
	return m.command(TagAuthenticate, 0, body) + 4, err
}
