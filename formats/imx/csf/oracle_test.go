package csf_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"sigtool/formats/imx/csf"
	"sigtool/internal/oracle"
)

// cst has CST make a CSF of a text, and returns it with the time that all its signatures say: it is asked again where they say two times.
func (f *forest) cst(tool, folder, text string) ([]byte, time.Time) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(folder, "in.csf"), []byte(text), 0o666); err != nil {
		f.t.Fatal(err)
	}
	for range 10 {
		command := exec.Command(tool, "-i", "in.csf", "-o", "out.bin")
		command.Dir = folder
		if out, err := command.CombinedOutput(); err != nil {
			f.t.Fatalf("cst: %v\n%s", err, out)
		}
		data, err := os.ReadFile(filepath.Join(folder, "out.bin"))
		if err != nil {
			f.t.Fatal(err)
		}
		if at, same := times(f.t, data); same {
			return data, at
		}
	}
	f.t.Fatal("cst never signs within a second")
	return nil, time.Time{}
}

// times is when the signatures of a CSF were made, and whether all at the same second.
func times(t *testing.T, data []byte) (at time.Time, same bool) {
	t.Helper()
	for _, s := range parse(t, data).Segments {
		if s.Tag != csf.TagSignature {
			continue
		}
		m, err := s.Message()
		if err != nil {
			t.Fatal(err)
		}
		if !at.IsZero() && !m.Time.Equal(at) {
			return at, false
		}
		at = m.Time
	}
	return at, true
}

// prepare makes all certificates that trials name, and writes everything for CST.
func prepare(t *testing.T, trials []trial) (*forest, string) {
	t.Helper()
	f, folder := newForest(t), t.TempDir()
	for _, trial := range trials {
		trial.plan(f)
	}
	f.write(folder, map[string][]byte{"rsa.bin": f.rsaTable(), "ec.bin": f.ecTable(), "fast.bin": f.fastTable(), "short.bin": f.shortTable()})
	return f, folder
}

func TestAsCST(t *testing.T) {
	tool := oracle.CST(t)
	f, folder := prepare(t, trials())
	for _, trial := range trials() {
		want, at := f.cst(tool, folder, trial.text)
		if *update && slices.Contains(goldens, trial.name) {
			if err := os.WriteFile(goldenFile(trial.name), want, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		plan := trial.plan(f)
		plan.Time = at
		got, err := plan.Sign(context.Background(), f.key)
		if err != nil {
			t.Errorf("%s: %v", trial.name, err)
			continue
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: not CST's bytes, which are\n%s\nbut\n%s", trial.name, outline(t, want), outline(t, got))
		}
		if size, err := plan.Size(); err != nil || size != len(got) {
			t.Errorf("%s: %d bytes were foretold, %d came (%v)", trial.name, size, len(got), err)
		}
	}
}

// outline draws a CSF.
func outline(t *testing.T, data []byte) (text string) {
	t.Helper()
	c, err := csf.Parse(data)
	if err != nil {
		return err.Error()
	}
	text = fmt.Sprintf("%#x of %#x bytes, version %#x\n", c.Size, len(data), c.Version)
	for _, command := range c.Commands {
		text += fmt.Sprintf("%#04x %x: %s: %s %v\n", command.Offset, command.Raw, command.Name(), command.Body.Text(), command.Err)
	}
	for _, s := range c.Segments {
		text += fmt.Sprintf("%#04x+%#x %s %#x\n", s.Offset, len(s.Data), s.Name(), s.Version)
	}
	return text
}
