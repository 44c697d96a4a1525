package csf

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// engines are all that CST has a name for, and two that it has none for.
var engines = []struct {
	name string
	id   byte
}{
	{"ANY", EngineAny}, {"SCC", 0x03}, {"RTIC", EngineRTIC}, {"SAHARA", engineSahara}, {"CSU", 0x0a}, {"SRTC", 0x0c}, {"SJC", 0x0f},
	{"WDOG", 0x11}, {"SRC", 0x12}, {"SPBA", 0x14}, {"IIM", 0x17}, {"IOMUX", 0x18}, {"DCP", EngineDCP}, {"CAAM", EngineCAAM},
	{"SNVS", EngineSNVS}, {"OCOTP", EngineOCOTP}, {"DTCP", 0x22}, {"HDCP", 0x24}, {"ROM", 0x36}, {"RTL", 0x77}, {"SW", EngineSW},
	{"RNG", 0x09}, {"HDMI", 0x27},
}

const (
	engineSahara = 0x06
	nameless     = 2 // engines at the end of the list that CST can't be told
)

// settings are CST's names for what an engine may be told, in the order of its numbers for them, from 1 on.
var settings = []string{"INSWAP8", "INSWAP16", "INSWAP32", "OUTSWAP8", "OUTSWAP16", "OUTSWAP32", "DSCSWAP8", "DSCSWAP16", "DSCBE816", "DSCBE832", "KEEP"}

// bits are those that an engine knows a setting by (HAB4_API §5, and get_hab4_engine_config of CST).
var bits = map[byte]map[string]byte{
	engineSahara: {"INSWAP8": 0x01, "INSWAP16": 0x02, "DSCBE816": 0x10, "DSCBE832": 0x20},
	EngineCAAM:   {"INSWAP8": 0x01, "INSWAP16": 0x02, "OUTSWAP8": 0x08, "OUTSWAP16": 0x10, "DSCSWAP8": 0x40, "DSCSWAP16": 0x80},
	EngineDCP:    {"INSWAP8": 0x01, "INSWAP32": 0x04, "OUTSWAP8": 0x08, "OUTSWAP32": 0x20},
	EngineRTIC:   {"INSWAP8": 0x01, "INSWAP16": 0x02, "OUTSWAP8": 0x08, "KEEP": 0x80},
	EngineSW:     {},
	EngineAny:    {},
}

// Config is how an engine's configuration is written in a command: CST's name for it, in any case ("INSWAP8"), or the number that CST has for
// that name, which is not the bits themselves (1 is INSWAP8, 4 OUTSWAP8; 0 none). SW and ANY have no configuration: CST leaves out what they
// inherit. It is an error, too, where the engine can't calculate.
func Config(engine byte, setting string) (byte, error) {
	known, calculates := bits[engine]
	if !calculates {
		return 0, fmt.Errorf("the engine %s calculates no signatures and hashes: CAAM, DCP, SAHARA, RTIC, SW and ANY do", EngineName(engine))
	}
	name := strings.ToUpper(setting)
	if n, err := strconv.ParseUint(setting, 0, 32); err == nil {
		if n == 0 {
			return 0, nil
		}
		if n > uint64(len(settings)) {
			return 0, fmt.Errorf("no engine configuration has the number %d: numbers are CST's own (1 for INSWAP8), not the bits", n)
		}
		name = settings[n-1]
	}
	if !slices.Contains(settings, name) {
		return 0, fmt.Errorf("%q is no engine configuration: these are %s", setting, strings.Join(settings, ", "))
	}
	if len(known) == 0 {
		return 0, nil
	}
	bit, ok := known[name]
	if !ok {
		return 0, fmt.Errorf("the engine %s has no configuration %s", EngineName(engine), name)
	}
	return bit, nil
}

// EngineByName is the code of an engine by CST's name for it, in any case: "CAAM".
func EngineByName(name string) (byte, bool) {
	for _, e := range engines[:len(engines)-nameless] {
		if strings.EqualFold(e.name, name) {
			return e.id, true
		}
	}
	return 0, false
}

// EngineName is CST's name for an engine, or its code in hexadecimal.
func EngineName(engine byte) string {
	for _, e := range engines {
		if e.id == engine {
			return e.name
		}
	}
	return fmt.Sprintf("%#02x", engine)
}

// configText names the bits of a configuration, "" for none.
func configText(engine, config byte) string {
	if config == 0 {
		return ""
	}
	var names []string
	rest := config
	for _, name := range settings {
		if bit := bits[engine][name]; bit != 0 && config&bit != 0 {
			names = append(names, name)
			rest &^= bit
		}
	}
	if rest != 0 {
		names = append(names, fmt.Sprintf("%#02x", rest))
	}
	return strings.Join(names, "|")
}

// engineText is an engine with its configuration, for people.
func engineText(engine, config byte) string {
	if text := configText(engine, config); text != "" {
		return EngineName(engine) + " (" + text + ")"
	}
	return EngineName(engine)
}

// MaxBlocks is how many blocks an engine takes at once (HAB_CAAM_BLOCK_MAX and its like, HAB4_API §6.2); 0 for an engine without a limit.
func MaxBlocks(engine byte) int {
	return map[byte]int{EngineDCP: 6, EngineCAAM: 8, engineSahara: 12}[engine]
}

// takes refuses blocks that the device's engine would refuse. CST does not look.
func (e Engine) takes(blocks []Block) error {
	if most := MaxBlocks(e.ID); most > 0 && len(blocks) > most {
		return refuse("blocks", "%d blocks, and %s takes %d at most", len(blocks), EngineName(e.ID), most).Advise("join blocks that touch, or Engine = SW for this command")
	}
	for i, block := range blocks {
		if e.ID == EngineDCP && i < len(blocks)-1 && block.Length%64 != 0 {
			return refuse("blocks", "the block at %#08x has %#x bytes; DCP takes multiples of 64, but for the last", block.Address, block.Length)
		}
	}
	return nil
}
