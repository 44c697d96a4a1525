package csf_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats/imx/csf"
	"sigtool/internal/oracle"
)

func TestConfig(t *testing.T) {
	for _, trial := range []struct {
		engine  byte
		setting string
		want    byte
	}{
		{csf.EngineCAAM, "0", 0}, {csf.EngineCAAM, "inswap8", 0x01}, {csf.EngineCAAM, "DscSwap16", 0x80}, {csf.EngineCAAM, "8", 0x80},
		{csf.EngineDCP, "6", 0x20}, {csf.EngineRTIC, "0xb", 0x80}, {csf.EngineSW, "KEEP", 0}, {csf.EngineAny, "1", 0},
	} {
		if got, err := csf.Config(trial.engine, trial.setting); err != nil || got != trial.want {
			t.Errorf("%#02x %s: %#02x, %v", trial.engine, trial.setting, got, err)
		}
	}
	for _, trial := range []struct {
		engine  byte
		setting string
	}{{csf.EngineCAAM, "KEEP"}, {csf.EngineCAAM, "12"}, {csf.EngineCAAM, "-1"}, {csf.EngineCAAM, "SWAP"}, {csf.EngineSNVS, "0"}, {csf.EngineSW, "99"}} {
		if got, err := csf.Config(trial.engine, trial.setting); err == nil {
			t.Errorf("%#02x %s: %#02x, %v", trial.engine, trial.setting, got, err)
		}
	}
}

func TestEngineNames(t *testing.T) {
	if id, ok := csf.EngineByName("caam"); !ok || id != csf.EngineCAAM || csf.EngineName(id) != "CAAM" {
		t.Errorf("%#02x", id)
	}
	if _, ok := csf.EngineByName("RNG"); ok {
		t.Error("RNG is a feature, to CST")
	}
	if name := csf.EngineName(0x99); name != "0x99" {
		t.Error(name)
	}
}

// Every configuration of every engine, as CST has it: all of an engine that it takes in one CSF, those that it refuses alone.
func TestConfigAsCST(t *testing.T) {
	tool := oracle.CST(t)
	f, folder := prepare(t, nil)
	begin(f)
	f.write(folder, map[string][]byte{"rsa.bin": f.rsaTable()})
	settings := []string{"INSWAP8", "INSWAP16", "INSWAP32", "OUTSWAP8", "OUTSWAP16", "OUTSWAP32", "DSCSWAP8", "DSCSWAP16", "DSCBE816", "DSCBE832", "KEEP",
		"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"}
	for _, engine := range []string{"SAHARA", "CAAM", "DCP", "RTIC", "SW", "ANY"} {
		id, _ := csf.EngineByName(engine)
		taken, want, refused := headSW+start0, []byte{}, []string{}
		for _, setting := range settings {
			text := fmt.Sprintf("[Set Engine]\nEngine = %s\nHash Algorithm = sha256\nEngine Configuration = %s\n", engine, setting)
			bits, err := csf.Config(id, setting)
			if err != nil {
				refused = append(refused, text)
				continue
			}
			taken += text
			want = append(want, bits)
		}
		data, _ := f.cst(tool, folder, taken)
		var got []byte
		for _, command := range parse(t, data).Commands {
			if set, is := command.Body.(*csf.SetCommand); is && set.Value[2] == id {
				got = append(got, set.Value[3])
			}
		}
		if string(got) != string(want) {
			t.Errorf("%s: CST has %x, we have %x", engine, got, want)
		}
		for _, text := range refused {
			if out, err := tryCST(tool, folder, headSW+text); err == nil || !strings.Contains(out, "EngineConfiguration") {
				t.Errorf("CST takes what we refuse: %s%s", text, out)
			}
		}
	}
}

// tryCST returns what CST says of a text.
func tryCST(tool, folder, text string) (string, error) {
	if err := os.WriteFile(filepath.Join(folder, "try.csf"), []byte(text), 0o666); err != nil {
		return "", err
	}
	command := exec.Command(tool, "-i", "try.csf", "-o", "try.bin")
	command.Dir = folder
	out, err := command.CombinedOutput()
	return string(out), err
}
