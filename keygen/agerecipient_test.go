package keygen

import (
	"errors"
	"strings"
	"testing"

	"filippo.io/age"

	"sigtool/formats"
)

// What is sealed to recipients opens by the identity of each of them and by no other; post-quantum ones too.
func TestSealTo(t *testing.T) {
	made := func(n int) (identities, recipients []string) {
		for range n {
			x, err := age.GenerateX25519Identity()
			if err != nil {
				t.Fatal(err)
			}
			identities, recipients = append(identities, x.String()), append(recipients, x.Recipient().String())
		}
		return identities, recipients
	}
	identities, recipients := made(2)
	var pqIdentities, pqRecipients []string
	for range 2 {
		h, err := age.GenerateHybridIdentity()
		if err != nil {
			t.Fatal(err)
		}
		pqIdentities, pqRecipients = append(pqIdentities, h.String()), append(pqRecipients, h.Recipient().String())
	}
	others, _ := made(1)
	for _, name := range []string{"p256", "rsa4096"} {
		der := derOf(t, name+".pem")
		key, err := Load(der, noAsk(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ identities, recipients []string }{{identities, recipients}, {pqIdentities, pqRecipients}} {
			to, err := ParseRecipients(c.recipients)
			if err != nil {
				t.Fatal(err)
			}
			file, err := SealTo(der, to)
			if err != nil {
				t.Fatal(err)
			}
			for _, identity := range c.identities {
				back, err := OpenWith(file, []byte("# made today\n"+identity+"\n"))
				if err != nil || !formats.SameKey(back.Signer.Public(), key.Signer.Public()) || !back.Sealed || back.Form != FormAge {
					t.Fatalf("%s: %v, %v", name, back, err)
				}
			}
			if _, err := OpenWith(file, []byte(others[0])); !errors.Is(err, ErrIdentity) {
				t.Errorf("another's identity: %v", err)
			}
			file[len(file)-1] ^= 1
			if _, err := OpenWith(file, []byte(c.identities[0])); err == nil || errors.Is(err, ErrIdentity) {
				t.Errorf("a changed file: %v", err)
			}
		}
	}
	if to, err := ParseRecipients([]string{recipients[0], pqRecipients[0]}); err != nil {
		t.Error(err)
	} else if _, err := SealTo([]byte("x"), to); err == nil {
		t.Error("a post-quantum recipient was mixed with one that is not")
	}
	for _, bad := range []string{"", "age1", recipients[0] + "x", identities[0], recipients[0] + "\n" + recipients[1], "ssh-ed25519 AAAA"} {
		if _, err := ParseRecipients([]string{bad}); err == nil || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, bad := range []string{"", recipients[0], "AGE-SECRET-KEY-1QQQ"} {
		if _, err := OpenWith([]byte("age-encryption.org/v1\n"), []byte(bad)); err == nil {
			t.Errorf("identities %q", bad)
		}
	}
}
