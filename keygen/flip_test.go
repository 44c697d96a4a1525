package keygen

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"testing"

	"golang.org/x/crypto/ssh"
)

// A file that carries its public half, with any one bit of it wrong, is refused or is still the same key; never another one.
func TestEveryFlippedBit(t *testing.T) {
	for _, alg := range []Algorithm{P256, P521, Secp256k1, RSA2048, Ed25519} {
		key := testKey(t, alg)
		inputs := map[string][]byte{"PRIVATE KEY": derOf(t, string(alg)+".pem")}
		if alg == Ed25519 {
			delete(inputs, "PRIVATE KEY") // carries no public half
		}
		if alg != Secp256k1 {
			block, err := ssh.MarshalPrivateKey(key, "")
			if err != nil {
				t.Fatal(err)
			}
			inputs[block.Type] = block.Bytes
		}
		want := Fingerprint(key.Public())
		for kind, data := range inputs {
			refused := 0
			for i := range data {
				data[i] ^= 1 << (i % 8)
				got, err := Load(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}), asks("x"))
				if err == nil && Fingerprint(got.Signer.Public()) != want {
					t.Errorf("%s, %s: byte %d makes another key", alg, kind, i)
				}
				if err != nil {
					refused++
				}
				data[i] ^= 1 << (i % 8)
			}
			if refused < len(data)*8/10 {
				t.Errorf("%s, %s: only %d of %d flips are refused", alg, kind, refused, len(data))
			}
		}
	}
}

func TestPlainPEMAndPrinting(t *testing.T) {
	for _, alg := range Algorithms() {
		text := file(t, string(alg)+".pem")
		if !bytes.Equal(EncodePlain(derOf(t, string(alg)+".pem")), text) {
			t.Errorf("%s: PEM differs from OpenSSL's", alg)
		}
		key, err := Load(text, noAsk(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
			if out := fmt.Sprintf(verb, key) + fmt.Sprintf(verb, *key); out != "[secret key][secret key]" {
				t.Errorf("%s prints %s", verb, out)
			}
		}
	}
}
