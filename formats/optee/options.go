package optee

import (
	"fmt"
	"strconv"

	"sigtool/formats"
)

// asked is what the options ask for; what was not given is nil.
type asked struct {
	uuid    *UUID
	version *uint32
	scheme  *algorithm
	class   *bool
	name    *string
	subkey  []byte
	aes     []byte // to be wiped
}

// absent stands for an option that was not given. One that is empty was: a script whose variable is not set must not lose what it asks for.
const absent = "not given"

// readOptions reads the options of signing and of verifying. Errors: formats.ErrOption.
func readOptions(v formats.Values) (o asked, err error) {
	if text := v.String(optionUUID, absent); text != absent {
		uuid, err := ParseUUID(text)
		if err != nil {
			return o, err
		}
		o.uuid = &uuid
	}
	if text := v.String(optionVersion, absent); text != absent {
		n, err := ParseVersion(text)
		if err != nil {
			return o, fmt.Errorf("%w: --%s: %v", formats.ErrOption, optionVersion, err)
		}
		o.version = &n
	}
	if text := v.String(optionScheme, absent); text != absent {
		alg, err := algorithmOf(text)
		if err != nil {
			return o, err
		}
		o.scheme = &alg
	}
	if text := v.String(optionEncKeyType, absent); text != absent {
		class := text == keyClass
		if !class && text != keyDevice {
			return o, fmt.Errorf("%w: --%s: %q is neither %s nor %s", formats.ErrOption, optionEncKeyType, text, keyDevice, keyClass)
		}
		o.class = &class
	}
	o.name, o.subkey = given(v.String(optionSubkeyName, "")), v.Bytes(optionSubkey)
	if o.class != nil && v.Bytes(optionEncKey) == nil {
		return o, fmt.Errorf("%w: --%s without --%s", formats.ErrOption, optionEncKeyType, optionEncKey)
	}
	if o.name != nil && o.subkey == nil {
		return o, fmt.Errorf("%w: --%s without --%s", formats.ErrOption, optionSubkeyName, optionSubkey)
	}
	o.aes, err = aesKey(v)
	return o, err
}

// ParseVersion reads a version as OP-TEE's script does: a number of 32 bits, decimal or, with 0x in front, hexadecimal.
func ParseVersion(text string) (uint32, error) {
	if len(text) > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9' {
		return 0, fmt.Errorf("%q begins with a zero: decimal or octal?", text)
	}
	n, err := strconv.ParseUint(text, 0, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is no number from 0 to %d", text, uint32(1<<32-1))
	}
	return uint32(n), nil
}
