package ceremony

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// Sealed tells whether a passphrase is used at all: made, or typed for a key that comes back sealed.
func (p *Plan) Sealed() bool {
	return p.NeedsPassphrase() || slices.ContainsFunc(p.Keys, func(k Key) bool { return k.Paper == CodeLines })
}

// Makes tells whether something is made from randomness: a key, a passphrase, or shares of a key.
func (p *Plan) Makes() bool {
	return len(p.New()) > 0 || p.NeedsPassphrase() || p.PutsOnPaper()
}

// PutsOnPaper tells whether new sheets are made.
func (p *Plan) PutsOnPaper() bool { return len(p.BackedUp()) > 0 && len(p.Backups) > 0 }

// PutsFiles tells whether files of keys are made: public keys, certificates, sealed keys.
func (p *Plan) PutsFiles() bool {
	return slices.ContainsFunc(p.Keys, func(k Key) bool { return k.Fingerprint == "" || k.Certificate != nil || len(k.Exports) > 0 })
}

// Labelled finds a key by its label.
func (p *Plan) Labelled(label string) (Key, bool) {
	at := slices.IndexFunc(p.Keys, func(k Key) bool { return k.Label == label })
	if at < 0 {
		return Key{}, false
	}
	return p.Keys[at], true
}

// keyRules: what of a key makes sense for the kind of ceremony.
func (p *Plan) keyRules(root *yaml.Node) error {
	for i, key := range p.Keys {
		n := place(root, "keys", i)
		if key.Fingerprint == "" {
			if err := p.newKeyRules(n, key); err != nil {
				return err
			}
			continue
		}
		if err := p.oldKeyRules(n, key); err != nil {
			return err
		}
	}
	for i, key := range p.Keys {
		replaced := slices.ContainsFunc(p.Keys, func(k Key) bool { return k.Replaces == key.Label })
		if p.Kind == KindRotate && key.Fingerprint != "" && !replaced {
			return wrong(place(root, "keys", i), "no key replaces %s: add one with replaces: %s, or leave this one out", key.Label, key.Label)
		}
	}
	return nil
}

func (p *Plan) newKeyRules(n *yaml.Node, key Key) error {
	switch {
	case p.Kind != KindGenerate && p.Kind != KindRotate:
		return wrong(n, "a ceremony of kind %s makes no keys: give the fingerprint of the key %s, which there is already", p.Kind, key.Label)
	case key.Paper != "":
		return wrong(place(n, "paper"), "key %s is made here, so there is no paper yet: leave paper out, backups says what is made", key.Label)
	case p.Kind == KindGenerate && key.Replaces != "":
		return wrong(place(n, "replaces"), "replaces is for ceremonies of kind %s", KindRotate)
	case p.Kind == KindRotate && key.Replaces == "":
		return wrong(n, "key %s is new: say with replaces: LABEL which old key it replaces", key.Label)
	}
	if p.Kind == KindRotate {
		if old, ok := p.Labelled(key.Replaces); !ok || old.Fingerprint == "" {
			return wrong(place(n, "replaces"), "no key with a fingerprint is labelled %s: the old key must be in the plan", key.Replaces)
		}
	}
	return nil
}

func (p *Plan) oldKeyRules(n *yaml.Node, key Key) error {
	switch {
	case p.Kind == KindGenerate:
		return wrong(place(n, "fingerprint"), "a ceremony of kind %s makes keys, and nobody knows their fingerprints yet: leave it out, or choose another kind", p.Kind)
	case key.Paper == "" && p.Kind != KindDestroy:
		return wrong(n, "key %s comes back from paper: say which with paper: %s, %s, %s or %s", key.Label, CodeLines, CodeWords, CodeCodex32, CodeShares)
	case key.Replaces != "":
		return wrong(place(n, "replaces"), "key %s is an old one, as it has a fingerprint; replaces stands with the new one", key.Label)
	case p.Kind != KindRestore && key.Certificate != nil:
		return wrong(place(n, "certificate"), "a ceremony of kind %s makes no certificates for keys that there are already", p.Kind)
	case p.Kind != KindRestore && len(key.Exports) > 0:
		return wrong(place(n, "exports"), "a ceremony of kind %s exports no keys that there are already: leave exports out", p.Kind)
	case p.Kind == KindDestroy && key.Paper != "":
		return wrong(place(n, "paper"), "a ceremony of kind %s reads no paper: leave it out; backups lists the papers that are destroyed", p.Kind)
	}
	return nil
}

// kindRules: what of the plan makes sense for its kind.
func (p *Plan) kindRules(root *yaml.Node) error {
	backups := map[string]string{ // what the kind says of the field
		KindGenerate: "must", KindRotate: "must", KindRestore: "may", KindDestroy: "may", KindSign: "",
	}[p.Kind]
	switch {
	case backups == "must" && len(p.Backups) == 0:
		return wrong(root, "a ceremony of kind %s needs backups: a key without paper is gone with the machine", p.Kind)
	case backups == "" && len(p.Backups) > 0:
		return wrong(place(root, "backups"), "a ceremony of kind %s makes no paper: leave backups out", p.Kind)
	case p.Kind == KindRotate && len(p.Old()) == 0:
		return wrong(place(root, "keys"), "a ceremony of kind %s needs an old key, with fingerprint and paper", p.Kind)
	case p.Kind == KindRotate && len(p.New()) == 0:
		return wrong(place(root, "keys"), "a ceremony of kind %s needs a new key, with replaces and without a fingerprint", p.Kind)
	case p.Kind == KindSign && len(p.Sign) == 0:
		return wrong(root, "a ceremony of kind %s needs the field sign: which key signs which file", p.Kind)
	case p.Kind == KindDestroy && len(p.Sign) > 0:
		return wrong(place(root, "sign"), "a ceremony of kind %s signs nothing: leave sign out", p.Kind)
	case p.Kind == KindDestroy && len(p.Backups)+len(p.Media) == 0:
		return wrong(root, "what is to be destroyed? backups lists the papers there are, media everything else")
	case !p.Makes() && p.Entropy != Entropy{}:
		return wrong(place(root, "entropy"), "nothing is made from randomness in this plan: leave entropy out")
	case given(root, "passphrase") && !p.Sealed():
		return wrong(place(root, "passphrase"), "nothing is sealed by a passphrase in this plan: leave it out")
	}
	return p.signRules(place(root, "sign"))
}

// signRules: a file is signed by a key that is there, and has a name that no result has.
func (p *Plan) signRules(n *yaml.Node) error {
	var made []string
	for _, f := range p.Files() {
		made = append(made, f.Name)
	}
	for i, s := range p.Sign {
		if _, ok := p.Labelled(s.Key); !ok {
			return wrong(place(n, i, "key"), "no key of this plan is labelled %s", s.Key)
		}
		if slices.Contains(made, s.File) {
			return wrong(place(n, i, "file"), "%s is the name of a file that this ceremony makes: give the file another one", s.File)
		}
	}
	return nil
}
