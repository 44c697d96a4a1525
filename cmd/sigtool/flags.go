package main

import (
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"
)

// The flags that several verbs share.
var (
	quietFlag  = &cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print errors and warnings only"}
	jsonFlag   = &cli.BoolFlag{Name: "json", Usage: "print one JSON object a line on standard output"}
	forceFlag  = &cli.BoolFlag{Name: "force", Aliases: []string{"f"}, Usage: "overwrite an output that exists (never a secret file)"}
	nowFlag    = &cli.StringFlag{Name: "now", Usage: "take `TIME` (RFC 3339 or seconds since 1970) instead of SOURCE_DATE_EPOCH or the clock"}
	jobsFlag   = &cli.IntFlag{Name: "jobs", Aliases: []string{"j"}, Usage: "work on `N` files at a time", DefaultText: "four a core"}
	outputFlag = &cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `OUT` (- is standard output)"}
	keyFlag    = &cli.StringFlag{Name: "key", Aliases: []string{"k"}, Usage: "sign with the private key in `KEY` (PEM or DER; sealed or plain)"}
	certFlag   = &cli.StringFlag{Name: "cert", Aliases: []string{"c"}, Usage: "the key's certificate, or its chain, in `CERT` (PEM or DER)"}
	newPass    = &cli.StringFlag{Name: "new-passphrase-file", Usage: "write the new passphrase to `FILE` (0600, never overwritten) instead of showing it"}
)

// sealFlags say how a key is sealed anew.
var sealFlags = []cli.Flag{
	newPass,
	&cli.BoolFlag{Name: "words", Usage: "make a passphrase of 12 BIP-39 words (short for --passphrase-style bip39)"},
	&cli.StringFlag{Name: "passphrase-style", Value: "base58", Usage: "make the passphrase in `STYLE`: base58, bip39 or diceware"},
	&cli.StringFlag{Name: "kdf", Value: "pbkdf2", Usage: "stretch the passphrase by `KDF`: pbkdf2 or scrypt"},
}

// verbFlags are a verb's flags: its own, then those that every verb takes.
func verbFlags(own ...cli.Flag) []cli.Flag { return append(own, quietFlag, jsonFlag) }

// jobs is how many files are worked on at a time. Reading may wait for the disk, so there are more than cores.
func jobs(c *cli.Context) int {
	if n := c.Int("jobs"); n > 0 {
		return n
	}
	return 4 * runtime.GOMAXPROCS(0)
}

// clock is SOURCE_DATE_EPOCH where it is set, else the time of day.
func clock() (time.Time, error) {
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		return parseTime("SOURCE_DATE_EPOCH", epoch)
	}
	return time.Now().UTC(), nil
}

func parseTime(from, text string) (time.Time, error) {
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil && seconds >= 0 && seconds < 253402300800 {
		return time.Unix(seconds, 0).UTC(), nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), nil
	}
	return time.Time{}, usagef("%s: %q is no time: write 2026-11-21T12:00:00Z or seconds since 1970", from, text)
}
