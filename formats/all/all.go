// Package all is the list of the formats: one line each, and the only place that names them all.
package all

import (
	"sigtool/formats"
	"sigtool/formats/apk"
	"sigtool/formats/fdroid"
	"sigtool/formats/imx/ahab"
	"sigtool/formats/imx/hab"
	"sigtool/formats/kmod"
	"sigtool/formats/mender"
	"sigtool/formats/optee"
	"sigtool/formats/raw"
	"sigtool/formats/swupdate"
	"sigtool/formats/tezos"
)

// List returns the formats in the order in which they are shown.
func List() []formats.Format {
	return []formats.Format{
		apk.Format{},
		fdroid.Format{},
		ahab.Format{},
		hab.Format{},
		kmod.Format{},
		mender.Format{},
		optee.Format{},
		raw.Format{},
		swupdate.Format{},
		tezos.Format{},
	}
}
