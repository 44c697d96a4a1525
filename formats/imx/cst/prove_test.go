package cst

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"io/fs"
	"testing"
	"time"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// planned is the plan of a text, over a file of 64 bytes.
func planned(t *testing.T, text string, files Files) (*csf.Plan, error) {
	t.Helper()
	script, err := Parse([]byte(change(text, "0x0 0x86c00", "0x10 0x20")))
	if err != nil {
		t.Fatal(err)
	}
	files.Data = func(string) (formats.Source, error) { return patch.Bytes(bytes.Repeat([]byte{7}, 64)), nil }
	return script.Plan(files, time.Unix(1e9, 0))
}

// No byte of a CSF may be another one, but for padding; nor one of the blocks.
func TestProveDamage(t *testing.T) {
	folder, keys := trees(t)
	ctx := context.Background()
	for _, text := range []string{sample, fast} {
		plan, err := planned(t, text, from(folder))
		if err != nil {
			t.Fatal(err)
		}
		data, err := plan.Sign(ctx, keys)
		if err != nil {
			t.Fatal(err)
		}
		found, err := Prove(ctx, plan, data)
		if err != nil || len(found) != 2 || found[0].Scheme != "csf" || found[1].Covers != "1 block of memory, 32 bytes" {
			t.Fatalf("%+v, %v", found, err)
		}
		passed := 0
		for i := range data {
			data[i] ^= 0x10
			if _, err := Prove(ctx, plan, data); err == nil {
				passed++
			} else if !errors.Is(err, formats.ErrMismatch) {
				t.Fatalf("byte %d: %v", i, err)
			}
			data[i] ^= 0x10
		}
		if passed > 3*5 { // at most 3 bytes of padding behind each of 5 segments
			t.Errorf("%d of %d bytes may be others", passed, len(data))
		}
		if _, err := Prove(ctx, plan, data[:len(data)-8]); err == nil {
			t.Error("cut off")
		}
		step := plan.Steps[len(plan.Steps)-1].(csf.AuthenticateData)
		step.Blocks[0].Offset++
		step.Blocks[0].Data = patch.Bytes(make([]byte, 64))
		if _, err := Prove(ctx, plan, data); !errors.Is(err, formats.ErrMismatch) {
			t.Errorf("another block: %v", err)
		}
	}
}

// Files that are not there, or not what they have to be, end in an error with the line of the text; keys that certified nothing end in one that
// CST does not have.
func TestPlanErrors(t *testing.T) {
	folder, _ := trees(t)
	missing := from(folder)
	missing.Table = func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	if _, err := planned(t, sample, missing); !errors.Is(err, fs.ErrNotExist) || err.Error() != "line 10, [Install SRK], File: file does not exist" {
		t.Errorf("a table that is not there: %v", err)
	}
	missing = from(folder)
	missing.Certificate = func(string) (*x509.Certificate, error) { return nil, fs.ErrNotExist }
	for _, text := range []string{sample, fast} {
		if _, err := planned(t, text, missing); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a certificate that is not there: %v", err)
		}
	}
	for _, block := range []string{"0x10 0x31", "0x41 1"} {
		if _, err := planned(t, change(sample, "0x0 0x86c00", block), from(folder)); issue.ID(err) != "csf-value" {
			t.Errorf("a block beyond the file: %v", err)
		}
	}
	for _, text := range []string{
		change(sample, "index = 0\n\n", "index = 2\n\n"),                       // CST takes each of these
		change(sample, "IMG1_1", "IMG3_1"), change(sample, "CSF1_1", "CSF4_1"), // keys of another SRK
		change(sample, "CSF1_1_sha256_2048_65537_v3_usr", "CA1_sha256_2048_65537_v3_ca"),
		change(fast, "SRK2", "SRK1"),
		change(fast, "pki-fast/crts/table.bin", "pki-rsa2048/crts/SRK_1_2_3_4_table.bin", "pki-fast/crts/SRK2_usr", "pki-rsa2048/crts/SRK2_sha256_2048_65537_v3_ca"),
	} {
		plan, err := planned(t, text, from(folder))
		if err != nil {
			t.Fatal(err)
		}
		none := func(*x509.Certificate) (crypto.Signer, error) { return nil, errors.New("no key is asked for") }
		if _, err := plan.Sign(context.Background(), none); !errors.Is(err, formats.ErrKey) {
			t.Errorf("%v of:\n%s", err, text)
		}
	}
}
