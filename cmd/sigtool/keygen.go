package main

import (
	"crypto"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/internal/term"
	"sigtool/keygen"
	"sigtool/keygen/cert"
)

func keygenCommand(out *reporter) *cli.Command {
	own := append([]cli.Flag{
		&cli.StringFlag{Name: "algorithm", Aliases: []string{"a"}, Value: string(keygen.Ed25519), Usage: "make a key for `ALG`: " + strings.Join(algorithmNames(), ", ")},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the key to `KEY` (0600, never overwritten)", DefaultText: "LABEL.pem or key.pem"},
		&cli.StringFlag{Name: "pub", Usage: "write the public half to `PUB`"},
		&cli.StringFlag{Name: "label", Usage: "call the key `TEXT` in messages and in its file's name"},
		&cli.BoolFlag{Name: "no-passphrase", Usage: "leave the key file unsealed: whoever reads it has the key"},
		&cli.BoolFlag{Name: "dice", Usage: "mix in dice rolls, asked for on the terminal"},
		&cli.BoolFlag{Name: "coins", Usage: "mix in coin tosses, asked for on the terminal"},
		&cli.StringFlag{Name: "entropy-file", Usage: "mix in the bytes of `FILE`"},
		&cli.StringFlag{Name: "cert", Usage: "write a self-signed certificate to `CERT`"},
		&cli.StringFlag{Name: "subject", Usage: "the certificate's subject: a name, or a `DN` such as CN=App,O=Acme", DefaultText: "the label"},
		&cli.IntFlag{Name: "days", Value: 3650, Usage: "the certificate is valid for `N` days"},
		&cli.BoolFlag{Name: "ca", Usage: "the certificate may sign certificates"},
		nowFlag, forceFlag}, append(sealFlags, passphraseFlags...)...)
	return &cli.Command{
		Name:      "keygen",
		Usage:     "make a key, sealed by a passphrase",
		UsageText: "sigtool keygen [-a ALG] [-o KEY] [--pub PUB] [--cert CERT --subject DN]",
		Description: examples(
			"sigtool keygen -a p256 -o app.pem --pub app.pub",
			"sigtool keygen -a rsa4096 -o ca.pem --cert ca.crt --subject 'CN=Acme root,O=Acme' --ca",
			"sigtool keygen -o ci.pem --new-passphrase-file ci.pass     # for a script"),
		Flags:  verbFlags(own...),
		Action: func(c *cli.Context) error { return makeKey(c, out) },
	}
}

func algorithmNames() []string {
	var names []string
	for _, algorithm := range keygen.Algorithms() {
		names = append(names, string(algorithm))
	}
	return names
}

// newKeyFiles are the files that keygen writes; all but the key may be empty.
type newKeyFiles struct{ key, public, cert, passphrase string }

// makeKey is the straight line of keygen: check what was asked, gather entropy, make, test, seal, read again, write, announce.
func makeKey(c *cli.Context, out *reporter) error {
	out.configure(c)
	algorithm, err := keygen.ParseAlgorithm(c.String("algorithm"))
	if err != nil {
		return usagef("%v", err)
	}
	files, err := keyFiles(c)
	if err != nil {
		return err
	}
	now, err := timeOf(c)
	if err != nil {
		return err
	}
	pool, err := gatherEntropy(c)
	if err != nil {
		return err
	}
	defer pool.Destroy()
	key, err := generate(pool, algorithm)
	if err != nil {
		return err
	}
	defer key.Seed.Destroy()
	certificate, err := selfSigned(c, files, key.Signer, now, pool)
	if err != nil {
		return err
	}
	sealed, err := sealKey(c, out, key, pool, files.passphrase)
	if err != nil {
		return err
	}
	return writeKey(c, out, files, key.Signer, sealed, certificate)
}

// keyFiles names the outputs, and refuses before any work what would overwrite one.
func keyFiles(c *cli.Context) (newKeyFiles, error) {
	files := newKeyFiles{key: c.String("output"), public: c.String("pub"), cert: c.String("cert"), passphrase: c.String("new-passphrase-file")}
	label := c.String("label")
	if c.Args().Present() {
		return files, usageHint("-o KEY names the file", "keygen takes no argument: %q", c.Args().First())
	}
	if strings.ContainsAny(label, "/\x00\n") {
		return files, usagef("--label %q: a label has no slash or line break", label)
	}
	if files.key == "" {
		files.key = "key.pem"
		if label != "" {
			files.key = label + ".pem"
		}
	}
	if (c.IsSet("subject") || c.Bool("ca") || c.IsSet("days")) && files.cert == "" {
		return files, usageHint("add --cert CERT", "--subject, --days and --ca are for a certificate")
	}
	seen := map[string]bool{}
	for _, name := range []string{files.key, files.passphrase, files.public, files.cert} {
		if name == "-" {
			return files, usagef("keygen writes files: - is none")
		}
		if name != "" && seen[filepath.Clean(name)] {
			return files, usagef("%s: named for two outputs", name)
		}
		seen[filepath.Clean(name)] = true
	}
	for _, name := range []string{files.key, files.passphrase} {
		if err := newSecret(name); err != nil {
			return files, err
		}
	}
	for _, name := range []string{files.public, files.cert} {
		if name != "" && exists(name) && !c.Bool("force") {
			return files, fmt.Errorf("%s: %w", name, fileio.ErrExists)
		}
	}
	return files, nil
}

