package export

import (
	"errors"

	"sigtool/keygen"
)

func notYet(Settings) (*Export, error) { return nil, errors.New("not built yet") }

func takesNone(alg keygen.Algorithm) error { return refused(alg, "not built yet", "") }
