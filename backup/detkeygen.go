package backup

import (
	"fmt"
	"strings"
)

// drbg is HMAC_DRBG with SHA-256 (NIST SP 800-90A, 10.1.2) in Python; r(n) is its next n bytes.
const drbg = `
  import hmac, math, sys
  def H(k, *m): return hmac.new(k, b"".join(m), "sha256").digest()
  s = bytes.fromhex(sys.stdin.read()) + %s
  V = b"\1" * 32; K = H(bytes(32), V, b"\0", s); V = H(K, V); x = b"\1" + s
  def r(n):
    global K, V, x
    K = H(K, V, x); V = H(K, V); x = b"\0"; t = b""
    while len(t) < n: V = H(K, V); t += V
    return int.from_bytes(t[:n], "big")`

// rsa makes two primes of half the bits each, and writes RSAPrivateKey (RFC 8017, A.1.2) in hexadecimal.
const rsa = `
  def prime():
    while True:
      p = r(%[2]d) | 3 << %[3]d | 7
      if pow(2, p - 1, p) == 1: return p
  e = 65537
  while True:
    p, q = prime(), prime()
    g = math.gcd(p - 1, q - 1); m = (p - 1) * (q - 1) // g
    if g < 2**32 and math.gcd(e, m) == 1: break
  d = pow(e, -1, m)
  def D(tag, b): return bytes([tag, 130]) + len(b).to_bytes(2, "big") + b
  def I(n): return D(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))
  all = 0, p * q, e, d, p, q, d %% (p - 1), d %% (q - 1), pow(q, -1, p)
  print(D(48, b"".join(map(I, all))).hex())`

// detProgram makes the key of C2SP det-keygen, version 1, with nothing but Python, and prints it as OpenSSL reads it, in hexadecimal.
func detProgram(algorithm string) string {
	switch algorithm {
	case "rsa2048":
		return detRSA(2048)
	case "rsa3072":
		return detRSA(3072)
	case "rsa4096":
		return detRSA(4096)
	case "p384":
		return detEC("P-384", `"303e0201010430%096x" % r(48) + "a00706052b81040022"`)
	case "p521":
		return detEC("P-521", `"30500201010442%0132x" % (r(66) >> 7) + "a00706052b81040023"`)
	}
	return ""
}

func detRSA(bits int) string {
	return fmt.Sprintf(drbg, fmt.Sprintf(`b"det RSA key gen\x%02x\0"`, bits>>8)) + fmt.Sprintf(rsa, bits, bits/16, bits/2-2)
}

func detEC(curve, key string) string {
	return fmt.Sprintf(drbg, fmt.Sprintf("b%q", "det ECDSA key gen "+curve)) + "\n  print(" + key + ")"
}

// detGuide says how det-keygen makes a key, where sigtool is gone; hex is the command that prints the 32 bytes in hexadecimal.
func detGuide(algorithm, hex string) []string {
	const what = "The key is made from these 32 bytes as C2SP det-keygen, version 1, describes (c2sp.org/det-keygen): " +
		"as FIPS 186-5 does, with HMAC_DRBG and SHA-256 in place of chance. The Go library filippo.io/keygen does it"
	program := detProgram(algorithm)
	if program == "" {
		return Wrap(what + ".")
	}
	g := Wrap(what + ", and so does this program; Python 3.8 or later is all it needs. Type all of it " +
		"without the first two spaces of each line; those behind them count. A large key takes a few minutes. " + proof)
	g = append(g, "  cat > key.py <<'END'")
	g = append(g, strings.Split(strings.Trim(program, "\n"), "\n")...)
	return append(append(g, "  END", "  "+hex+" | python3 key.py | xxd -r -p > key.der"), openKey...)
}

const proof = "The last command prints the fingerprint of this sheet if the key is right:"
