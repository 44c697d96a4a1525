package main

import (
	"archive/tar"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

// menders measures signing and validating Mender artifacts, against mender-artifact on the same files in turn.
func (b *bench) menders() error {
	if err := os.MkdirAll(b.mender, 0o755); err != nil {
		return err
	}
	key, err := b.traditional("rsa2048")
	if err != nil {
		return err
	}
	fmt.Printf("\nMender artifacts, rsa2048, against mender-artifact; %d cores; medians of %d rounds, in turn; floor: SHA-256 of the payload on one core, and a copy\n",
		runtime.NumCPU(), b.rounds)
	fmt.Printf("of the artifact by cp, not brought to the disk and brought there (sync)\n\n")
	fmt.Printf("%-14s %-24s %12s %10s %7s %12s %12s\n", "artifact", "what", "its time", "sigtool", "ratio", "its memory", "our memory")
	for _, packing := range []string{"none", "gzip", "lzma"} {
		artifact, payload, err := b.artifact(packing)
		if err != nil {
			return err
		}
		if err := b.menderRows(packing, artifact, payload, key); err != nil {
			return err
		}
	}
	fmt.Println("\nsigtool checks every sum before it signs, and brings what it writes to the disk (fsync); mender-artifact does neither.")
	return nil
}

// xzMegabytes is how large the payload of the artifact packed with xz is: mender-artifact takes a minute for each hundred megabytes.
const xzMegabytes = 200

// artifact makes an artifact, if it is not there yet, and returns its name and its payload's.
func (b *bench) artifact(packing string) (artifact, payload string, err error) {
	megabytes, fill := b.large, fillRandom
	switch packing {
	case "gzip":
		fill = fillFiles
	case "lzma":
		megabytes, fill = min(b.large, xzMegabytes), fillFiles
	}
	payload = filepath.Join(b.mender, fmt.Sprintf("%s-%d.img", packing, megabytes))
	artifact = payload + ".mender"
	if _, err := os.Stat(artifact); err == nil {
		return artifact, payload, nil
	}
	if err := fill(payload, int64(megabytes)*1_000_000); err != nil {
		return "", "", err
	}
	_, _, err = timed("mender-artifact", "write", "module-image", "-T", "bench", "-t", "board", "-n", "release-1", "-f", payload, "--compression", packing, "-o", artifact+".new")
	if err != nil {
		return "", "", err
	}
	return artifact, payload, os.Rename(artifact+".new", artifact)
}

// menderRows measures one artifact.
func (b *bench) menderRows(packing, artifact, payload, traditional string) error {
	private, public := filepath.Join(b.keys, "rsa2048.pem"), filepath.Join(b.keys, "rsa2048.pub")
	signed, out := filepath.Join(b.work, "signed.mender"), filepath.Join(b.work, "out.mender")
	tool := "mender-artifact"
	if _, _, err := timed(tool, "sign", artifact, "-k", traditional, "-o", signed); err != nil {
		return err
	}
	ours := func(args ...string) side { return side{args: append([]string{b.sigtool}, args...)} }
	rows := []row{
		{what: "validate", theirs: side{args: []string{tool, "validate", "-k", public, signed}}, ours: ours("verify", "mender", "-q", "-k", public, signed)},
		{what: "sign", theirs: side{args: []string{tool, "sign", artifact, "-k", traditional, "-o", out}, out: out},
			ours: side{args: []string{b.sigtool, "sign", "mender", "-q", "-k", private, "-o", out, artifact}, out: out}},
		{what: "sign, payload unchecked", theirs: side{args: []string{"cp", artifact, out}, out: out},
			ours: side{args: []string{b.sigtool, "sign", "mender", "-q", "--skip-payload-check", "-k", private, "-o", out, artifact}, out: out}},
		{what: "sign again, in place", theirs: side{args: []string{tool, "sign", "--force", "-k", traditional, "-o", signed, signed}},
			ours: ours("sign", "mender", "-q", "-f", "-i", "-k", private, signed)},
		{what: "the same, unchecked", theirs: side{args: []string{tool, "sign", "--force", "-k", traditional, "-o", signed, signed}},
			ours: ours("sign", "mender", "-q", "-f", "-i", "--skip-payload-check", "-k", private, signed)},
	}
	name := fmt.Sprintf("%s, %s", packing, megabytesOf(payload))
	for i := range rows {
		if err := b.race(&rows[i].theirs, &rows[i].ours); err != nil {
			return fmt.Errorf("%s, %s: %w", name, rows[i].what, err)
		}
		rows[i].print(name)
	}
	return b.menderFloor(name, artifact, payload, out, rows)
}

// menderFloor prints what no tool can do without, and how signing stands to it.
func (b *bench) menderFloor(name, artifact, payload, out string, rows []row) error {
	var hashing, copying, syncing []time.Duration
	for range b.rounds {
		hashing = append(hashing, floor(payload, 1))
		cached, err := copied(artifact, out, false)
		if err != nil {
			return err
		}
		synced, err := copied(artifact, out, true)
		if err != nil {
			return err
		}
		copying, syncing = append(copying, cached), append(syncing, synced)
	}
	validate, sign, unchecked := median(rows[0].ours.spent), median(rows[1].ours.spent), median(rows[2].ours.spent)
	hash, plain, synced := median(hashing), median(copying), median(syncing)
	fmt.Printf("%-14s %-24s SHA-256 %s, copy %s, copy and sync %s\n", name, "floor", milli(hash), milli(plain), milli(synced))
	fmt.Printf("%-14s %-24s sign / (our validate + copy and sync) %.2f; payload unchecked / copy and sync %.2f, / copy %.2f\n\n", name, "",
		sign.Seconds()/(validate+synced).Seconds(), unchecked.Seconds()/synced.Seconds(), unchecked.Seconds()/plain.Seconds())
	return nil
}

// copied times a copy by cp; sync has it brought to the disk.
func copied(from, to string, sync bool) (time.Duration, error) {
	if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	if _, _, err := timed("sync", "-f", filepath.Dir(to)); err != nil {
		return 0, err
	}
	script := `cp "$0" "$1"`
	if sync {
		script += ` && sync "$1"`
	}
	spent, _, err := timed("sh", "-c", script, from, to)
	return spent, errors.Join(err, os.Remove(to))
}

// race runs both sides in turn, each first in every other round.
func (b *bench) race(theirs, ours *side) error {
	for round := range b.rounds {
		sides := []*side{theirs, ours}
		if round%2 == 1 {
			slices.Reverse(sides)
		}
		for _, s := range sides {
			if err := errors.Join(theirs.clear(), ours.clear(), s.run()); err != nil {
				return err
			}
		}
	}
	return errors.Join(theirs.clear(), ours.clear())
}

// print prints a row; its ratio is how many times as fast sigtool is.
func (r *row) print(name string) {
	theirs, ours := median(r.theirs.spent), median(r.ours.spent)
	tool := ""
	if r.theirs.args[0] == "cp" {
		tool = "  (beside cp)"
	}
	fmt.Printf("%-14s %-24s %12s %10s %6.2fx %9.1f MB %9.1f MB%s\n", name, r.what, milli(theirs), milli(ours), theirs.Seconds()/ours.Seconds(),
		float64(r.theirs.rss)/1024, float64(r.ours.rss)/1024, tool)
}

// traditional writes a test key as PKCS #1, the only form that mender-artifact 3.9.0 takes.
func (b *bench) traditional(name string) (string, error) {
	private, _ := b.key(name)
	data, err := os.ReadFile(private)
	if err != nil {
		return "", err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return "", fmt.Errorf("%s: no PEM", private)
	}
	path := filepath.Join(b.work, name+".pkcs1")
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return "", err
	}
	der := x509.MarshalPKCS1PrivateKey(key.(*rsa.PrivateKey))
	return path, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der}), 0o600)
}

// fillRandom writes so many random bytes, the same each time.
func fillRandom(path string, size int64) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.CopyN(file, rand.NewChaCha8([32]byte{1}), size)
	return err
}

// fillFiles writes a tar of so many bytes of this machine's programs and libraries: what a root file system is made of.
func fillFiles(path string, size int64) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	archive := tar.NewWriter(file)
	err = filepath.WalkDir("/usr", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		switch at, err := file.Seek(0, io.SeekCurrent); {
		case err != nil:
			return err
		case at >= size:
			return fs.SkipAll
		}
		return pack(archive, name)
	})
	return errors.Join(err, archive.Close())
}

// pack adds a file to an archive, piece by piece: what this process holds counts as its children's memory.
func pack(archive *tar.Writer, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return nil // one that this user may not read
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: info.Size()}); err != nil {
		return err
	}
	_, err = io.CopyN(archive, file, info.Size())
	return err
}

func megabytesOf(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return "?"
	}
	return fmt.Sprintf("%d MB", info.Size()/1_000_000)
}
