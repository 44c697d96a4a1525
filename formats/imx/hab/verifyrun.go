package hab

import (
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// hintAgain is what helps where a CSF is not what a tool would write.
const hintAgain = "the CSF was damaged, or made by a tool that is wrong: sign again"

// oldCommand is said of what the boot ROM does, and U-Boot's csf_is_valid refuses before HAB is asked.
const oldCommand = "the CSF has a command that the device carries out, and that newer U-Boots refuse in what they have authenticated themselves (hab_auth_img): %s: %s"

// load reads the CSF, where it has to be.
func (s *stage) load() error {
	if err := s.faulty(); err != nil {
		return err
	}
	at, ok := s.image.CSFOffset()
	if !ok || at < 0 || at > s.src.Size()-4 {
		return event{invAddress, inAuthenticate, nil}.refuse("was the file cut? a CSF that was made apart has to be put behind the image; else sign again",
			"the vector table points at a CSF at 0x%08x, which is outside the file", s.image.CSF)
	}
	data := make([]byte, min(csf.MaxSize, s.src.Size()-at))
	if err := patch.ReadFull(s.src, data, at); err != nil {
		return err
	}
	c, err := csf.Parse(data)
	if err != nil {
		return event{reasonOf(err, invCSF), inCSF, nil}.refuse(hintAgain, "%v", err)
	}
	s.csf, s.base = c, at
	end := uint64(s.image.CSF) + uint64(c.End)
	if b := s.image.Boot; b != nil && (end > b.End() || s.image.CSF < b.Start) {
		return event{invAddress, inAuthenticate, nil}.refuse("raise the length in the boot data by what the CSF takes, and sign again",
			"the boot data have 0x%x bytes loaded from 0x%08x on, and the CSF ends at 0x%08x", b.Length, b.Start, end)
	}
	return nil
}

// faulty tells what is wrong with a stage's own structures.
func (s *stage) faulty() error {
	if len(s.image.Faults) == 0 {
		return nil
	}
	f := s.image.Faults[0]
	e := eventOf(f.ID)
	if e.reason == 0 {
		return issue.New(f.ID, formats.ErrMismatch, "%s", f.Text).Advise("is the file whole? build the image and sign it again")
	}
	return e.refuse("the image was damaged, or built wrong: build it and sign it again", "%s", f.Text)
}

// run does what the commands say, in their order (HAB4_API §3.8).
func (s *stage) run() error {
	for _, c := range s.csf.Commands {
		if err := s.command(c); err != nil {
			return err
		}
	}
	switch {
	case !s.authenticated:
		return event{invCSF, inCSF, nil}.refuse("the CSF needs an Authenticate CSF command", "no command authenticates the CSF")
	case s.csf.Stray() >= 0:
		return issue.New("csf-stray", formats.ErrMismatch, "at 0x%x of the CSF stand bytes that no command points at", s.csf.Stray()).Advise(hintAgain)
	}
	return s.versions()
}

// command runs one.
func (s *stage) command(c csf.Command) error {
	switch body := c.Body.(type) {
	case *csf.KeyCommand:
		return s.install(c, body)
	case *csf.AuthCommand:
		if body.Key == csf.SlotCSF && !s.authenticated {
			return s.authenticateCSF(c, body)
		}
		return s.authenticateData(c, body)
	case *csf.FeatureCommand:
		s.feature(body)
	case *csf.WriteCommand, *csf.CheckCommand:
		s.note(oldCommand, c.Name(), c.Body.Text())
	case *csf.SetCommand:
		return s.set(c, body)
	case *csf.NOPCommand:
		return refusedCommand(c)
	}
	if c.Err != nil {
		return refusedCommand(c)
	}
	if !s.authenticated {
		return event{invCommand, inCSF, nil}.refuse("before Authenticate CSF, only keys are installed", "a command stands before the CSF is authenticated: %s", c.Body.Text())
	}
	return nil
}

// set takes Set: of an engine, or of where a manufacturing identifier is fused.
func (s *stage) set(c csf.Command, body *csf.SetCommand) error {
	switch body.Item {
	case csf.ItemMID:
		s.note(oldCommand, c.Name(), body.Text())
	case csf.ItemEngine:
	default:
		return of(unsItem, c.Raw).refuse(hintAgain, "Set of what HABv4 has no setting for: %s", body.Text())
	}
	return refusedCommand(c)
}

// refusedCommand is what package csf says of a command, or nil.
func refusedCommand(c csf.Command) error {
	if c.Err == nil {
		return nil
	}
	return of(reasonOf(c.Err, invCommand), c.Raw).refuse(hintAgain, "%s: %v", c.Body.Text(), c.Err)
}

// feature notes what is left open behind the boot ROM, but for what CST has left open in every image, and U-Boot for Linux: CAAM's random number
// generator and the owners of its job rings.
func (s *stage) feature(f *csf.FeatureCommand) {
	switch {
	case !f.Unlock || f.Engine == csf.EngineCAAM && f.Features&^(csf.UnlockCAAMMID|csf.UnlockCAAMRNG) == 0:
	case f.Engine == csf.EngineOCOTP && f.Features != 0:
		s.note("what is booted can do for good what the boot ROM would have locked: %s", f.Text())
	default:
		s.note("the boot ROM leaves unlocked for what is booted: %s", f.Text())
	}
}

// note adds what a person should know of the stage.
func (s *stage) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

// versions holds the versions of what stands behind the commands to that of the CSF, or 4.0, which every HABv4 takes. No signature covers them.
func (s *stage) versions() error {
	for _, segment := range s.csf.Segments {
		if v := segment.Version; v != s.csf.Version && v != 0x40 {
			return event{invCSF, inCSF, nil}.refuse(hintAgain, "the %s at 0x%x is of HAB version %d.%d, and the CSF of %d.%d",
				segment.Name(), segment.Offset, v>>4, v&15, s.csf.Version>>4, s.csf.Version&15)
		}
	}
	return nil
}
