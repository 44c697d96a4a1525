package ceremony

import (
	"slices"
	"strings"
	"testing"
)

// TestUsualSteps: without the field, a plan has the steps that it needs and those that are usually taken.
func TestUsualSteps(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"one.yaml":     "identity roll-call machine clock entropy generate passphrase backups drill bags exports destroy transcript",
		"five.yaml":    "identity roll-call machine clock entropy generate backups drill bags exports destroy transcript",
		"restore.yaml": "identity roll-call machine clock restore entropy backups drill bags exports destroy transcript",
		"sign.yaml":    "identity roll-call machine clock restore sign destroy transcript",
		"rotate.yaml":  "identity roll-call machine clock restore entropy generate passphrase backups drill bags rotate exports destroy transcript",
		"destroy.yaml": "identity roll-call machine clock destroy transcript",
	} {
		if got := strings.Join(parsed(t, name).Steps, " "); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestSteps(t *testing.T) {
	t.Parallel()
	const all = "identity roll-call machine clock entropy generate passphrase backups drill bags exports destroy transcript"
	missing := func(step string) string {
		return "line 11: the step " + step + " is missing; this plan can't do without it"
	}
	steps := func(text string) string {
		return "steps: [" + strings.Join(strings.Fields(text), ", ") + "]\n"
	}
	without := func(step string) string {
		return steps(strings.Join(slices.DeleteFunc(strings.Fields(all), func(s string) bool { return s == step }), " "))
	}
	swapped := func(a, b string) string {
		list := strings.Fields(all)
		i, j := slices.Index(list, a), slices.Index(list, b)
		list[i], list[j] = list[j], list[i]
		return steps(strings.Join(list, " "))
	}
	rows := []row{
		{steps(all), ""}, {without("bags"), ""}, {without("destroy"), ""}, {swapped("generate", "passphrase"), ""},
		{steps(strings.ReplaceAll(all, " exports", " machine exports machine")), ""},
		{steps(all + " machine"), "line 11: the step transcript is the last"},
		{steps(strings.Replace(all, "bags", "bags bags", 1)), "line 11: the step bags can't be taken twice"},
		{steps(strings.Replace(all, "bags", "sign", 1)), "line 11: there is nothing to do in the step sign: leave it out"},
		{steps(strings.Replace(all, "bags", "rotate", 1)), "line 11: there is nothing to do in the step rotate"},
		{steps(strings.Replace(all, "entropy", "restore entropy", 1)), "line 11: there is nothing to do in the step restore"},
		{swapped("roll-call", "machine"), "line 11: the step identity is the first and roll-call the second"},
		{swapped("bags", "drill"), "line 11: the step drill comes before bags"},
		{swapped("machine", "clock"), "line 11: the step machine comes before clock"},
		{swapped("clock", "entropy"), "line 11: the step clock comes before entropy"},
		{swapped("entropy", "generate"), "line 11: the step entropy comes before generate"},
		{swapped("passphrase", "backups"), "line 11: the step passphrase comes before backups"},
		{swapped("backups", "drill"), "line 11: the step backups comes before drill"},
		{swapped("drill", "exports"), "line 11: the step drill comes before"},
		{swapped("exports", "destroy"), "line 11: the step exports comes before destroy"},
	}
	for _, step := range strings.Fields(all) {
		if step != StepBags && step != StepDestroy {
			rows = append(rows, row{without(step), missing(step)})
		}
	}
	check(t, small, rows)
	check(t, strings.NewReplacer("restore", "destroy", "    paper: shares\n", "").Replace(destroying), []row{
		{steps("identity roll-call machine clock destroy transcript"), ""},
		{steps("identity roll-call machine clock transcript"), strings.Replace(missing("destroy"), "line 11", "line 10", 1)},
	})
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	rotate := strings.Replace(rotating, "restore", "rotate", 1)
	for _, c := range []struct{ plan, with, want string }{
		{small, "", "dual control is waived: one person may"},
		{small, "", "no dice and no coins: what is made rests on the kernel's generator alone"},
		{small, "", "backup lines: one sheet in one copy"},
		{small, "code: lines=>code: lines\n    holders: [Ada]\npassphrase: {style: base58, holder: Ada}", "Ada keeps a sealed sheet and its passphrase"},
		{small, "code: lines=>code: lines\n    holders: [Adda]", "backup lines: Adda is not among the people: is the name right? Ada will handle"},
		{small, "code: lines=>code: words", "backup words: the sheet is the key in the clear"},
		{small, "code: lines=>code: shares\n    need: 3\n    of: 3", "backup shares: all 3 sheets are needed"},
		{small, "code: lines=>code: shares\n    need: 2\n    of: 3\n    copies: 2", "backup shares: 2 copies of each share"},
		{small, "code: lines=>code: shares\n    need: 2\n    of: 3", "key a: its paper is in shares, and the file of pkcs8 with its passphrase is a whole copy"},
		{small, "algorithm: p256=>algorithm: ed25519", "key a: Azure Key Vault imports no Ed25519 keys"},
		{small, "p256=>p256\n    certificate: {subject: CN=a, days: 30, not-before: 2027-01-01}", "key a: its certificate is valid for 30 days only"},
		{small, "answers: allowed\n", "answers: allowed: a real ceremony may be answered by a file"},
		{small, "machine: {links: warn, swap: warn, usb: warn}\n", "machine: a reason and initials are enough to go on where a secret may leave the machine: links, swap"},
		{small, "sign: [{key: a, file: x}]\n", "sign: x has no sha256"},
		{string(Example(KindSign)), "", "key release: the fingerprint is the one of the example"},
		{two, "answers: allowed\n", "dual control and answers: allowed: whoever writes the file is everybody"},
		{two, "paper: shares=>paper: words", "key a: it comes back from a single sheet in the clear"},
		{string(Example(KindSign)), "", "sign: the sha256 of release-1.0.tar.gz is the one of the example"},
		{rotate, "entropy: {dice: 50}\n", "backup shares: all 2 sheets are needed: one that is lost loses the keys"},
	} {
		p, err := ParsePlan([]byte(change(c.plan, c.with)))
		if err != nil {
			t.Errorf("%q: %v", c.with, err)
			continue
		}
		if !slices.ContainsFunc(p.Warnings(), func(w string) bool { return strings.HasPrefix(w, c.want) }) {
			t.Errorf("%q: %q is not among %q", c.with, c.want, p.Warnings())
		}
	}
	for name, want := range map[string]int{"five.yaml": 0, "sign.yaml": 0, "destroy.yaml": 0, "one.yaml": 2} {
		if got := parsed(t, name).Warnings(); len(got) != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
