package backup

// Sniff names the codec whose sheet this text seems to be, "lines" or "words", or "" for none. It reads at most 64 KiB.
func Sniff(text []byte) string {
	return ""
}
