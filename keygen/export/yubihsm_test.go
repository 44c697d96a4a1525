package export

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigtool/internal/ccm"
	"sigtool/internal/issue"
	"sigtool/internal/oracle"
	"sigtool/keygen"
)

var yubiKeys = []keygen.Algorithm{keygen.P256, keygen.P384, keygen.P521, keygen.Secp256k1, keygen.Ed25519, keygen.RSA2048, keygen.RSA3072, keygen.RSA4096}

// yubiSample reads what yubihsm-wrap made, or took: testdata/yubihsm.
func yubiSample(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "yubihsm", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// What yubihsm-wrap made opens, says what it was told, and is made again byte for byte from the same key and nonce.
func TestYubiHSMWrap(t *testing.T) {
	t.Parallel()
	for name, label := range map[string]string{"p256": "lab-p256", "k256": "lab-k256"} {
		theirs, wrap := yubiSample(t, name+".yhw"), yubiSample(t, "wrap.key")
		key, err := keygen.Load(yubiSample(t, name+".pem"), nil)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := base64.StdEncoding.DecodeString(string(theirs))
		if err != nil {
			t.Fatal(err)
		}
		s := settingsFor(Values{"id": {"100"}, "domains": {"1,2"}, "capabilities": {"sign-ecdsa"}})
		s.Wrap, s.Label, s.Rand = wrap, label, bytes.NewReader(raw[:yubiNonce])
		if r := exported(t, yubihsm, s, Key{Signer: key.Signer}); !bytes.Equal(r.Files[0].Data, theirs) {
			t.Errorf("%s: other bytes than yubihsm-wrap's:\n%s%s", name, r.Files[0].Data, theirs)
		}
	}
}

// The object before it is sealed, P-256, id 100, domains 1 and 2, sign-ecdsa, as DEBUG=1 yubihsm-wrap shows it.
func TestYubiHSMPlain(t *testing.T) {
	key := signerOf(t, keygen.P256)
	object := yubiObject{wrap: 32, capabilities: 1 << 7, id: 100, domains: 3, label: "lab-p256"}
	got, err := object.marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	want := "2a" + "0000000000000080" + "0064" + "0060" + "0003" + "03" + "0c" + "00" + "02" + hex.EncodeToString([]byte("lab-p256")) + strings.Repeat("00", 32)
	if hex.EncodeToString(got[:yubiHeader]) != want || len(got) != 155 {
		t.Errorf("%x\nwant\n%s", got[:yubiHeader], want)
	}
}

// pythonYubi opens a file by Python's cryptography (OpenSSL's CCM), and writes the body of a key from its PKCS#8 by its own numbers.
const pythonYubi = `
import sys, base64, hashlib
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric import rsa, ed25519
for line in sys.stdin:
    wrap, blob, pem = line.split()
    raw = base64.b64decode(blob)
    plain = AESCCM(bytes.fromhex(wrap)).decrypt(raw[:13], raw[13:], None)
    key = ser.load_der_private_key(base64.b64decode(pem), None)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        seed = key.private_bytes(ser.Encoding.Raw, ser.PrivateFormat.Raw, ser.NoEncryption())
        h = bytearray(hashlib.sha512(seed).digest())
        h[0] &= 248; h[31] &= 127; h[31] |= 64
        body = bytes(h[:32])[::-1] + bytes(h[32:]) + key.public_key().public_bytes(ser.Encoding.Raw, ser.PublicFormat.Raw)
    elif isinstance(key, rsa.RSAPrivateKey):
        n, size = key.private_numbers(), key.key_size // 8
        body = b"".join(v.to_bytes(size // 2, "big") for v in (n.p, n.q, n.dmp1, n.dmq1, n.iqmp)) + n.public_numbers.n.to_bytes(size, "big")
    else:
        n, size = key.private_numbers(), (key.curve.key_size + 7) // 8
        body = b"".join(v.to_bytes(size, "big") for v in (n.private_value, n.public_numbers.x, n.public_numbers.y))
    print(plain[:59].hex(), plain[59:] == body)
`

// Every algorithm, under wrap keys of each size and form, is what Python makes of the layout.
func TestYubiHSMBodies(t *testing.T) {
	t.Parallel()
	python := oracle.Python(t, "cryptography")
	var in strings.Builder
	for i, alg := range yubiKeys {
		wrap := bytes.Repeat([]byte{1, 2, 3, 4, 5, 6, 7, 8}, []int{2, 3, 4}[i%3])
		s := settingsFor(Values{"id": {"0xfffe"}, "domains": {"all"}})
		s.Wrap = wrap
		if i%2 == 0 {
			s.Wrap = []byte(hex.EncodeToString(wrap) + "\n")
		}
		key := signerOf(t, alg)
		r := exported(t, yubihsm, s, Key{Signer: key})
		der, err := keygen.MarshalPrivate(key)
		if err != nil {
			t.Fatal(err)
		}
		in.WriteString(hex.EncodeToString(wrap) + " " + strings.TrimSpace(string(r.Files[0].Data)) + " " + base64.StdEncoding.EncodeToString(der) + "\n")
	}
	cmd := exec.Command(python, "-c", pythonYubi)
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(yubiKeys) {
		t.Fatalf("%d lines", len(lines))
	}
	for i, alg := range yubiKeys {
		first := []string{"1d", "29", "2a"}[i%3]
		sign := map[keygen.Algorithm]string{keygen.Ed25519: "0000000000000100", keygen.RSA2048: "0000000000000060", keygen.RSA3072: "0000000000000060", keygen.RSA4096: "0000000000000060"}[alg]
		if sign == "" {
			sign = "0000000000000080"
		}
		if !strings.HasPrefix(lines[i], first+sign+"fffe") || !strings.HasSuffix(lines[i], " True") || lines[i][26:30] != "ffff" {
			t.Errorf("%s: %s", alg, lines[i])
		}
	}
}

func TestYubiHSMOptions(t *testing.T) {
	wrap := bytes.Repeat([]byte{1, 2}, 16)
	for name, v := range map[string]struct {
		values Values
		label  string
		want   string
	}{
		"no id":        {Values{}, "a", "which object id"},
		"id 0":         {Values{"id": {"0"}}, "a", "from 1 to 65534"},
		"id 65535":     {Values{"id": {"0xffff"}}, "a", "from 1 to 65534"},
		"id -1":        {Values{"id": {"-1"}}, "a", "from 1 to 65534"},
		"domain":       {Values{"id": {"1"}, "domains": {"1", "17"}}, "a", `"17": numbers from 1 to 16`},
		"empty domain": {Values{"id": {"1"}, "domains": {"1,"}}, "a", `"": numbers from 1 to 16`},
		"capability":   {Values{"id": {"1"}, "capabilities": {"sign"}}, "a", "not one of sign-pkcs, "},
		"another's":    {Values{"id": {"1"}, "capabilities": {"sign-pkcs,sign-ecdsa"}}, "a", "--capabilities sign-pkcs: nothing that such a key can do"},
		"label":        {Values{"id": {"1"}}, strings.Repeat("a", 41), "at most 40 bytes"},
	} {
		s := settingsFor(v.values)
		s.Wrap, s.Label = wrap, v.label
		way, err := yubihsm.Prepare(s)
		if err == nil {
			_, err = way.Make(Key{Signer: signerOf(t, keygen.P256)})
		}
		if !errors.Is(err, ErrOption) || !strings.Contains(err.Error(), v.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestYubiHSMWrapKey(t *testing.T) {
	for want, file := range map[string][]byte{
		"it is empty":              nil,
		"it is PEM":                []byte("-----BEGIN PUBLIC KEY-----\n"),
		"17 bytes":                 []byte("no hex, 17 bytes."),
		"has 8 bytes":              []byte("0102030405060708"),
		"has 0 bytes":              []byte("\n"),
		"has 33 bytes":             bytes.Repeat([]byte("z"), 33),
		"one byte again and again": make([]byte, 32),
		"again and again, and no":  []byte(strings.Repeat("00", 32)),
		"it is one byte again":     []byte(strings.Repeat("41", 16) + "\r\n"),
	} {
		s := settingsFor(Values{"id": {"1"}})
		s.Wrap = file
		if _, err := yubihsm.Prepare(s); issue.ID(err) != "wrapping-key" || issue.Hint(err) == "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestYubiHSMRefused(t *testing.T) {
	for _, alg := range []keygen.Algorithm{keygen.MLDSA65, "rsa1024", "rsa2049", "rsa8192"} {
		if err := yubihsm.Refuse(alg); issue.ID(err) != "unsuitable-key" || issue.Hint(err) == "" {
			t.Errorf("%s: %v", alg, err)
		}
	}
	for _, alg := range yubiKeys {
		if err := yubihsm.Refuse(alg); err != nil {
			t.Error(err)
		}
	}
	three := *signerOf(t, keygen.RSA2048).(*rsa.PrivateKey)
	three.E = 3
	uneven := *signerOf(t, keygen.RSA2048).(*rsa.PrivateKey)
	uneven.Primes = []*big.Int{new(big.Int).Lsh(uneven.Primes[0], 1), uneven.Primes[1]}
	for _, key := range []*rsa.PrivateKey{&three, &uneven} {
		if _, err := yubiBody(key); err == nil {
			t.Errorf("an RSA key that a YubiHSM has no room for was taken")
		}
	}
}

func TestYubiHSMCommands(t *testing.T) {
	s := settingsFor(Values{"id": {"100"}})
	s.Wrap, s.Output = bytes.Repeat([]byte{1, 2}, 16), "-a b.yhw"
	way, err := yubihsm.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	// openssl dgst -sha256 -binary WRAPKEY | openssl base64
	if way.Wrapping != "SHA256:TeQ0+Rlk9QPH5Ssp2TmKhuj47MV7voU5RR8nQIHMpgc=" || way.WrappingAlg != "aes256-ccm-wrap" {
		t.Errorf("%s %s", way.WrappingAlg, way.Wrapping)
	}
	r, err := way.Make(Key{Signer: signerOf(t, keygen.Ed25519)})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Commands[0].Line; got != `yubihsm-shell -a put-wrapped --wrap-id "$WRAP_ID" --in './-a b.yhw'` {
		t.Error(got)
	}
	last := r.Commands[len(r.Commands)-1]
	if !last.Check || !strings.Contains(last.Line, "-i 0x0064 |") || !strings.HasSuffix(last.What, strings.TrimPrefix(keygen.Fingerprint(signerOf(t, keygen.Ed25519).Public()), "SHA256:")) {
		t.Errorf("%+v", last)
	}
	if r, err = way.Make(Key{Signer: signerOf(t, keygen.Secp256k1)}); err != nil || !slices.Contains(r.Warnings, largeS) {
		t.Errorf("secp256k1: %+v, %v", r, err)
	}
}

// A damaged file does not open, and an object whose halves differ is no key.
func TestYubiHSMDamaged(t *testing.T) {
	aead, err := ccm.New(make([]byte, 16), yubiNonce, yubiTag)
	if err != nil {
		t.Fatal(err)
	}
	for _, alg := range yubiKeys {
		key := signerOf(t, alg)
		plain, err := yubiObject{wrap: 16, id: 1, label: "l"}.marshal(key)
		if err != nil {
			t.Fatal(err)
		}
		if o, public, err := parseYubiObject(plain); err != nil || o.label != "l" || !public.(interface{ Equal(crypto.PublicKey) bool }).Equal(key.Public()) {
			t.Errorf("%s: %v", alg, err)
		}
		for _, at := range []int{0, 12, 15, 16, 17, 18, yubiHeader, len(plain) - 3} {
			bad := bytes.Clone(plain)
			bad[at] ^= 0x40
			if _, _, err := parseYubiObject(bad); err == nil {
				t.Errorf("%s: byte %d was changed, and nobody saw it", alg, at)
			}
		}
		if _, _, err := parseYubiObject(plain[:len(plain)-1]); err == nil {
			t.Errorf("%s: cut, and nobody saw it", alg)
		}
	}
	for _, blob := range []string{"", "\n", "AAAA\n", "not base64", base64.StdEncoding.EncodeToString(make([]byte, 60)) + "\n"} {
		if _, _, err := openYubiHSM(aead, []byte(blob)); err == nil {
			t.Errorf("%q opened", blob)
		}
	}
	// y = 1 has no point on the other form of the curve.
	if _, err := yubiEd25519(append([]byte{0x40}, make([]byte, 31)...), append([]byte{1}, make([]byte, 31)...)); err == nil {
		t.Error("y = 1 was taken")
	}
}

// The proof can fail: what opens as another key, changed while the nonce was drawn, is not given out.
func TestYubiHSMProof(t *testing.T) {
	key := bytes.Clone(signerOf(t, keygen.Ed25519).(ed25519.PrivateKey))
	s := settingsFor(Values{"id": {"100"}})
	s.Wrap = bytes.Repeat([]byte{1, 2}, 16)
	s.Rand = &changing{yubiNonce, 1, func() { copy(key, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))) }}
	way, err := yubihsm.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := way.Make(Key{Signer: ed25519.PrivateKey(key)}); err == nil || !strings.Contains(err.Error(), "opens as another key") {
		t.Error(err)
	}
}

// FuzzYubiHSM: what is read is written again as it was, and nothing makes the reader stumble.
func FuzzYubiHSM(f *testing.F) {
	for _, alg := range []keygen.Algorithm{keygen.P256, keygen.Secp256k1, keygen.Ed25519, keygen.RSA2048} {
		plain, err := yubiObject{wrap: 32, capabilities: 1 << 7, id: 100, domains: 3, label: "label"}.marshal(signerOf(f, alg))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(plain)
	}
	f.Fuzz(func(t *testing.T, plain []byte) {
		o, public, err := parseYubiObject(plain)
		if err != nil {
			return
		}
		if _, ok := public.(ed25519.PublicKey); ok {
			return // the seed is not there
		}
		if len(o.label) > yubiLabel || keygen.Fingerprint(public) == "" {
			t.Errorf("%+v", o)
		}
	})
}
