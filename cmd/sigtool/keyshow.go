package main

import (
	"crypto"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"sigtool/internal/fileio"
	"sigtool/keygen"
)

func keyShowCommand(out *reporter) *cli.Command {
	own := append([]cli.Flag{
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the public half to `PUB` (- is standard output)"}, forceFlag,
		&cli.StringFlag{Name: "openpgp-time", Usage: "`TIME` that the OpenPGP key was made at, which its fingerprint depends on (default: 1970-01-01T00:00:01Z)"},
	}, passphraseFlags...)
	return &cli.Command{
		Name:      "show",
		Usage:     "print a key's algorithm, fingerprint, addresses and other names; the key may be public",
		UsageText: "sigtool key show [-o PUB] KEY",
		Flags:     verbFlags(own...),
		Action:    func(c *cli.Context) error { return showKey(c, out) },
	}
}

func showKey(c *cli.Context, out *reporter) error {
	out.configure(c)
	name, err := oneArgument(c, "KEY")
	if err != nil {
		return err
	}
	made, err := openPGPTime(c)
	if err != nil {
		return err
	}
	public, _, private, err := anyKey(name, passphrases(c))
	if err != nil {
		return err
	}
	if private != nil {
		defer private.Seed.Destroy()
	}
	algorithm, err := keygen.AlgorithmOf(public)
	if err != nil {
		return errorIn(input{name: name}, err)
	}
	names := keygen.NamesAt(public, made)
	if c.IsSet("openpgp-time") && keygen.NameOf(names, keygen.NameOpenPGP) == "" {
		return usagef("--openpgp-time: a key of the kind %s has no OpenPGP fingerprint of that time", algorithm)
	}
	if target := c.String("output"); target != "" {
		text, err := publicPEM(public)
		if err != nil {
			return err
		}
		if target == "-" {
			return out.data(text)
		}
		if err := fileio.WriteNew(target, text, 0o644, c.Bool("force")); err != nil {
			return err
		}
	}
	if out.json {
		return out.object(shownKey{name, true, string(algorithm), keygen.Fingerprint(public), string(seedIn(private)),
			keygen.NameOf(names, keygen.NameTezosAddress), keygen.NameOf(names, keygen.NameTezosPublicKey), keygen.NameOf(names, keygen.NameEthereum), keygen.NameOf(names, keygen.NameBitcoin),
			keygen.NameOf(names, keygen.NameSSH), keygen.NameOf(names, keygen.NameOpenPGP), keygen.NameOf(names, keygen.NameJWK)})
	}
	return out.data(keyText(public, private, algorithm, names, made))
}

// keyText is what `key show` prints for people; private is nil for a public key, and made the time of the OpenPGP fingerprint.
func keyText(public crypto.PublicKey, private *keygen.Key, algorithm keygen.Algorithm, names []keygen.Name, made time.Time) []byte {
	text := fmt.Appendf(nil, "algorithm:   %s\nfingerprint: %s\n", algorithm, keygen.Fingerprint(public))
	if private != nil {
		text = fmt.Appendf(text, "seed:        %s\n", seedIn(private).words())
	}
	for _, n := range names {
		text = fmt.Appendf(text, "%-12s %s", n.Label+":", n.Value)
		if n.Kind == keygen.NameOpenPGP {
			text = fmt.Appendf(text, " (version 4, made %s)", made.UTC().Format(time.RFC3339))
		}
		text = append(text, '\n')
	}
	return text
}

// shownKey is the JSON object of `key show`. Its fields are stable; a key has the names that its kind has.
type shownKey struct {
	File      string `json:"file"`
	OK        bool   `json:"ok"`
	Algorithm string `json:"algorithm"`
	Key       string `json:"key"`
	Seed      string `json:"seed,omitempty"`

	TezosAddress       string `json:"tezos_address,omitempty"`
	TezosPublicKey     string `json:"tezos_public_key,omitempty"`
	EthereumAddress    string `json:"ethereum_address,omitempty"`
	BitcoinAddress     string `json:"bitcoin_address,omitempty"`
	SSHFingerprint     string `json:"ssh_fingerprint,omitempty"`
	OpenPGPFingerprint string `json:"openpgp_fingerprint,omitempty"`
	JWKThumbprint      string `json:"jwk_thumbprint,omitempty"`
}

// openPGPTime is what --openpgp-time says, or the default.
func openPGPTime(c *cli.Context) (time.Time, error) {
	if text := c.String("openpgp-time"); text != "" {
		return parseTime("--openpgp-time", text)
	}
	return keygen.DefaultOpenPGPTime(), nil
}
