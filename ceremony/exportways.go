package ceremony

import (
	"cmp"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sigtool/internal/secret"
	"sigtool/keygen"
	"sigtool/keygen/export"
)

// way is an export that is known to be possible: its options are taken, and its wrapping key was read and is the one of the plan.
type way struct {
	key      Key
	export   Export
	target   *export.Target
	settings export.Settings // as they were when the ceremony began
	found    *export.Export  // what the target made of them
}

// make has the target make its files, which opens them again. The certificate is for targets that carry one, and may be nil for others. The
// caller destroys the result.
func (w *way) make(key crypto.Signer, c *x509.Certificate, passphrase *secret.Bytes, random io.Reader) (*export.Result, error) {
	settings := w.settings
	settings.Rand = random
	if w.target.Certs {
		settings.Chain = []*x509.Certificate{c}
	}
	found, err := w.target.Prepare(settings)
	if err != nil {
		return nil, err
	}
	if found.Wrapping != w.export.Pinned {
		return nil, fmt.Errorf("%s is the wrapping key %s, and the plan has %s", w.export.Wrap, found.Wrapping, w.export.Pinned)
	}
	w.found = found
	if !w.export.seals() {
		passphrase = nil
	}
	result, err := found.Make(export.Key{Signer: key, Passphrase: passphrase})
	if err != nil {
		return nil, err
	}
	for i, f := range result.Files {
		if i == 0 && f.Suffix != "" || i > 0 && !slices.Contains(w.export.suffixes(), f.Suffix) {
			result.Destroy()
			return nil, fmt.Errorf("it makes a file %s%s, which nobody planned", settings.Output, f.Suffix)
		}
	}
	return result, nil
}

// prepareExports tries every export out before anybody throws a die, with a throw-away key in the place of the one that will be: a wrapping
// key that is missing, stale or not the plan's, or an option that the target does not take, stops the ceremony while there is nothing to lose.
func (r *Run) prepareExports() error {
	if len(r.plan.wrappings()) > 0 && r.world.ReadInput == nil {
		return errors.New("the plan names wrapping keys, and there is no folder that they are in")
	}
	return r.tryExports()
}

// TryExports tries the exports of a plan out as a ceremony does when it begins; those to wrapping keys only if the world has a ReadInput. It
// takes of the world that, Rand, Now and Program. Errors: ErrRefused, and what reading a wrapping key gives.
func (p *Plan) TryExports(world World) error {
	r := &Run{plan: p, world: world, mode: Production}
	defer r.forget()
	return r.tryExports()
}

func (r *Run) tryExports() error {
	pool := keygen.NewPool(r.world.Rand)
	defer pool.Destroy()
	throwAway := map[keygen.Algorithm]crypto.Signer{}
	for _, k := range r.plan.Keys {
		for _, e := range k.Exports {
			if e.Own() || e.Wrap != "" && r.world.ReadInput == nil {
				continue
			}
			if throwAway[k.Algorithm] == nil {
				key, seed, err := keygen.Generate(pool, k.Algorithm, "throw-away "+string(k.Algorithm))
				if err != nil {
					return err
				}
				secret.Wipe(seed)
				throwAway[k.Algorithm] = key
			}
			w, err := r.wayOf(k, e)
			if err != nil {
				return fmt.Errorf("key %s, export %s: %w", k.Label, e.Target, err)
			}
			if err := r.tryOut(w, throwAway[k.Algorithm]); err != nil {
				return fmt.Errorf("%w: key %s, export %s: %w", ErrRefused, k.Label, e.Target, err)
			}
			r.ways = append(r.ways, w)
		}
	}
	return nil
}

func (r *Run) wayOf(k Key, e Export) (*way, error) {
	w := &way{key: k, export: e, target: export.ByName(e.Target), settings: export.Settings{
		Values: e.Values, KDF: cmp.Or(e.KDF, keygen.PBKDF2), Label: r.labelThere(k), Output: r.exportName(k, e), Program: r.world.Program, Now: r.world.Now(), Rand: r.world.Rand,
	}}
	if e.Wrap != "" {
		data, err := r.world.ReadInput(e.Wrap)
		if err != nil {
			return nil, err
		}
		w.settings.Wrap = r.keep(secret.From(data)).Bytes() // that of a YubiHSM 2 is one
	}
	return w, nil
}

// tryOut has the target make the files of a throw-away key, which go nowhere.
func (r *Run) tryOut(w *way, key crypto.Signer) error {
	var c *x509.Certificate
	if w.target.Certs {
		der, err := r.certificate(&made{plan: w.key, signer: key})
		if err != nil {
			return err
		}
		if c, err = x509.ParseCertificate(der); err != nil {
			return err
		}
	}
	passphrase := secret.From([]byte("the passphrase of a throw-away key"))
	defer passphrase.Destroy()
	result, err := w.make(key, c, passphrase, r.world.Rand)
	result.Destroy()
	return err
}

// labelThere is what the key is called where it goes. A throw-away key says that it is one; 40 bytes are what a YubiHSM 2 holds.
func (r *Run) labelThere(k Key) string {
	if r.mode != Rehearsal {
		return k.Label
	}
	label := "REHEARSAL-" + k.Label
	return strings.TrimRight(label[:min(len(label), 40)], "-")
}

// exportName is the name of an export's file. A rehearsal's says so, for most forms have no other place for the mark.
func (r *Run) exportName(k Key, e Export) string {
	name := r.plan.FileName(k.Label, e.ending())
	if r.mode == Rehearsal && e.Target != ExportPKCS8 {
		name = strings.TrimSuffix(name, e.ending()) + "REHEARSAL." + e.ending()
	}
	return name
}
