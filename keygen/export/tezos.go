package export

import (
	"errors"
	"fmt"

	"sigtool/internal/secret"
	"sigtool/keygen"
	tezostext "sigtool/keygen/tezos"
)

var tezos = &Target{
	Name:    "tezos",
	Summary: "the text that octez-client and Signatory import: edesk, spesk, p2esk or BLesk, sealed by a new passphrase",
	Takes:   "ed25519 (tz1), secp256k1 (tz2), p256 (tz3), bls12381 (tz4)",
	Refuse: refuseBut("Tezos has no accounts with such keys", "make a key for Tezos: sigtool keygen -a ed25519, secp256k1, p256 or bls12381",
		keygen.Ed25519, keygen.Secp256k1, keygen.P256, keygen.BLS12381),
	Seals: true,
	Plain: true,
	Prepare: func(s Settings) (*Export, error) {
		if err := ownSealing(s); err != nil {
			return nil, err
		}
		return &Export{Make: func(k Key) (*Result, error) { return makeTezos(k, s) }}, nil
	},
}

// makeTezos writes the text, which is all there is in the file, and reads it again.
func makeTezos(k Key, s Settings) (*Result, error) {
	curve, plain := keygen.TezosSecret(k.Signer)
	defer secret.Wipe(plain)
	_, public := keygen.TezosPublic(k.Signer.Public())
	address := tezostext.AddressOf(curve, public)
	if curve == "" || address == "" {
		return nil, notOurs(k)
	}
	file, err := tezosFile(k, s, curve, plain)
	if err != nil {
		return nil, err
	}
	if file, err = opensAgain(file, k); err != nil {
		return nil, err
	}
	notes, err := tezosNotes(k, address)
	if err != nil {
		return nil, err
	}
	return &Result{
		Files:    []File{{Data: file}},
		Notes:    notes,
		Warnings: tezosWarnings(k, s),
		Commands: tezosCommands(s, address),
	}, nil
}

// tezosFile is the text and a line feed. It goes through strings, which nobody can wipe.
func tezosFile(k Key, s Settings, curve tezostext.Curve, plain []byte) ([]byte, error) {
	if s.Plain {
		return []byte(tezostext.Encode(tezostext.PrefixFor(curve, tezostext.Secret), plain) + "\n"), nil
	}
	if k.Passphrase == nil {
		return nil, errNoPassphrase
	}
	sealed, err := tezostext.Seal(plain, k.Passphrase.Bytes(), s.Rand)
	if err != nil {
		return nil, err
	}
	return []byte(tezostext.Encode(tezostext.PrefixFor(curve, tezostext.Encrypted), sealed) + "\n"), nil
}

// tezosNotes say what else goes with the key. A tz4 account is taken by Tezos with a proof that its owner has the key; octez-client makes
// the same one. It is verified first, as every signature that leaves.
func tezosNotes(k Key, address string) (notes []string, err error) {
	if bls, ok := k.Signer.(*keygen.BLSPrivateKey); ok {
		proof := bls.ProvePossession()
		if pub, is := bls.Public().(*keygen.BLSPublicKey); !is || !pub.VerifyPossession(proof) {
			return nil, errors.New("the proof of possession does not verify")
		}
		notes = append(notes, "proof of possession, as \"octez-client create bls proof\" makes it: "+tezostext.Encode(tezostext.BLSig, proof))
	}
	return append(notes, "Signatory: \"signatory-cli import -c signatory.yaml --vault VAULT\" asks for the text, which is all of the file, and keeps it off the "+
		"command line; what the key may sign stands in signatory.yaml under tezos: "+address+":"), nil
}

// tezosWarnings say what the text, and the command that takes it, don't protect.
func tezosWarnings(k Key, s Settings) []string {
	if s.Plain {
		return append(leftPlain(s), "octez-client takes the key itself on its command line, where other users and programs of that machine can read it in the list of processes")
	}
	warnings := []string{"octez-client takes the sealed text on its command line, where others on that machine can read it: the passphrase alone protects it then"}
	if own, ok := keygen.Canonical(k.Passphrase.Bytes()); ok {
		own.Destroy()
		return warnings // 128 bits and more need no stretching
	}
	return append(warnings, fmt.Sprintf("Tezos's form stretches the passphrase by %d rounds of PBKDF2 only, and that can't be changed: only a long random passphrase, as "+
		"sigtool makes them, keeps the key safe", tezostext.Rounds))
}

// tezosCommands bring the key to octez-client, which reads no file, and compare the address.
func tezosCommands(s Settings, address string) []Command {
	scheme, what := "encrypted", "import it, where octez-client is, which asks for the passphrase"
	if s.Plain {
		scheme, what = "unencrypted", "import it, where octez-client is"
	}
	label := shellQuote(s.Label)
	return []Command{
		{What: what, Line: "octez-client import secret key " + label + ` "` + scheme + ":$(cat " + shellFile(s.Output) + `)"`},
		{Check: true, What: "it has to print Hash: " + address, Line: "octez-client show address " + label},
	}
}
