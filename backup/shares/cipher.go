package shares

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/binary"

	"sigtool/internal/secret"
)

// The cipher of SLIP-39 between the master secret and what is shared: four Feistel rounds of PBKDF2 with HMAC-SHA256, 10000·2^exponent
// iterations in all. The passphrase is empty in this package's codec; the standard's vectors have one.

const (
	rounds         = 4
	baseIterations = 10000 / rounds
)

func encrypt(master []byte, passphrase string, s set) ([]byte, error) {
	return feistel(master, passphrase, s, [rounds]byte{0, 1, 2, 3})
}

func decrypt(encrypted []byte, passphrase string, s set) ([]byte, error) {
	return feistel(encrypted, passphrase, s, [rounds]byte{3, 2, 1, 0})
}

func feistel(in []byte, passphrase string, s set, order [rounds]byte) ([]byte, error) {
	half := len(in) / 2
	out := make([]byte, len(in)) // left and right change places each round, and once more at the end
	right, left := out[:half], out[half:]
	copy(left, in[:half])
	copy(right, in[half:])
	for _, i := range order {
		f, err := roundKey(i, passphrase, right, s)
		if err != nil {
			secret.Wipe(out)
			return nil, err
		}
		for k := range left {
			left[k] ^= f[k]
		}
		secret.Wipe(f)
		left, right = right, left
	}
	return out, nil
}

// roundKey is PBKDF2 with the number of the round before the passphrase. The salt names the set, except in extendable shares:
// one secret can be spread over other shares later and still comes back the same under every passphrase.
func roundKey(i byte, passphrase string, half []byte, s set) ([]byte, error) {
	salt := make([]byte, 0, len(custom)+2+len(half))
	if !s.extendable {
		salt = binary.BigEndian.AppendUint16(append(salt, custom...), s.id)
	}
	salt = append(salt, half...)
	defer secret.Wipe(salt)
	return pbkdf2.Key(sha256.New, string([]byte{i})+passphrase, salt, baseIterations<<s.exponent, len(half))
}
