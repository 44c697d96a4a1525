package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// swupdates measures verifying a package signed by CMS, against swupdate's own check of it.
func (b *bench) swupdates() error {
	folder := filepath.Join(b.work, "swu")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	image := filepath.Join(folder, "rootfs.img")
	if err := fillRandom(image, int64(b.large)*1_000_000); err != nil {
		return err
	}
	private, cert := b.key("rsa2048")
	swu := filepath.Join(b.work, "bench.swu")
	if err := makeSWU(folder, swu, private, cert); err != nil {
		return err
	}
	fmt.Printf("\nSWUpdate packages, CMS by rsa2048, against swupdate -c; %d cores; medians of %d rounds, in turn; floor: SHA-256 of the image on one core\n\n",
		runtime.NumCPU(), b.rounds)
	fmt.Printf("%-14s %-24s %12s %10s %7s %12s %12s\n", "package", "what", "its time", "sigtool", "ratio", "its memory", "our memory")
	r := row{what: "verify", theirs: side{args: []string{"swupdate", "-c", "-i", swu, "-k", cert, "-H", "board:1.0"}},
		ours: side{args: []string{b.sigtool, "verify", "swupdate", "-q", "-c", cert, swu}}}
	if err := b.race(&r.theirs, &r.ours); err != nil {
		return err
	}
	r.print(megabytesOf(image))
	fmt.Printf("%-14s %-24s SHA-256 %s\n", megabytesOf(image), "floor", milli(floor(image, 1)))
	return os.Remove(image)
}

// makeSWU packs the folder's image as the makers of SWUpdate say: a description with the image's hash, signed by openssl, in front.
func makeSWU(folder, swu, private, cert string) error {
	sum, err := sumOf(filepath.Join(folder, "rootfs.img"))
	if err != nil {
		return err
	}
	text := fmt.Sprintf("software =\n{\n\tversion = \"1.0\";\n\thardware-compatibility: [ \"1.0\" ];\n\timages: (\n\t\t{ filename = \"rootfs.img\"; "+
		"device = \"/dev/null\"; type = \"raw\"; sha256 = \"%s\"; }\n\t);\n}\n", sum)
	description := filepath.Join(folder, "sw-description")
	if err := os.WriteFile(description, []byte(text), 0o644); err != nil {
		return err
	}
	_, _, err = timed("openssl", "cms", "-sign", "-in", description, "-out", description+".sig", "-signer", cert, "-inkey", private,
		"-outform", "DER", "-nosmimecap", "-binary")
	if err != nil {
		return err
	}
	const script = `cd "$0" && printf '%s\n' sw-description sw-description.sig rootfs.img | cpio --quiet -o -H crc > "$1"`
	absolute, err := filepath.Abs(swu)
	if err != nil {
		return err
	}
	_, _, err = timed("sh", "-c", script, folder, absolute)
	return err
}

func sumOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
