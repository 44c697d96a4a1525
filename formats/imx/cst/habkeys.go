package cst

import (
	"crypto/x509"
	"fmt"
	"strconv"

	"sigtool/formats/imx/csf"
)

const fitsAHAB = "for AHAB, and the target is HAB"

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

func (h *habScript) installSRK(s *section) (build, error) {
	if err := s.refuse(fitsAHAB, argSource, argRevocations); err != nil {
		return nil, err
	}
	if err := s.refuse("an SRK table has no other format", argCertFormat); err != nil {
		return nil, err
	}
	name, err := s.file(argFile)
	if err != nil {
		return nil, err
	}
	index, err := s.number(argSourceIndex, 0, 3)
	if err != nil {
		return nil, err
	}
	if _, err := s.hash(); err != nil {
		return nil, err
	}
	set, given, err := s.word(argSourceSet)
	switch {
	case err != nil:
		return nil, err
	case is(set, "NXP"):
		return nil, s.errorAt(s.get(argSourceSet), "csf-unsupported", "NXP's own set of keys").Advise("OEM: NXP's is for its own programs")
	case given && !is(set, "OEM"):
		return nil, s.badValue(argSourceSet, "OEM")
	}
	step := csf.InstallSRK{Index: int(index)}
	return func(files Files) (csf.Step, error) {
		step.Table, err = files.Table(name)
		return step, s.inFile(argFile, err)
	}, nil
}

// installCSFK reads [Install CSFK], or [Install NOCAK].
func (h *habScript) installCSFK(s *section) (build, error) {
	name, err := s.certificate()
	if err != nil {
		return nil, err
	}
	h.nocak = s.name == "Install NOCAK"
	return func(files Files) (csf.Step, error) {
		cert, err := s.open(files, name)
		if err != nil || s.name == "Install CSFK" {
			return csf.InstallCSFK{Cert: cert}, err
		}
		return csf.InstallNOCAK{Cert: cert}, nil
	}, nil
}

func (h *habScript) installKey(s *section) (build, error) {
	if err := s.refuseBoth(argVerify, argSourceIndex); err != nil {
		return nil, err
	}
	name, err := s.certificate()
	if err != nil {
		return nil, err
	}
	by := argVerify
	if s.get(argSourceIndex) != nil {
		by = argSourceIndex // CST takes one for the other
	}
	verify, err := s.number(by, 0, 4)
	if err != nil {
		return nil, err
	}
	target, err := s.number(argTargetIndex, 2, 4)
	if err != nil {
		return nil, err
	}
	if a := s.get(argHash); a != nil {
		return nil, s.errorAt(a, "csf-unsupported", "the certificate's hash is not put into the command").Advise("leave it out: cst names the algorithm, and puts no hash in either")
	}
	if verify == csf.SlotCSF || verify > 0 && !h.slots[int(verify)] {
		return nil, s.errorAt(s.get(by), "csf-value", "no key was installed at index %d that certifies others", verify).
			Advise("0 is the SRK; others are the Target Index of an [Install Key] before")
	}
	h.slots[int(target)] = true
	step := csf.InstallKey{Verify: int(verify), Target: int(target)}
	return func(files Files) (csf.Step, error) {
		step.Cert, err = s.open(files, name)
		return step, err
	}, nil
}

// certificate reads the arguments that name a certificate.
func (s *section) certificate() (string, error) {
	if err := s.formats(); err != nil {
		return "", err
	}
	return s.file(argFile)
}

// open reads the certificate.
func (s *section) open(files Files, name string) (*x509.Certificate, error) {
	cert, err := files.Certificate(name)
	return cert, s.inFile(argFile, err)
}

// inFile puts the place in the text before an error of a file.
func (s *section) inFile(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("line %d, [%s], %s: %w", s.get(name).line, s.name, name, err)
}

// refuseBoth refuses two arguments that mean the same.
func (s *section) refuseBoth(one, other string) error {
	if s.get(one) != nil && s.get(other) != nil {
		return s.errorAt(s.get(other), "csf-argument", "%s is there already, and means the same", one)
	}
	return nil
}
