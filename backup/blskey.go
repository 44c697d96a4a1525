package backup

import "strings"

// blsAlgorithm is what package keygen calls BLS keys, which OpenSSL doesn't know.
const blsAlgorithm = "bls12381"

// blsProgram writes the 32 bytes as Tezos has them, and prints the fingerprint of their public key, with nothing but Python. The curve is
// y^2 = x^3 + 4 over the integers modulo p; the generator is the first point by x, made one of the group by the cofactor (z-1)^2/3.
const blsProgram = `
  import base64, sys
  from hashlib import sha256
  z = -0xd201000000010000
  p = (z - 1)**2 * (z**4 - z**2 + 1) // 3 + z
  def add(P, Q):
    if not P or not Q: return P or Q
    (a, b), (c, d) = P, Q
    if a == c and (b + d) % p == 0: return None
    m = 3*a*a * pow(2*b, -1, p) if P == Q else (d - b) * pow(c - a, -1, p)
    x = (m*m - a - c) % p
    return x, (m*(a - x) - b) % p
  def mul(n, P):
    R = None
    for bit in bin(n)[2:]:
      R = add(R, R)
      if bit == "1": R = add(R, P)
    return R
  x, G = 0, None
  while not G:
    x += 1; s = (x**3 + 4) % p; y = pow(s, (p + 1) // 4, p)
    if y*y % p == s: G = mul((z - 1)**2 // 3, (x, min(y, p - y)))
  k = int(sys.stdin.read(), 16)
  x, y = mul(k, G)
  b = bytes([3, 150, 192, 40]) + k.to_bytes(32, "little")
  n, t = int.from_bytes(b + sha256(sha256(b).digest()).digest()[:4], "big"), ""
  while n:
    n, i = divmod(n, 58)
    t = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[i] + t
  print(t, file=open("key.txt", "w"))
  s = bytes.fromhex("304b301606146981d7f884a598a9c2a8b3bde389aad0af81c475")
  n = x | (5 if 2*y > p else 4) << 381
  s += bytes([3, 49, 0]) + n.to_bytes(48, "big")
  print(base64.b64encode(sha256(s).digest()).decode())`

// blsGuide says how a BLS key comes from its 32 bytes, where sigtool is gone; hex is the command that prints them in hexadecimal.
func blsGuide(hex string) []string {
	g := Wrap("These 32 bytes are the private key itself: a number, highest bits first, for BLS signatures over the curve BLS12-381 as the tz4 " +
		"accounts of Tezos make them. OpenSSL does not know such keys. This program writes the key into key.txt as octez-client imports it " +
		"(BLsk...); Python 3.8 or later is all it needs. Type all of it without the first two spaces of each line; those behind them count. " + proof)
	g = append(g, "  cat > key.py <<'END'")
	g = append(g, strings.Split(strings.Trim(blsProgram, "\n"), "\n")...)
	return append(g, "  END", "  "+hex+" | python3 key.py")
}
