package ceremony

import (
	"embed"
	"slices"
)

//go:embed example*.yaml
var examples embed.FS

// Examples of the kind generate beside the usual one, which is for one person; the others are named as the kinds are.
const (
	ExampleFive   = "five"    // five people of whom any three restore
	ExampleIMXSRK = "imx-srk" // the four super root keys of an i.MX processor
	ExampleExport = "export"  // a key that leaves wrapped for key vaults
)

// Kinds lists the kinds of ceremony.
func Kinds() []string { return []string{KindGenerate, KindRestore, KindSign, KindRotate, KindDestroy} }

// Examples lists the plans to start from.
func Examples() []string { return append(Kinds(), ExampleFive, ExampleIMXSRK, ExampleExport) }

// Example is a plan to start from, with a comment for each field; nil if there is none of that name.
func Example(name string) []byte {
	if !slices.Contains(Examples(), name) {
		return nil
	}
	file := "example_" + name + ".yaml"
	if name == KindGenerate {
		file = "example.yaml"
	}
	data, err := examples.ReadFile(file)
	if err != nil {
		return nil // a test reads them all
	}
	return data
}
