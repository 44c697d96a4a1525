package csf_test

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
	"sigtool/internal/issue"
)

// Plans that CST takes, most of them, and of which it makes files that no closed device boots.
func TestRefused(t *testing.T) {
	f := newForest(t)
	foreign := f.leaf("IMG", "rsa2048", "rsa3072")
	second := f.leaf("IMG", "rsa4096", "rsa2048")
	authority := f.add("IMGCA", "rsa2048", "SRK_rsa2048", true)
	below := f.add("BELOW", "rsa2048", f.leaf("IMG", "rsa3072", "rsa2048").Subject.CommonName, false)
	orphan := f.add("ORPHAN", "p256", "ORPHAN", false)
	with := func(change func(steps []csf.Step) []csf.Step) *csf.Plan {
		return &csf.Plan{Version: 0x43, Engine: engineCAAM, Time: signingTime, Steps: change(append(begin(f), whole(f)))}
	}
	set := func(i int, step csf.Step) *csf.Plan {
		return with(func(steps []csf.Step) []csf.Step { steps[i] = step; return steps })
	}
	more := func(extra ...csf.Step) *csf.Plan {
		return with(func(steps []csf.Step) []csf.Step { return append(steps, extra...) })
	}
	head := func(change func(*csf.Plan)) *csf.Plan {
		p := more()
		change(p)
		return p
	}
	fastly := func(change func(steps []csf.Step) []csf.Step) *csf.Plan {
		p := fast(f, 0x43, engineSW)
		p.Steps = change(p.Steps)
		return p
	}
	table := f.rsaTable()
	for _, slip := range []struct {
		name, id string
		kind     error
		plan     *csf.Plan
	}{
		{"HAB 3", "imx-csf-version", formats.ErrOption, head(func(p *csf.Plan) { p.Version = 0x30 })},
		{"HAB 4.9", "imx-csf-version", formats.ErrOption, head(func(p *csf.Plan) { p.Version = 0x49 })},
		{"SHA-1", "imx-csf-hash", formats.ErrOption, head(func(p *csf.Plan) { p.Hash = crypto.SHA1 })},
		{"SHA-512", "imx-csf-hash", formats.ErrOption, head(func(p *csf.Plan) { p.Hash = crypto.SHA512 })},
		{"a table by SHA-512", "imx-csf-hash", formats.ErrOption, set(0, csf.InstallSRK{Table: table, Hash: crypto.SHA512})},
		{"an engine that does not calculate", "imx-csf-engine", formats.ErrOption, head(func(p *csf.Plan) { p.Engine.ID = csf.EngineSNVS })},
		{"a configuration of another engine", "imx-csf-engine", formats.ErrOption, head(func(p *csf.Plan) { p.Engine.Config = 0x20 })},
		{"a configuration of no engine", "imx-csf-engine", formats.ErrOption, head(func(p *csf.Plan) { p.Engine = csf.Engine{ID: csf.EngineSNVS, Config: 1} })},
		{"a configuration of any engine", "imx-csf-engine", formats.ErrOption, set(2, csf.AuthenticateCSF{Engine: &csf.Engine{Config: 1}})},
		{"Set Engine for no hash", "imx-csf-hash", formats.ErrOption, more(csf.SetEngine{Engine: engineCAAM})},
		{"Set Engine of SNVS", "imx-csf-engine", formats.ErrOption, more(csf.SetEngine{Hash: crypto.SHA256, Engine: csf.Engine{ID: csf.EngineSNVS}})},
		{"no table", "imx-csf-order", formats.ErrOption, with(func(s []csf.Step) []csf.Step { return s[1:] })},
		{"two tables", "imx-csf-order", formats.ErrOption, more(csf.InstallSRK{Table: table})},
		{"no CSF key", "imx-csf-order", formats.ErrOption, with(func(s []csf.Step) []csf.Step { return append(s[:1], s[2:]...) })},
		{"no authentication", "imx-csf-order", formats.ErrOption, with(func(s []csf.Step) []csf.Step { return s[:2] })},
		{"a feature too early", "imx-csf-order", formats.ErrOption, set(2, csf.Unlock{Engine: csf.EngineCAAM})},
		{"an index too high", "imx-csf-index", formats.ErrOption, set(0, csf.InstallSRK{Table: table, Index: 3})},
		{"an index below 0", "imx-csf-index", formats.ErrOption, set(0, csf.InstallSRK{Table: table, Index: -1})},
		{"a hashed entry", "imx-csf-index", formats.ErrOption, set(0, csf.InstallSRK{Table: f.shortTable(), Index: 1})},
		{"something behind the table", "", formats.ErrKey, set(0, csf.InstallSRK{Table: append(table[:len(table):len(table)], 0)})},
		{"no table at all", "", formats.ErrKey, set(0, csf.InstallSRK{Table: []byte("SRK")})},
		{"another index", "imx-csf-index", formats.ErrKey, set(0, csf.InstallSRK{Table: table, Index: 1})},
		{"an IMG key of another SRK", "imx-csf-index", formats.ErrKey, set(3, csf.InstallKey{Cert: foreign, Target: 2})},
		{"an IMG key of no SRK", "imx-csf-chain", formats.ErrKey, set(3, csf.InstallKey{Cert: orphan, Target: 2})},
		{"a CSF key of no SRK", "imx-csf-chain", formats.ErrKey, set(1, csf.InstallCSFK{Cert: orphan})},
		{"no certificate", "", formats.ErrKey, set(1, csf.InstallCSFK{})},
		{"slot 1", "imx-csf-slot", formats.ErrOption, set(3, csf.InstallKey{Cert: second, Target: 1})},
		{"slot 7", "imx-csf-slot", formats.ErrOption, set(3, csf.InstallKey{Cert: second, Target: 7})},
		{"a slot twice", "imx-csf-slot", formats.ErrOption, more(csf.InstallKey{Cert: second, Target: 2})},
		{"certified by an empty slot", "imx-csf-slot", formats.ErrOption, more(csf.InstallKey{Cert: second, Verify: 4, Target: 3})},
		{"certified by the wrong slot", "imx-csf-chain", formats.ErrKey, more(csf.InstallKey{Cert: second, Verify: 2, Target: 3})},
		{"signed by an empty slot", "imx-csf-slot", formats.ErrOption, set(4, csf.AuthenticateData{Key: 3, Blocks: []csf.Block{f.block(0, 4)}})},
		{"signed by the SRK", "imx-csf-slot", formats.ErrOption, set(4, csf.AuthenticateData{Key: 0, Blocks: []csf.Block{f.block(0, 4)}})},
		{"no blocks", "imx-csf-blocks", formats.ErrOption, set(4, csf.AuthenticateData{Key: 2})},
		{"blocks beyond memory", "imx-csf-blocks", formats.ErrOption, set(4, csf.AuthenticateData{Key: 2, Blocks: []csf.Block{{Address: 1 << 31, Length: 1<<31 + 1}}})},
		{"too many blocks for CAAM", "imx-csf-blocks", formats.ErrOption, set(4, csf.AuthenticateData{Key: 2, Blocks: make([]csf.Block, 9)})},
		{"an odd block for DCP", "imx-csf-blocks", formats.ErrOption, set(4, csf.AuthenticateData{Key: 2, Engine: &csf.Engine{ID: csf.EngineDCP},
			Blocks: []csf.Block{f.block(0, 65), f.block(128, 1)}})},
		{"too many commands", "imx-csf-size", formats.ErrOption, set(4, csf.AuthenticateData{Key: 2, Engine: &engineSW, Blocks: make([]csf.Block, 90)})},
		{"far too many blocks", "imx-csf-size", formats.ErrOption, set(4, csf.AuthenticateData{Key: 2, Blocks: make([]csf.Block, 1<<16)})},
		{"a short identifier", "imx-csf-uid", formats.ErrOption, more(csf.Unlock{Engine: csf.EngineOCOTP, Features: []uint32{csf.UnlockOCOTPJTAG}, UID: []byte{1}})},
		{"no identifier", "imx-csf-uid", formats.ErrOption, more(csf.Unlock{Engine: csf.EngineOCOTP, Features: []uint32{csf.UnlockOCOTPSCS}})},
		{"an identifier too many", "imx-csf-uid", formats.ErrOption, more(csf.Unlock{Engine: csf.EngineOCOTP, Features: []uint32{csf.UnlockOCOTPRevoke}, UID: make([]byte, 8)})},
		{"an image key that is a CA", "imx-csf-ca", formats.ErrKey, set(3, csf.InstallKey{Cert: authority, Target: 2})},
		{"a CSF key that is a CA", "imx-csf-ca", formats.ErrKey, set(1, csf.InstallCSFK{Cert: authority})},
		{"a CSF key by an SRK that is no CA", "imx-csf-ca", formats.ErrKey, set(0, csf.InstallSRK{Table: f.fastTable()})},
		{"certified by a slot that is no CA", "imx-csf-ca", formats.ErrKey, more(csf.InstallKey{Cert: below, Verify: 2, Target: 3})},
		{"NOCAK of an SRK that is a CA", "imx-csf-ca", formats.ErrKey, fastly(func(s []csf.Step) []csf.Step {
			s[0], s[1] = csf.InstallSRK{Table: table, Index: 2}, csf.InstallNOCAK{Cert: f.certs["SRK_rsa4096"]}
			return s
		})},
		{"another SRK's NOCAK", "imx-csf-index", formats.ErrKey, fastly(func(s []csf.Step) []csf.Step { s[0] = csf.InstallSRK{Table: f.fastTable()}; return s })},
		{"NOCAK of no SRK", "imx-csf-chain", formats.ErrKey, fastly(func(s []csf.Step) []csf.Step { s[1] = csf.InstallNOCAK{Cert: orphan}; return s })},
		{"NOCAK and a key", "imx-csf-nocak", formats.ErrOption, fastly(func(s []csf.Step) []csf.Step { return append(s, csf.InstallKey{Cert: second, Target: 2}) })},
		{"NOCAK and another slot", "imx-csf-nocak", formats.ErrOption, fastly(func(s []csf.Step) []csf.Step { return append(s, whole(f)) })},
	} {
		_, err := slip.plan.Sign(t.Context(), f.key)
		if !errors.Is(err, slip.kind) || slip.id != "" && issue.ID(err) != slip.id {
			t.Errorf("%s: %v", slip.name, err)
		}
	}
}

