package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigtool/keygen"
)

// maxRoles is how many roles a person can have.
const maxRoles = 16

// person finds somebody by name.
func (t *Transcript) person(name string) *Person {
	if i := slices.IndexFunc(t.People, func(p Person) bool { return p.Name == name }); i >= 0 {
		return &t.People[i]
	}
	return nil
}

// has tells whether somebody has a role.
func (p *Person) has(role string) bool { return p != nil && slices.Contains(p.Roles, role) }

// takePerson takes a person with one role; who has two stands on two lines.
func (t *Transcript) takePerson(d map[string]string) error {
	if d["name"] == "" || d["role"] == "" {
		return errors.New("a person without a name or a role")
	}
	p := t.person(d["name"])
	switch {
	case p == nil && len(t.People) == maxNamed:
		return errTooMany
	case p == nil:
		t.People = append(t.People, Person{Name: d["name"], Roles: []string{d["role"]}, Key: d["key"]})
		return nil
	case len(p.Roles) == maxRoles:
		return fmt.Errorf("a person with more than %d roles", maxRoles)
	case p.has(d["role"]):
		return errors.New("a person named twice in one role")
	case d["key"] != "" && p.Key != "" && d["key"] != p.Key:
		return errors.New("a person with two keys")
	case d["key"] != "":
		p.Key = d["key"]
	}
	p.Roles = append(p.Roles, d["role"])
	return nil
}

func (t *Transcript) takePresent(d map[string]string) error {
	p := t.person(d["name"])
	switch {
	case p == nil:
		return fmt.Errorf("%q is nobody whom the plan names", d["name"])
	case d["initials"] == "":
		return errors.New("somebody without initials")
	case p.Initials != "" && !strings.EqualFold(p.Initials, d["initials"]):
		return errors.New("a person with two sets of initials")
	}
	p.Initials = d["initials"]
	return nil
}

func (t *Transcript) takeSigner(d map[string]string) error {
	pub, err := parseKey(d["public"])
	if err != nil {
		return err
	}
	p := t.person(d["name"])
	switch {
	case p == nil:
		return fmt.Errorf("%q is nobody whom the plan names", d["name"])
	case p.Key == "" || p.Key != d["key"] || keygen.Fingerprint(pub) != p.Key:
		return fmt.Errorf("the key is not the one that the plan names for %q", p.Name)
	case p.Public != nil:
		return fmt.Errorf("%q is to sign twice", p.Name)
	}
	p.Public = pub
	t.Signers = append(t.Signers, p.Name)
	return nil
}
