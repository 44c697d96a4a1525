package hab

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
	"sigtool/internal/issue"
)

// An event is what HABv4 notes where it refuses something, and what U-Boot's hab_status prints (HAB4_API §4.4, §6.7). Behind a header that
// has the version of the device's own HAB, which no file tells, an event is
//
//	status | reason | context | engine || data
//
// of which the data are the command that failed, or the block that was looked for: type, address, length, all big-endian.
type event struct {
	reason  byte
	context byte
	data    []byte
}

// Reasons (HAB4_API §6.7.1).
const (
	unsCommand     = 0x03
	invIVT         = 0x05
	invCommand     = 0x06
	invAssertion   = 0x0c
	invIndex       = 0x0f
	invCSF         = 0x11
	unsAlgorithm   = 0x12
	unsProtocol    = 0x14
	invSize        = 0x17
	invSignature   = 0x18
	unsKey         = 0x1b
	invKey         = 0x1d
	invCertificate = 0x21
	invAddress     = 0x22
	unsItem        = 0x24
	invDCD         = 0x27
)

// Contexts (HAB4_API §6.7.2): in what HAB was when it refused.
const (
	inAuthenticate = 0x0a
	inAssert       = 0xa0
	inCommand      = 0xc0
	inCSF          = 0xcf
	inDCD          = 0xdd
)

const statusFailure = 0x33

// reasonNames are as hab_status prints them.
func reasonNames() map[byte]string {
	return map[byte]string{
		unsCommand: "HAB_UNS_COMMAND", invIVT: "HAB_INV_IVT", invCommand: "HAB_INV_COMMAND", invAssertion: "HAB_INV_ASSERTION",
		invIndex: "HAB_INV_INDEX", invCSF: "HAB_INV_CSF", unsAlgorithm: "HAB_UNS_ALGORITHM", unsProtocol: "HAB_UNS_PROTOCOL",
		invSize: "HAB_INV_SIZE", invSignature: "HAB_INV_SIGNATURE", unsKey: "HAB_UNS_KEY", invKey: "HAB_INV_KEY",
		invCertificate: "HAB_INV_CERTIFICATE", invAddress: "HAB_INV_ADDRESS", unsItem: "HAB_UNS_ITEM", invDCD: "HAB_INV_DCD",
	}
}

func contextNames() map[byte]string {
	return map[byte]string{
		inAuthenticate: "HAB_CTX_AUTHENTICATE", inAssert: "HAB_CTX_ASSERT", inCommand: "HAB_CTX_COMMAND", inCSF: "HAB_CTX_CSF", inDCD: "HAB_CTX_DCD",
	}
}

// name is one of these names with its number, in hab_status's style.
func name(names map[byte]string, code byte) string {
	text := names[code]
	if text == "" {
		text = "INVALID"
	}
	return fmt.Sprintf("%s (0x%02X)", text, code)
}

// String is the event as hab_status tells it.
func (e event) String() string {
	return fmt.Sprintf("STS = HAB_FAILURE (0x33), RSN = %s, CTX = %s, ENG = HAB_ENG_ANY (0x00)", name(reasonNames(), e.reason), name(contextNames(), e.context))
}

// id is the reason as errors have it: "inv-signature".
func (e event) id() string {
	text := strings.TrimPrefix(reasonNames()[e.reason], "HAB_")
	return strings.ToLower(strings.ReplaceAll(text, "_", "-"))
}

// bytes are the event's, without its header, as hab_status prints them: "33 18 c0 00 be 00 0c …".
func (e event) bytes() string {
	return fmt.Sprintf("% x", append([]byte{statusFailure, e.reason, e.context, 0}, e.data...))
}

// of is the event of a command of a CSF.
func of(reason byte, command []byte) event { return event{reason, inCommand, command} }

// assertion is the event of a block that has to be signed and is not.
func assertion(address, length uint32) event {
	data := binary.BigEndian.AppendUint32(make([]byte, 4), address) // type 0: a block
	return event{invAssertion, inAssert, binary.BigEndian.AppendUint32(data, length)}
}

// refusal is what a device would refuse, and the event that it would raise.
type refusal struct {
	err   *issue.Error
	event event
}

func (r *refusal) Error() string { return r.err.Error() }

// Unwrap gives the error that has the kind, the name and the hint.
func (r *refusal) Unwrap() error { return r.err }

// errRefused is a mismatch that is not one of bytes.
var errRefused error = refused{}

type refused struct{}

func (refused) Error() string { return "a closed device refuses it" }

// Unwrap gives the kind.
func (refused) Unwrap() error { return formats.ErrMismatch }

// refuse makes an error of what a device would refuse, with what to do about it.
func (e event) refuse(hint, format string, args ...any) error {
	kind := errRefused
	if e.reason == invSignature {
		kind = formats.ErrMismatch
	}
	return e.refuseAs(kind, hint, format, args...)
}

func (e event) refuseAs(kind error, hint, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &refusal{issue.New(e.id(), kind, "%s; hab_status would say: %v", text, e).Advise(hint), e}
}

func asRefusal(err error) (*refusal, bool) {
	var r *refusal
	return r, errors.As(err, &r)
}

// reasonOf is the reason that package csf gives, or another.
func reasonOf(err error, other byte) byte {
	var found *csf.Error
	if errors.As(err, &found) {
		return byte(found.Reason)
	}
	return other
}

// eventOf is the event of a fault of a stage, which is named by its reason.
func eventOf(id string) event {
	for reason := range reasonNames() {
		e := event{reason, inAuthenticate, nil}
		if e.id() != id {
			continue
		}
		switch reason {
		case invDCD:
			e.context = inDCD
		case invCSF:
			e.context = inCSF
		case invAssertion:
			e.context = inAssert
		}
		return e
	}
	return event{}
}