// The error names the key that it is.
func TestRightIndex(t *testing.T) {
	f := newForest(t)
	steps := append(begin(f), whole(f))
	steps[0] = csf.InstallSRK{Table: f.rsaTable(), Index: 2}
	_, err := (&csf.Plan{Version: 0x43, Time: signingTime, Steps: steps}).Sign(t.Context(), f.key)
	if err == nil || !strings.Contains(err.Error(), "key 0 of the SRK table, not key 2") || !strings.Contains(issue.Hint(err), "--srk-index 0") {
		t.Errorf("%v (%s)", err, issue.Hint(err))
	}
}

// NOP and Set Engine may stand between NOCAK and the authentication. CST overwrites the command that follows them then.
func TestAfterNOCAK(t *testing.T) {
	f := newForest(t)
	plan := fast(f, 0x43, engineSW)
	plan.Steps = append(plan.Steps[:2:2], append([]csf.Step{csf.SetEngine{Hash: crypto.SHA256, Engine: engineCAAM}, csf.NOP{}}, plan.Steps[2:]...)...)
	c := parse(t, f.signed(plan))
	if names := []string{c.Commands[1].Name(), c.Commands[2].Name(), c.Commands[3].Name()}; strings.Join(names, ", ") != "Set Engine, NOP, Authenticate CSF" {
		t.Errorf("%v", names)
	}
}

