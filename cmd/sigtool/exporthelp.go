package main

import (
	"strings"

	"sigtool/keygen/export"
)

// exportExtras is what the example of a target has beside the flags that all have, and how its file is called.
var exportExtras = map[string]struct{ flags, file string }{
	"pkcs8": {"", "new.pem"}, "pkcs1": {"", "new.pem"}, "sec1": {"", "new.pem"}, "ssh": {"", "id"}, "jwk": {"", "key.jwk"},
	"pkcs12": {"-c key.crt", "key.p12"}, "age": {"--to age1...", "key.age"}, "tezos": {"", "key.tezos"},
	"azure":      {"--vault VAULT", "key.pem"},
	"azure-byok": {"--kid https://VAULT.vault.azure.net/keys/KEK/VERSION", "key.byok"},
	"yubihsm":    {"--id 0x0064", "key.wrap"},
}

// exportExample is a command line for a target that works as it stands.
func exportExample(target *export.Target) string {
	extra := exportExtras[target.Name]
	words := []string{"sigtool export", target.Name, "-k key.pem"}
	if target.Wraps != "" && !target.WrapOptional {
		words = append(words, "--wrap wrap.pem")
	}
	if extra.flags != "" {
		words = append(words, extra.flags)
	}
	if target.Plain && !target.Seals {
		words = append(words, "--plain --no-passphrase")
	}
	if target.Seals {
		words = append(words, "--new-passphrase-file new.pass")
	}
	file := extra.file
	if file == "" {
		file = "key." + target.Name
	}
	return strings.Join(append(words, "-o", file), " ")
}
