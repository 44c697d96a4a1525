package apk

import (
	"context"
	"errors"
	"slices"

	"sigtool/formats"
	"sigtool/formats/apk/axml"
	"sigtool/formats/apk/idsig"
	"sigtool/formats/apk/sigblock"
	"sigtool/formats/apk/stamp"
	"sigtool/internal/issue"
	"sigtool/internal/jarsig"
)

// checking is one package being verified, as all Android versions of a range together would.
type checking struct {
	*parts
	keys formats.Keys
	sdk  sdkRange
	app  *axml.Manifest

	v31, v3, v2 []sigblock.Signer
	found       map[int]bool // schemes of the signing block that are there: 2, 3, 31
	jar         *jarsig.Result
	idsigData   []byte // nil: there is no .idsig
	idsig       []idsig.Info
	stamp       *stamp.Stamp
	errs        []error // about the file, or about more than one scheme
}

// Verify gives the verdict that the Android versions between --min-sdk and --max-sdk would come to together: it is good when each of them would
// install it. Errors have the names of apksig's issues.
func (Format) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	parts, err := open(ctx, src)
	if err != nil {
		return nil, err
	}
	if parts.blockErr != nil && !errors.Is(parts.blockErr, formats.ErrMismatch) {
		return nil, parts.blockErr
	}
	parts.zip.Android = true
	c := &checking{parts: parts, keys: keys, found: map[int]bool{}}
	if c.sdk, err = rangeOf(keys.Options, c.manifest); err != nil {
		return nil, err
	}
	c.sdk = c.sdk.proven(keys.Options)
	if err := c.readIdsig(); err != nil {
		return nil, err
	}
	if err := c.signatures(ctx); err != nil {
		return nil, err
	}
	if len(c.failures()) == 0 {
		if err := c.together(ctx); err != nil {
			return nil, err
		}
	}
	return c.report()
}

// manifest reads the manifest once.
func (c *checking) manifest() (m *axml.Manifest, err error) {
	if c.app == nil {
		c.app, err = c.parts.manifest()
	}
	return c.app, err
}

func (c *checking) add(err error) { c.errs = append(c.errs, err) }

// failures are all errors so far: of the file and of its signatures.
func (c *checking) failures() []error {
	errs := slices.Clone(c.errs)
	for _, signers := range [][]sigblock.Signer{c.v31, c.v3, c.v2} {
		for _, s := range signers {
			if s.Err != nil {
				errs = append(errs, s.Err)
			}
		}
	}
	if c.jar != nil {
		errs = append(errs, c.jar.Errors...)
		for _, s := range c.jar.Signers {
			errs = append(errs, s.Errors...)
		}
	}
	for _, info := range c.idsig {
		if info.Err != nil {
			errs = append(errs, info.Err)
		}
	}
	return errs
}

// signatures looks for each scheme as the platforms of the range do: newest first, an older one only where some platform does not know the newer,
// or there is none.
func (c *checking) signatures(ctx context.Context) error {
	if c.sdk.max >= sdkN {
		c.schemes()
		if c.blockErr != nil && len(c.found) > 0 { // Android takes what stands before the damage; nobody makes such a file but to hide something
			c.add(issue.New("MALFORMED_SIGNING_BLOCK", nil, "%w", c.blockErr))
		}
		if err := c.content(ctx); err != nil || len(c.failures()) > 0 {
			return err
		}
		if err := c.v4(ctx); err != nil || len(c.failures()) > 0 {
			return err
		}
	}
	if c.sdk.max >= sdkO && len(c.found) == 0 {
		app, err := c.manifest()
		if err != nil {
			return err
		}
		if app.TargetSandboxVersion > 1 {
			c.add(issue.New("NO_SIG_FOR_TARGET_SANDBOX_VERSION", formats.ErrUnsigned, "its targetSandboxVersion %d needs a v2 or v3 signature", app.TargetSandboxVersion))
		}
	}
	if c.sdk.min < sdkN || len(c.found) == 0 {
		return c.v1(ctx)
	}
	return nil
}

// schemes reads v3.1, v3 and v2.
func (c *checking) schemes() {
	if c.block == nil { // also one that is damaged: Android falls back to v1
		return
	}
	if c.sdk.max >= sdkT {
		c.v31 = c.scheme(31, sigblock.V31, sdkT, noLimit)
	}
	if len(c.failures()) > 0 {
		return
	}
	if c.sdk.max >= sdkP {
		c.v3 = c.scheme(3, sigblock.V3, sdkP, min(c.sdk.max, max(c.rotatedFrom(), sdkT)-1))
		c.rotation()
	}
	if len(c.failures()) > 0 {
		return
	}
	if c.sdk.min < sdkP || len(c.found) == 0 {
		c.v2 = c.scheme(2, sigblock.V2, sdkN, c.sdk.max)
		c.stripped()
	}
}

// scheme reads the signers of one scheme, as platforms from since to last do.
func (c *checking) scheme(scheme sigblock.Scheme, id uint32, since, last int) []sigblock.Signer {
	value, there := c.block.Value(id)
	if !there {
		return nil
	}
	c.found[int(scheme)] = true
	signers, err := sigblock.Signers(scheme, value, min(max(c.sdk.min, since), last), last)
	if err != nil {
		c.add(err)
	}
	return signers
}
