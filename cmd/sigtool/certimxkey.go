package main

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/formats/imx/pki"
	"sigtool/formats/imx/srk"
	"sigtool/keygen"
	"sigtool/keygen/cert"
)

func certIMXKey(out *reporter) *cli.Command {
	own := append([]cli.Flag{keyFlag, certFlag,
		&cli.StringFlag{Name: "detached", Usage: "instead of -k: write the digest that wants a signature to `FOLDER`, and take the signature from there"},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the certificate to `CRT` (- is standard output)"},
		&cli.StringFlag{Name: "pub", Usage: "the key to certify: its public half, or a certificate of it, in `PUB`"},
		&cli.StringFlag{Name: "role", Usage: "what it is to sign: `ROLE` csf or img (HABv4), or sgk (AHAB: containers, in the SRK's place)"},
		&cli.StringFlag{Name: "subject", Usage: "whose it is: a name, or a `DN`", DefaultText: "as NXP's tool would call it, such as CSF1_1_sha256_2048_65537_v3_usr"},
		&cli.StringFlag{Name: "serial", Usage: "the certificate's serial number, `HEX`", DefaultText: "random"},
		&cli.IntFlag{Name: "days", Value: 3650, Usage: "valid for `N` days; boot ROMs look at no dates"},
		&cli.BoolFlag{Name: "der", Usage: "write DER, and not PEM"},
		&cli.StringFlag{Name: "srk-table", Usage: "refuse an SRK that is not in this SRK table, in `FILE`; for --role sgk it also tells the hash that the SRK signs with"},
		&cli.IntFlag{Name: "container", Usage: "with --role sgk: for containers of version `N`, 0 or 2"},
		&cli.BoolFlag{Name: "x509", Usage: "with --role sgk: the X.509 certificate that CST reads, and not the one that stands in containers"},
		nowFlag, forceFlag}, passphraseFlags...)
	return &cli.Command{
		Name:  "imx-key",
		Usage: "have an SRK of an i.MX processor certify a key for command sequence files, images or containers",
		UsageText: "sigtool cert imx-key -k SRK_KEY -c SRK_CERT --pub PUB --role csf|img -o CRT\n" +
			"sigtool cert imx-key -k SRK_KEY -c SRK_CERT --pub PUB --role sgk [--srk-table TABLE] [--container 2] -o CERT",
		Description: examples(
			"sigtool cert imx-key -k srk1.pem -c srk1.crt --pub csf.pub --role csf -o CSF1_1_sha256_4096_65537_v3_usr_crt.pem",
			"sigtool cert imx-key -k srk1.pem -c srk1.crt --pub img.pub --role img --srk-table srk.table -o IMG1_1_sha256_4096_65537_v3_usr_crt.pem"),
		Flags:  verbFlags(own...),
		Action: func(c *cli.Context) error { return certifyIMX(c, out) },
	}
}

// imxRoles are the roles that an SRK certifies keys for.
var imxRoles = map[string]pki.Role{"csf": pki.CSF, "img": pki.IMG, "sgk": pki.SGK}

func certifyIMX(c *cli.Context, out *reporter) error {
	out.configure(c)
	role, known := imxRoles[c.String("role")]
	switch {
	case c.Args().Present():
		return usagef("cert imx-key takes no argument: %q", c.Args().First())
	case !known:
		return usageHint("--role csf, img or sgk", "what is the key to sign?")
	case c.String("pub") == "":
		return usageHint("--pub PUB", "which key is to be certified?")
	case c.String("output") == "":
		return usageHint("-o CRT", "where should the certificate go?")
	case c.String("output") == "-" && out.json:
		return usagef("--json and -o - both want standard output")
	case role != pki.SGK && (c.IsSet("container") || c.Bool("x509")):
		return usagef("--container and --x509 are for --role sgk")
	case inContainers(c) && (c.IsSet("subject") || c.IsSet("serial") || c.IsSet("days")):
		return usageHint("--x509 makes the X.509 certificate that CST reads", "--subject, --serial and --days are for X.509 certificates: what stands in containers says none of it")
	case c.Int("container") != 0 && c.Int("container") != 2:
		return usagef("--container %d: there are containers of version 0 and 2", c.Int("container"))
	}
	if err := notInput(c.String("output"), c.String("pub"), c.String("cert"), c.String("srk-table")); err != nil {
		return err
	}
	public, _, err := publicKey(c.String("pub"), passphrases(c))
	if err != nil {
		return err
	}
	signer, issuer, explain, err := imxSRK(c, out)
	if err != nil {
		return err
	}
	made, err := imxCertificate(c, role, signer, issuer, public)
	if err != nil {
		return explain(err)
	}
	return writeIMXKey(c, out, made, public)
}