var errAway = errors.New("the key is elsewhere")

// Keys that are elsewhere are asked for all signatures that can be told.
func TestAway(t *testing.T) {
	f := newForest(t)
	for _, trial := range []struct {
		name string
		plan *csf.Plan
		asks int
	}{
		{"RSA", &csf.Plan{Version: 0x43, Steps: append(begin(f), whole(f), whole(f))}, 3},
		{"ECDSA", ecPlan(f, 0, f.leaf("CSF", "p256", "p256"), f.leaf("IMG", "p384", "p256")), 1},
		{"RSA for data alone", ecPlan(f, 0, f.leaf("CSF", "p256", "p256"), f.leaf("IMG", "rsa2048", "p256")), 2},
	} {
		trial.plan.Time = signingTime
		asks := 0
		_, err := trial.plan.Sign(t.Context(), func(*x509.Certificate) (crypto.Signer, error) { asks++; return nil, errAway })
		if !errors.Is(err, errAway) || asks != trial.asks {
			t.Errorf("%s: asked %d times, not %d: %v", trial.name, asks, trial.asks, err)
		}
	}
}

func TestOtherKey(t *testing.T) {
	f := newForest(t)
	plan := &csf.Plan{Version: 0x43, Time: signingTime, Steps: append(begin(f), whole(f))}
	_, err := plan.Sign(t.Context(), func(*x509.Certificate) (crypto.Signer, error) { return f.keys[string(f.certs["SRK_p256"].Raw)], nil })
	if !errors.Is(err, formats.ErrKey) {
		t.Errorf("%v", err)
	}
}

func TestDigestStops(t *testing.T) {
	f := newForest(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := csf.Digest(ctx, crypto.SHA256, []csf.Block{f.block(0, 16)}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := csf.Digest(t.Context(), crypto.SHA256, []csf.Block{f.block(8000, 4000)}); err == nil {
		t.Error("a block beyond the file is signed")
	}
	if _, err := csf.Digest(t.Context(), crypto.SHA256, []csf.Block{{Length: 1}}); err == nil {
		t.Error("a block without data is signed")
	}
}
