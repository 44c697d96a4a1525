package optee

import (
	"bytes"
	"context"
	"errors"
	"io"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// app checks the trusted application at the end.
func (v *verifier) app(ctx context.Context, f *file) error {
	ta := f.ta
	sig := formats.Signature{Scheme: "ta", Covers: covers(ta.header, ta.image+ta.imageSize), Properties: ta.properties()}
	var plain formats.Source
	sum := []byte(nil)
	switch {
	case ta.sealed == nil:
		plain = io.NewSectionReader(v.src, ta.image, ta.imageSize)
	case v.asked.aes != nil:
		b, err := ta.open(ctx, v.asked.aes, v.src)
		if errors.Is(err, formats.ErrMismatch) {
			sig.Alg, sig.Err = ta.alg.String(), err
			v.add(sig)
			return nil
		} else if err != nil {
			return err
		}
		defer clear(b)
		plain = bytes.NewReader(b)
	}
	if plain != nil {
		h := hashHead(ta.header, ta.head())
		if err := hashRange(ctx, h, plain, 0, ta.imageSize); err != nil {
			return err
		}
		sum = h.Sum(nil)
	}
	v.check(&sig, ta.header, sum)
	if sig.Err == nil {
		sig.Err = v.agrees(ta, plain, &sig)
	}
	v.add(sig)
	return nil
}

// agrees says what is wrong with a trusted application whose signature matches.
func (v *verifier) agrees(ta *app, plain formats.Source, sig *formats.Signature) error {
	o := v.asked
	switch {
	case v.above != nil && ta.uuid != v.above.next():
		return issue.New("subkey-uuid", formats.ErrMismatch, "the UUID is %s, and the subkey above allows %s", ta.uuid, v.above.next()).
			Advise("it was signed below another subkey, or under another name")
	case o.uuid != nil && *o.uuid != ta.uuid:
		return issue.New("uuid-differs", formats.ErrMismatch, "it is %s, and --%s asks for %s", ta.uuid, optionUUID, *o.uuid).
			Advise("it is another trusted application, by the same signer")
	case o.version != nil && ta.version < *o.version:
		return issue.New("version-goes-back", formats.ErrMismatch, "its version is %d, and --%s asks for %d at least", ta.version, optionVersion, *o.version).
			Advise("it is an older one, by the same signer")
	case plain == nil:
		return issue.New("encrypted", formats.ErrNoKey, "what is signed is the hash of the plain image, and the image is encrypted").Advise("--enc-key FILE")
	}
	e, ok := readELF(plain)
	if !ok {
		return issue.New("no-elf", formats.ErrMismatch, "what is signed is no ELF file of a trusted application")
	}
	switch uuid, ok := e.uuid(); {
	case !ok:
		sig.Notes = append(sig.Notes, "the image has no section "+taHead+" that says its UUID too")
	case uuid != ta.uuid:
		return issue.New("uuid-differs", formats.ErrMismatch, "the header says %s, and %s says %s", ta.uuid, taHead, uuid).
			Advise("OP-TEE does not load it: sign the image for its own UUID")
	}
	if o.aes != nil && ta.sealed == nil {
		return issue.New("not-encrypted", formats.ErrMismatch, "--%s is given, and the image is not encrypted", optionEncKey).Advise("without it, the image verifies as it is")
	}
	return nil
}
