package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"sigtool/ceremony/live/disk"
	"sigtool/ceremony/live/livetest"
	"sigtool/ceremony/live/uki/ukitest"
)

// fixtureProgram names the file that stands for the program which builds an image: a test's own binary is large, and seldom static.
const fixtureProgram = "SIGTOOL_TEST_PROGRAM"

func init() {
	if name := os.Getenv(fixtureProgram); name != "" {
		ownProgram = func() ([]byte, error) { return os.ReadFile(name) }
	}
}

// livekit FOLDER makes what an image is built of: program, vmlinuz, stub.efi and lib/modules/RELEASE. From then on sigtool takes that program for itself.
func livekit(ts *testscript.TestScript, _ bool, args []string) {
	folder := ts.MkAbs(args[0])
	files := map[string][]byte{
		"program": livetest.Program("sigtool"), "dynamic": livetest.Dynamic(), "vmlinuz": ukitest.Kernel(livetest.Release), "stub.efi": ukitest.Stub(),
		"vmlinuz-other": ukitest.Kernel("6.1.0-98-amd64"),
	}
	for at, file := range livetest.Folder(livetest.Release) {
		files["lib/modules/"+livetest.Release+"/"+at] = file.Data
	}
	for at, data := range files {
		name := filepath.Join(folder, at)
		ts.Check(os.MkdirAll(filepath.Dir(name), 0o755))
		ts.Check(os.WriteFile(name, data, 0o644))
	}
	ts.Setenv(fixtureProgram, filepath.Join(folder, "program"))
	ts.Setenv("MODULES", filepath.Join(folder, "lib/modules", livetest.Release))
}

// tamper IMAGE bootcode; tamper IMAGE behind TEXT; tamper IMAGE sign FILE, which writes what the firmware starts to FILE, in the form of a signed one;
// tamper IMAGE partitions, which leaves IMAGE as it is and has $EFI and $OUTPUTS name its partitions as mtools do, IMAGE@@OFFSET.
func tamper(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	image, err := os.ReadFile(name)
	ts.Check(err)
	switch args[1] {
	case "partitions": // a GPT entry: where it begins, 8 bytes at 32 (UEFI 2.10 §5.3.3)
		for i, called := range []string{"EFI", "OUTPUTS"} {
			first := binary.LittleEndian.Uint64(image[1024+128*i+32:])
			ts.Setenv(called, name+"@@"+strconv.FormatUint(first*512, 10))
		}
		return
	case "bootcode":
		copy(image, "\xeb\x3c\x90boot code")
	case "behind":
		image = append(image, args[2]...)
	case "sign": // a signature of Secure Boot is appended: here one that nobody made, which sigtool does not tell
		found, err := disk.Read(bytes.NewReader(image), int64(len(image)))
		ts.Check(err)
		at := slices.IndexFunc(found.Files, func(f disk.File) bool { return strings.HasSuffix(f.Path, ".EFI") })
		ts.Check(os.WriteFile(ts.MkAbs(args[2]), signedForm(found.Files[at].Data), 0o644))
		return
	default:
		ts.Fatalf("tamper: %q", args[1])
	}
	ts.Check(os.WriteFile(name, image, 0o644))
}

// signedForm has the form of a signed program (PE Format, "The Attribute Certificate Table"): the fifth data directory says where the signatures are.
func signedForm(program []byte) []byte {
	table := append(binary.LittleEndian.AppendUint32(nil, 8+16), 0, 2, 2, 0)
	table = append(table, bytes.Repeat([]byte{0x30}, 16)...)
	signed := append(slices.Clone(program), table...)
	header := int(binary.LittleEndian.Uint32(signed[0x3c:]))
	binary.LittleEndian.PutUint32(signed[header+168:], uint32(len(program)))
	binary.LittleEndian.PutUint32(signed[header+172:], uint32(len(table)))
	return signed
}
