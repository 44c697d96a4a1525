package keygen

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// Keys on paper outlive this program: these fingerprints must never change.
var sevens = map[Algorithm]string{
	Ed25519:   "SHA256:Mkvi3qi8REYbAjPlH6SJAu1rHMZx53Oa8lUeC/5o9U4=",
	P256:      "SHA256:zpfsINQ2YaGbIVyy43ammNC0qiqltMeFTpFr0FCC/O4=",
	P384:      "SHA256:LoGCz7bxTFTUBiiOeFSkBW/DYQibTp4609MLc5HFPT8=",
	P521:      "SHA256:dTl6xeD2S3MNxSzl1mtpkCyE/50TroXNukHo0S5GX7Q=",
	Secp256k1: "SHA256:GGiTh3jiylXXEKyGdFCFl7SIJeh1A/vhl3c13ILSdfs=",
	RSA2048:   "SHA256:L9WIAmLt/iSVwkWYnX+VVuLm9KaofFcaoI/Oxl553ec=",
	RSA3072:   "SHA256:ALNSkt01poSwiOWY4zF1HCDdhHl+EWwD12ZS/BeY2fE=",
	BLS12381:  "SHA256:pnH3JOihuZTasoVT5n2rMMgbz0xzKMRIhuczyJd++xo=",
}

func TestFromSeedIsForEver(t *testing.T) {
	seed := bytes.Repeat([]byte{7}, SeedSize)
	for alg, want := range sevens {
		key, err := FromSeed(alg, seed)
		if err != nil {
			t.Fatalf("%s: %v", alg, err)
		}
		if got := Fingerprint(key.Public()); got != want {
			t.Errorf("%s: seed 07…07 makes %s, not %s", alg, got, want)
		}
		if got, err := AlgorithmOf(key.Public()); got != alg || err != nil {
			t.Errorf("%s: AlgorithmOf says %s, %v", alg, got, err)
		}
		back, shown := Seed(key)
		if shown != (Derivation(alg) == "seed" || Derivation(alg) == "scalar") {
			t.Errorf("%s: Seed %v, but the derivation is %q", alg, shown, Derivation(alg))
		}
		if shown && !bytes.Equal(back, seed) {
			t.Errorf("%s: Seed returns other bytes", alg)
		}
	}
}

// The keys that show their seed are what OpenSSL makes of the same 32 bytes, in files without a public half.
func TestSeedIsTheKeyOfOpenSSL(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	for alg, around := range map[Algorithm][2]string{
		Ed25519:   {"302e020100300506032b657004220420", ""},
		P256:      {"30310201010420", "a00a06082a8648ce3d030107"},
		Secp256k1: {"302e0201010420", "a00706052b8104000a"},
	} {
		der, err := hex.DecodeString(around[0] + strings.Repeat("07", SeedSize) + around[1])
		if err != nil {
			t.Fatal(err)
		}
		path := write(t, "key.der", der)
		public := oracle.Run(t, openssl, "pkey", "-inform", "DER", "-in", path, "-pubout")
		pub, _, err := ParsePublic(public)
		if err != nil || Fingerprint(pub) != sevens[alg] {
			t.Errorf("%s: OpenSSL makes %s (%v)", alg, Fingerprint(pub), err)
		}
		key, err := Load(der, noAsk(t))
		if err != nil || Fingerprint(key.Signer.Public()) != sevens[alg] {
			t.Errorf("%s: the file without public half loads as %v, %v", alg, key, err)
		}
	}
}

func TestSeedsThatMakeNoKey(t *testing.T) {
	zero, ones := make([]byte, SeedSize), bytes.Repeat([]byte{0xff}, SeedSize)
	for _, alg := range []Algorithm{P256, Secp256k1} {
		for _, seed := range [][]byte{zero, ones} {
			if key, err := FromSeed(alg, seed); !errors.Is(err, ErrSeed) || key != nil {
				t.Errorf("%s of %x…: %v", alg, seed[:2], err)
			}
		}
	}
	for _, alg := range Algorithms() {
		for _, size := range []int{0, 16, 31, 33, 64} {
			if key, err := FromSeed(alg, make([]byte, size)); err == nil || key != nil {
				t.Errorf("%s takes a seed of %d bytes", alg, size)
			}
		}
	}
	if _, err := FromSeed("rsa1024", ones); !errors.Is(err, ErrUnsupported) {
		t.Errorf("rsa1024: %v", err)
	}
}

// The vectors of c2sp.org/det-keygen, for the sizes and curves that are derived so.
func TestDetKeygenVectors(t *testing.T) {
	for _, name := range []string{"ecdsa.json", "rsa.json"} {
		var vectors []struct {
			Curve string
			Bits  int
			Seed  string
			Key   string `json:"private_key_pkcs8"`
		}
		if err := json.Unmarshal(corpus(t, "det-keygen", name), &vectors); err != nil {
			t.Fatal(err)
		}
		ran := 0
		for i, v := range vectors {
			alg := map[string]Algorithm{"secp384r1": P384, "secp521r1": P521}[v.Curve]
			if v.Curve == "" {
				alg = map[int]Algorithm{2048: RSA2048, 3072: RSA3072, 4096: RSA4096}[v.Bits]
			}
			if alg == "" {
				continue
			}
			seed, _ := base64.StdEncoding.DecodeString(v.Seed)
			want, _ := base64.StdEncoding.DecodeString(v.Key)
			key, err := expand(alg, seed)
			if err != nil {
				t.Fatalf("%s %d: %v", name, i, err)
			}
			if got, err := MarshalPrivate(key); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s %d (%s): another key than the vector's (%v)", name, i, alg, err)
			}
			ran++
		}
		if ran < 8 {
			t.Errorf("%s: only %d vectors ran", name, ran)
		}
	}
}

// corpus reads a file of the shared test data, or ends the test.
func corpus(t *testing.T, parts ...string) []byte {
	t.Helper()
	root := os.Getenv("SIGTOOL_CORPUS")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	data, err := os.ReadFile(filepath.Join(append([]string{root}, parts...)...))
	if errors.Is(err, os.ErrNotExist) {
		oracle.Missing(t, "the test data "+filepath.Join(parts...)+" ($SIGTOOL_CORPUS)")
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}
