package swupdate

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"runtime"
	"sync"

	"sigtool/formats"
	"sigtool/formats/swupdate/cpio"
	"sigtool/formats/swupdate/swdesc"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// images are the entries of a sw-description that have a file. swupdate knows no description without a version.
func images(text []byte) ([]swdesc.Entry, error) {
	description, err := swdesc.Parse(text)
	if err != nil {
		return nil, err
	}
	if description.Version() == "" {
		return nil, refuse("no-version", "%s has no version: swupdate would refuse it", descriptionName)
	}
	all, err := description.Entries()
	if err != nil {
		return nil, err
	}
	var files []swdesc.Entry
	for _, entry := range all {
		if entry.Filename != "" {
			files = append(files, entry)
		}
	}
	return files, nil
}

// checkHashes refuses an entry that has no hash: no signature would cover its file.
func checkHashes(entries []swdesc.Entry) error {
	for _, entry := range entries {
		if _, there := entry.Sum(); there {
			continue
		}
		if entry.Blank() {
			return refuse("hash-missing", "%s (%s) has no sha256 in %s: swupdate would refuse the package", entry.Filename, entry.Path(), descriptionName).
				Advise("sigtool sign --fill-hashes writes it")
		}
		return refuse("bad-hash", "the sha256 of %s (%s) is no number of 64 hexadecimal digits", entry.Filename, entry.Path()).
			Advise("leave it out, and sigtool sign --fill-hashes writes it")
	}
	return nil
}

// checkMembers holds the archive to the list: swupdate refuses a package that lacks a file, and passes over one that is not listed, which
// nothing vouches for.
func (p *pack) checkMembers(entries []swdesc.Entry) error {
	listed := map[string]bool{descriptionName: true, signatureName: true}
	for _, entry := range entries {
		if _, found := p.archive.Find(entry.Filename); !found {
			return refuse("member-missing", "%s (%s) is not in the package", entry.Filename, entry.Path())
		}
		listed[entry.Filename] = true
	}
	for _, m := range p.archive.Members {
		if !listed[m.Name] {
			return refuse("member-not-listed", "%s is in the package, but not in %s: no signature would cover it", m.Name, descriptionName).
				Advise("list it, or pack without it")
		}
	}
	return nil
}

// checkImages holds each image to its hash.
func checkImages(entries []swdesc.Entry, sums map[string][sha256.Size]byte) error {
	for _, entry := range entries {
		if want, _ := entry.Sum(); want != sums[entry.Filename] {
			return issue.New("hash-differs", formats.ErrMismatch, "%s has not the sha256 that %s gives it (%s)", entry.Filename, descriptionName, entry.Path())
		}
	}
	return nil
}

// sums reads all images of a package once, side by side on all processors, and returns their SHA-256 by name. What the memo knows is not read.
func (p *pack) sums(ctx context.Context, memo *patch.Memo) (map[string][sha256.Size]byte, error) {
	var members []cpio.Member
	for _, m := range p.archive.Members {
		if m.Name != descriptionName && m.Name != signatureName {
			members = append(members, m)
		}
	}
	hashes, errs := make([][sha256.Size]byte, len(members)), make([]error, len(members))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(members)) {
		workers.Go(func() {
			for i := range next {
				hashes[i], errs[i] = sumOf(ctx, p.src, members[i], memo)
			}
		})
	}
	for i := range members {
		next <- i
	}
	close(next)
	workers.Wait()
	all := map[string][sha256.Size]byte{}
	for i, m := range members {
		if errs[i] != nil {
			return nil, errs[i]
		}
		all[m.Name] = hashes[i]
	}
	return all, nil
}

// sumsMemo is what is remembered of an image: 4 bytes of cpio's sum, big endian, and the SHA-256.
const sumsMemo = "swupdate sums"

// sumOf returns a member's SHA-256, and holds it to the sum in its header.
func sumOf(ctx context.Context, src formats.Source, m cpio.Member, memo *patch.Memo) (hash [sha256.Size]byte, err error) {
	if known := memo.Get(sumsMemo, src, m.Data, m.Size); known != nil && (!m.CRC || binary.BigEndian.Uint32(known) == m.Sum) {
		return [sha256.Size]byte(known[4:]), nil
	}
	sum, hash, err := m.Sums(ctx, src)
	if err == nil {
		memo.Put(sumsMemo, src, m.Data, m.Size, append(binary.BigEndian.AppendUint32(nil, sum), hash[:]...))
	}
	return hash, err
}
