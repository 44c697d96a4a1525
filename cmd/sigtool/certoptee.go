package main

import (
	"crypto"
	"crypto/rand"

	"github.com/urfave/cli/v2"

	"sigtool/formats/optee"
	"sigtool/keygen"
)

// maxSubkeys bounds a chain of subkeys, in bytes.
const maxSubkeys = 64 << 10

func certOPTEESubkey(out *reporter) *cli.Command {
	own := append([]cli.Flag{keyFlag, certFlag,
		&cli.StringFlag{Name: "detached", Usage: "instead of -k: write the digest that wants a signature to `FOLDER`, and take the signature from there"},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the chain that ends in the subkey to `CHAIN` (- is standard output)"},
		&cli.StringFlag{Name: "pub", Usage: "the key to be a subkey: its public half, or its certificate, in `PUB`"},
		&cli.StringFlag{Name: "uuid", Usage: "the subkey's `UUID`; below a subkey it follows from --name"},
		&cli.StringFlag{Name: "subkey", Usage: "the chain that ends in the key that signs, in `FILE`; without it, the root key signs"},
		&cli.StringFlag{Name: "name", Usage: "its `NAME` below that chain"},
		&cli.StringFlag{Name: "name-size", Usage: "it signs what has a UUID made of a name of at most `N` bytes; 0: only what has its own UUID", DefaultText: "0"},
		&cli.StringFlag{Name: "max-depth", Usage: "at most `N` subkeys may stand below it", DefaultText: "0, or one less than the one above allows"},
		&cli.StringFlag{Name: "subkey-version", Usage: "a device that has seen it with a higher version than `N` refuses it", DefaultText: "0"},
		&cli.StringFlag{Name: "scheme", Value: "pss", Usage: "how RSA signs: `SCHEME` pss or pkcs1"},
		forceFlag}, passphraseFlags...)
	return &cli.Command{
		Name:  "optee-subkey",
		Usage: "sign a subkey for OP-TEE's trusted applications, or tell the UUID of what stands below one",
		UsageText: "sigtool cert optee-subkey -k ROOT --pub PUB --uuid UUID [--name-size N] [--max-depth N] -o CHAIN\n" +
			"sigtool cert optee-subkey -k SUBKEY --subkey CHAIN --name NAME --pub PUB [--name-size N] -o CHAIN\n" +
			"sigtool cert optee-subkey --subkey CHAIN [--name NAME]",
		Flags:  verbFlags(own...),
		Action: func(c *cli.Context) error { return subkeyOPTEE(c, out) },
	}
}

func subkeyOPTEE(c *cli.Context, out *reporter) error {
	out.configure(c)
	request := optee.Subkey{Scheme: c.String("scheme"), Name: c.String("name")}
	if c.Args().Present() {
		return usagef("cert optee-subkey takes no argument: %q", c.Args().First())
	}
	var err error
	if name := c.String("subkey"); name != "" {
		if request.Chain, err = readSmall(name, maxSubkeys); err != nil {
			return err
		}
	}
	if c.String("pub") == "" && c.String("key") == "" && request.Chain != nil {
		return tellBelow(c, out, request)
	}
	switch {
	case c.String("pub") == "":
		return usageHint("--pub PUB", "which key is to be a subkey?")
	case c.String("output") == "":
		return usageHint("-o CHAIN", "where should the subkey go?")
	}
	if request.Public, _, err = publicKey(c.String("pub"), passphrases(c)); err != nil {
		return err
	}
	if err := readSubkeyFlags(c, &request); err != nil {
		return err
	}
	key, explain, err := subkeySigner(c, out)
	if err != nil {
		return err
	}
	chain, uuid, err := optee.Certify(rand.Reader, key, request)
	if err != nil {
		return explain(err)
	}
	return writeSubkey(c, out, chain, uuid, request.Public)
}

// readSubkeyFlags reads the flags that say what the subkey may do.
func readSubkeyFlags(c *cli.Context, request *optee.Subkey) error {
	if text := c.String("uuid"); text != "" {
		uuid, err := optee.ParseUUID(text)
		if err != nil {
			return err
		}
		request.UUID = &uuid
	}
	var depth uint32
	for _, number := range []struct {
		flag string
		to   *uint32
	}{{"name-size", &request.NameSize}, {"subkey-version", &request.Version}, {"max-depth", &depth}} {
		if !c.IsSet(number.flag) {
			continue
		}
		n, err := optee.ParseVersion(c.String(number.flag))
		if err != nil {
			return usagef("--%s: %v", number.flag, err)
		}
		*number.to = n
	}
	if c.IsSet("max-depth") {
		request.MaxDepth = &depth
	}
	return nil
}

// subkeySigner is the key that signs, here or elsewhere, and what makes of its errors what a person can do.
func subkeySigner(c *cli.Context, out *reporter) (crypto.Signer, func(error) error, error) {
	away, err := keysElsewhere(c)
	if err != nil {
		return nil, nil, err
	}
	if away == nil {
		key, err := signingKey(c, out, passphrases(c))
		if err == nil {
			_, err = certificates(c.String("cert"), key)
		}
		return key, func(err error) error { return err }, err
	}
	key, _, err := away.signer(c)
	if err != nil {
		return nil, nil, err
	}
	return key, key.(*absentKey).asked.explain, nil
}

// tellBelow prints the UUID of what stands below a chain.
func tellBelow(c *cli.Context, out *reporter, request optee.Subkey) error {
	if c.String("output") != "" {
		return usageHint("--pub PUB", "which key is to be a subkey?")
	}
	uuid, err := optee.Below(request.Chain, request.Name)
	if err != nil {
		return err
	}
	if out.json {
		return out.object(struct {
			File string `json:"file"`
			OK   bool   `json:"ok"`
			UUID string `json:"uuid"`
		}{c.String("subkey"), true, uuid.String()})
	}
	return out.data([]byte(uuid.String() + "\n"))
}

func writeSubkey(c *cli.Context, out *reporter, chain []byte, uuid optee.UUID, public crypto.PublicKey) error {
	target := c.String("output")
	if done, err := putPublic(c, out, chain, false); done || err != nil {
		return err
	}
	if out.json {
		return out.object(struct {
			File string `json:"file"`
			OK   bool   `json:"ok"`
			Key  string `json:"key"`
			UUID string `json:"uuid"`
		}{target, true, keygen.Fingerprint(public), uuid.String()})
	}
	out.info("%s: subkey %s of %s", target, uuid, keygen.Fingerprint(public))
	return nil
}
