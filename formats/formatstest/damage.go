package formatstest

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"testing"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// parts are the signed file ("") and its sidecars.
func (file Signed) parts() []string {
	return append([]string{""}, slices.Sorted(maps.Keys(file.Sidecars))...)
}

func (file Signed) part(name string) []byte {
	if name == "" {
		return file.Data
	}
	return file.Sidecars[name]
}

// with is the file with one part replaced.
func (file Signed) with(name string, data []byte) Signed {
	if name == "" {
		return Signed{data, file.Sidecars}
	}
	sidecars := maps.Clone(file.Sidecars)
	sidecars[name] = data
	return Signed{file.Data, sidecars}
}

// everyByte changes a bit of each byte in turn. It must be refused, in a way that has an exit code of its own.
func (s Suite) everyByte(t *testing.T) {
	file := s.mustSign(t, Read(t, s.Samples[0]), s.Signer)
	for _, part := range file.parts() {
		data := bytes.Clone(file.part(part))
		var uncovered []Range
		if s.Uncovered != nil {
			uncovered = s.Uncovered(part, data)
		}
		damaged := file.with(part, data)
		for i := range data {
			bit := byte(1) << (i % 8)
			data[i] ^= bit
			err := s.Verify(damaged, s.Signer.Keys())
			data[i] ^= bit
			switch in := slices.ContainsFunc(uncovered, func(r Range) bool { return r.From <= i && i < r.To }); {
			case err == nil && !in:
				t.Errorf("part %q: byte %d of %d changed (bit %#02x), and nobody noticed", part, i, len(data), bit)
			case err != nil && !known(err):
				t.Errorf("part %q: byte %d: an error of no kind: %v", part, i, err)
			}
		}
	}
}

// everyTruncation cuts the file, and each sidecar, at each length. That is an error, and nothing worse; signing what is left may work or not.
func (s Suite) everyTruncation(t *testing.T) {
	file := s.mustSign(t, Read(t, s.Samples[0]), s.Signer)
	for _, part := range file.parts() {
		data := file.part(part)
		for n := range data {
			cut := file.with(part, data[:n])
			if err := s.Verify(cut, s.Signer.Keys()); err == nil || !known(err) {
				t.Errorf("part %q cut to %d of %d bytes: %v", part, n, len(data), err)
			}
			if part == "" {
				s.Format.Sniff(patch.Bytes(cut.Data))
			}
			if part == "" && n%97 == 0 {
				s.Sign(cut.Data, s.Signer)
			}
		}
	}
}

func known(err error) bool {
	for _, kind := range []error{formats.ErrFormat, formats.ErrUnsigned, formats.ErrMismatch, formats.ErrNoKey, formats.ErrOther} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// Fuzz tries a format on anything: whatever it signs, it must accept; and nothing may panic. Seeds are the samples, signed and not, and more.
func Fuzz(f *testing.F, s Suite, more ...[]byte) {
	for _, name := range s.Samples {
		data := Read(f, name)
		f.Add(data)
		if file, err := s.Sign(data, s.Signer); err == nil {
			f.Add(file.Data)
		}
	}
	for _, data := range more {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		src := &counting{Source: patch.Bytes(data)}
		if s.Format.Sniff(src); src.read > 64<<10 {
			t.Errorf("sniffing read %d bytes", src.read)
		}
		s.Verify(Signed{Data: data}, s.Signer.Keys())
		file, err := s.Sign(data, s.Signer)
		if err != nil {
			return
		}
		if err := s.Verify(file, s.Signer.Keys()); err != nil {
			t.Errorf("it does not accept what it signed: %v", err)
		}
	})
}
