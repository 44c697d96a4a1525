package transcript

import (
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"io"
	"strings"
	"testing"

	"sigtool/keygen"
)

func otherKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(append(make([]byte, ed25519.SeedSize-1), seed))
}

func p256Text(t *testing.T) string {
	t.Helper()
	der, err := keygen.MarshalPublic(keys(t, keygen.P256)["p256"].Public())
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

// peopled starts a transcript in which Ada and Ben have own keys and Cy has none.
func peopled(t *testing.T) (*Writer, map[string]crypto.Signer) {
	t.Helper()
	people := map[string]crypto.Signer{"Ada": otherKey(1), "Ben": keys(t, keygen.P256)["p256"]}
	w, err := NewWriter(header(), ownKey(), clock(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range [][3]string{
		{"Ben", "witness", keygen.Fingerprint(people["Ben"].Public())}, {"Ada", "operator", keygen.Fingerprint(people["Ada"].Public())},
		{"Cy", "holder", ""}, {"Ada", "holder", ""},
	} {
		if err := w.Person(p[0], p[1], p[2]); err != nil {
			t.Fatal(err)
		}
	}
	return w, people
}

func TestPeopleSign(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ who, outcome, want string }{
		{"Ada Ben", Done, "ceremony key, person: Ben, person: Ada"}, {"Ada", GivenUp, "ceremony key, person: Ada"}, {"", Done, "ceremony key"},
	} {
		w, people := peopled(t)
		for name := range people {
			if !strings.Contains(c.who, name) {
				delete(people, name)
			}
		}
		raw, err := w.Seal(c.outcome, "", nil, people)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Check(raw)
		if err != nil {
			t.Fatal(err)
		}
		var by []string
		for _, s := range got.SealedBy() {
			by = append(by, s.By)
		}
		if strings.Join(by, ", ") != c.want || len(got.Signers) != len(people) {
			t.Errorf("%q: signed by %q", c.who, by)
		}
		if len(got.People) != 3 || len(got.People[1].Roles) != 2 {
			t.Errorf("people %v", got.People)
		}
	}
}

// TestOtherPeoplesKeys: nobody signs for somebody else, and a seal that fails leaves the transcript open for another.
func TestOtherPeoplesKeys(t *testing.T) {
	t.Parallel()
	w, people := peopled(t)
	lines := len(w.t.Lines)
	for name, bad := range map[string]map[string]crypto.Signer{
		"another key than the one named": {"Ada": otherKey(2)}, "the key of somebody else": {"Ada": people["Ben"]},
		"somebody without a key": {"Ben": people["Ben"], "Cy": otherKey(3)}, "a stranger": {"Eve": otherKey(4)},
		"a key that signs nothing": {"Ada": dumb{otherKey(1)}, "Ben": people["Ben"]},
	} {
		if _, err := w.Seal(Done, "", nil, bad); err == nil {
			t.Errorf("%s signed", name)
		}
	}
	if len(w.t.Lines) != lines || len(w.t.Signers) != 0 {
		t.Error("a seal that failed left lines behind")
	}
	raw, err := w.Seal(Done, "", nil, people)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Check(raw); err != nil {
		t.Error(err)
	}
}

// dumb is a key that signs something else.
type dumb struct{ ed25519.PrivateKey }

func (d dumb) Sign(_ io.Reader, _ []byte, _ crypto.SignerOpts) ([]byte, error) {
	return make([]byte, ed25519.SignatureSize), nil
}

// TestPeopleRewritten changes what a sealed transcript says of people, with the chain put right.
func TestPeopleRewritten(t *testing.T) {
	t.Parallel()
	w, people := peopled(t)
	raw, err := w.Seal(Done, "", nil, people)
	if err != nil {
		t.Fatal(err)
	}
	// lines: 1 begin, 2 to 5 people, 6 and 7 signers, 8 end, 9 seal
	for _, c := range []struct {
		name   string
		change func(l []Line) []Line
		want   string
	}{
		{"a signature left out", func(l []Line) []Line { l[8].Signatures = l[8].Signatures[:2]; return l }, "line 9: 2 signatures, and 3 keys that must sign"},
		{"a signer and the signature left out", func(l []Line) []Line {
			l[8].Signatures, l[7].Data["lines"] = l[8].Signatures[:2], "8"
			return append(l[:6], l[7:]...)
		}, `line 8: signature 1, by "ceremony key": signature does not match`},
		{"a signer named twice", func(l []Line) []Line { l[6] = l[5]; return l }, `line 7: "Ben" is to sign twice`},
		{"another key for a signer", func(l []Line) []Line { l[6].Data["public"] = l[5].Data["public"]; return l },
			`line 7: the key is not the one that the plan names for "Ada"`},
		{"another name for a signer", func(l []Line) []Line { l[6].Data["name"] = "Eve"; return l }, `line 7: "Eve" is nobody whom the plan names`},
		{"signatures of people swapped", func(l []Line) []Line {
			s := l[8].Signatures
			l[8].Signatures = []Signature{s[0], s[2], s[1]}
			return l
		}, `line 9: signature 2, by "person: Ben": it is in the name of another key`},
		{"a person without a role", func(l []Line) []Line { l[3].Data["role"] = ""; return l }, "line 4: a person without a name or a role"},
		{"a role twice", func(l []Line) []Line { l[4].Data["role"] = "operator"; return l }, "line 5: a person named twice in one role"},
		{"two keys for a person", func(l []Line) []Line { l[4].Data["key"] = "SHA256:"; return l }, "line 5: a person with two keys"},
		{"initials of nobody", func(l []Line) []Line {
			l[4].Event, l[4].Data = EventPresent, map[string]string{"name": "Eve", "initials": "E"}
			return l
		}, `line 5: "Eve" is nobody whom the plan names`},
		{"no initials", func(l []Line) []Line { l[4].Event = EventPresent; return l }, `line 5: somebody without initials`},
	} {
		again, err := Check(raw)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Check(chained(t, c.change(again.Lines)))
		if err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
		}
	}
	if !(strings.Contains(string(raw), `"by":"person: Ada"`)) {
		t.Error("people sign in another name")
	}
}
