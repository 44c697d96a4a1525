package keygen

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os/exec"
	"testing"

	"sigtool/internal/oracle"
)

// rsaNumbers is PKCS#1 as a test breaks it.
type rsaNumbers struct {
	Version                            int
	N, E, D, P, Q, DP, DQ, Coefficient *big.Int
}

func numbersOf(key *rsa.PrivateKey) *rsaNumbers {
	c := func(n *big.Int) *big.Int { return new(big.Int).Set(n) }
	return &rsaNumbers{0, c(key.N), big.NewInt(int64(key.E)), c(key.D), c(key.Primes[0]), c(key.Primes[1]),
		c(key.Precomputed.Dp), c(key.Precomputed.Dq), c(key.Precomputed.Qinv)}
}

// derive calculates all from p, q and e.
func (r *rsaNumbers) derive(t *testing.T) {
	t.Helper()
	one := big.NewInt(1)
	p1, q1 := new(big.Int).Sub(r.P, one), new(big.Int).Sub(r.Q, one)
	lcm := new(big.Int).Mul(p1, q1)
	lcm.Div(lcm, new(big.Int).GCD(nil, nil, p1, q1))
	r.N = new(big.Int).Mul(r.P, r.Q)
	if r.D = new(big.Int).ModInverse(r.E, lcm); r.D == nil {
		t.Fatal("e has no inverse")
	}
	r.DP, r.DQ = new(big.Int).Mod(r.D, p1), new(big.Int).Mod(r.D, q1)
	r.Coefficient = new(big.Int).ModInverse(r.Q, r.P)
}

func add(n *big.Int, k int64) { n.Add(n, big.NewInt(k)) }

// What OpenSSL finds wrong with an RSA key, Load or Check does too.
func TestBrokenRSA(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	for what, breakIt := range map[string]func(*rsaNumbers){
		"n": func(r *rsaNumbers) { add(r.N, 2) }, "d": func(r *rsaNumbers) { add(r.D, 2) },
		"p": func(r *rsaNumbers) { add(r.P, 2) }, "q": func(r *rsaNumbers) { add(r.Q, -2) },
		"dP": func(r *rsaNumbers) { add(r.DP, 1) }, "dQ": func(r *rsaNumbers) { add(r.DQ, 1) },
		"qInv": func(r *rsaNumbers) { add(r.Coefficient, 1) }, "e": func(r *rsaNumbers) { add(r.E, 2) },
		"p and q swapped": func(r *rsaNumbers) { r.P, r.Q = r.Q, r.P },
		"p is composite": func(r *rsaNumbers) {
			for add(r.P, 2); r.P.ProbablyPrime(5) || new(big.Int).Mod(r.P, big.NewInt(65537)).Cmp(big.NewInt(1)) == 0; add(r.P, 2) {
			}
			r.derive(t)
		},
		"even e": func(r *rsaNumbers) { add(r.E, 1) },
	} {
		numbers := numbersOf(testKey(t, RSA2048).(*rsa.PrivateKey))
		breakIt(numbers)
		der, err := asn1.Marshal(*numbers)
		if err != nil {
			t.Fatal(err)
		}
		data := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der})
		if err := exec.Command(openssl, "pkey", "-check", "-noout", "-in", write(t, "key.pem", data)).Run(); err == nil {
			t.Errorf("%s: OpenSSL does not mind", what)
		}
		key, err := Load(data, noAsk(t))
		if err == nil {
			err = Check(key.Signer)
		}
		if err == nil {
			t.Errorf("%s: neither Load nor Check minds", what)
		}
	}
}

// Check sees by itself what Load would already have refused.
func TestCheckAlone(t *testing.T) {
	for what, breakIt := range map[string]func(*rsa.PrivateKey){
		"n": func(k *rsa.PrivateKey) { add(k.N, 2) }, "d": func(k *rsa.PrivateKey) { add(k.D, 2) },
		"p": func(k *rsa.PrivateKey) { add(k.Primes[0], 2) }, "e": func(k *rsa.PrivateKey) { k.E++ },
		"dP": func(k *rsa.PrivateKey) { add(k.Precomputed.Dp, 1) }, "dQ": func(k *rsa.PrivateKey) { add(k.Precomputed.Dq, 1) },
		"qInv":         func(k *rsa.PrivateKey) { add(k.Precomputed.Qinv, 1) },
		"three primes": func(k *rsa.PrivateKey) { k.Primes = append(k.Primes, big.NewInt(3)) },
	} {
		key := testKey(t, RSA2048).(*rsa.PrivateKey)
		breakIt(key)
		if Check(key) == nil {
			t.Errorf("rsa %s: Check does not mind", what)
		}
	}
	ed := testKey(t, Ed25519).(ed25519.PrivateKey)
	ed[40] ^= 1
	other := testKey(t, Secp256k1).(*Secp256k1PrivateKey)
	seven, err := FromSeed(Secp256k1, append(make([]byte, 31), 7))
	if err != nil {
		t.Fatal(err)
	}
	other.pub = seven.(*Secp256k1PrivateKey).pub
	p256, p256b := testKey(t, P256).(*ecdsa.PrivateKey), testKey(t, P256).(*ecdsa.PrivateKey)
	wrong, err := FromSeed(P256, append(make([]byte, 31), 7))
	if err != nil {
		t.Fatal(err)
	}
	p256.PublicKey = wrong.(*ecdsa.PrivateKey).PublicKey
	//lint:ignore SA1019 a key can be made so, and Check must see it
	p256b.D = new(big.Int).Set(p256b.Curve.Params().N)
	for what, key := range map[string]crypto.Signer{"ed25519": ed, "short": ed[:40], "secp256k1": other, "p256 point": p256, "p256 scalar": p256b} {
		if Check(key) == nil {
			t.Errorf("%s: Check does not mind", what)
		}
		if what != "short" && SelfTest(key) == nil {
			t.Errorf("%s: SelfTest does not mind", what)
		}
	}
}

// A public half in the file that is not the secret's own is damage, in every place where one can stand.
func TestPublicHalfMustFit(t *testing.T) {
	for _, alg := range ecAlgorithms {
		der := derOf(t, string(alg)+".pem")
		key := testKey(t, alg)
		point, err := pointOf(key.Public())
		if err != nil {
			t.Fatal(err)
		}
		for i := len(der) - len(point); i < len(der); i += 7 {
			der[i] ^= 1
			if got, err := Load(der, noAsk(t)); err == nil || got != nil {
				t.Errorf("%s: byte %d of the point is wrong and it loads", alg, i)
			}
			der[i] ^= 1
		}
	}
	// RFC 8410 §10.3: an Ed25519 key of version 2, with an attribute and its public key; then the same with one bit of it wrong.
	v2 := "3072020101300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842a01f301d060a2a864886f70d010909143" +
		"10f0c0d437572646c6520436861697273812100"
	public := "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"
	key, err := Load(unhex(t, v2+public), noAsk(t))
	if err != nil || publicHex(t, key.Signer.Public()) != "302a300506032b6570032100"+public {
		t.Errorf("RFC 8410 §10.3: %v", err)
	}
	if _, err := Load(unhex(t, v2+"18"+public[2:]), noAsk(t)); err == nil {
		t.Error("RFC 8410 §10.3 with another public key loads")
	}
}
