// Package axml reads what signing needs to know from an APK's binary AndroidManifest.xml.
package axml

import "errors"

// Manifest is what the manifest says. A value that is missing is what Android takes instead.
type Manifest struct {
	Package              string
	MinSDK               int // 1 where there is no uses-sdk
	TargetSDK            int // MinSDK where it is not given
	TargetSandboxVersion int // 1 where it is not given
	Debuggable           bool
}

// ErrFormat is wrapped by every error.
var ErrFormat = errors.New("damaged AndroidManifest.xml")

// Parse reads a manifest of at most 16 MiB. Errors: ErrFormat.
func Parse(data []byte) (*Manifest, error) { return nil, errors.ErrUnsupported }
