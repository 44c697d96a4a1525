package hab

import (
	"context"
	"errors"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/boot"
	"sigtool/formats/imx/csf"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// job is a signed image in the making.
type job struct {
	ctx      context.Context
	src      formats.Source
	request  formats.Request
	signers  *signers
	stages   []boot.Image
	version  byte
	engine   byte
	unlock   []uint32
	dcd      uint32 // with --sdp, where the tool puts the DCD; else 0
	warnings []string
}

// Sign places a CSF behind each stage that is authenticated, has the image's pointers and length tell of it, and signs.
func (Format) Sign(ctx context.Context, src formats.Source, request formats.Request) (*formats.Result, error) {
	j := &job{ctx: ctx, src: src, request: request}
	if err := j.find(); err != nil {
		return nil, err
	}
	if err := j.options(); err != nil {
		return nil, err
	}
	var places []*place
	var blank []piece
	for i := range j.stages {
		need, err := j.plan(&j.stages[i], nil).Size()
		if err != nil {
			return nil, err
		}
		p, err := findPlace(ctx, src, &j.stages[i], need, request.Force)
		if err != nil {
			return nil, err
		}
		places, blank = append(places, p), append(blank, p.pieces(nil)...)
	}
	view, err := patch.NewView(src, edits(src.Size(), blank))
	if err != nil {
		return nil, err
	}
	var all []piece
	var failed []error // each stage is tried, so that keys that are elsewhere are asked for all at once
	for _, p := range places {
		made, err := j.sign(p, view)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		all = append(all, p.pieces(made)...)
	}
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	return &formats.Result{Edits: edits(src.Size(), all), Notes: j.notes(), Warnings: j.warnings}, nil
}

// options reads what the options say, keys first.
func (j *job) options() error {
	options := j.request.Options
	var err error
	if j.signers, err = readSigners(j.request); err != nil {
		return err
	}
	if j.version, err = version(options, j.signers.curves); err != nil {
		return err
	}
	if m := &j.stages[0]; j.signers.curves && m.Kind == boot.ROM && !is8M(m) {
		j.warnings = append(j.warnings, "signed with an elliptic curve, which takes HAB 4.5 (i.MX 8M Plus): the boot ROMs of i.MX 5, 6 and 7 take RSA alone")
	}
	if j.unlock, err = unlock(options); err != nil {
		return err
	}
	j.engine = engine(options, &j.stages[0])
	if !options.Bool(optionSDP) {
		if options.String(optionSDPDCD, ocramDCD) != ocramDCD {
			return issue.New("sdp", formats.ErrOption, "--%s is for serial download alone", optionSDPDCD).Advise("--" + optionSDP + " signs for that")
		}
		return nil
	}
	if m := &j.stages[0]; m.Kind != boot.ROM || m.DCD == 0 {
		return issue.New("no-dcd", formats.ErrOption, "the image has no DCD, so what is signed for other media is loaded serially as it is").
			Advise("leave --" + optionSDP + " out")
	}
	j.dcd, err = address(options, optionSDPDCD, ocramDCD)
	return err
}

// plan is the CSF of a stage, over what stands in view.
func (j *job) plan(m *boot.Image, view formats.Source) *csf.Plan {
	s := j.signers
	plan := &csf.Plan{Version: j.version, Engine: csf.Engine{ID: j.engine}, Time: j.request.Time}
	data := csf.AuthenticateData{Blocks: j.blocks(m, view)}
	plan.Steps = append(plan.Steps, csf.InstallSRK{Table: s.table, Index: s.index})
	if s.csf == nil {
		plan.Steps = append(plan.Steps, csf.InstallNOCAK{Cert: s.image})
	} else {
		plan.Steps = append(plan.Steps, csf.InstallCSFK{Cert: s.csf})
	}
	plan.Steps = append(plan.Steps, csf.AuthenticateCSF{})
	if j.unlock != nil {
		plan.Steps = append(plan.Steps, csf.Unlock{Engine: csf.EngineCAAM, Features: j.unlock})
	}
	if s.csf != nil {
		data.Key = 2
		plan.Steps = append(plan.Steps, csf.InstallKey{Cert: s.image, Target: data.Key})
	}
	plan.Steps = append(plan.Steps, data)
	return plan
}

// blocks are what is signed of a stage. For serial download the tool takes the pointer to the DCD away and puts the DCD elsewhere, before the ROM
// looks at either.
func (j *job) blocks(m *boot.Image, view formats.Source) []csf.Block {
	var all []csf.Block
	for _, b := range m.Blocks() {
		all = append(all, csf.Block{Address: b.Address, Length: b.Length, Data: view, Offset: b.Offset})
	}
	if j.dcd != 0 && m.Kind == boot.ROM {
		at, _ := m.Locate(m.DCD, m.DCDLength)
		all[0].Data = withoutDCD{view, m.IVT + 12}
		all = append(all, csf.Block{Address: j.dcd, Length: m.DCDLength, Data: view, Offset: at})
	}
	return all
}

// sign makes the CSF of a stage.
func (j *job) sign(p *place, view formats.Source) ([]byte, error) {
	made, err := j.plan(p.image, view).Sign(j.ctx, j.signers.key)
	if err != nil {
		return nil, err
	}
	if len(made) > p.room {
		return nil, issue.New("no-room", formats.ErrFormat, "the CSF has %d bytes, and there is room for %d", len(made), p.room)
	}
	return made, nil
}

// notes are what a person should know of what was decided for them.
func (j *job) notes() []string {
	var all []string
	for _, m := range j.stages {
		if m.Missing {
			all = append(all, fmt.Sprintf("the FIT got a vector table for the address 0x%08x, which SPL puts it at", m.Entry))
		}
	}
	if j.dcd != 0 {
		all = append(all, fmt.Sprintf("signed for serial download with the DCD at 0x%08x: other media would refuse it", j.dcd))
	}
	return all
}
