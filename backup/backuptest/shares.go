package backuptest

import (
	"errors"
	"math/rand/v2"
	"testing"

	"sigtool/backup"
)

// shares is what a codec with shares owes: any that are enough restore, in any order and text; fewer are named and wanted; of two sets
// nothing is made.
func shares(t *testing.T, c backup.Codec) {
	p := Payload(backup.KindSeed, 32, "spread")
	for _, g := range []backup.Group{{Need: 2, Of: 3}, {Need: 3, Of: 5}} {
		split := backup.Split{Groups: []backup.Group{g}, Rand: random()}
		sheets, err := c.Encode(p, Meta(), split)
		if errors.Is(err, backup.ErrNoShares) {
			return
		}
		if err != nil || len(sheets) != g.Of {
			t.Fatalf("%d of %d: %d sheets, %v", g.Need, g.Of, len(sheets), err)
		}
		for _, s := range sheets {
			checkSheet(t, c, s)
			if s.Share == nil || s.Share.Need != g.Need || s.Share.Set != sheets[0].Share.Set {
				t.Fatalf("a share is %+v", s.Share)
			}
		}
		subsets(t, c, p, sheets, g.Need)
	}
	mixed(t, c, p)
}

// subsets tries every choice of the sheets.
func subsets(t *testing.T, c backup.Codec, p backup.Payload, sheets []*backup.Sheet, need int) {
	for choice := 1; choice < 1<<len(sheets); choice++ {
		var texts [][]byte
		for i := len(sheets) - 1; i >= 0; i-- {
			if choice>>i&1 == 1 {
				texts = append(texts, sheets[i].Text)
			}
		}
		r, err := c.Decode(texts...)
		var few *backup.Incomplete
		switch {
		case len(texts) < need:
			if !errors.As(err, &few) || !errors.Is(err, backup.ErrIncomplete) || len(few.Shares) != len(texts) || few.Want == "" || few.Payload.Secret != nil {
				t.Errorf("%d shares of %d: %v", len(texts), need, err)
			}
		case err != nil || !r.Sound() || !Same(r.Payload, p) || len(r.Shares) != len(texts):
			t.Errorf("%d shares, %d needed: %+v, %v", len(texts), need, r, err)
		}
		r.Destroy()
	}
}

// mixed gives shares of two sets, of the same secret and of another.
func mixed(t *testing.T, c backup.Codec, p backup.Payload) {
	rng := rand.New(rand.NewPCG(3, 4))
	two := func(p backup.Payload) []*backup.Sheet {
		split := backup.Split{Groups: []backup.Group{{Need: 2, Of: 3}}, Rand: source{rng}}
		sheets, err := c.Encode(p, Meta(), split)
		if err != nil {
			t.Fatal(err)
		}
		return sheets
	}
	a := two(p)
	for _, b := range [][]*backup.Sheet{two(p), two(Payload(backup.KindSeed, 32, "another"))} {
		r, err := c.Decode(a[0].Text, b[1].Text)
		if err == nil || !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("shares of two sets gave %+v, %v", r, err)
		}
	}
}

type source struct{ *rand.Rand }

func (s source) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(s.Uint32())
	}
	return len(b), nil
}