// gatherEntropy mixes the kernel's generator with what the operator adds.
func gatherEntropy(c *cli.Context) (*keygen.Pool, error) {
	pool := keygen.NewPool(rand.Reader)
	if name := c.String("entropy-file"); name != "" {
		data, err := readSmall(name, 1<<20)
		if err != nil {
			return nil, err
		}
		if len(data) == 0 {
			return nil, usagef("%s: the file is empty: it adds no entropy", name)
		}
		pool.Add("file", data)
		secret.Wipe(data)
	}
	if c.Bool("dice") {
		if err := askEntropy(pool, "dice", "roll dice 50 times or more, type the faces (1-6): ", keygen.CheckDice); err != nil {
			return nil, err
		}
	}
	if c.Bool("coins") {
		if err := askEntropy(pool, "coins", "toss a coin 128 times or more, type H or T: ", keygen.CheckCoins); err != nil {
			return nil, err
		}
	}
	return pool, nil
}

// generate makes a key from the pool and tests it. The seed stays with it, so that paper can be made at any later time.
func generate(pool *keygen.Pool, algorithm keygen.Algorithm) (*keygen.Key, error) {
	signer, seed, err := keygen.Generate(pool, algorithm, "key")
	if err != nil {
		return nil, err
	}
	key := &keygen.Key{Signer: signer, Seed: secret.From(seed)}
	if err := keygen.SelfTest(signer); err != nil {
		key.Seed.Destroy()
		return nil, err
	}
	return key, nil
}

// selfSigned makes the certificate asked for with --cert, or nothing.
func selfSigned(c *cli.Context, files newKeyFiles, key crypto.Signer, now time.Time, pool *keygen.Pool) ([]byte, error) {
	if files.cert == "" {
		return nil, nil
	}
	subject := c.String("subject")
	if subject == "" {
		subject = c.String("label")
	}
	if subject == "" {
		return nil, usageHint("--subject 'CN=My app'", "--cert: a certificate needs a subject")
	}
	return cert.SelfSigned(key, subject, c.Int("days"), cert.ProfileOf(c.Bool("ca")), now, pool.Reader("serial"))
}

// writeKey writes the files, the public ones first, and reads the key file again before it says that there is a key. When one can't be
// written, those that are new are taken back: a try that failed leaves nothing that would be in the way of the next.
func writeKey(c *cli.Context, out *reporter, files newKeyFiles, key crypto.Signer, sealed *sealedKey, certificate []byte) error {
	defer sealed.destroy()
	made, err := writePublic(c, files, key, certificate)
	if err == nil {
		err = writeSecrets(files, sealed)
	}
	if err == nil {
		made = append(made, files.key)
		if files.passphrase != "" {
			made = append(made, files.passphrase)
		}
		err = sealed.matches(files.key, key.Public())
	}
	if err != nil {
		for _, name := range made {
			_ = os.Remove(name)
		}
		return err
	}
	return announce(out, files, key)
}

// writePublic writes the public half and the certificate where they are asked for, and names those that were not there before.
func writePublic(c *cli.Context, files newKeyFiles, key crypto.Signer, certificate []byte) (made []string, err error) {
	public, err := publicPEM(key.Public())
	if err != nil {
		return nil, err
	}
	for _, file := range []struct {
		name string
		data []byte
	}{{files.public, public}, {files.cert, cert.Encode(certificate)}} {
		if file.name == "" {
			continue
		}
		fresh := !exists(file.name)
		if err := fileio.WriteNew(file.name, file.data, 0o644, c.Bool("force")); err != nil {
			return made, err
		}
		if fresh {
			made = append(made, file.name)
		}
	}
	return made, nil
}

func writeSecrets(files newKeyFiles, sealed *sealedKey) error {
	return sealed.afterPassphrase(files.passphrase, func() error { return fileio.WriteSecret(files.key, sealed.pem) })
}

func announce(out *reporter, files newKeyFiles, key crypto.Signer) error {
	algorithm, err := keygen.AlgorithmOf(key.Public())
	if err != nil {
		return err
	}
	if out.json {
		return out.object(struct {
			File      string `json:"file"`
			OK        bool   `json:"ok"`
			Algorithm string `json:"algorithm"`
			Key       string `json:"key"`
			Public    string `json:"public_file,omitempty"`
			Cert      string `json:"cert_file,omitempty"`
		}{files.key, true, string(algorithm), keygen.Fingerprint(key.Public()), files.public, files.cert})
	}
	out.info("%s: %s key %s", files.key, algorithm, keygen.Fingerprint(key.Public()))
	return nil
}

// askEntropy reads rolls or tosses on the terminal until they pass their health tests.
func askEntropy(pool *keygen.Pool, source, prompt string, check func(string) (float64, error)) error {
	terminal, err := term.Open()
	if err != nil {
		return usageHint("--entropy-file FILE takes them from a file", "--%s: there is no terminal to ask on", source)
	}
	defer terminal.Close()
	for {
		typed, err := askSecret(terminal, prompt)
		if err != nil {
			return err
		}
		bits, err := check(string(typed.Bytes()))
		if err == nil && bits < 128 {
			err = fmt.Errorf("%.0f bits so far, 128 are wanted", bits)
		}
		if err == nil {
			pool.Add(source, typed.Bytes())
		}
		typed.Destroy()
		if err == nil {
			return nil
		}
		prompt = fmt.Sprintf("%v; again: ", err)
	}
}
