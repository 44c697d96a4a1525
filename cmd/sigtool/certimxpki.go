package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"math/big"
	"path/filepath"
	"runtime"
	"time"

	"github.com/urfave/cli/v2"

	"sigtool/formats/imx/pki"
	"sigtool/formats/imx/srk"
	"sigtool/internal/sigalg"
	"sigtool/keygen"
	"sigtool/keygen/cert"
)

func certIMXPKI(out *reporter) *cli.Command {
	own := append([]cli.Flag{
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "make the tree as `FOLDER`, which must not be there yet"},
		&cli.StringFlag{Name: "algorithm", Aliases: []string{"a"}, Usage: "make keys for `ALG`: rsa4096, rsa3072, rsa2048, p256, p384 or p521", DefaultText: "rsa4096; for AHAB p384"},
		&cli.BoolFlag{Name: "ahab", Usage: "for AHAB: four SRKs, which sign containers themselves"},
		&cli.BoolFlag{Name: "sgk", Usage: "with --ahab: the SRKs certify a subordinate key each, which signs in their place"},
		&cli.BoolFlag{Name: "no-ca", Usage: "HABv4: the SRKs sign code themselves (fast authentication), and certify nothing"},
		&cli.IntFlag{Name: "srks", Value: 4, Usage: "make `N` super root keys, 1 to 4"},
		&cli.IntFlag{Name: "days", Value: 3650, Usage: "the certificates are valid for `N` days; boot ROMs look at no dates"},
		nowFlag}, append(sealFlags, passphraseFlags...)...)
	return &cli.Command{
		Name:      "imx-pki",
		Usage:     "make the keys and certificates for i.MX processors, with SRK table and fuse values, laid out as NXP's tool does",
		UsageText: "sigtool cert imx-pki -o FOLDER [-a ALG] [--no-ca | --ahab [--sgk]] [--srks N] [--days N]",
		Description: examples(
			"sigtool cert imx-pki -a rsa2048 -o pki",
			"sigtool cert imx-pki --ahab -a p384 -o pki",
			"sigtool cert imx-pki -o pki --new-passphrase-file pki/keys/key_pass.txt     # where NXP's tool looks for it"),
		Flags:  verbFlags(own...),
		Action: func(c *cli.Context) error { return makeIMXTree(c, out) },
	}
}

// imxTree is a tree while it is made.
type imxTree struct {
	folder  string
	shape   pki.Shape
	kdf     keygen.KDF
	members []pki.Member
	keys    []*keygen.Key
	certs   []*x509.Certificate
}

// makeIMXTree makes everything in memory, and only then a folder, which gets its name when it is whole.
func makeIMXTree(c *cli.Context, out *reporter) error {
	out.configure(c)
	tree, err := imxTreeAsked(c)
	if err != nil {
		return err
	}
	now, err := timeOf(c)
	if err != nil {
		return err
	}
	passphraseFile, inside, err := imxPassphraseFile(c, tree.folder)
	if err != nil {
		return err
	}
	pool := keygen.NewPool(rand.Reader)
	defer pool.Destroy()
	defer tree.destroy()
	passphrase, err := passphraseFor(c, out, pool, passphraseFile) // first: keys take time, and nobody may be there to be asked
	if err != nil {
		return err
	}
	defer passphrase.Destroy()
	files, table, err := tree.make(c, out, now, pool)
	if err != nil {
		return err
	}
	sealed, err := tree.seal(c.Context, out, passphrase)
	defer wipeFiles(sealed)
	if err != nil {
		return err
	}
	if err := putIMXTree(c.Context, tree.folder, append(files, sealed...), passphrase, passphraseFile, inside); err != nil {
		return err
	}
	return tree.announce(out, table)
}

// make makes the keys, their certificates, and what is public of the tree.
func (t *imxTree) make(c *cli.Context, out *reporter, now time.Time, pool *keygen.Pool) ([]treeFile, *srk.Table, error) {
	if err := t.makeKeys(c.Context, out); err != nil {
		return nil, nil, err
	}
	if err := t.certify(now, c.Int("days"), pool); err != nil {
		return nil, nil, err
	}
	return t.publicFiles()
}