// imxCertificate makes the certificate in the form that is wanted.
func imxCertificate(c *cli.Context, role pki.Role, signer crypto.Signer, issuer *x509.Certificate, public crypto.PublicKey) ([]byte, error) {
	if !srk.IsCA(issuer) {
		return nil, usageHint("such an SRK signs code itself: NOCAK, fast authentication", "the certificate of %s does not let it certify keys", issuer.Subject)
	}
	record, err := imxRecord(c, role, issuer)
	if err != nil {
		return nil, err
	}
	if inContainers(c) {
		return imxContainerCert(byte(c.Int("container")), record, signer, public)
	}
	request, err := imxRequest(c, role, issuer, public)
	if err != nil {
		return nil, err
	}
	der, err := cert.Issue(signer, issuer, request)
	if err != nil || c.Bool("der") {
		return der, err
	}
	return cert.Encode(der), nil
}

// imxSRK is the key that certifies, here or elsewhere, with its certificate, and what makes of its errors what a person can do.
func imxSRK(c *cli.Context, out *reporter) (crypto.Signer, *x509.Certificate, func(error) error, error) {
	same := func(err error) error { return err }
	away, err := keysElsewhere(c)
	if err != nil {
		return nil, nil, nil, err
	}
	if away != nil {
		if !inContainers(c) && (!c.IsSet("serial") || !away.timed) {
			return nil, nil, nil, usageHint("--serial HEX and --now TIME, the same each time", "the serial number and the dates are signed too, so each try would want another signature")
		}
		signer, chain, err := away.signer(c)
		if err != nil {
			return nil, nil, nil, err
		}
		return signer, chain[0], signer.(*absentKey).asked.explain, nil
	}
	name := c.String("cert")
	if name == "" {
		var found bool
		if name, found = certOfName(c.String("key")); !found {
			return nil, nil, nil, usageHint("-c SRK_CERT", "the SRK's certificate is needed: it says whose the new one is")
		}
	}
	signer, err := signingKey(c, out, passphrases(c))
	if err != nil {
		return nil, nil, nil, err
	}
	chain, err := certificates(name, signer)
	if err != nil {
		return nil, nil, nil, err
	}
	return signer, chain[0], same, nil
}

// imxRequest is what an X.509 certificate is to say.
func imxRequest(c *cli.Context, role pki.Role, issuer *x509.Certificate, public crypto.PublicKey) (cert.Request, error) {
	r := cert.Request{Public: public, Days: c.Int("days"), Profile: cert.IMXUser}
	above, named := pki.ParseName(issuer.Subject.CommonName)
	if role != pki.SGK {
		above.Hash = "sha256" // HABv4 knows no other, whatever the SRK is called
	}
	r.Hash = imxHash(above.Hash) // 0 goes by the key
	var err error
	if r.NotBefore, err = timeOf(c); err != nil {
		return r, err
	}
	if r.Serial, err = imxSerial(c.String("serial")); err != nil {
		return r, err
	}
	if text := c.String("subject"); text != "" {
		r.Subject, err = cert.ParseSubject(text)
		return r, err
	}
	algorithm, err := keygen.AlgorithmOf(public)
	if err != nil {
		return r, err
	}
	if !named || above.Role != pki.SRK {
		return r, usageHint("--subject CN=NAME", "what is the key called? The SRK's name, %q, is not one of NXP's tool", issuer.Subject.CommonName)
	}
	name, err := above.BelowOf(role, algorithm)
	r.Subject = name.Subject()
	return r, err
}

func imxSerial(text string) (*big.Int, error) {
	if text == "" {
		return cert.NewSerial(rand.Reader)
	}
	serial, ok := new(big.Int).SetString(strings.TrimPrefix(strings.ReplaceAll(text, ":", ""), "0x"), 16)
	if !ok || serial.Sign() <= 0 || serial.BitLen() > 159 {
		return nil, usagef("--serial %q: a serial number is hexadecimal, above 0, and of at most 20 bytes", text)
	}
	return serial, nil
}

func writeIMXKey(c *cli.Context, out *reporter, made []byte, public crypto.PublicKey) error {
	target := c.String("output")
	if done, err := putPublic(c, out, made, imxText(c)); done || err != nil {
		return err
	}
	if out.json {
		return out.object(struct {
			File string `json:"file"`
			OK   bool   `json:"ok"`
			Key  string `json:"key"`
			Role string `json:"role"`
		}{target, true, keygen.Fingerprint(public), c.String("role")})
	}
	out.info("%s: certificate of %s, for --role %s", target, keygen.Fingerprint(public), c.String("role"))
	return nil
}

// imxText tells whether the certificate is PEM.
func imxText(c *cli.Context) bool { return !c.Bool("der") && !inContainers(c) }

// inContainers tells whether the certificate is to stand in containers, which is no X.509 certificate.
func inContainers(c *cli.Context) bool { return c.String("role") == "sgk" && !c.Bool("x509") }
