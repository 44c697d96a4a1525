// Package ahab signs boot images for the advanced high assurance boot (AHAB) of i.MX processors, and tells whether the boot firmware of a
// closed device would take one: every container signed under the SRK table whose hash is in the fuses, every image as its container says.
package ahab

import "sigtool/formats"

// Format is boot images of AHAB containers: flash.bin of the i.MX 8, 8X, 8ULP, 93, 95.
type Format struct{}

// Name is "imx-ahab".
func (Format) Name() string { return "imx-ahab" }

// Summary is one line of help.
func (Format) Summary() string {
	return "boot images of i.MX 8, 8X, 8ULP and 9x processors (AHAB containers): flash.bin"
}

// Files is nil: flash.bin is the name of HAB's images, too.
func (Format) Files() []string { return nil }

// Sniff tells whether a container stands where a boot ROM looks for one.
func (Format) Sniff(src formats.Source) bool { return sniff(src) }

// Options are the format's own flags.
func (Format) Options() []formats.Option {
	return []formats.Option{
		{Name: optionTable, Kind: formats.File, Sign: true, Verify: true,
			Help: "the SRK table, whose hash is in the fuses"},
		{Name: optionHash, Kind: formats.Digest, Verify: true,
			Help: "the hash that is in the fuses, SHA-256 or SHA-512: accept what was signed under it"},
		{Name: optionIndex, Kind: formats.Int, Sign: true,
			Help: "which key of the SRK table it is, 0 for SRK1, as in CST's Source index; found out where it is left out"},
		{Name: optionRevoke, Kind: formats.String, Sign: true,
			Help: "the keys of the SRK table that a device is to revoke, as CST's Revocations: 0x1 for SRK1, 0x8 for SRK4"},
		{Name: optionContainer, Kind: formats.String, Sign: true,
			Help: "sign only the container at this offset of the file, such as 0x400"},
		{Name: optionSGK, Kind: formats.File, Limit: 64 << 10, Sign: true,
			Help: "the certificate by which an SRK lets -k, a subordinate key (SGK), sign, as sigtool cert imx-key --role sgk makes it"},
		{Name: optionSRKCert, Kind: formats.Chain, Sign: true,
			Help: "the certificate of the SRK that made --sgk-cert, for containers of version 2; again for the second of a hybrid one"},
		{Name: optionSecond, Kind: formats.Key, Sign: true,
			Help: "the second key of a hybrid container (version 2), of ML-DSA"},
	}
}

const (
	optionTable     = "srk-table"
	optionHash      = "srk-hash"
	optionIndex     = "srk-index"
	optionRevoke    = "revoke"
	optionContainer = "container"
	optionSGK       = "sgk-cert"
	optionSRKCert   = "srk-cert"
	optionSecond    = "second-key"
)
