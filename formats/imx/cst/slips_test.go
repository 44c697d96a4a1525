package cst

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/oracle"
)

// sample is a text as CST's guide has it, for the tree of RSA keys.
const sample = `[Header]
    Version = 4.3
    Hash Algorithm = sha256
    Engine = CAAM
    Engine Configuration = 0
    Certificate Format = X509
    Signature Format = CMS

[Install SRK]
    File = "pki-rsa2048/crts/SRK_1_2_3_4_table.bin"
    Source index = 0

[Install CSFK]
    File = "pki-rsa2048/crts/CSF1_1_sha256_2048_65537_v3_usr_crt.pem"

[Authenticate CSF]

[Install Key]
    Verification index = 0
    Target Index = 2
    File = "pki-rsa2048/crts/IMG1_1_sha256_2048_65537_v3_usr_crt.pem"

[Authenticate Data]
    Verification index = 2
    Blocks = 0x177ff400 0x0 0x86c00 "mx6q-prep.imx"
`

// fast is a text for fast authentication, for the tree of SRKs that are no CAs; see trees.
const fast = `[Header]
    Version = 4.3
[Install SRK]
    File = "pki-fast/crts/table.bin"
    Source index = 1
[Install NOCAK]
    File = "pki-fast/crts/SRK2_usr_crt.pem"
[Authenticate CSF]
[Authenticate Data]
    Verification index = 0
    Blocks = 0x177ff400 0x0 0x86c00 "mx6q-prep.imx"
`

// change is a text with one thing written otherwise.
func change(text string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(text)
}

