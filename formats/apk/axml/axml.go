// Package axml reads what signing needs to know from an APK's binary AndroidManifest.xml, and takes missing and odd values as Google's apksig does.
package axml

import (
	"errors"
	"fmt"
)

// Manifest is what the manifest says. A value that is missing is what Android takes instead.
type Manifest struct {
	Package              string // "" where there is none
	MinSDK               int    // the largest of all uses-sdk elements; 1 where there is none
	TargetSDK            int    // MinSDK where it is not given, or not as a number
	TargetSandboxVersion int    // 1 where it is not given
	Debuggable           bool

	// MinSDKErr and DebuggableErr say why the value can't be told: a codename that is none, a reference to a resource, whose value depends on
	// the device. They matter only to who needs the value: MinSDK is 1 and Debuggable false then.
	MinSDKErr, DebuggableErr error
}

var errDamaged = errors.New("damaged AndroidManifest.xml")

// MaxSize is how many bytes a manifest may have.
const MaxSize = 16 << 20

// Attributes are known by resource ids of Android's own framework, whatever their names are.
const (
	attrDebuggable           = 0x0101000f
	attrMinSDK               = 0x0101020c
	attrTargetSDK            = 0x01010270
	attrTargetSandboxVersion = 0x0101054c
)

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errDamaged}, args...)...)
}

// Parse reads a manifest. Errors: one that says what is damaged.
func Parse(data []byte) (*Manifest, error) {
	if len(data) > MaxSize {
		return nil, damaged("%d bytes, more than 16 MiB", len(data))
	}
	doc, err := open(data)
	if err != nil {
		return nil, err
	}
	r := reader{m: Manifest{MinSDK: 1, TargetSandboxVersion: 1}}
	for {
		e, err := doc.next()
		if err == nil && e != nil {
			err = r.element(e)
		}
		if err != nil {
			return nil, err
		}
		if e == nil {
			return r.result(), nil
		}
	}
}

// reader gathers the values of one manifest.
type reader struct {
	m                          Manifest
	manifest, application      bool // the one that counts was there
	sandboxFound, targetFound  bool // the first attribute that counts was there
	targetGiven, minSDKUnknown bool
}

// element takes what an element says. uses-sdk and application count below the root alone; targetSandboxVersion and targetSdkVersion are taken from
// any element of that name, as apksig does: the first there is.
func (r *reader) element(e *element) error {
	switch {
	case e.name == "manifest":
		return r.root(e)
	case e.name == "uses-sdk":
		return r.usesSDK(e)
	case e.name == "application" && e.depth == 2 && e.plain && !r.application:
		r.application = true
		return r.debuggable(e)
	}
	return nil
}

func (r *reader) root(e *element) error {
	if e.depth == 1 && e.plain && !r.manifest {
		r.manifest = true
		if err := r.packageName(e); err != nil {
			return err
		}
	}
	a, err := e.find(attrTargetSandboxVersion)
	if err != nil || a == nil || r.sandboxFound {
		return err
	}
	r.sandboxFound = true
	if a.isNumber() {
		r.m.TargetSandboxVersion = a.number()
	}
	return nil
}

// packageName looks for the name, as Android does: "package" is no attribute of the framework, it has no resource id.
func (r *reader) packageName(e *element) error {
	for i := range e.count {
		a, err := e.attribute(i)
		if err != nil {
			return err
		}
		name, err := e.pool.name(a.name)
		if err != nil {
			return err
		}
		if name == "package" {
			if a.kind == kindString {
				r.m.Package, err = e.pool.text(a.value)
			}
			return err
		}
	}
	return nil
}

func (r *reader) usesSDK(e *element) error {
	target, err := e.find(attrTargetSDK)
	if err != nil {
		return err
	}
	if target != nil && !r.targetFound {
		r.targetFound = true
		if r.targetGiven = target.isNumber(); r.targetGiven {
			r.m.TargetSDK = target.number()
		}
	}
	if e.depth != 2 || !e.plain || r.minSDKUnknown {
		return nil
	}
	lowest, err := e.find(attrMinSDK)
	if err != nil || lowest == nil {
		return err
	}
	version, err := minSDK(e, lowest)
	if err != nil {
		r.m.MinSDKErr, r.minSDKUnknown = err, true
		return nil
	}
	r.m.MinSDK = max(r.m.MinSDK, version)
	return nil
}

func (r *reader) result() *Manifest {
	if r.minSDKUnknown {
		r.m.MinSDK = 1
	}
	if !r.targetGiven {
		r.m.TargetSDK = r.m.MinSDK
	}
	return &r.m
}
