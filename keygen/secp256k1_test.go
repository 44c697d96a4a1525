package keygen

import (
	"crypto"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

var order, _ = new(big.Int).SetString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)

// Nonces by RFC 6979: two vectors that Bitcoin's libraries share (key, message hashed by SHA-256, r and s).
func TestSecp256k1Vectors(t *testing.T) {
	for _, v := range []struct{ key, message, r, s string }{
		{"1", "Satoshi Nakamoto", "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8", "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"},
		{"1", "All those moments will be lost in time, like tears in rain. Time to die...", "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b", "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21"},
	} {
		key, err := NewSecp256k1PrivateKey(unhex(t, strings.Repeat("0", 64-len(v.key))+v.key))
		if err != nil {
			t.Fatal(err)
		}
		digest := sha256.Sum256([]byte(v.message))
		sig, err := key.Sign(nil, digest[:], crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		var rs struct{ R, S *big.Int }
		if _, err := asn1.Unmarshal(sig, &rs); err != nil || hex.EncodeToString(rs.R.Bytes()) != v.r || hex.EncodeToString(rs.S.Bytes()) != v.s {
			t.Errorf("%q: r %x s %x", v.message, rs.R, rs.S)
		}
	}
}

// OpenSSL accepts our signatures and we accept OpenSSL's, with digests shorter than, as long as and longer than the order, in both
// halves of s; a changed digest or signature is refused.
func TestSecp256k1AndOpenSSL(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	key := testKey(t, Secp256k1)
	pub := key.Public().(*Secp256k1PublicKey)
	public := write(t, "key.pub", file(t, "secp256k1.pub"))
	high := 0
	for i, h := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA384, crypto.SHA512, crypto.SHA256, crypto.SHA512, crypto.SHA256} {
		w := h.New()
		fmt.Fprint(w, "message ", i)
		digest := w.Sum(nil)
		path := write(t, "digest", digest)
		sig, err := key.Sign(nil, digest, h)
		if err != nil {
			t.Fatal(err)
		}
		oracle.Run(t, openssl, "pkeyutl", "-verify", "-pubin", "-inkey", public, "-in", path, "-sigfile", write(t, "sig", sig))
		theirs := oracle.Run(t, openssl, "pkeyutl", "-sign", "-inkey", keyPath(Secp256k1), "-in", path)
		var rs struct{ R, S *big.Int }
		if _, err := asn1.Unmarshal(theirs, &rs); err != nil {
			t.Fatal(err)
		}
		if rs.S.Cmp(new(big.Int).Rsh(order, 1)) > 0 {
			high++
		}
		rs.S.Sub(order, rs.S)
		mirrored, err := asn1.Marshal(rs)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range [][]byte{sig, theirs, mirrored} {
			if !pub.VerifyASN1(digest, s) {
				t.Errorf("%v: a good signature is refused", h)
			}
			s[len(s)-1] ^= 1
			if pub.VerifyASN1(digest, s) {
				t.Errorf("%v: a changed signature is accepted", h)
			}
			s[len(s)-1] ^= 1
			digest[3] ^= 1
			if pub.VerifyASN1(digest, s) {
				t.Errorf("%v: a changed digest is accepted", h)
			}
			digest[3] ^= 1
			if pub.VerifyASN1(digest, append(s, 0)) || pub.VerifyASN1(digest, s[:len(s)-1]) || pub.VerifyASN1(nil, s) {
				t.Errorf("%v: a signature with a byte more or less is accepted", h)
			}
		}
	}
	t.Logf("%d of OpenSSL's signatures had s in the upper half", high)
}

func TestSecp256k1Key(t *testing.T) {
	key := testKey(t, Secp256k1).(*Secp256k1PrivateKey)
	for _, scalar := range [][]byte{nil, make([]byte, 32), order.Bytes(), make([]byte, 31), append([]byte{0}, key.Bytes()...)} {
		if k, err := NewSecp256k1PrivateKey(scalar); err == nil || k != nil {
			t.Errorf("a scalar of %d bytes is taken", len(scalar))
		}
	}
	last, err := NewSecp256k1PrivateKey(new(big.Int).Sub(order, big.NewInt(1)).Bytes())
	if err != nil || Check(last) != nil || SelfTest(last) != nil {
		t.Errorf("the largest scalar: %v", err)
	}
	if last.Equal(key) || last.pub.Equal(key.pub) || !key.pub.Equal(key.Public()) || key.Equal(1) || key.pub.Equal(1) {
		t.Error("Equal is wrong")
	}
	secret := hex.EncodeToString(key.Bytes())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		if out := fmt.Sprintf(verb, key) + fmt.Sprintf(verb, *key); strings.Contains(out, secret[:16]) || !strings.HasPrefix(out, "[secret") {
			t.Errorf("%s prints %s", verb, out)
		}
	}
	if _, err := key.Sign(nil, make([]byte, 20), crypto.SHA256); err == nil {
		t.Error("a digest of the wrong length is signed")
	}
	if _, err := key.Sign(nil, nil, nil); err == nil {
		t.Error("an empty digest is signed")
	}
	point := key.pub.key.SerializeCompressed()
	again, err := ParseSecp256k1PublicKey(point)
	if err != nil || !again.Equal(key.pub) {
		t.Errorf("compressed: %v", err)
	}
	for _, bad := range [][]byte{nil, {0}, point[:32], append(point, 0), make([]byte, 65)} {
		if p, err := ParseSecp256k1PublicKey(bad); err == nil || p != nil {
			t.Errorf("a point of %d bytes is taken", len(bad))
		}
	}
}
