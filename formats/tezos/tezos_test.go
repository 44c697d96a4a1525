package tezos

import (
	"bytes"
	"crypto"
	"errors"
	"math/big"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/keygen/tezos"
)

// What octez-client signed for the tests of pytezos: "test", without a watermark (sign bytes 0x74657374).
func TestPrimitive(t *testing.T) {
	for key, want := range map[string]string{
		tz1: "edsigtzLBGCyadERX1QsYHKpwnxSxEYQeGLnJGsSkHEsyY8vB5GcNdnvzUZDdFevJK7YZQ2ujwVjvQZn62ahCEcy74AwtbA8HuN",
		tz2: "spsig1RriZtYADyRhyNoQMa6AiPuJJ7AUDcrxWZfgqexzgANqMv4nXs6qsXDoXcoChBgmCcn2t7Y3EkJaVRuAmNh2cDDxWTdmsz",
	} {
		by := account(t, key)
		sig, err := sign(by.Key, []byte("test"))
		if err != nil {
			t.Fatal(err)
		}
		prefix, err := prefixOf(by.Key.Public(), false)
		if err != nil || tezos.Encode(prefix, sig) != want {
			t.Errorf("%s…: another signature than octez's (%v)", prefix.Letters, err)
		}
	}
}

// What taquito signed: 12 34 behind the watermark 03, as sig….
func TestTaquito(t *testing.T) {
	for key, want := range map[string]string{
		"edskS3DtVSbWbPD1yviMGebjYwWJtruMjDcfAZsH9uba22EzKeYhmQkkraFosFETmEMfFNVcDYQ5QbFerj9ozDKroXZ6mb5oxV": "sigeeho3jK4MZKsyqcTc9mjhtz9w6enG3AFniufgUXCuXFW7VjShxLoNmxqkQSRYUwP1LHRMere5LrvxcqLgU9KmDGN356Yz",
		"edsk4TjJWEszkHKono7XMnepVqwi37FrpbVt1KCsifJeAGimxheShG":                                             "sigpKAnfQGzG4Rk5pV7z9mx2TL9veQCHD7qN4PhsUZMj1BqsumBoApBS9Ue616vKVymxrzfZE2L4h27zzxRUVy6BNPRMpufb",
		"spsk2rBDDeUqakQ42nBHDGQTtP3GErb6AahHPwF9bhca3Q5KA5HESE":                                             "sigREwM1SuRN5WzjH5xGJuyeZQ9kWi8XtbA4wRqGTumJwNY18PmF1XQMLCXEQBr4frnriKHWdPUynF1vGUvPcoWrNjb3s5xp",
		"spsk24EJohZHJkZnWEzj3w9wE7BFARpFmq5WAo9oTtqjdJ2t4pyoB3":                                             "sigmVKa3AcvzDTPGD7rJXkrMh8XMVkVQUkLwGLL3h1APWgicRKBmgjZ3624vqHA2FufBrLTQuPS9YBN1h2Z16kexp9F8NRXp",
		"p2sk2obfVMEuPUnadAConLWk7Tf4Dt3n4svSgJwrgpamRqJXvaYcg1":                                             "sigRUobRZ4oG7CvdtQfNoDe3Gqn8zrLw6RXjXVa84rX3HMzWuCuncWgDqY8wRkssofLUsfbdR6MNGJzDWaNXEwTxDktfrKmj",
		"p2sk2mJNRYqs3UXJzzF44Ym6jk38RVDPVSuLCfNd5ShE5zyVdu8Au9":                                             "sigZiUh7khZmjP1kGSSNe3LQdZC5GMpWHuyFkqcR37pwiGUJrpKaatUxWcRPBE5sHwqfydUsPM4JvK14dBMoHbCxC7VHdMZC",
	} {
		s := suite(t, key, tz4, with("operation", optionGeneric))
		file, err := s.Sign([]byte{0x12, 0x34}, s.Signer)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(file.Sidecars[suffix]); got != want {
			t.Errorf("%s…: %s, want %s", key[:10], got, want)
		}
	}
	s := suite(t, "p2sk2ke47zhFz3znRZj39TW5KKS9VgfU1Hax7KeErgnShNe9oQFQUP", tz4, with("operation"))
	want := strings.TrimSpace(string(formatstest.Read(t, "tezos/operation.sig")))
	file, err := s.Sign(formatstest.Read(t, "tezos/operation.bin"), s.Signer)
	if err != nil || string(file.Sidecars[suffix]) != want {
		t.Errorf("the operation: %s, %v", file.Sidecars[suffix], err)
	}
	s.Options = with("operation", optionHex)
	file, err = s.Sign(formatstest.Read(t, "tezos/operation.hex"), s.Signer)
	if err != nil || string(file.Sidecars[suffix]) != want {
		t.Errorf("the operation in hexadecimal: %s, %v", file.Sidecars[suffix], err)
	}
}

