package transcript

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"sigtool/keygen"
)

// maxSteps is how many steps a plan can have.
const maxSteps = 100

// Header is what line 1 says about the ceremony.
type Header struct {
	Program     string   // name and version of the program
	Binary      string   // SHA-256 of the program's file, hex
	Plan        string   // SHA-256 of the plan file, hex
	Title       string   //
	Kind        string   // the plan's: "generate"
	Front       string   // how the answers came: "plain", "tui", "answers"
	Steps       []string // the names of the plan's steps, in order
	DualControl bool     // no person alone could use a key
	Rehearsal   bool
}

// data is the header as line 1 holds it, with the ceremony's own key.
func (h Header) data(key ed25519.PublicKey) (map[string]string, error) {
	der, err := keygen.MarshalPublic(key)
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"format": Format, "program": h.Program, "binary": h.Binary, "plan": h.Plan, "title": h.Title, "kind": h.Kind, "front": h.Front,
		"steps": strings.Join(h.Steps, " "), "dual-control": strconv.FormatBool(h.DualControl), "mode": modeName(h.Rehearsal),
		"key": base64.StdEncoding.EncodeToString(der),
	}, nil
}

func modeName(rehearsal bool) string {
	if rehearsal {
		return "rehearsal"
	}
	return "production"
}

func (t *Transcript) takeHeader(d map[string]string) error {
	t.Header = Header{
		Program: d["program"], Binary: d["binary"], Plan: d["plan"], Title: d["title"], Kind: d["kind"], Front: d["front"],
		Steps: strings.Fields(d["steps"]), DualControl: d["dual-control"] == "true", Rehearsal: d["mode"] == modeName(true),
	}
	switch {
	case d["format"] != Format:
		return fmt.Errorf("%w: format %q is not known", ErrNotTranscript, d["format"])
	case d["mode"] != modeName(t.Rehearsal):
		return changed(1, "mode is neither production nor rehearsal")
	case d["dual-control"] != strconv.FormatBool(t.DualControl):
		return changed(1, "dual control is neither true nor false")
	case d["steps"] != strings.Join(t.Steps, " "):
		return changed(1, "the steps are not names with a space between them")
	case len(t.Steps) > maxSteps:
		return changed(1, fmt.Sprintf("there are more than %d steps", maxSteps))
	case !isDigest(d["plan"]):
		return changed(1, "the plan's digest is not a SHA-256")
	case !isDigest(d["binary"]):
		return changed(1, "the program's digest is not a SHA-256")
	}
	if err := t.takeOwnKey(d["key"]); err != nil {
		return changed(1, err.Error())
	}
	return nil
}

// takeOwnKey takes the ceremony's own key.
func (t *Transcript) takeOwnKey(text string) error {
	pub, err := parseKey(text)
	own, ok := pub.(ed25519.PublicKey)
	if err != nil || !ok {
		return errors.New("the ceremony key is not an Ed25519 key")
	}
	t.Key = own
	return nil
}
