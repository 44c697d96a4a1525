package main

import (
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/formats/all"
	"sigtool/keygen"
)

// givenOptions are the formats' options on the command line. The files, keys and certificates that they name are read once for all files of the
// run: a pipe can't be read again, and nobody wants to type a passphrase for each file.
type givenOptions struct {
	flags  *cli.Context
	files  map[string][]byte
	keys   map[string][]crypto.Signer
	chains map[string][][]*x509.Certificate

	look sync.Once
	seen []formats.Option
}

// readOptions reads what the options name; a format that is named already refuses other formats' options first. Keys that are elsewhere come
// from their certificates.
func readOptions(c *cli.Context, out *reporter, named formats.Format, source passphraseSource, elsewhere *elsewhere) (*givenOptions, error) {
	g := &givenOptions{flags: c, files: map[string][]byte{}, keys: map[string][]crypto.Signer{}, chains: map[string][][]*x509.Certificate{}}
	if named != nil {
		if err := g.refuseOthers(named); err != nil {
			return nil, err
		}
	}
	for _, option := range g.set() {
		if err := g.read(option, out, source); err != nil {
			return nil, err
		}
	}
	for _, option := range keyOptions() {
		if own := ownPassphrase(option); c.IsSet(own) && !c.IsSet(option) {
			return nil, usagef("--%s without --%s", own, option)
		}
		if elsewhere == nil {
			continue
		}
		if c.IsSet(option) {
			return nil, usageHint("leave --"+option+" out", "--detached is for keys that are elsewhere: --%s names their certificates", certOption(option))
		}
		for _, chain := range g.chains[certOption(option)] {
			key, err := elsewhere.key(chain[0])
			if err != nil {
				return nil, err
			}
			g.keys[option] = append(g.keys[option], key)
		}
	}
	return g, g.paired()
}

// keyOptions lists the options of all formats that are keys.
func keyOptions() []string { return optionsOf(formats.Key) }

// optionsOf lists the options of all formats that are of a kind.
func optionsOf(kind formats.Kind) (names []string) {
	for _, format := range all.List() {
		for _, option := range format.Options() {
			if option.Kind == kind && !slices.Contains(names, option.Name) {
				names = append(names, option.Name)
			}
		}
	}
	return names
}

// set lists the options that stand on the command line, each once. It looks there once a run: that costs more than many a file.
func (g *givenOptions) set() []formats.Option {
	g.look.Do(func() { g.seen = g.lookUp() })
	return g.seen
}

func (g *givenOptions) lookUp() (set []formats.Option) {
	for _, format := range all.List() {
		for _, option := range format.Options() {
			again := slices.ContainsFunc(set, func(o formats.Option) bool { return o.Name == option.Name })
			if g.flags.IsSet(option.Name) && !again {
				set = append(set, option)
			}
		}
	}
	return set
}

// read reads what one option names.
func (g *givenOptions) read(option formats.Option, out *reporter, source passphraseSource) error {
	switch option.Kind {
	case formats.File:
		limit := option.Limit
		if limit == 0 {
			limit = maxKeyFile
		}
		data, err := readSmall(g.flags.String(option.Name), limit)
		g.files[option.Name] = data
		return err
	case formats.Digest:
		digest, err := readDigest(g.flags.String(option.Name))
		g.files[option.Name] = digest
		return err
	case formats.Key:
		return g.readKeys(option.Name, out, source)
	case formats.Chain:
		for _, name := range g.flags.StringSlice(option.Name) {
			chain, err := readChain(name)
			if err != nil {
				return err
			}
			g.chains[option.Name] = append(g.chains[option.Name], chain)
		}
	}
	return nil
}

// The bytes that a Digest option may have.
const minDigest, maxDigest = 20, 64

// readDigest takes hexadecimal digits, or the file that is named, which holds the bytes or digits.
func readDigest(text string) ([]byte, error) {
	if digest, err := digits(text); err == nil {
		return digest, nil
	}
	data, err := readSmall(text, 4*maxDigest)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usageHint("sigtool cert imx-srk prints it", "%q is no digest in hexadecimal digits, and no file", text)
	case err != nil:
		return nil, err
	}
	if digest, err := digits(string(data)); err == nil {
		return digest, nil
	}
	if len(data) < minDigest || len(data) > maxDigest {
		return nil, usageHint("sigtool cert imx-srk prints it", "%s: %d bytes are no digest", text, len(data))
	}
	return data, nil
}

