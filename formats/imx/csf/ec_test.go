package csf_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"sigtool/formats/imx/csf"
	"sigtool/internal/oracle"
)

const headEC = "[Header]\nVersion = 4.5\nEngine = CAAM\n"

// ecTrials sign with ECDSA, with all curves, and with RSA keys under an SRK of ECDSA: CST's bytes differ from ours by the signatures alone, and
// by what their sizes move.
func ecTrials() []trial {
	trials := []trial{
		{"mixed", headEC + "[Install SRK]\nFile = \"crts/ec.bin\"\nSource index = 2\n[Install CSFK]\nFile = \"crts/CSF_p256_by_p521_crt.pem\"\n" + authCSF +
			"[Install Key]\nVerification index = 0\nTarget index = 2\nFile = \"crts/IMG_rsa2048_by_p521_crt.pem\"\n" + dat0, func(f *forest) *csf.Plan {
			return ecPlan(f, 2, f.leaf("CSF", "p256", "p521"), f.leaf("IMG", "rsa2048", "p521"))
		}},
	}
	for i, curve := range []string{"p256", "p384", "p521"} {
		trials = append(trials, trial{curve, headEC + "[Install SRK]\nFile = \"crts/ec.bin\"\nSource index = " + string(rune('0'+i)) +
			"\n[Install CSFK]\nFile = \"crts/CSF_" + curve + "_by_" + curve + "_crt.pem\"\n" + authCSF +
			"[Install Key]\nVerification index = 0\nTarget index = 2\nFile = \"crts/IMG_" + curve + "_by_" + curve + "_crt.pem\"\n" + dat0,
			func(f *forest) *csf.Plan {
				return ecPlan(f, i, f.leaf("CSF", curve, curve), f.leaf("IMG", curve, curve))
			}})
	}
	return trials
}

func ecPlan(f *forest, index int, csfk, imgk *x509.Certificate) *csf.Plan {
	return &csf.Plan{Version: 0x45, Engine: engineCAAM, Steps: []csf.Step{
		csf.InstallSRK{Table: f.ecTable(), Index: index}, csf.InstallCSFK{Cert: csfk}, csf.AuthenticateCSF{},
		csf.InstallKey{Cert: imgk, Target: 2}, whole(f),
	}}
}

// CST lays a CSF with ECDSA out as ours: it signs data first, and the CSF's own signature comes last, so that no pointer depends on its size.
func TestAsCSTForCurves(t *testing.T) {
	tool := oracle.CST(t)
	f, folder := prepare(t, ecTrials())
	for _, trial := range ecTrials() {
		theirs, at := f.cst(tool, folder, trial.text)
		plan := trial.plan(f)
		plan.Time = at
		ours, err := plan.Sign(t.Context(), f.key)
		if err != nil {
			t.Errorf("%s: %v", trial.name, err)
			continue
		}
		if a, b := bare(t, theirs), bare(t, ours); a != b {
			t.Errorf("%s: CST has\n%s\nwe have\n%s\n%q\n%q", trial.name, outline(t, theirs), outline(t, ours), a, b)
		}
		f.good(trial.name+" by CST", theirs)
		f.good(trial.name, ours)
		if size, err := plan.Size(); err != nil || len(ours) > size || size-len(ours) > 16 {
			t.Errorf("%s: %d bytes at most were foretold, %d came (%v)", trial.name, size, len(ours), err)
		}
		if again, err := plan.Sign(t.Context(), f.key); err != nil || !bytes.Equal(again, ours) {
			t.Errorf("%s: other bytes the second time (%v)", trial.name, err)
		}
	}
}

// bare is a CSF without what ECDSA makes different each time: signatures, and pointers and lengths behind the first of them.
func bare(t *testing.T, data []byte) (text string) {
	t.Helper()
	c := parse(t, data)
	end := c.Size
	for _, command := range c.Commands {
		raw := bytes.Clone(command.Raw)
		if _, is := command.Body.(*csf.AuthCommand); is {
			copy(raw[8:12], "at ?")
		}
		text += string(raw) + "\n"
	}
	for _, s := range c.Segments {
		if s.Offset != (end+3)&^3 {
			t.Errorf("a segment at %#x, where %#x belongs", s.Offset, (end+3)&^3)
		}
		end = s.End()
		if s.Tag != csf.TagSignature {
			text += string(s.Data) + "\n"
			continue
		}
		m, err := s.Message()
		if err != nil {
			t.Fatal(err)
		}
		attributes := m.Signer.Attributes[:len(m.Signer.Attributes)-32] // the CSF's digest is of pointers too
		text += m.Signer.String() + string(attributes) + m.Signer.SigOID.String() + "\n"
	}
	if len(data) != (end+3)&^3 {
		t.Errorf("%d bytes, where %d belong", len(data), (end+3)&^3)
	}
	return text
}

// good tells whether the signatures of a CSF over the commands and over the whole image match: by us, and by openssl.
func (f *forest) good(name string, data []byte) {
	f.t.Helper()
	c := parse(f.t, data)
	certs := map[byte]*x509.Certificate{}
	for _, command := range c.Commands {
		switch body := command.Body.(type) {
		case *csf.KeyCommand:
			if body.Protocol == csf.ProtocolX509 {
				cert, err := body.Segment.Certificate()
				if err != nil {
					f.t.Fatal(err)
				}
				certs[body.Target] = cert
			}
		case *csf.AuthCommand:
			signed := f.image
			if body.OfCSF() {
				signed = data[:c.Size]
			}
			f.matches(name, body.Segment, certs[body.Key], signed)
		}
	}
}

func (f *forest) matches(name string, s *csf.Segment, cert *x509.Certificate, signed []byte) {
	f.t.Helper()
	m, err := s.Message()
	if err != nil {
		f.t.Fatal(err)
	}
	sum := crypto.SHA256.New()
	sum.Write(signed)
	if err := m.Check(cert.PublicKey, cert, sum.Sum(nil)); err != nil {
		f.t.Errorf("%s: %v", name, err)
	}
	folder := f.t.TempDir()
	for file, content := range map[string][]byte{"sig": s.Data[4:], "data": signed,
		"cert": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})} {
		if err := os.WriteFile(filepath.Join(folder, file), content, 0o666); err != nil {
			f.t.Fatal(err)
		}
	}
	oracle.Run(f.t, "openssl", "cms", "-verify", "-binary", "-noverify", "-inform", "DER", "-in", filepath.Join(folder, "sig"), "-content",
		filepath.Join(folder, "data"), "-certfile", filepath.Join(folder, "cert"), "-out", filepath.Join(folder, "out"))
}
