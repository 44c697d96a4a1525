package export

import "strings"

// shellQuote writes a text as one word of a POSIX shell: as it is where nothing in it means anything to a shell, else between single quotes.
func shellQuote(s string) string {
	const harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:@%+,"
	if s != "" && strings.Trim(s, harmless) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// shellFile is shellQuote for the name of a file: one that begins with a dash is not to be taken for an option, and one with an @ by az not for the
// file that has the name in it.
func shellFile(name string) string {
	if strings.HasPrefix(name, "-") || strings.HasPrefix(name, "@") {
		name = "./" + name
	}
	return shellQuote(name)
}
