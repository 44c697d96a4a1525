// Package csf reads and makes command sequence files (CSF), HABv4's lists of commands with the SRK table, certificates and signatures that
// these point at: what it makes is, byte for byte, what NXP's code signing tool (CST) writes for the same commands, keys and time.
package csf

import "crypto"

// Limits.
const (
	MaxSize     = 64 << 10 // bytes of a whole CSF that Parse looks at; images leave 8 KiB for one
	MaxCommands = 768      // bytes of header and commands that a CSF may have: HAB_CSF_BYTES_MAX of CST, which writes on behind its buffer
)

// Tags of structures (HAB4_API §4.2) and of commands (§4.3).
const (
	TagCSF         = 0xd4
	TagCertificate = 0xd7 // SRK tables too
	TagSignature   = 0xd8
	TagWrapped     = 0x81 // a secret key
	TagMAC         = 0xac

	TagSet          = 0xb1
	TagUnlock       = 0xb2
	TagInit         = 0xb4
	TagInstallKey   = 0xbe
	TagNOP          = 0xc0
	TagAuthenticate = 0xca
	TagWrite        = 0xcc
	TagCheck        = 0xcf
)

// Protocols: what stands where a command points.
const (
	ProtocolSRK  = 0x03
	ProtocolX509 = 0x09
	ProtocolAEAD = 0xa3
	ProtocolBlob = 0xbb
	ProtocolCMS  = 0xc5
)

// Engines: what calculates, or has features to unlock.
const (
	EngineAny   = 0x00
	EngineRTIC  = 0x05
	EngineDCP   = 0x1b
	EngineCAAM  = 0x1d
	EngineSNVS  = 0x1e
	EngineOCOTP = 0x21
	EngineSW    = 0xff
)

// Items of Set: where a manufacturing identifier is fused, and an algorithm's engine (HAB4_API §4.3.3).
const (
	ItemMID    = 0x01
	ItemEngine = 0x03
)

// Flags of Install Key that matter here; flagText names the others. Of Authenticate Data, FlagAbsolute alone.
const (
	FlagAbsolute  = 0x01 // the pointer is an address, not an offset into the CSF
	FlagCSF       = 0x02 // the CSF key
	FlagHash      = 0x80 // the certificate's hash follows in the command
	algorithmAny  = 0x00
	headerLength  = 4
	commandLength = 12 // Install Key and Authenticate Data without what may follow
)

// Key slots of the boot ROM. NXP's own set of super root keys has slots 5 and 6.
const (
	SlotSRK    = 0
	SlotCSF    = 1
	SlotNXPSRK = 5
	SlotNXPCSF = 6
)

// Features to unlock.
const (
	UnlockCAAMMID          = 1
	UnlockCAAMRNG          = 2 // leave the random number generator for the program to start
	UnlockCAAMMFG          = 4
	UnlockSNVSReset        = 1
	UnlockSNVSZMK          = 2
	UnlockOCOTPFieldReturn = 1
	UnlockOCOTPRevoke      = 2
	UnlockOCOTPSCS         = 4
	UnlockOCOTPJTAG        = 8

	initCAAMRNG = 2
)

// Reason is HAB's code for what is wrong (HAB4_API §6.4, hab_reason).
type Reason byte

// Reasons that this package gives.
const (
	UnsupportedCommand   Reason = 0x03
	InvalidCommand       Reason = 0x06
	InvalidCSF           Reason = 0x11
	UnsupportedAlgorithm Reason = 0x12
	InvalidSignature     Reason = 0x18
	InvalidCertificate   Reason = 0x21
	InvalidAddress       Reason = 0x22
)

// Error says what is wrong with a CSF, where, and by which code HAB would tell.
type Error struct {
	Reason Reason
	Offset int // in the CSF, in bytes
	Text   string
}

// Error is the text alone; Reason and Offset are for who reports them.
func (e *Error) Error() string { return e.Text }

// hashOf is the hash of an algorithm's code, or 0.
func hashOf(alg byte) crypto.Hash {
	switch alg {
	case 0x11:
		return crypto.SHA1
	case 0x17:
		return crypto.SHA256
	case 0x18:
		return crypto.SHA384
	case 0x1b:
		return crypto.SHA512
	}
	return 0
}

// codeOf is the code of a hash; algorithmAny for none.
func codeOf(h crypto.Hash) byte {
	for _, code := range []byte{0x11, 0x17, 0x18, 0x1b} {
		if h != 0 && hashOf(code) == h {
			return code
		}
	}
	return algorithmAny
}
