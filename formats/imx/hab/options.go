package hab

import (
	"slices"
	"strconv"
	"strings"

	"sigtool/formats"
	"sigtool/formats/imx/boot"
	"sigtool/formats/imx/csf"
	"sigtool/internal/issue"
)

const (
	optionTable   = "srk-table"
	optionHash    = "srk-hash"
	optionIndex   = "srk-index"
	optionCSFKey  = "csf-key"
	optionCSFCert = "csf-cert"
	optionEngine  = "engine"
	optionUnlock  = "unlock"
	optionVersion = "hab-version"
	optionFIT     = "fit-address"
	optionSDP     = "sdp"
	optionSDPDCD  = "sdp-dcd"

	engineAuto = "auto"
	ocramDCD   = "0x00910000" // where NXP's tools for the serial download protocol put the DCD
)

// Options are the format's own flags.
func (Format) Options() []formats.Option {
	return []formats.Option{
		{Name: optionTable, Kind: formats.File, Limit: 4 << 10, Sign: true, Verify: true,
			Help: "the SRK table, whose hash is in the fuses"},
		{Name: optionHash, Kind: formats.Digest, Verify: true,
			Help: "the hash that is in the fuses: accept what was signed under it"},
		{Name: optionIndex, Kind: formats.Int, Sign: true,
			Help: "which key of the SRK table it is, 0 for SRK1, as in CST's Source index; found out where it is left out"},
		{Name: optionCSFKey, Kind: formats.Key, Sign: true,
			Help: "the CSF key; -k is the IMG key then. Without it, -k is an SRK that signs both (fast authentication, NOCAK)"},
		{Name: optionCSFCert, Kind: formats.Chain, Sign: true,
			Help: "the CSF key's certificate"},
		{Name: optionEngine, Kind: formats.String, Default: engineAuto, Enum: []string{engineAuto, "any", "caam", "dcp", "sw"}, Sign: true,
			Help: "what hashes on the device; auto is caam for the i.MX 8M, and any elsewhere"},
		{Name: optionUnlock, Kind: formats.String, Sign: true,
			Help: "features of CAAM to leave unlocked for what is booted: mid, rng, mfg, with commas between"},
		{Name: optionVersion, Kind: formats.String, Sign: true,
			Help: "version of the CSF, 4.0 to 4.5; 4.3, or 4.5 with elliptic curves, where it is left out"},
		{Name: optionFIT, Kind: formats.String, Sign: true,
			Help: "address that SPL puts a FIT at which has no vector table yet; worked out where it is left out"},
		{Name: optionSDP, Kind: formats.Bool, Sign: true,
			Help: "sign for serial download (uuu, imx_usb), where the tool loads the DCD by itself"},
		{Name: optionSDPDCD, Kind: formats.String, Default: ocramDCD, Sign: true,
			Help: "address that the tool loads the DCD to, with --sdp"},
	}
}

// address reads an option that is an address.
func address(options formats.Values, name, fallback string) (uint32, error) {
	text := options.String(name, fallback)
	n, err := strconv.ParseUint(text, 0, 32)
	if err != nil || n == 0 || n%4 != 0 {
		return 0, issue.New("address", formats.ErrOption, "--%s: %q is not an address of 32 bits that is a multiple of 4", name, text)
	}
	return uint32(n), nil
}

// version reads --hab-version: the byte that headers say it in.
func version(options formats.Values, curves bool) (byte, error) {
	text := options.String(optionVersion, "")
	switch {
	case text == "" && curves:
		return 0x45, nil
	case text == "":
		return 0x43, nil
	case len(text) != 3 || text[:2] != "4." || text[2] < '0' || text[2] > '5':
		return 0, issue.New("hab-version", formats.ErrOption, "--%s: %q is none of 4.0 to 4.5", optionVersion, text)
	case curves && text != "4.5":
		return 0, issue.New("hab-version", formats.ErrOption, "HAB %s knows no elliptic curves; they came with 4.5", text).
			Advise("--" + optionVersion + " 4.5, if the processor has it (i.MX 8M Plus)")
	}
	return 0x40 | text[2] - '0', nil
}

// engine reads --engine. The i.MX 8M all have CAAM; those before have CAAM, DCP, SAHARA or none.
func engine(options formats.Values, first *boot.Image) byte {
	name := options.String(optionEngine, engineAuto)
	if name == engineAuto {
		if name = "any"; is8M(first) {
			name = "caam"
		}
	}
	id, _ := csf.EngineByName(name)
	return id
}

// is8M tells whether a stage is one of an i.MX 8M: imx-mkimage and mkimage -T imx8mimage say version 4.1, and put the code right behind. The RT
// family says 4.1 too, with the code a page further on.
func is8M(m *boot.Image) bool {
	return m.Kind == boot.ROM && m.Version == 0x41 && m.Entry-m.Self < 0x1000
}

// unlock reads --unlock; nil for none.
func unlock(options formats.Values) ([]uint32, error) {
	text := options.String(optionUnlock, "")
	if text == "" {
		return nil, nil
	}
	var all []uint32
	for name := range strings.SplitSeq(text, ",") {
		bit := slices.Index(csf.Features(csf.EngineCAAM), strings.ToUpper(strings.TrimSpace(name)))
		if bit < 0 {
			return nil, issue.New("unlock", formats.ErrOption, "--%s: %q is none of mid, rng, mfg", optionUnlock, name).
				Advise("other features, and other engines, are for --csf")
		}
		all = append(all, 1<<bit)
	}
	return all, nil
}
