package backup

import "strings"

// What sheets of every codec tell a stranger.

// Wrap breaks a paragraph into lines no wider than a sheet, at its spaces but not at a tilde, which becomes one. No line begins with a
// digit, as only the numbered lines of a code do.
func Wrap(paragraph string) []string {
	lines := Flow(paragraph, Width-1)
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], "~", " ")
	}
	return lines
}

const keepSafe = " Keep it dry, dark and locked away. Do not copy or photograph it."

// Intro says what a paper is, for whoever finds it.
func Intro(k Kind) []string {
	return Wrap(map[Kind]string{
		KindSealedKey: "This paper holds a private key that signs software. It is sealed: useless without its passphrase, " +
			"kept elsewhere. Keep it dry, dark and locked away.",
		KindAgeKey: "This paper holds a private key that signs software. It is sealed to age recipients: useless without an identity " +
			"of theirs, kept elsewhere. Keep it dry, dark and locked away.",
		KindKey: "This paper holds a private key that signs software, and the key is NOT sealed: whoever has the paper, " +
			"or a picture of it, can sign in its owner's name." + keepSafe,
		KindSeed: "This paper holds the seed of a private key that signs software: whoever has the paper, or a picture of it, " +
			"can make the key and sign in its owner's name." + keepSafe,
		KindPassphrase: "This paper holds a passphrase: whoever has it can open what the passphrase was made for, " +
			"so keep it apart from that." + keepSafe,
		KindData: "This paper holds a file that its owner keeps secret." + keepSafe,
	}[k])
}

// openKey are the commands that turn key.der into a key file, and print the fingerprint that proves it.
var openKey = []string{
	"  openssl pkey -inform DER -in key.der -out key.pem",
	"  openssl pkey -in key.pem -pubout -outform DER |",
	"  openssl sha256 -binary | base64",
}

// around is the DER that makes a key of 32 bytes: what stands before and behind them, in hexadecimal. Ed25519: PKCS#8 of RFC 8410 §7;
// the curves: ECPrivateKey of RFC 5915 §3, without the public key, which OpenSSL works out; ML-DSA: PKCS#8 of RFC 9881 §6, which OpenSSL
// reads from 3.5 on.
var around = map[string][2]string{
	"seed ed25519":     {"302e020100300506032b657004220420", ""},
	"seed mldsa65":     {"3034020100300b060960864801650304031204228020", ""},
	"seed mldsa87":     {"3034020100300b060960864801650304031304228020", ""},
	"scalar p256":      {"30310201010420", "a00a06082a8648ce3d030107"},
	"scalar secp256k1": {"302e0201010420", "a00706052b8104000a"},
}

// SeedGuide says how the key is made from the 32 bytes of a seed; hex is the command that prints them in hexadecimal.
func SeedGuide(p Payload, hex string) []string {
	if der, known := around[p.Derivation+" "+p.Algorithm]; known {
		since := ""
		if strings.HasPrefix(p.Algorithm, "mldsa") {
			since = " (3.5 or later)"
		}
		lines := Wrap("These 32 bytes are the private key itself. OpenSSL" + since + " takes it so. " + proof)
		parts := "echo " + der[0] + "; " + hex
		if der[1] != "" {
			parts += "; echo " + der[1]
		}
		return append(append(lines, "  ("+parts+") |", "  xxd -r -p > key.der"), openKey...)
	}
	if p.Algorithm == blsAlgorithm && p.Derivation == "scalar" {
		return blsGuide(hex)
	}
	switch p.Derivation {
	case "":
		return Wrap("How the key is made from these 32 bytes is not written here.")
	case "c2sp-det-keygen/v1":
		return detGuide(p.Algorithm, hex)
	}
	return append(Wrap("The key is made from these 32 bytes by the method called"), "  "+p.Derivation)
}