// slips are texts that can't be meant, with the error that says so, and what CST 3.4.1 does with them: refuse, take (and make nonsense of), or crash.
var slips = []struct{ text, id, cst string }{
	// Syntax.
	{"", "csf-syntax", "refuse"},
	{"\n" + sample, "csf-syntax", "refuse"},
	{strings.ReplaceAll(sample, "\n", "\r"), "csf-syntax", "refuse"},
	{sample + "# no line end", "csf-syntax", "refuse"},
	{change(sample, "4.3", "4.3 # HAB4 example"), "csf-syntax", "refuse"},
	{change(sample, "[Install SRK]", "[Install SRK] # x"), "csf-syntax", "refuse"},
	{change(sample, "4.3", "4.3 /* HAB4 */"), "csf-syntax", "refuse"},
	{change(sample, "4.3\n    ", "4.3 "), "csf-syntax", "refuse"},
	{change(sample, "0x86c00", "0x8_6c00"), "csf-syntax", "refuse"},
	{change(sample, `"mx6q-prep.imx"`, ""), "csf-syntax", "refuse"},
	{change(sample, `"mx6q-prep.imx"`, "'mx6q-prep.imx'"), "csf-syntax", "refuse"},
	{change(sample, "= CAAM", "= CAAM, 1"), "csf-syntax", "refuse"},
	{sample + "[Set Engine]\nHash Algorithm=sha256\nEngine=DCP\nEngine Configuration = IN SWAP8 | OUT SWAP8\n", "csf-syntax", "refuse"},
	{"Version = 4.3\n" + sample, "csf-syntax", "refuse"},
	{"[Header\n", "csf-syntax", "refuse"},
	{"[]\n", "csf-syntax", "refuse"},
	// Names.
	{sample + "[Foo]\n", "csf-section", "refuse"},
	{sample + "[Write Data]\nWidth = 4\n", "csf-section", "refuse"},
	{sample + "[Install Certificate]\nFile = \"x\"\nPermissions = 1\n", "csf-section", "refuse"},
	{change(sample, "4.3", "4.3\nFoo = 1"), "csf-argument", "refuse"},
	{change(sample, "4.3", "4.3\nVersion = 4.3"), "csf-argument", "refuse"},
	{change(sample, "index = 0\n\n", "index = 0\nTarget Index = 2\n\n"), "csf-argument", "refuse"},
	{change(sample, "index = 0\n\n", "index = 0\nCertificate Format = X509\n\n"), "csf-argument", "refuse"},
	{change(sample, "    Version = 4.3\n", ""), "csf-argument", "refuse"},
	{change(sample, "    Source index = 0\n", ""), "csf-argument", "refuse"},
	{sample + "[Unlock]\nEngine = OCOTP\nFeatures = JTAG\n", "csf-argument", "refuse"},
	{sample + "[Unlock]\nEngine = OCOTP\nFeatures = SRK REVOKE\nUID=1,2,3,4,5,6,7,8\n", "csf-argument", "refuse"},
	{sample + "[Unlock]\nFeatures = MID\n", "csf-argument", "refuse"},
	{sample + "[Set Engine]\nEngine = DCP\n", "csf-argument", "refuse"},
	{sample + "Blocks = 0 0 4 \"mx6q-prep.imx\"\n", "csf-argument", "take"},
	{sample + "[NOP]\nEngine = CAAM\n", "csf-argument", "take"},
	{sample + "[Unlock]\nEngine = CAAM\nFeatures = MID\nUID=1,2,3,4,5,6,7,8\n", "csf-argument", "take"},
	{sample + "[Init]\nEngine = CAAM\nFeatures = RNG\nUID=1,2,3,4,5,6,7,8\n", "csf-argument", "take"},
	// Order.
	{change(sample, sample[:strings.Index(sample, "[Install SRK]")], ""), "csf-order", "refuse"},
	{change(sample, "[Authenticate CSF]\n", ""), "csf-order", "refuse"},
	{change(sample, "[Authenticate CSF]", "[Authenticate CSF]\n[Authenticate CSF]"), "csf-order", "refuse"},
	{sample + "[Header]\nVersion = 4.3\n", "csf-order", "refuse"},
	{change(sample, "[Install SRK]", "[Unlock]\nEngine = CAAM\n[Install SRK]"), "csf-order", "refuse"},
	{sample[:strings.Index(sample, "[Install Key]")] + sample[strings.Index(sample, "[Authenticate Data]"):], "csf-order", "refuse"},
	{sample[:strings.Index(sample, "[Install CSFK]")], "csf-order", "refuse"},
	{sample[:strings.Index(sample, "[Authenticate Data]")], "csf-order", "take"},
	{change(fast, "[Authenticate CSF]", "[NOP]\n[Authenticate CSF]"), "csf-order", "take"},
	{change(fast, "[Authenticate CSF]", "[Set Engine]\nHash Algorithm = sha256\nEngine = DCP\n[Authenticate CSF]"), "csf-order", "take"},
	{change(fast, "[Authenticate Data]", sample[strings.Index(sample, "[Install Key]"):strings.Index(sample, "[Authenticate Data]")]+"[Authenticate Data]"), "csf-order", "take"},
	// Values.
	{change(sample, "index = 0\n\n", "index = 4\n\n"), "csf-value", "refuse"},
	{change(sample, "index = 0\n\n", "index = 99999999999999999999\n\n"), "csf-value", "refuse"},
	{change(sample, "index = 0\n\n", "index = CAAM\n\n"), "csf-value", "refuse"},
	{change(sample, "index = 0\n\n", "index = 08\n\n"), "csf-value", "take"},
	{change(sample, "index = 0\n\n", "index = -0\n\n"), "csf-value", "take"},
	{change(sample, "index = 0\n\n", "index = 0x100000000\n\n"), "csf-value", "take"},
	{change(sample, "index = 0\n\n", "index = 0.1\n\n"), "csf-value", "take"},
	{change(sample, "index = 0\n\n", "index = 0, 1\n\n"), "csf-value", "take"},
	{change(sample, "4.3", "3.0"), "csf-value", "refuse"},
	{change(sample, "4.3", "5.0"), "csf-value", "take"},
	{change(sample, "4.3", "4.16"), "csf-value", "take"},
	{change(sample, "= CAAM", "= FOO"), "csf-value", "refuse"},
	{change(sample, "= CAAM", "= ROM"), "csf-value", "refuse"},
	{change(sample, "= CAAM", `= "CAAM"`), "csf-value", "refuse"},
	{change(sample, "= CAAM", "= CAAM, DCP"), "csf-value", "take"},
	{change(sample, "Configuration = 0", "Configuration = 3"), "csf-value", "refuse"},
	{change(sample, "= sha256", "= CAAM"), "csf-value", "take"},
	{change(sample, "= sha256", "= FOO"), "csf-value", "refuse"},
	{change(sample, "= X509", "= CMS"), "csf-value", "take"},
	{change(sample, "= CMS", "= X509"), "csf-value", "refuse"},
	{change(sample, "= 4.3", "= 4.3\nTarget = OEM"), "csf-value", "refuse"},
	{change(sample, `"mx6q-prep.imx"`, `"mx6q-prep.imx", 0 0 4 "mx6q-prep.imx"`), "csf-value", "refuse"},
	{change(sample, "0x0 0x86c00", "0xffffffff 2"), "csf-value", "refuse"},
	{change(sample, "0x86c00", "0"), "csf-value", "take"},
	{change(sample, "0x177ff400", "0xffffff00"), "csf-value", "take"},
	{change(sample, "Verification index = 2", "Verification index = 3"), "csf-value", "refuse"},
	{change(sample, "Verification index = 2", "Verification index = 1"), "csf-value", "refuse"},
	{change(sample, "Verification index = 2", "Verification index = 0"), "csf-value", "refuse"},
	{change(sample, "Verification index = 2", "Verification index = 5"), "csf-value", "refuse"},
	{change(sample, "Verification index = 0", "Verification index = 3"), "csf-value", "take"},
	{change(sample, "Target Index = 2", "Target Index = 1"), "csf-value", "refuse"},
	{change(sample, "Target Index = 2", "Target Index = 8"), "csf-value", "refuse"},
	{change(fast, "Verification index = 0", "Verification index = 2"), "csf-value", "take"},
	{sample + "Engine = ANY\n", "csf-value", "refuse"},
	{sample + "Engine = ANY\nEngine Configuration = IN SWAP8\n", "csf-value", "refuse"},
	{change(sample, "= CAAM", "= ANY", "Configuration = 0", "Configuration = 1"), "csf-value", "refuse"},
	{change(sample, "    Engine = CAAM\n", "", "Configuration = 0", "Configuration = IN SWAP8"), "csf-value", "refuse"},
	{sample + "[Init]\nEngine = OCOTP\nFeatures = JTAG\n", "csf-value", "refuse"},
	{sample + "[Init]\nEngine = OCOTP\nFeatures = JTAG\nUID=1,2,3,4,5,6,7,8\n", "csf-value", "take"},
	{sample + "[Unlock]\nEngine = SNVS\nFeatures = MID\n", "csf-value", "refuse"},
	{sample + "[Unlock]\nEngine = CAAM\nFeatures = mid\n", "csf-value", "refuse"},
	{sample + "[Unlock]\nEngine = DCP\nFeatures = MID\n", "csf-value", "refuse"},
	{sample + "[Unlock]\nEngine = DCP\nFeatures = 1\n", "csf-value", "take"},
	{sample + "[Unlock]\nEngine = CAAM\nFeatures = \"RNG\"\n", "csf-value", "take"},
	{sample + "[Unlock]\nEngine = OCOTP\nFeatures = JTAG\nUID=1,2,3,4,5,6,7\n", "csf-value", "take"},
	{sample + "[Unlock]\nEngine = OCOTP\nFeatures = JTAG\nUID=1,2,3,4,5,6,7,256\n", "csf-value", "take"},
	// What there is no support for.
	{change(sample, "= sha256", "= sha1"), "csf-unsupported", "take"},
	{change(sample, "= sha256", "= sha512"), "csf-unsupported", "take"},
	{change(sample, "Target Index = 2", "Target Index = 2\nHash Algorithm = sha256"), "csf-unsupported", "take"},
	{change(sample, "index = 0\n\n", "index = 0\nSource Set = NXP\n\n"), "csf-unsupported", "take"},
	{change(sample, "4.3", "4.3\nMode = HSM"), "csf-unsupported", "take"},
	{sample + "[Install Secret Key]\nTarget index=0\nKey=\"dek.bin\"\nBlob address=0x27800000\n", "csf-encrypted", "take"},
	// CST crashes.
	{change(sample, "Configuration = 0", "Configuration = IN SWAP 8 BAR"), "csf-value", "crash"},
	{change(sample, "4.3", "4.3\n"+strings.Repeat("A", 200)+" 1 = 4"), "csf-argument", "crash"},
}

