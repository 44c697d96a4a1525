package keygen

import (
	"crypto/sha256"
	"encoding/json"
	"testing"

	"sigtool/internal/oracle"
)

// Project Wycheproof's signatures by secp256k1 keys, in DER: those that are valid are taken, and no others, not the one that it calls
// acceptable either, whose r lacks a zero. Nothing is skipped.
func TestSecp256k1Wycheproof(t *testing.T) {
	var file struct {
		TestGroups []struct {
			Key   struct{ Uncompressed string }
			Sha   string
			Tests []struct {
				TcID              int
				Comment, Msg, Sig string
				Result            string
			}
		}
	}
	if err := json.Unmarshal(oracle.Wycheproof(t, "ecdsa_secp256k1_sha256_test.json"), &file); err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, group := range file.TestGroups {
		if group.Sha != "SHA-256" {
			t.Errorf("a group with the hash %s", group.Sha)
		}
		pub, err := ParseSecp256k1PublicKey(unhex(t, group.Key.Uncompressed))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range group.Tests {
			digest := sha256.Sum256(unhex(t, c.Msg))
			if got := pub.VerifyASN1(digest[:], unhex(t, c.Sig)); got != (c.Result == "valid") {
				t.Errorf("%d, %s: taken is %v, and it is %s", c.TcID, c.Comment, got, c.Result)
			}
			tried++
		}
	}
	if tried < 380 {
		t.Errorf("only %d were tried", tried)
	}
}
