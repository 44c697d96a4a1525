package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/backup"
	"sigtool/ceremony"
	"sigtool/internal/pgpwords"
	"sigtool/keygen"
)

func checkPlanCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "check a plan, and say what will happen, who acts and what comes of it",
		UsageText: "sigtool ceremony check PLAN [--inputs DIR]",
		Description: "The digests of the plan and of this very program belong on the paper of everybody who takes part: check the plan on another machine than the one that is used on the day.\n\n" +
			examples("sigtool ceremony check plan.yaml"),
		Flags:  verbFlags(inputsFlag),
		Action: func(c *cli.Context) error { return checkPlan(c, out) },
	}
}

// checkPlan says what a plan will do.
func checkPlan(c *cli.Context, out *reporter) error {
	out.configure(c)
	name, plan, err := readPlan(c)
	if err != nil {
		return err
	}
	if err := knownFormats(plan); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := tryExports(c, plan); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	program, err := programDigest()
	if err != nil {
		return err
	}
	if out.json {
		return out.object(planJSON(name, plan, program))
	}
	if err := out.data([]byte(planText(plan, program))); err != nil {
		return err
	}
	for _, warning := range planWarnings(plan) {
		out.warn("%s", clean(warning))
	}
	return nil
}

// tryExports makes the plan's exports of throw-away keys; those to wrapping keys if there is a folder with them.
func tryExports(c *cli.Context, plan *ceremony.Plan) error {
	world := ceremony.World{Rand: rand.Reader, Now: machineClock, Program: "sigtool " + version}
	if folder := c.String("inputs"); folder != "" {
		world.ReadInput = inputsIn(folder)
	}
	return plan.TryExports(world)
}

// planWarnings are those of the plan, and what is known of its signing formats.
func planWarnings(plan *ceremony.Plan) []string {
	list := append([]string{}, plan.Warnings()...)
	for _, s := range plan.Sign {
		key, _ := plan.Labelled(s.Key)
		if s.Format == "kmod" && (key.Algorithm == keygen.Ed25519 || key.Algorithm == keygen.Secp256k1) {
			list = append(list, fmt.Sprintf("sign: kernels check no signatures of %s keys, as %s is one", key.Algorithm, key.Label))
		}
	}
	return list
}

// knownFormats refuses a plan that signs in a format that there is not.
func knownFormats(plan *ceremony.Plan) error {
	for _, s := range plan.Sign {
		if formatNamed(s.Format) == nil {
			return withHint(fmt.Errorf("sign: %s: there is no format %s", s.File, s.Format), "sigtool formats lists them")
		}
	}
	return nil
}

// textWidth is how wide what is told about a plan is.
const textWidth = 78

func planText(plan *ceremony.Plan, program [sha256.Size]byte) string {
	var b strings.Builder
	line := func(name, text string) {
		for i, part := range strings.Split(text, "\n") {
			for j, row := range backup.Flow(part, textWidth-12) {
				if i+j > 0 {
					name = ""
				}
				fmt.Fprintf(&b, "%s\n", strings.TrimRight(fmt.Sprintf("  %-10s%s", name, clean(row)), " "))
			}
		}
	}
	fmt.Fprintf(&b, "%s\n", clean(plan.Title))
	line("kind", plan.Kind)
	line("purpose", plan.Purpose)
	line("control", map[bool]string{true: "dual control is waived", false: "dual control"}[plan.Waived])
	for _, key := range plan.Keys {
		line("key", key.String())
	}
	sum := plan.Digest()
	writeDigest(&b, "the plan", sum)
	writeDigest(&b, "this program", program)
	b.WriteString("\nWhat happens\n")
	for i, o := range plan.Outline() {
		fmt.Fprintf(&b, "%3d %s (%s)\n", i+1, o.Title, o.ID)
		for _, act := range o.Acts {
			for j, row := range backup.Flow(clean(act.Who+": "+act.What), textWidth-8) {
				b.WriteString(map[bool]string{true: "    - ", false: "      "}[j == 0] + row + "\n")
			}
		}
	}
	fmt.Fprintf(&b, "  Each step but the roll call and the transcript ends with the initials of %s.\n", clean(plan.Witness().Name))
	writePaper(&b, plan)
	b.WriteString("\nFiles\n")
	for _, f := range plan.Files() {
		fmt.Fprintf(&b, "  %-24s %s%s\n", clean(f.Name), clean(f.What), map[bool]string{true: " (secret)"}[f.Secret])
	}
	for _, s := range plan.Sign {
		fmt.Fprintf(&b, "  %s, signed by %s as %s\n", clean(s.File), s.Key, s.Format)
	}
	if reach := plan.Reach(); len(reach) > 0 {
		b.WriteString("\nWho can use the keys then\n")
		for _, text := range reach {
			fmt.Fprintf(&b, "  %s\n", clean(text))
		}
	}
	return b.String()
}

// writePaper lists the sheets.
func writePaper(b *strings.Builder, plan *ceremony.Plan) {
	sheets := plan.Sheets()
	if len(sheets) == 0 {
		return
	}
	b.WriteString(map[bool]string{false: "\nPaper\n", true: "\nPaper to be destroyed\n"}[plan.Kind == ceremony.KindDestroy])
	for _, s := range sheets {
		fmt.Fprintf(b, "  %s: %s, copies: %d\n", clean(s.String()), clean(s.Holder), s.Copies)
	}
}

// writeDigest writes a digest as people compare it.
func writeDigest(b *strings.Builder, of string, sum [sha256.Size]byte) {
	fmt.Fprintf(b, "\nSHA-256 of %s\n", of)
	figures := hex.EncodeToString(sum[:])
	for half := range 2 {
		b.WriteString("   ")
		for i := range 8 {
			at := half*32 + i*4
			b.WriteString(" " + figures[at:at+4])
		}
		b.WriteByte('\n')
	}
	words := pgpwords.Of(sum[:])
	for row := range len(words) / 4 {
		line := "  "
		for column := range 4 {
			line += fmt.Sprintf("  %2d %-12s", row*4+column+1, words[row*4+column])
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}
