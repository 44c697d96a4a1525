package cst

import (
	"crypto"

	"sigtool/formats/imx/csf"
)

func (h *habScript) authenticateCSF(s *section) (build, error) {
	if err := s.formats(); err != nil {
		return nil, err
	}
	engine, err := h.ownEngine(s)
	return func(Files) (csf.Step, error) { return csf.AuthenticateCSF{Engine: engine}, nil }, err
}

func (h *habScript) authenticateData(s *section) (build, error) {
	if err := s.refuse(fitsAHAB, argFile, argOffsets, argSignature); err != nil {
		return nil, err
	}
	if err := s.formats(); err != nil {
		return nil, err
	}
	if _, err := s.hash(); err != nil {
		return nil, err
	}
	engine, err := h.ownEngine(s)
	if err != nil {
		return nil, err
	}
	key, err := h.dataKey(s)
	if err != nil {
		return nil, err
	}
	blocks, err := s.blocks()
	if err != nil {
		return nil, err
	}
	h.data = true
	return func(files Files) (csf.Step, error) {
		step := csf.AuthenticateData{Key: key, Engine: engine}
		for _, block := range blocks {
			b, err := s.block(files, block)
			if err != nil {
				return nil, err
			}
			step.Blocks = append(step.Blocks, b)
		}
		return step, nil
	}, nil
}

// dataKey is the index of the key that signs data: 0 after [Install NOCAK], else that of a key which was installed for it.
func (h *habScript) dataKey(s *section) (int, error) {
	n, err := s.number(argVerify, 0, 5)
	switch a := s.get(argVerify); {
	case err != nil:
		return 0, err
	case h.nocak && n != 0:
		return 0, s.errorAt(a, "csf-value", "after [Install NOCAK] the key is that of index 0, not %d", n).Advise("cst signs with the SRK, and says %d in the command")
	case !h.nocak && n < 2:
		return 0, s.errorAt(a, "csf-value", "the key of index %d does not sign data", n).Advise("2, 3 or 4: the Target Index of an [Install Key] before; 0 after [Install NOCAK]")
	case !h.nocak && !h.slots[int(n)]:
		return 0, s.errorAt(a, "csf-value", "no key was installed at index %d", n).Advise("the Target Index of an [Install Key] before")
	}
	return int(n), nil
}

// blocks are the values of Blocks.
func (s *section) blocks() ([]value, error) {
	a := s.get(argBlocks)
	if a == nil {
		return nil, s.missing(argBlocks)
	}
	for _, v := range a.values {
		if v.shape != shapeBlock {
			return nil, s.errorAt(a, "csf-value", "blocks are wanted here").Advise(`an address, an offset, a length and a file: 0x80000000 0 0x1000 "a.bin"`)
		}
		address, offset, length := v.numbers[0], v.numbers[1], v.numbers[2]
		switch {
		case v.doubt != "":
			return nil, s.doubt(a, v)
		case length == 0:
			return nil, s.errorAt(a, "csf-value", "the block at 0x%x has no bytes", address)
		case uint64(address)+uint64(length) > 1<<32, uint64(offset)+uint64(length) > 1<<32:
			return nil, s.errorAt(a, "csf-value", "the block at 0x%x, of 0x%x bytes from offset 0x%x, ends beyond 32 bits", address, length, offset)
		}
	}
	return a.values, nil
}

// block finds the bytes of a block.
func (s *section) block(files Files, v value) (csf.Block, error) {
	b := csf.Block{Address: v.numbers[0], Length: v.numbers[2], Offset: int64(v.numbers[1])}
	source, err := files.Data(v.text)
	if err != nil {
		return b, s.inFile(argBlocks, err)
	}
	if end := b.Offset + int64(b.Length); end > source.Size() {
		return b, s.errorAt(s.get(argBlocks), "csf-value", "%s has 0x%x bytes, and the block ends at 0x%x", v.text, source.Size(), end)
	}
	b.Data = source
	return b, nil
}

func (h *habScript) setEngine(s *section) (build, error) {
	for _, needed := range []string{argHash, argEngine} {
		if s.get(needed) == nil {
			return nil, s.missing(needed)
		}
	}
	if _, err := s.hash(); err != nil {
		return nil, err
	}
	id, err := s.engine(0)
	if err != nil {
		return nil, err
	}
	setting, err := s.setting(h.setting)
	if err != nil {
		return nil, err
	}
	config, err := s.config(id, setting)
	step := csf.SetEngine{Hash: crypto.SHA256, Engine: csf.Engine{ID: id, Config: config}}
	return func(Files) (csf.Step, error) { return step, nil }, err
}