// imxTreeAsked reads what the tree is to look like.
func imxTreeAsked(c *cli.Context) (*imxTree, error) {
	tree := &imxTree{folder: c.String("output")}
	switch {
	case c.Args().Present():
		return nil, usageHint("-o FOLDER names the folder", "cert imx-pki takes no argument: %q", c.Args().First())
	case tree.folder == "" || tree.folder == "-":
		return nil, usageHint("-o FOLDER", "where should the tree go?")
	case c.Bool("ahab") && c.Bool("no-ca") && c.Bool("sgk"):
		return nil, usagef("--no-ca and --sgk exclude each other: SRKs that certify nothing have no keys below them")
	case c.Bool("ahab") && c.Bool("no-ca"):
		return nil, usageHint("leave --no-ca out", "--no-ca is for HABv4: the SRKs of AHAB certify nothing unless --sgk is given")
	case c.Bool("sgk") && !c.Bool("ahab"):
		return nil, usagef("--sgk is for --ahab; below an SRK of HABv4 there are a CSF and an image key")
	case exists(tree.folder):
		return nil, errTreeExists(tree.folder)
	case !isFolder(filepath.Dir(filepath.Clean(tree.folder))):
		return nil, fmt.Errorf("%s: there is no folder %s", tree.folder, filepath.Dir(filepath.Clean(tree.folder)))
	}
	tree.shape = pki.Shape{AHAB: c.Bool("ahab"), Below: !c.Bool("no-ca"), SRKs: c.Int("srks"), Algorithm: keygen.RSA4096}
	if tree.shape.AHAB {
		tree.shape.Below, tree.shape.Algorithm = c.Bool("sgk"), keygen.P384
	}
	if name := c.String("algorithm"); name != "" {
		tree.shape.Algorithm = keygen.Algorithm(name)
	}
	var err error
	if tree.kdf, err = kdfNamed(c.String("kdf")); err != nil {
		return nil, err
	}
	tree.members, err = tree.shape.Members()
	return tree, err
}

func (t *imxTree) destroy() {
	for _, key := range t.keys {
		if key != nil {
			key.Seed.Destroy()
		}
	}
}

// side runs work for every member, on as many cores as there are, and counts along. Work begun is finished; after an error or an interruption no
// more begins.
func (t *imxTree) side(ctx context.Context, out *reporter, verb string, work func(n int) error) error {
	count := newProgress(out, verb, len(t.members))
	defer count.done()
	numbers := make([]int, len(t.members))
	for n := range numbers {
		numbers[n] = n
	}
	going, stop := context.WithCancel(ctx)
	defer stop()
	var failed error
	inOrder(going, numbers, runtime.GOMAXPROCS(0), work, func(_ int, err error) {
		if err != nil && failed == nil {
			failed = err
			stop()
		}
		count.step()
	})
	if failed == nil && ctx.Err() != nil {
		failed = errInterrupted
	}
	return failed
}

// makeKeys makes a key for each member and tests it.
func (t *imxTree) makeKeys(ctx context.Context, out *reporter) error {
	t.keys = make([]*keygen.Key, len(t.members))
	return t.side(ctx, out, "making keys:", func(n int) (err error) {
		pool := keygen.NewPool(rand.Reader) // one each: a pool is for one reader at a time
		defer pool.Destroy()
		t.keys[n], err = generate(pool, t.shape.Algorithm)
		return err
	})
}

// certify makes the certificates, each after the one above it.
func (t *imxTree) certify(now time.Time, days int, pool *keygen.Pool) error {
	for n, m := range t.members {
		request := cert.Request{Public: t.keys[n].Signer.Public(), Subject: m.Name.Subject(), Serial: m.Serial, NotBefore: now, Days: days,
			Profile: imxProfile(m.Name.CA), Hash: imxHash(m.Name.Hash)}
		var issuer *x509.Certificate
		signer := t.keys[n].Signer
		if m.Above >= 0 {
			issuer, signer = t.certs[m.Above], t.keys[m.Above].Signer
		} else {
			var err error
			if request.Serial, err = cert.NewSerial(pool.Reader("serial")); err != nil {
				return err
			}
		}
		made, err := issueParsed(signer, issuer, request)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		t.certs = append(t.certs, made)
	}
	return nil
}

func issueParsed(signer crypto.Signer, issuer *x509.Certificate, request cert.Request) (*x509.Certificate, error) {
	der, err := cert.Issue(signer, issuer, request)
	if err != nil {
		return nil, err
	}
	return keygen.ReadCertificate(der)
}

// imxProfile is what a certificate of the tree is for.
func imxProfile(ca bool) cert.Profile {
	if ca {
		return cert.IMXAuthority
	}
	return cert.IMXUser
}

// imxHash is the hash of that name in CST's names; 0 for others.
func imxHash(name string) crypto.Hash {
	hash, _ := sigalg.ParseHash(name)
	return hash
}

// nextSerial is the serial number that the next certificate of the tree gets.
func (t *imxTree) nextSerial() *big.Int {
	last := t.members[len(t.members)-1].Serial
	return new(big.Int).Add(last, big.NewInt(1))
}
