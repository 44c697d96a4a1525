package cst

import (
	"crypto/x509"
	"errors"
	"io/fs"
	"testing"
	"time"

	"sigtool/formats"
)

// Whatever a text holds, reading it ends, with sections that make a plan or with an error that has a name.
func FuzzParse(f *testing.F) {
	for _, text := range append([]string{sample, fast, container}, kept...) {
		f.Add([]byte(text))
	}
	for _, slip := range slips {
		f.Add([]byte(slip.text))
	}
	none := Files{
		Table:       func(string) ([]byte, error) { return nil, nil },
		Certificate: func(string) (*x509.Certificate, error) { return nil, nil },
		Data:        func(string) (formats.Source, error) { return nil, fs.ErrNotExist },
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse(text)
		if err != nil {
			if !errors.Is(err, formats.ErrFormat) {
				t.Errorf("%v", err)
			}
			return
		}
		if s.Target == HAB && (len(s.hab.builds) < 4 || !s.hab.data || s.hab.version>>4 != 4) {
			t.Errorf("%d commands, version %#x", len(s.hab.builds), s.hab.version)
		}
		if _, err := s.Plan(none, time.Time{}); s.Target == HAB && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a plan without its data: %v", err)
		}
	})
}