// Each slip is refused, with its name and a line; and the samples themselves are not.
func TestSlips(t *testing.T) {
	for _, text := range []string{sample, fast} {
		if _, err := Parse([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for _, slip := range slips {
		_, err := Parse([]byte(slip.text))
		if issue.ID(err) != slip.id || !errors.Is(err, formats.ErrFormat) || !strings.Contains(err.Error(), "line ") {
			t.Errorf("%v, and not %s, of:\n%s", err, slip.id, slip.text)
		}
	}
	if _, err := Parse(make([]byte, MaxSize+1)); issue.ID(err) != "csf-size" {
		t.Errorf("too large: %v", err)
	}
}

// kept are texts with oddities that CST takes and reads as we do: byte for byte the same comes out.
var kept = []string{
	sample, fast,
	"# a comment\n" + sample, "\ufeff" + strings.ReplaceAll(sample, "\n", "\r\n"), strings.TrimSpace(sample),
	change(sample, "4.3", "4.3 # a comment, and an empty line\n"), change(sample, "4.3", "4 3;"), change(sample, "Version", "Ver\x00_sion"),
	strings.ToUpper(sample[:strings.Index(sample, "[Install SRK]")]) + sample[strings.Index(sample, "[Install SRK]"):],
	change(sample, "[Install SRK]", "[ inst all \\ or not\nSRK ]"), change(sample, "pki-rsa2048/", `pki-rsa2048\`), change(sample, "_crt.pem", "_crt.der"),
	change(sample, "sha256\n", "SHA-256\n"), change(sample, "index = 0\n\n", "index = 00\n\n"), change(sample, "index = 0\n\n", "index = 0\nHash Algorithm = HAB RSA SHA256\nSource Set = OEM\n\n"),
	change(sample, "Verification index = 0", "Source index = 0x0"), change(sample, "Target Index = 2", "Target Index = 4", "Verification index = 2", "Verification index = 4"),
	change(sample, "Engine = CAAM", "Engine = DCP", "Configuration = 0", "Configuration = IN SWAP 32"), change(sample, "Engine = CAAM", "Engine = SAHARA", "Configuration = 0", "Configuration = 9"),
	change(sample, "    Engine = CAAM\n", "", "    Hash Algorithm = sha256\n", ""), change(sample, "Configuration = 0", "Configuration = KEEP", "= CAAM", "= RTIC"),
	sample + "Engine = SW\n", sample + "Engine = ANY\nEngine Configuration = 0\n", change(sample, "[Authenticate CSF]\n", "[Authenticate CSF]\nEngine = DCP\nEngine Configuration = OUT SWAP8\n"),
	change(sample, `0x86c00 "mx6q-prep.imx"`, "0x86000 \"mx6q-prep.imx\", \\ # a comment\n# 0 0 1 \"not this\"\n 0x17885400 0x86000 0xc00 \"mx6q-prep.imx\""),
	change(sample, "Configuration = 0", "Configuration = IN SWAP8") + "[Set Engine]\nHash Algorithm = sha256\nEngine = ANY\n[Set Engine]\nHash Algorithm = sha256\nEngine = DCP\n",
	sample + "[NOP]\n", change(sample, "[Install SRK]", "[NOP]\n[Set Engine]\nHash Algorithm = sha256\nEngine = DCP\nEngine Configuration = IN SWAP8\n[Install SRK]"),
	sample + "[Unlock]\nEngine = CAAM\nFeatures = MID, RNG\n", sample + "[Unlock]\nEngine = CAAM\nFeatures = 0x4\n", sample + "[Unlock]\nEngine = SRTC\n",
	sample + "[Init]\nEngine = CAAM\nFeatures = RNG\n", sample + "[Unlock]\nEngine = SNVS\nFeatures = LP SWR, ZMK WRITE\n[Unlock]\nEngine = OCOTP\nFeatures = SRK REVOKE\n",
	sample + "[Unlock]\nEngine = OCOTP\nFeatures = JTAG, SRK REVOKE\nUID = 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef\n",
	sample + "[Authenticate Data]\nVerification index = 2\nBlocks = 0x1000 0 16 \"mx6q-prep.imx\"\n",
	change(sample, "Source index = 0", "Source index = 1", "CSF1_1", "CSF2_1", "IMG1_1", "IMG2_1", "Engine = CAAM", "Engine = ANY") + "Engine = SW\n",
}

// What CST 3.4.1 takes of these, and what it refuses: the same, but for what it makes nonsense of or crashes at. Where both take a text, the
// bytes are the same.
func TestAgreesWithCST(t *testing.T) {
	tool := oracle.CST(t)
	work, keys := trees(t)
	for _, text := range kept {
		want, at := inOneSecond(t, tool, work, text)
		if want == nil {
			t.Errorf("CST refuses:\n%s", text)
			continue
		}
		if got := made(t, []byte(text), from(work), keys, at); string(got) != string(want) {
			t.Errorf("not the bytes of CST, of:\n%s", text)
		}
	}
	for _, slip := range slips {
		out, crashed := runCST(t, tool, work, slip.text)
		does := "refuse"
		if crashed {
			does = "crash"
		} else if out != nil {
			does = "take"
		}
		if does != slip.cst {
			t.Errorf("CST does not %s, but %s:\n%s", slip.cst, does, slip.text)
		}
	}
}

// inOneSecond is what CST makes of a text with one time in all signatures: it looks at the clock for each.
func inOneSecond(t *testing.T, tool, work, text string) ([]byte, time.Time) {
	t.Helper()
	for range 20 {
		data, _ := runCST(t, tool, work, text)
		if data == nil {
			return nil, time.Time{}
		}
		if at, same := timeOf(t, data); same {
			return data, at
		}
	}
	t.Fatal("CST takes more than a second each time")
	return nil, time.Time{}
}

// runCST has CST make a CSF; nil where it refuses.
func runCST(t *testing.T, tool, work, text string) (out []byte, crashed bool) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(work, "text"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(filepath.Join(work, "out"))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, tool, "-i", "text", "-o", "out")
	cmd.Dir = work
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, !exit.Exited()
	}
	if out, err = os.ReadFile(filepath.Join(work, "out")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return out, false
}
