package main

import (
	"crypto/rand"
	"io"

	"github.com/urfave/cli/v2"

	"sigtool/internal/fileio"
	"sigtool/keygen"
	"sigtool/keygen/cert"
)

func certCommand(out *reporter) *cli.Command {
	own := append([]cli.Flag{keyFlag,
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the certificate to `CERT` (- is standard output)"},
		&cli.StringFlag{Name: "subject", Usage: "whose it is: a name, or a `DN` such as CN=App,O=Acme"},
		&cli.IntFlag{Name: "days", Value: 3650, Usage: "valid for `N` days"},
		&cli.BoolFlag{Name: "ca", Usage: "it may sign certificates"},
		&cli.StringFlag{Name: "profile", Usage: "what it is for, `PROFILE`: kmod is for kernel modules alone, as a machine owner's key"},
		&cli.BoolFlag{Name: "der", Usage: "write DER, as mokutil and sign-file's .x509 are, and not PEM"},
		nowFlag, forceFlag}, passphraseFlags...)
	return &cli.Command{
		Name:      "cert",
		Usage:     "make certificates",
		UsageText: "sigtool cert self -k KEY --subject DN -o CERT",
		Description: examples(
			"sigtool cert self -k key.pem --subject 'CN=Acme root' --ca -o root.crt",
			"sigtool cert self -k key.pem --subject 'CN=Module signing' --profile kmod --der -o key.der",
			"sigtool cert imx-pki -o pki",
			"sigtool cert imx-srk --soc imx8m pki/crts/SRK_1_2_3_4_table.bin"),
		Subcommands: []*cli.Command{{
			Name:      "self",
			Usage:     "make a key's self-signed certificate",
			UsageText: "sigtool cert self -k KEY --subject DN [--days N] [--ca | --profile kmod] [--der] -o CERT",
			Flags:     verbFlags(own...),
			Action:    func(c *cli.Context) error { return certifySelf(c, out) },
		}, certOPTEESubkey(out), certIMXPKI(out), certIMXKey(out), certIMXSRK(out)},
	}
}

func certifySelf(c *cli.Context, out *reporter) error {
	out.configure(c)
	target := c.String("output")
	switch {
	case c.Args().Present():
		return usagef("cert self takes no argument: %q", c.Args().First())
	case target == "":
		return usageHint("-o CERT", "where should the certificate go?")
	case c.String("subject") == "":
		return usageHint("--subject 'CN=My app'", "a certificate needs a subject")
	}
	profile, err := certProfile(c)
	if err != nil {
		return err
	}
	now, err := timeOf(c)
	if err != nil {
		return err
	}
	key, err := signingKey(c, out, passphrases(c))
	if err != nil {
		return err
	}
	der, err := cert.SelfSigned(key, c.String("subject"), c.Int("days"), profile, now, rand.Reader)
	if err != nil {
		return err
	}
	if !c.Bool("der") {
		der = cert.Encode(der)
	}
	if done, err := putPublic(c, out, der, !c.Bool("der")); done || err != nil {
		return err
	}
	if out.json {
		return out.object(struct {
			File string `json:"file"`
			OK   bool   `json:"ok"`
			Key  string `json:"key"`
		}{target, true, keygen.Fingerprint(key.Public())})
	}
	out.info("%s: self-signed certificate of %s", target, keygen.Fingerprint(key.Public()))
	return nil
}

// putPublic writes what was made to the file of -o, or to standard output, after which there is nothing more to say: done.
func putPublic(c *cli.Context, out *reporter, made []byte, text bool) (done bool, err error) {
	switch target := c.String("output"); {
	case target != "-":
		return false, fileio.WriteNew(target, made, 0o644, c.Bool("force"))
	case text:
		return true, out.data(made)
	}
	return true, out.binary(func(w io.Writer) error { _, err := w.Write(made); return err })
}

func certProfile(c *cli.Context) (cert.Profile, error) {
	switch c.String("profile") {
	case "":
		return cert.ProfileOf(c.Bool("ca")), nil
	case "kmod":
		if c.Bool("ca") {
			return 0, usagef("--ca and --profile kmod exclude each other: whoever signs modules needs to sign no certificates")
		}
		return cert.Modules, nil
	}
	return 0, usagef("--profile: %q is not known; there is kmod", c.String("profile"))
}
