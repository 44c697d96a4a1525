package apk

import (
	"fmt"
	"math"

	"sigtool/formats"
	"sigtool/formats/apk/axml"
)

// API levels that matter to signing.
const (
	sdkN    = 24 // Android 7.0: v2
	sdkO    = 26 // Android 8.0: targetSandboxVersion
	sdkP    = 28 // Android 9: v3
	sdkR    = 30 // Android 11: v4; apps for it need v2 or later
	sdkT    = 33 // Android 13: v3.1
	noLimit = math.MaxInt32

	defaultRotation = sdkT
)

// sdkRange is the Android versions, by API level, on which the package is to install.
type sdkRange struct{ min, max int }

// rangeOf takes the range from the options, and what they leave open from the manifest.
func rangeOf(v formats.Values, manifest func() (*axml.Manifest, error)) (sdkRange, error) {
	r := sdkRange{int(v.Int(optionMin, -1)), int(min(v.Int(optionMax, noLimit), noLimit))}
	if r.min < 0 {
		m, err := manifest()
		if err != nil {
			return r, err
		}
		if m.MinSDKErr != nil {
			return r, fmt.Errorf("%w: %v", formats.ErrFormat, m.MinSDKErr)
		}
		r.min = m.MinSDK
	}
	if r.min > r.max {
		return r, fmt.Errorf("%w: the oldest Android, API level %d, is newer than the newest, %d", formats.ErrOption, r.min, r.max)
	}
	return r, nil
}

// schemes are the signature schemes that a package is to have.
type schemes struct{ v1, v2, v3, v4 bool }

// schemesFor chooses the schemes for a range: each that some Android in it looks for, unless the options say otherwise.
func schemesFor(v formats.Values, r sdkRange) (schemes, error) {
	choose := func(option string, auto bool) bool {
		if given := v.String(option, "auto"); given != "auto" {
			return given == "true"
		}
		return auto
	}
	s := schemes{v1: choose(optionV1, r.min < sdkN), v2: choose(optionV2, r.max >= sdkN), v3: choose(optionV3, r.max >= sdkP)}
	s.v4 = choose(optionV4, r.max >= sdkR && (s.v2 || s.v3))
	switch {
	case !s.v1 && !s.v2 && !s.v3:
		return s, fmt.Errorf("%w: --v1, --v2 and --v3 leave no scheme to sign by", formats.ErrOption)
	case s.v4 && !s.v2 && !s.v3:
		return s, fmt.Errorf("%w: v4 builds on v2 or v3, and neither is made", formats.ErrOption)
	}
	return s, nil
}

// missing says which Android versions of the range would refuse a package that has these schemes; "" if none.
func (s schemes) missing(r sdkRange) string {
	first := noLimit
	switch {
	case s.v1:
		return ""
	case s.v2:
		first = sdkN
	case s.v3:
		first = sdkP
	}
	if r.min >= first {
		return ""
	}
	return fmt.Sprintf("without an older scheme, Android before API level %d can't install it, and it is meant for %d and later; --min-sdk %d says that they don't matter", first, r.min, first)
}

// proven narrows a range to what the schemes that were asked for can be verified on: sign proves what it was told to make.
func (r sdkRange) proven(v formats.Values) sdkRange {
	off := func(option string) bool { return v.String(option, "auto") == "false" }
	switch {
	case off(optionV1) && off(optionV2):
		r.min = max(r.min, sdkP)
	case off(optionV1):
		r.min = max(r.min, sdkN)
	}
	r.max = max(r.max, r.min)
	return r
}