// digits reads a digest in hexadecimal; spaces, line ends and colons between digits do not count.
func digits(text string) ([]byte, error) {
	digest, err := hex.DecodeString(strings.NewReplacer(" ", "", ":", "", "\n", "", "\r", "", "\t", "").Replace(text))
	if err == nil && (len(digest) < minDigest || len(digest) > maxDigest) {
		err = hex.ErrLength
	}
	return digest, err
}

// readKeys loads the keys of an option, as that of -k is: by the same passphrase, or each by its own.
func (g *givenOptions) readKeys(option string, out *reporter, source passphraseSource) error {
	names, own := g.flags.StringSlice(option), g.flags.StringSlice(ownPassphrase(option))
	if len(own) > 0 && len(own) != len(names) {
		return usageHint("one for each --"+option+", in their order", "%d of --%s, and %d of --%s", len(own), ownPassphrase(option), len(names), option)
	}
	for i, name := range names {
		from := source
		if len(own) > 0 {
			from = passphraseSource{fd: -1, file: own[i]}
		}
		key, err := openSigningKey(name, out, from)
		if errors.Is(err, keygen.ErrPassphrase) && source.given() && len(own) == 0 {
			err = withHint(err, "--"+ownPassphrase(option)+" FILE if it has a passphrase of its own")
		}
		if err != nil {
			return err
		}
		g.keys[option] = append(g.keys[option], key)
	}
	return nil
}

// paired holds each key to the certificate that stands at its place, where the format has an option for that.
func (g *givenOptions) paired() error {
	for _, option := range keyOptions() {
		if !slices.Contains(optionsOf(formats.Chain), certOption(option)) {
			continue
		}
		keys, chains := g.keys[option], g.chains[certOption(option)]
		if len(keys) != len(chains) {
			return usageHint("each --"+option+" needs its --"+certOption(option)+", in the same order", "%d of --%s, and %d of --%s",
				len(keys), option, len(chains), certOption(option))
		}
		for i, name := range g.flags.StringSlice(option) {
			if err := belongs(g.flags.StringSlice(certOption(option))[i], chains[i], keys[i], "--"+option+" "+name); err != nil {
				return err
			}
		}
	}
	return nil
}

// refuseOthers refuses an option that is another format's; it must not be ignored.
func (g *givenOptions) refuseOthers(format formats.Format) error {
	for _, option := range g.set() {
		if slices.ContainsFunc(format.Options(), func(o formats.Option) bool { return o.Name == option.Name }) {
			continue
		}
		var owners []string
		for _, other := range all.List() {
			if slices.ContainsFunc(other.Options(), func(o formats.Option) bool { return o.Name == option.Name }) {
				owners = append(owners, other.Name())
			}
		}
		return usagef("--%s is for %s, not for %s", option.Name, strings.Join(owners, " and "), format.Name())
	}
	return nil
}

// values are the options as a format takes them.
func (g *givenOptions) values(format formats.Format) (formats.Values, error) {
	var values formats.Values
	if err := g.refuseOthers(format); err != nil {
		return values, err
	}
	for _, option := range format.Options() {
		for _, key := range g.keys[option.Name] {
			values.AddKey(option.Name, key)
		}
		for _, chain := range g.chains[option.Name] {
			values.AddChain(option.Name, chain)
		}
		if data, read := g.files[option.Name]; read { // given, or found in a tree of keys
			values.SetBytes(option.Name, data)
			continue
		}
		if !g.flags.IsSet(option.Name) || option.Kind == formats.Key || option.Kind == formats.Chain {
			continue
		}
		text := fmt.Sprint(g.flags.Value(option.Name))
		if len(option.Enum) > 0 && !slices.Contains(option.Enum, text) {
			return values, usagef("--%s: %q is none of %s", option.Name, text, strings.Join(option.Enum, ", "))
		}
		if n, err := strconv.ParseInt(text, 10, 64); option.Kind == formats.Int && (err != nil || n < 0) {
			return values, usagef("--%s: %q is no number from 0 on", option.Name, text)
		}
		values.Set(option.Name, text)
	}
	return values, nil
}
