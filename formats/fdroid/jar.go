package fdroid

import (
	"context"
	"crypto"
	"slices"

	"sigtool/internal/jarsig"
	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// The time of all entries, in MS-DOS form: 1 January 2009, which apksigner writes where it knows none. Nobody reads it, and the same index and key
// make the same bytes on any day.
const (
	dosTime = 0
	dosDate = (2009-1980)<<9 | 1<<5 | 1
)

// makeJAR makes the JAR file of an index, the manifest in front, where Java's streams look for it:
//
//	META-INF/MANIFEST.MF | META-INF/CERT.SF | META-INF/CERT.RSA | the index | directory
func makeJAR(ctx context.Context, name string, data []byte, signer jarsig.Signer) ([]byte, error) {
	index, record, err := zipdir.Make(name, data, dosTime, dosDate, 0)
	if err != nil {
		return nil, err
	}
	plain, err := finish(record, 1, index)
	if err != nil {
		return nil, err
	}
	a, err := zipdir.Read(patch.Bytes(plain))
	if err != nil {
		return nil, err
	}
	request := jarsig.Request{Signers: []jarsig.Signer{signer}, ManifestHash: crypto.SHA256}
	files, err := jarsig.Sign(ctx, patch.Bytes(plain), a, request)
	if err != nil {
		return nil, err
	}
	slices.Reverse(files) // the manifest comes last
	var out, dir []byte
	for _, f := range files {
		local, record, err := zipdir.Make(f.Name, f.Data, dosTime, dosDate, int64(len(out)))
		if err != nil {
			return nil, err
		}
		out, dir = append(out, local...), append(dir, record...)
	}
	dir = a.Entries[0].AppendMoved(dir, int64(len(out)))
	return finish(dir, len(files)+1, out, index)
}

// finish puts the directory and the end record behind the entries.
func finish(dir []byte, count int, entries ...[]byte) ([]byte, error) {
	size := 0
	for _, part := range entries {
		size += len(part)
	}
	fields, err := zipdir.EndFields(count, int64(len(dir)), int64(size))
	if err != nil {
		return nil, err
	}
	end := append([]byte("PK\x05\x06\x00\x00\x00\x00"), fields...)
	return slices.Concat(append(entries, dir, end, []byte{0, 0})...), nil // no comment
}
