package issue

import (
	"errors"
	"fmt"
	"testing"
)

func TestNames(t *testing.T) {
	kind := errors.New("signature does not match")
	err := fmt.Errorf("a.apk: %w", New("V2_SIG_DID_NOT_VERIFY", kind, "signer %d", 1))
	if want := "a.apk: signature does not match: signer 1 [V2_SIG_DID_NOT_VERIFY]"; err.Error() != want || !errors.Is(err, kind) || ID(err) != "V2_SIG_DID_NOT_VERIFY" {
		t.Errorf("%v, %q", err, ID(err))
	}
	if hint := Hint(fmt.Errorf("a.apk: %w", New("X", nil, "text").Advise("do"))); hint != "do" || Hint(kind) != "" || Hint(err) != "" {
		t.Errorf("the hint is %q", hint)
	}
	if got := New("X", nil, "text").Error(); got != "text [X]" || ID(kind) != "" || ID(nil) != "" {
		t.Errorf("without a kind: %q", got)
	}
}