// A block and an endorsement of an early network, signed by P-256 keys of bakers (tests of pytezos): the bytes there begin with their
// watermark, which here is named.
func TestBakersSignatures(t *testing.T) {
	for _, v := range []struct{ public, watermark, body, sig string }{
		{"p2pk67wVncLFS1DQDm2gVR45sYCzQSXTtqn3bviNYXVCq6WRoqtxHXL", "legacy-block",
			"7a06a770000508440322bf4860a065d1c8747a08f7685be9c79da2b21d5930c12fff86b230081d223b000000005c752b3a04bc5b950ff781580616c12a646af98285da66232b232661f179c98d6f8c8912ae0000001100000001000000000800000000009b55bda7ad9debcd2657b76d444b14807c7b5dc13e06f754e2b43186d0fb22b3d3332c0000000000031048815b00",
			"sigqWxz3GKFXg6G8ndSzJF8JD9j7m12kPWZj6bHLqdKw6XpxhVLwGm26hVqMdEfgPdoz8qoA5QkM9mvnMyMFmYny9sqjb5bE"},
		{"p2pk66n1NmhPDEkcf9sXEKe9kBoTwBoTYxke1hx16aTRVq8MoXuwNqo", "legacy-endorsement",
			"7a06a770ad828485977947451e23e99f5040ead0f09ef89f58be2583640edcb1e295d0cb000005085e",
			"sigQVTY9CkYw8qL6Xa7QWestkLSdtPv6HZ4ToSMHDcRot3BwRGwZhSwXd9jJwKkDvvotTLSNWQdUqiDSfXuCNUfjbEaY2j6j"},
	} {
		prefix, raw, err := tezos.Decode(v.public)
		if err != nil || prefix != tezos.P2PK {
			t.Fatal(err)
		}
		file := formatstest.Signed{Data: []byte(v.body + "\n"), Sidecars: map[string][]byte{suffix: []byte(v.sig + "\n")}}
		s := suite(t, tz1, tz2, with(v.watermark, optionHex))
		keys := formats.Keys{Public: []crypto.PublicKey{p256(t, raw)}}
		if err := s.Verify(file, keys); err != nil {
			t.Errorf("%s: %v", v.watermark, err)
		}
		s.Options = with("operation", optionHex)
		if err := s.Verify(file, keys); !errors.Is(err, formats.ErrMismatch) {
			t.Errorf("%s as an operation: %v", v.watermark, err)
		}
	}
}

// tz4: the suite's thousands of damages would take minutes, as a verification takes milliseconds; the vectors are in package keygen.
func TestBLS(t *testing.T) {
	s := suite(t, tz4, tz1, with("operation"))
	data := formatstest.Read(t, "tezos/operation.bin")
	file, err := s.Sign(data, s.Signer)
	if err != nil || !strings.HasPrefix(string(file.Sidecars[suffix]), "BLsig") {
		t.Fatalf("%s, %v", file.Sidecars[suffix], err)
	}
	if err := s.Verify(file, s.Signer.Keys()); err != nil {
		t.Error(err)
	}
	_, raw, err := tezos.Decode(string(file.Sidecars[suffix]))
	if err != nil || verify(s.Signer.Key.Public(), append([]byte{3}, data...), raw) != nil {
		t.Error("it is not over 03 and the bytes themselves")
	}
	if err := s.Verify(formatstest.Signed{Data: data[1:], Sidecars: file.Sidecars}, s.Signer.Keys()); !errors.Is(err, formats.ErrMismatch) {
		t.Errorf("other bytes: %v", err)
	}
	s.Options = with("operation", optionGeneric)
	if _, err := s.Sign(data, s.Signer); !errors.Is(err, formats.ErrOption) {
		t.Errorf("sig… of a BLS key: %v", err)
	}
}

// Signatures by P-256 keys have s in the lower half; the other half verifies as well, as bakers' own tools make it.
func TestBothHalves(t *testing.T) {
	for _, name := range []string{tz2, tz3} {
		by := account(t, name)
		order, _ := new(big.Int).SetString(map[string]string{
			tz2: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", tz3: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"}[name], 16)
		for i := range byte(12) {
			message := []byte{3, i}
			sig, err := sign(by.Key, message)
			if err != nil {
				t.Fatal(err)
			}
			s := new(big.Int).SetBytes(sig[32:])
			other := new(big.Int).Sub(order, s)
			if s.Cmp(other) > 0 {
				t.Error("s is in the upper half")
			}
			high := append(bytes.Clone(sig[:32]), other.FillBytes(make([]byte, 32))...)
			if verify(by.Key.Public(), message, sig) != nil || verify(by.Key.Public(), message, high) != nil {
				t.Error("one of the halves does not verify")
			}
		}
	}
}
