package formats

// Detect returns the formats of the list that know the source, in the list's order. The caller refuses more than one:
// nothing is guessed.
func Detect(list []Format, src Source) []Format {
	var found []Format
	for _, f := range list {
		if f.Sniff(src) {
			found = append(found, f)
		}
	}
	return found
}
