// Package swupdate signs SWUpdate packages, and bare sw-descriptions, so that swupdate takes them, and refuses in verifying what swupdate
// would refuse: a signature, an image or an order that is not right, and anything that no signature vouches for.
package swupdate

import "sigtool/formats"

// Format is SWUpdate packages (.swu), and the sw-description that describes one, with its signature beside it.
type Format struct{}

// Name is "swupdate".
func (Format) Name() string { return "swupdate" }

// Summary is one line of help.
func (Format) Summary() string { return "SWUpdate packages (.swu), or a bare sw-description" }

// Files are the names that such files have.
func (Format) Files() []string { return []string{"*.swu", descriptionName} }

// Options are the format's own flags.
func (Format) Options() []formats.Option {
	return []formats.Option{
		{Name: optionScheme, Kind: formats.String, Default: schemePKCS1, Enum: []string{schemePKCS1, schemePSS, schemeCMS}, Sign: true, Verify: true,
			Help: "kind of signature that the devices' swupdate was built for; verify takes any unless told"},
		{Name: optionPurpose, Kind: formats.String, Default: purposeAny, Enum: []string{purposeEmail, purposeCode, purposeAny}, Sign: true, Verify: true,
			Help: "what the certificate of a CMS signature must be for, as swupdate's own flag says; any is either of the two"},
		{Name: optionFill, Kind: formats.Bool, Default: "false", Sign: true,
			Help: "write the sha256 of each image that has none into sw-description"},
	}
}

const (
	optionScheme  = "scheme"
	optionPurpose = "cert-purpose"
	optionFill    = "fill-hashes"

	schemePKCS1 = "pkcs1"
	schemePSS   = "pss"
	schemeCMS   = "cms"
	schemeECDSA = "ecdsa" // what --scheme pkcs1 makes with such a key

	descriptionName = "sw-description"
	signatureName   = "sw-description.sig"
	suffix          = ".sig" // of the signature beside a bare sw-description
)

// Timed says that a CMS signature tells when it was made.
func (Format) Timed(options formats.Values) bool {
	return options.String(optionScheme, schemePKCS1) == schemeCMS
}

// Apart tells whether this is a bare sw-description that stays as it is.
func (Format) Apart(src formats.Source, options formats.Values) bool {
	return !isPackage(src) && !options.Bool(optionFill)
}
