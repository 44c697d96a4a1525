package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// imxCSF is the text that CST reads: an image of U-Boot for an i.MX 6, one block, the keys of a tree.
const imxCSF = `[Header]
Version = 4.3
Hash Algorithm = sha256
Engine = CAAM
Engine Configuration = 0
Certificate Format = X509
Signature Format = CMS
[Install SRK]
File = "%[1]s/crts/SRK_1_2_3_4_table.bin"
Source index = 0
[Install CSFK]
File = "%[1]s/crts/CSF1_1_%[2]s_v3_usr_crt.pem"
[Authenticate CSF]
[Install Key]
Verification index = 0
Target Index = 2
File = "%[1]s/crts/IMG1_1_%[2]s_v3_usr_crt.pem"
[Authenticate Data]
Verification index = 2
Blocks = 0x177ff400 0x0 0x86c00 "u-boot.imx"
`

// imxImages measures signing boot images for HABv4: a loop of CST, with cat, as its users have it, against one run of sigtool, which finds the
// blocks itself and verifies what it signed.
func (b *bench) imxImages() error {
	fmt.Printf("\n%d images of U-Boot (HABv4), against CST and cat in a loop; %d cores; medians of %d rounds, in turn\n\n", b.images, runtime.NumCPU(), b.rounds)
	fmt.Printf("%-14s %-24s %12s %10s %7s %12s %12s\n", "keys", "what", "its time", "sigtool", "ratio", "its memory", "our memory")
	for _, tree := range [][2]string{{"pki-rsa2048", "sha256_2048_65537"}, {"pki-p256", "sha256_prime256v1"}} {
		if err := b.imxTree(tree[0], tree[1]); err != nil {
			return err
		}
	}
	return nil
}

// imxTree measures with the keys of one tree.
func (b *bench) imxTree(tree, names string) error {
	pki, err := filepath.Abs(filepath.Join(b.imx, "hab", tree))
	if err != nil {
		return err
	}
	images, folders := filepath.Join(b.work, "imx"), filepath.Join(b.work, "cst")
	prepared, unsigned := filepath.Join(b.imx, "hab", "mx6q-prep.imx"), filepath.Join(b.imx, "images", "mx6qsabrelite-u-boot-dtb.imx")
	for n := range b.images {
		folder := filepath.Join(folders, fmt.Sprintf("%03d", n))
		if err := copyTo(prepared, filepath.Join(folder, "u-boot.imx")); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, "u-boot.csf"), fmt.Appendf(nil, imxCSF, pki, names), 0o644); err != nil {
			return err
		}
		if err := copyTo(unsigned, filepath.Join(images, fmt.Sprintf("%03d.imx", n))); err != nil {
			return err
		}
	}
	start := time.Now()
	if err := copyTree(images, filepath.Join(b.work, "imx-copied")); err != nil {
		return err
	}
	copied := time.Since(start)
	const one = `cd "$0" && "$1" -i u-boot.csf -o csf.bin >/dev/null && cat u-boot.imx csf.bin > signed.imx`
	for _, loop := range []struct{ what, parallel string }{{"sign", "1"}, {"sign, theirs by two", "2"}} {
		script := `find "$0" -mindepth 1 -type d -print0 | xargs -0 -P ` + loop.parallel + ` -I @ sh -c '` + one + `' @ "$1"`
		signed := filepath.Join(b.work, "imx-signed")
		r := row{what: loop.what, theirs: side{args: []string{"sh", "-c", script, folders, b.cst}},
			ours: side{args: []string{b.sigtool, "sign", "imx-hab", "-q", "--pki", pki, "-o", signed, images}, out: signed}}
		if err := b.race(&r.theirs, &r.ours); err != nil {
			return err
		}
		r.print(tree)
	}
	fmt.Printf("%-14s %-24s copied and synced %s\n", tree, "floor", milli(copied))
	return nil
}

// copyTo copies a file into a folder that need not be there yet.
func copyTo(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}
