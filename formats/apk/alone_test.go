package apk

import (
	"math"
	"testing"

	"sigtool/formats"
	"sigtool/formats/apk/sigblock"
	"sigtool/formats/formatstest"
	"sigtool/internal/patch"
)

// Whoever adds a v3.1 signature to another's package is its signer to Android 13 and later: he has to be accepted himself. One whom v3's signer
// made the successor need not be.
func TestStrangerInV31(t *testing.T) {
	victim, stranger := formatstest.LoadSigner(t, "rsa2048"), formatstest.LoadSigner(t, "p256")
	src := patch.Bytes(formatstest.Read(t, "apk/sample.apk"))
	req := formats.Request{Key: victim.Key, Chain: victim.Chain}
	req.Options.Set(optionV1, "false")
	s, err := prepare(t.Context(), src, req)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.lay(nil); err != nil {
		t.Fatal(err)
	}
	pairs, err := s.configs()
	if err != nil {
		t.Fatal(err)
	}
	added, err := s.config(signer{stranger.Key, stranger.Chain})
	if err != nil {
		t.Fatal(err)
	}
	added.MinSDK, added.MaxSDK = sdkT, math.MaxInt32
	pairs = append(pairs, pair{sigblock.V31, 31, []sigblock.SignerConfig{added}})
	if err := s.digest(t.Context(), pairs); err != nil {
		t.Fatal(err)
	}
	var made []sigblock.Pair
	for _, p := range pairs {
		p.signers[0].Digests = s.digests
		value, err := sigblock.Make(p.scheme, p.signers)
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, sigblock.Pair{ID: p.id, Value: value})
	}
	view, err := patch.NewView(src, s.layout.WithBlock(sigblock.Build(made)))
	if err != nil {
		t.Fatal(err)
	}
	keys := formats.Keys{}
	keys.Options.Set(optionMin, "24")
	found, err := Format{}.Verify(t.Context(), view, keys)
	if err != nil {
		t.Fatal(err)
	}
	for _, sig := range found {
		if sig.Err != nil || sig.Alone != (sig.Scheme != "v2") {
			t.Errorf("%s: alone %v, %v", sig.Scheme, sig.Alone, sig.Err)
		}
	}
}
