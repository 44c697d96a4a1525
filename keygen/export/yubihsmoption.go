package export

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"slices"
	"strconv"
	"strings"

	"sigtool/keygen"
)

// yubiBits are the capabilities that an asymmetric key can have, as yubihsm-shell names them and by their bit.
var yubiBits = []yubiBit{
	{"sign-pkcs", 0x05}, {"sign-pss", 0x06}, {"sign-ecdsa", 0x07}, {"sign-eddsa", 0x08}, {"decrypt-pkcs", 0x09}, {"decrypt-oaep", 0x0a},
	{"derive-ecdh", 0x0b}, {"exportable-under-wrap", 0x10}, {"sign-ssh-certificate", 0x19}, {"sign-attestation-certificate", 0x22},
}

type yubiBit struct {
	name string
	bit  uint
}

const yubiExportable = 1 << 0x10

// yubiCapabilities reads names of capabilities; none given is 0: what signs, by the kind of the key.
func yubiCapabilities(names []string) (bits uint64, err error) {
	for _, name := range names {
		i := slices.IndexFunc(yubiBits, func(c yubiBit) bool { return c.name == name })
		if i < 0 {
			return 0, wrong("--capabilities %q: not one of %s", name, strings.Join(yubiNames(^uint64(0)), ", "))
		}
		bits |= 1 << yubiBits[i].bit
	}
	return bits, nil
}

// yubiNames are the names of capabilities.
func yubiNames(bits uint64) (names []string) {
	for _, c := range yubiBits {
		if bits&(1<<c.bit) != 0 {
			names = append(names, c.name)
		}
	}
	return names
}

// yubiAble is what a kind of key can do.
type yubiAble struct{ sign, all uint64 }

func yubiAbilities(public crypto.PublicKey) (able yubiAble, err error) {
	more := []string{"exportable-under-wrap"}
	switch public.(type) {
	case ed25519.PublicKey:
		able.sign = 1 << 0x08
	case *rsa.PublicKey:
		able.sign = 1<<0x05 | 1<<0x06
		more = append(more, "decrypt-pkcs", "decrypt-oaep", "sign-ssh-certificate", "sign-attestation-certificate")
	default:
		if _, err := keygen.AlgorithmOf(public); err != nil {
			return able, err
		}
		able.sign = 1 << 0x07
		more = append(more, "derive-ecdh", "sign-ssh-certificate", "sign-attestation-certificate")
	}
	rest, err := yubiCapabilities(more)
	able.all = able.sign | rest
	return able, err
}

// yubiDomains reads domains, 1 to 16 or all, into bits.
func yubiDomains(names []string) (bits uint16, err error) {
	if len(names) == 0 {
		return 1, nil
	}
	for _, name := range names {
		if name == "all" {
			bits = 0xffff
			continue
		}
		n, err := strconv.Atoi(name)
		if err != nil || n < 1 || n > 16 {
			return 0, wrong("--domains %q: numbers from 1 to 16, separated by commas, or all", name)
		}
		bits |= 1 << (n - 1)
	}
	return bits, nil
}

func yubiDomainList(bits uint16) string {
	var list []string
	for n := range 16 {
		if bits&(1<<n) != 0 {
			list = append(list, strconv.Itoa(n+1))
		}
	}
	return strings.Join(list, ",")
}

// yubiID reads an object id. 0 would let the device choose one, and the command that checks could not name it; 0xffff is the device's.
func yubiID(text string) (uint16, error) {
	if text == "" {
		return 0, wrong("which object id shall it have there? Give one that is free with --id: yubihsm-shell -a list-objects lists those in use")
	}
	n, err := strconv.ParseUint(text, 0, 16)
	if err != nil || n == 0 || n == 0xffff {
		return 0, wrong("--id %q: from 1 to 65534, or 0x0001 to 0xfffe", text)
	}
	return uint16(n), nil
}

// words are the items of options that may hold several, separated by commas.
func words(values []string) (list []string) {
	for _, value := range values {
		list = append(list, strings.Split(value, ",")...)
	}
	return list
}
