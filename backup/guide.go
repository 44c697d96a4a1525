package backup

import "strings"

// What sheets of every codec tell a stranger.

// Intro says what a paper is, for whoever finds it.
func Intro(k Kind) []string {
	return strings.Split(map[Kind]string{
		KindSealedKey: `This paper holds a private key that signs software, sealed: it is of use only with
its passphrase, which is kept elsewhere. Keep it dry, dark and locked away.`,
		KindKey: `This paper holds a private key that signs software, and the key is NOT sealed:
whoever has the paper, or a picture of it, can sign in its owner's name. Keep it
dry, dark and locked away. Do not copy or photograph it.`,
		KindSeed: `This paper holds the seed of a private key that signs software: whoever has the
paper, or a picture of it, can make the key and sign in its owner's name. Keep it
dry, dark and locked away. Do not copy or photograph it.`,
		KindPassphrase: `This paper holds a passphrase: whoever has it can open what it was made for. Keep
it apart from that, dry, dark and locked away. Do not copy or photograph it.`,
		KindData: `This paper holds a file that its owner keeps secret. Keep it dry, dark and locked
away. Do not copy or photograph it.`,
	}[k], "\n")
}

// OpenKey are the commands that turn key.der into a key file, and print the fingerprint that proves it.
var OpenKey = []string{
	"  openssl pkey -inform DER -in key.der -out key.pem",
	"  openssl pkey -in key.pem -pubout -outform DER | openssl sha256 -binary | base64",
}

// around is the DER that makes a key of 32 bytes: what stands before and behind them, in hexadecimal. Ed25519: PKCS#8 of RFC 8410 §7;
// the curves: ECPrivateKey of RFC 5915 §3, without the public key, which OpenSSL works out.
var around = map[string][2]string{
	"seed ed25519":     {"302e020100300506032b657004220420", ""},
	"scalar p256":      {"30310201010420", "a00a06082a8648ce3d030107"},
	"scalar secp256k1": {"302e0201010420", "a00706052b8104000a"},
}

// SeedGuide says how the key is made from the 32 bytes of a seed; hex is the command that prints them in hexadecimal.
func SeedGuide(p Payload, hex string) []string {
	if der, known := around[p.Derivation+" "+p.Algorithm]; known {
		lines := []string{"These 32 bytes are the private key itself. OpenSSL takes it so; the last command",
			"prints the fingerprint above, and proves that it is the right key:"}
		return append(append(lines, "  (echo "+der[0]+"; "+hex+"; echo "+der[1]+") |", "  xxd -r -p > key.der"), OpenKey...)
	}
	switch p.Derivation {
	case "":
		return []string{"How the key is made from these 32 bytes is not written here."}
	case "c2sp-det-keygen/v1":
		return []string{"The key is made from these 32 bytes as C2SP det-keygen, version 1, describes",
			"(c2sp.org/det-keygen): FIPS 186-5 with HMAC_DRBG of SHA-256 in place of chance."}
	}
	return []string{"The key is made from these 32 bytes by " + p.Derivation + "."}
}
