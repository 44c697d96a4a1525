package lines

import (
	"bytes"
	"crypto/sha256"
	"encoding/pem"
	"os"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// realKey is the payload of a test key.
func realKey(kind backup.Kind, algorithm, path string) backup.Payload {
	public := sha256.Sum256(der("../../testdata/keys/" + algorithm + ".pub"))
	return backup.Payload{
		Kind: kind, Label: "test key " + algorithm, Algorithm: algorithm,
		Fingerprint: backup.FingerprintOf(public[:]), Secret: secret.From(der(path)),
	}
}

// fivePages is a payload that takes five pages.
func fivePages() backup.Payload {
	return realKey(backup.KindSealedKey, "rsa4096", "../../testdata/backup/rsa4096-sealed.pem")
}

func der(path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	block, _ := pem.Decode(data)
	return block.Bytes
}

// seedOf finds the 32 bytes of a key in its PKCS#8: the first octet string of that length.
func seedOf(pkcs8 []byte) []byte {
	at := bytes.Index(pkcs8, []byte{0x04, 0x20})
	return bytes.Clone(pkcs8[at+2 : at+2+backup.SeedSize])
}
