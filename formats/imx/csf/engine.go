package csf

// Config is how an engine's configuration is written in the command: CST's name for it, in any case ("INSWAP8"), or the number CST has for that
// name, which is not the bits themselves (1 is INSWAP8, 4 OUTSWAP8; 0 none). Errors: formats.ErrOption.
func Config(engine byte, setting string) (byte, error) { return 0, nil }

// EngineByName is the code of an engine by CST's name for it, in any case: "CAAM".
func EngineByName(name string) (byte, bool) { return 0, false }

// EngineName is CST's name for an engine, or its code in hexadecimal.
func EngineName(engine byte) string { return "" }
