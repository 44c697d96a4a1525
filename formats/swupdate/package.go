package swupdate

import (
	"context"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/swupdate/cpio"
	"sigtool/internal/cms"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// A package is an archive in this order (SWUpdate: doc/source/signed_images.rst, core/stream_interface.c):
//
//	+--------------------+
//	| sw-description     |   names every image with its SHA-256
//	| sw-description.sig |   over the bytes of sw-description
//	| images             |   in any order
//	| TRAILER!!!         |
//	+--------------------+
//
// swupdate reads it as a stream: it verifies the signature before it looks at what was signed, and each image as it comes.
type pack struct {
	src         formats.Source
	archive     *cpio.Archive // nil for a bare sw-description
	description cpio.Member
	signature   *cpio.Member // nil: it is not signed
	text        []byte       // of sw-description
}

// maxDescription bounds a sw-description, in bytes: it is read whole.
const maxDescription = 1 << 20

// open reads a package's headers and its sw-description, which is not looked at.
func open(ctx context.Context, src formats.Source) (*pack, error) {
	p := &pack{src: src, description: cpio.Member{Name: descriptionName, Size: src.Size()}}
	var err error
	if isPackage(src) || cpioHead(src) {
		if err := p.readArchive(ctx); err != nil {
			return nil, err
		}
	}
	p.text, err = p.read(p.description, maxDescription)
	return p, err
}

// cpioHead tells whether the file is an archive at all.
func cpioHead(src formats.Source) bool {
	var head [6]byte
	return patch.ReadFull(src, head[:], 0) == nil && cpio.Sniff(head[:])
}

// readArchive finds the members that stand first, and checks their sums.
func (p *pack) readArchive(ctx context.Context) (err error) {
	if p.archive, err = cpio.Read(p.src, p.src.Size()); err != nil {
		return err
	}
	for i, m := range p.archive.Members {
		switch {
		case i == 0 && m.Name != descriptionName, i > 0 && m.Name == descriptionName:
			return refuse("member-order", "%s is not the first member: swupdate would refuse the package", descriptionName).Advise(order)
		case i == 0:
			p.description = m
		case i == 1 && m.Name == signatureName:
			p.signature = &m
		case m.Name == signatureName:
			return refuse("member-order", "%s is not the second member: swupdate would refuse the package", signatureName).Advise(order)
		default:
			continue
		}
		if m.Size > maxDescription {
			return refuse("too-large", "%s has %d bytes, more than %d", m.Name, m.Size, maxDescription)
		}
		if _, _, err := m.Sums(ctx, p.src); err != nil {
			return err
		}
	}
	if len(p.archive.Members) == 0 {
		return refuse("member-order", "the archive is empty")
	}
	return nil
}

const order = "pack sw-description, sw-description.sig and the images in this order"

// read returns a member's data.
func (p *pack) read(m cpio.Member, limit int64) ([]byte, error) {
	if m.Size > limit {
		return nil, refuse("too-large", "%s has %d bytes, more than %d", m.Name, m.Size, limit)
	}
	data := make([]byte, m.Size)
	return data, patch.ReadFull(p.src, data, m.Data)
}

// signatureOf returns the signature's bytes: of the member, or of the file beside a bare sw-description.
func (p *pack) signatureOf(keys formats.Keys) (sig []byte, err error) {
	switch {
	case p.signature != nil:
		return p.read(*p.signature, cms.MaxSize)
	case p.archive != nil:
		return nil, fmt.Errorf("%w: the package has no %s", formats.ErrUnsigned, signatureName)
	case keys.Sidecar != nil:
		if sig, err = keys.Sidecar(suffix, "", cms.MaxSize); err != nil {
			return nil, err
		}
	}
	if sig == nil {
		return nil, fmt.Errorf("%w: no %s is beside the file", formats.ErrUnsigned, suffix)
	}
	return sig, nil
}

func refuse(id, format string, args ...any) *issue.Error {
	return issue.New(id, formats.ErrFormat, format, args...)
}
